"""Sums that cannot be done are left to the engine."""

import pytest

from packager import css


@pytest.mark.parametrize("value", ["calc(1em + 1pt)", "calc(50% - 1pt)", "calc(2pt * 3pt)", "min(1em, 2pt)"])
def test_units_that_do_not_mix_stay_as_they_are(value: str) -> None:
    assert css.settle(value, {}) == value


def test_equal_units_divide_to_a_number() -> None:
    assert css.settle("calc(612pt / 8.5in * 1em)", {}) == "1em"
