"""Problems as an author reads them."""

from packager.problems import error, has_errors, in_order, visible, warning


def test_text() -> None:
    assert str(error("x", "it broke", "a.md", 3, "mend it")) == "a.md:3: it broke (mend it)"
    assert str(warning("x", "odd")) == "odd"


def test_control_characters_cannot_steer_the_terminal() -> None:
    assert visible("a\x1b[31m\u202e") == "a\\x1b[31m\\u202e"


def test_order_and_duplicates() -> None:
    one, two = warning("w", "m", "b.md", 9), error("e", "m", "a.md", 1)
    assert in_order([one, two, one]) == (two, one)
    assert has_errors([one, two])
    assert not has_errors([one])
