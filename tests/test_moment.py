"""The date in files: the environment's, the book's, or none at all."""

import pytest

from packager.book import Metadata
from packager.moment import EPOCH, made_at
from packager.problems import PackagerError


@pytest.mark.parametrize(
    ("date", "expected"), [("1892", "1892-01-01"), ("1892-10", "1892-10-01"), ("1892-10-14", "1892-10-14")]
)
def test_metadata_dates_the_files(date: str, expected: str) -> None:
    assert made_at(Metadata("T", date=date), {}).date().isoformat() == expected


def test_without_a_date_it_is_1980() -> None:
    assert made_at(Metadata("T"), {"SOURCE_DATE_EPOCH": ""}) == EPOCH


def test_environment_goes_first() -> None:
    made = made_at(Metadata("T", date="1892"), {"SOURCE_DATE_EPOCH": "86400"})
    assert made.isoformat() == "1970-01-02T00:00:00+00:00"


@pytest.mark.parametrize("value", ["soon", "-1", "1.5", "٣", "99999999999999"])
def test_nonsense_in_the_environment_is_an_error(value: str) -> None:
    with pytest.raises(PackagerError, match="SOURCE_DATE_EPOCH"):
        made_at(Metadata("T"), {"SOURCE_DATE_EPOCH": value})
