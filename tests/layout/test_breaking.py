"""Lines weighed against one another; letters are 1 wide, blanks 1."""

from collections.abc import Sequence

import pytest

from packager.layout.breaking import Point, breaks


def points(text: str) -> tuple[list[Point], dict[int, list[Point]]]:
    """Give where words end, and where `-` says that they can be divided."""
    ends: list[Point] = []
    inside: dict[int, list[Point]] = {}
    at = 0
    for number, word in enumerate(text.split()):
        for part in word.split("-")[:-1]:
            at += len(part)
            inside.setdefault(number, []).append(Point(at + 1, at, number, number, True))
        at += len(word.split("-")[-1])
        ends.append(Point(at, at + 1, number, number + 1))
        at += 1
    return ends, inside


def lines(text: str, measure: float, indent: float = 0.0) -> list[str] | None:
    ends, inside = points(text)

    def hyphens(word: int) -> Sequence[Point]:
        return inside.get(word, [])

    places = breaks(ends, hyphens, measure, 1.0, indent=indent)
    if places is None:
        return None
    found, words, line = [], text.split(), []
    for word, number in places:
        while words and len(text.split()) - len(words) < word + (number < 0):
            line.append(words.pop(0).replace("-", ""))
        if number >= 0:
            parts = words[0].split("-")
            missing = len(text.split()[word].split("-")) - len(parts)
            line.append("".join(parts[: number + 1 - missing]) + "-")
            words[0] = "-".join(parts[number + 1 - missing :])
        found.append(" ".join(line))
        line = []
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
    assert lines("aaa bbb ccc ddd eee", 11, indent=4) == ["aaa bbb", "ccc ddd eee"]


def test_a_word_wider_than_the_measure_is_left_to_others() -> None:
    assert lines("aaa bbbbbbbbbbbb ccc", 8) is None


def test_a_long_paragraph_is_as_any() -> None:
    found = lines("lorem ipsum dolor sit amet con-sec-tetur " * 300, 40)
    assert found is not None
    assert max(map(len, found)) <= 41
