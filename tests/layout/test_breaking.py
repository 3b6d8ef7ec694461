"""Lines weighed against one another; letters are 1 wide, blanks 1."""

import pytest

from packager.layout import breaking
from packager.layout.breaking import Point, breaks


def points(text: str) -> tuple[list[Point], list[Point]]:
    """Give where words end, and the same with where `-` says that they can be divided."""
    words: list[Point] = []
    divided: list[Point] = []
    at = 0
    for number, word in enumerate(text.split()):
        *heads, tail = word.split("-")
        for part in heads:
            at += len(part)
            divided.append(Point(at + 1, at, number, number, True, True, (at, at)))
        at += len(tail)
        words.append(Point(at, at + 1, number, number + 1, text=(at, at + 1)))
        divided.append(words[-1])
        at += 1
    return words, divided


def lines(text: str, *measures: float) -> list[str] | None:
    words, divided = points(text)
    places = breaks(words, lambda: divided, measures, 1.0)
    if places is None:
        return None
    found, start, plain = [], 0, " ".join(text.replace("-", "").split())
    for point in places:
        stop, after = point.text
        found.append(plain[start:stop] + ("-" if point.inside else ""))
        start = after
    return found


def greedy(text: str, measure: float) -> list[str]:
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if len(longer) > measure:
            found.append(word)
        else:
            found[-1] = longer
    return found


def gape(found: list[str], measure: float) -> float:
    """Give how wide the widest blank is."""
    return max((measure - len(line)) / (line.count(" ") or 0.1) for line in found[:-1])


@pytest.mark.parametrize("measure", range(30, 60, 3))
def test_blanks_are_more_even_than_where_each_line_takes_what_it_can(measure: int) -> None:
    text = "a paragraph is best broken as a whole whose lines are weighed against one another for evenness " * 3
    found = lines(text, measure)
    assert found is not None
    assert " ".join(found) == text.strip()
    assert gape(found, measure) <= gape(greedy(text, measure), measure)


def test_a_blank_may_shrink_a_little() -> None:
    assert lines("aa bb cc dd ee ff gg", 13.5) == ["aa bb cc dd ee", "ff gg"]


def test_a_word_is_divided_where_blanks_would_gape() -> None:
    assert lines("aaa bbb ccc ddd-ddddd eeeee fff", 16) == ["aaa bbb ccc ddd-", "ddddd eeeee fff"]


def test_no_word_is_divided_where_lines_are_even_without() -> None:
    assert lines("aaaa bbbb cc-cc dddd eeee", 14) == ["aaaa bbbb cccc", "dddd eeee"]


def test_no_end_of_a_word_is_left_for_the_last_line() -> None:
    found = lines("aaa bbb ccc ddd eee ffff-ffff", 24)
    assert found is not None
    assert found[-1] != "ffff"


def test_the_first_line_is_shorter_by_its_indent() -> None:
    assert lines("aaa bbb ccc ddd eee", 11 - 4, 11) == ["aaa bbb", "ccc ddd eee"]


def test_lines_beside_a_capital_are_shorter() -> None:
    assert lines("aaa bbb ccc ddd eee fff ggg hhh", 7, 7, 15) == ["aaa bbb", "ccc ddd", "eee fff ggg hhh"]


def test_a_first_line_of_wider_letters_holds_fewer() -> None:
    words, divided = points("aaa bbb ccc ddd eee fff")
    places = breaks(words, lambda: divided, (15,), 1.0, lambda point: point.end * 2)
    assert places is not None
    assert [point.text for point in places] == [(7, 8), (23, 24)]


@pytest.mark.parametrize("measure", range(12, 30, 2))
def test_weighing_few_lines_first_finds_what_weighing_all_finds(
    measure: int, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    text = "uni-ver-sal ex-cel-lence in hy-phen-ation re-quires con-sid-er-able pa-tience of the com-pos-i-tor " * 4
    found = lines(text, measure - 2, measure)
    monkeypatch.setattr(breaking, "_FIRST", breaking._HARD)
    assert found == lines(text, measure - 2, measure)


def test_a_word_wider_than_the_measure_is_left_to_others() -> None:
    assert lines("aaa bbbbbbbbbbbb ccc", 8) is None


def test_a_long_paragraph_is_as_any() -> None:
    found = lines("lorem ipsum dolor sit amet con-sec-tetur " * 300, 40)
    assert found is not None
    assert max(map(len, found)) <= 41
