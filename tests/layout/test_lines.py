"""What a typographer would mark, on lines made for it."""

from dataclasses import replace

from packager.layout.lines import (
    Line,
    Mark,
    Picture,
    Sight,
    Turn,
    ladders,
    loose,
    marks,
    overfull,
    pitch,
    rivers,
    runts,
    stacks,
)

LINE = Line(
    "The tide had gone out further than", x=50, y=100, w=300, h=15, line=7, block=3, left=50, right=350, size=11
)


def lines(*texts: str, block: int = 3, first: int = 0, ends: bool = True) -> list[Line]:
    """Set texts as the lines of a paragraph, one below the other."""
    last = len(texts) - 1
    return [
        replace(LINE, text=text, y=100.0 + 15 * (first + at), block=block, ends=ends and at == last)
        for at, text in enumerate(texts)
    ]


def page(*texts: Line) -> Sight:
    return Sight("", tuple(texts), left=50, right=350, top=50, foot=600)


def codes(found: list[tuple[Mark, ...]]) -> list[list[str]]:
    return [[mark.code for mark in page] for page in found]


def test_a_line_is_loose_from_twice_its_word_space_on() -> None:
    even, wide, wider = (replace(LINE, stretch=stretch) for stretch in (2.0, 4.0, 7.0))
    assert [mark.code for mark in loose([even, wide, wider])] == ["loose", "very-loose"]


def test_two_hyphens_may_stand_one_below_the_other_and_three_may_not() -> None:
    assert not list(stacks(lines("a har-", "bour-", "wall")))
    (mark,) = stacks(lines("a har-", "bour-", "light-", "house"))
    assert (mark.code, mark.y, mark.h) == ("hyphens", 100, 45)


def test_a_hyphen_that_ends_a_paragraph_divides_no_word() -> None:
    assert not list(stacks(lines("one-", "two-", "three-")))


def test_a_runt_is_a_last_line_of_almost_nothing() -> None:
    assert [mark.text for mark in runts(lines("The tide had gone", "out."))] == ["out."]
    assert not list(runts(lines("The tide had gone", "out again.")))
    assert not list(runts(lines("Out.")))


def test_the_end_of_a_divided_word_is_a_runt_at_five_letters() -> None:
    assert [mark.text for mark in runts(lines("It was inconceiv-", "able."))] == ["able."]
    assert not list(runts(lines("It was most", "able.")))


def test_three_lines_that_end_alike_are_a_ladder() -> None:
    assert [mark.message for mark in ladders(lines("in the", "of the", "at the,"))] == ["3 lines end with “the”"]
    assert not list(ladders(lines("in the", "of the", "at a")))


def test_a_line_taller_than_its_neighbours_is_marked() -> None:
    one, two, three = lines("a", "b", "c")
    assert [mark.text for mark in pitch([one, replace(two, h=16.2), three])] == ["b"]
    assert not list(pitch([one, replace(two, h=15.2), three]))


def test_a_line_in_the_margin_is_overfull() -> None:
    assert [mark.code for mark in overfull([replace(LINE, w=310)], 350)] == ["overfull"]
    assert not list(overfull([replace(LINE, w=302)], 350))


def test_a_paragraph_divided_after_its_first_line_or_before_its_last_is_marked() -> None:
    one, two, three, four = lines("one", "two", "three", "four and more")
    head, foot = replace(one, block=1, ends=True), replace(four, block=9, ends=True, y=400)
    split = [page(head, one), page(two, three, four, *[foot] * 5)]
    assert codes(marks(split)) == [["orphan"], []]
    split = [page(head, one, two, three), page(four, *[foot] * 5)]
    assert codes(marks(split)) == [[], ["widow"]]


def test_a_word_may_be_divided_over_facing_pages_but_not_over_the_turn() -> None:
    one, two, *rest = lines("one", "har-", "bour", "wall", "four", "five", "six", "seven")
    pages = [page(one, two), page(*rest)]
    assert codes(marks(pages)) == [["page-hyphen"], []]
    assert codes(marks(pages, verso=True)) == [[], []]


def test_a_last_page_of_few_lines_is_marked() -> None:
    whole = lines(*(f"{at} lines of the paragraph {at}" for at in range(8)))
    assert codes(marks([page(*whole[:6]), page(*whole[6:])])) == [[], ["short-page"]]
    assert codes(marks([page(*whole[:2])])) == [[]]


def test_an_image_is_measured_at_its_placed_size() -> None:
    picture = Picture(50, 50, 144, 72, 9, (600, 300), "boat.jpg")
    assert codes(marks([Sight("", pictures=(picture,))])) == [[]]
    (found,) = marks([Sight("", pictures=(replace(picture, w=288, h=144),))])
    assert [(mark.code, mark.line, mark.message[:3]) for mark in found] == [("low-dpi", 9, "150")]
    assert codes(marks([Sight("", pictures=(replace(picture, pixels=(0, 0)),))])) == [[]]


def test_what_lies_on_its_side_is_marked_where_it_lies() -> None:
    over = replace(LINE, x=50, y=100, w=340, h=15)
    turn = Turn((0, -1, 1, 0, 20, 600), right=350, lines=(over,), pictures=(Picture(60, 130, 72, 36, 9, (100, 50)),))
    (found,) = marks([replace(page(LINE), turns=(turn,))])
    assert [(mark.code, mark.x, mark.y, mark.w, mark.h) for mark in found] == [
        ("overfull", 120, 210, 15, 340), ("low-dpi", 150, 468, 36, 72),
    ]  # fmt: skip
    assert turn.degrees == -90


def test_a_gap_through_six_lines_is_a_river() -> None:
    gaps = [((100.0 + at, 104.0 + at), (200.0 + 9 * at, 203.0 + 9 * at)) for at in range(6)]
    text = [replace(line, gaps=own) for line, own in zip(lines(*"abcdef"), gaps, strict=True)]
    (mark,) = rivers(text)
    assert (mark.code, mark.h) == ("river", 90)
    assert not list(rivers(text[:5]))
    assert list(rivers([replace(line, gaps=line.gaps[::-1]) for line in text])) == [mark]


def test_a_word_space_is_measured_where_its_place_is_known() -> None:
    narrow = replace(LINE, stretch=3.0, gaps=((80.0, 84.5),))
    assert [mark.message[:15] for mark in loose([narrow])] == ["word spaces 3.0"]
    assert not list(loose([replace(narrow, gaps=())]))
