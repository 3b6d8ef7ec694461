"""The drawn cover: it holds the words, keeps inside the sheet, differs by theme and is the same every time."""

from io import BytesIO

import pytest
from PIL import Image

from packager import cover, theme
from packager.book import Book, Contributor, Metadata, Options

HOLMES = Metadata("The Adventures of Sherlock Holmes", contributors=(Contributor("Arthur Conan Doyle"),))


def look(name: str, metadata: Metadata = HOLMES, **style: object) -> theme.Theme:
    return theme.load(Book("book", metadata, (), options=Options(theme=name, style=style)))


def opened(metadata: Metadata, name: str, **style: object) -> Image.Image:
    return Image.open(BytesIO(cover.draw(metadata, look(name, metadata, **style)).data)).convert("RGB")


@pytest.mark.parametrize("name", theme.names())
def test_each_theme_draws_its_own_cover_of_the_right_size(name: str) -> None:
    made = cover.draw(HOLMES, look(name))
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 1600, 2560)
    assert made == cover.draw(HOLMES, look(name))
    others = [cover.draw(HOLMES, look(other)) for other in theme.names() if other != name]
    assert made not in others


def test_colours_are_the_themes_knobs() -> None:
    sheet = opened(HOLMES, "novel", **{"cover-colour": "#204060"})
    red, green, blue = sheet.getpixel((20, 20))  # type: ignore[misc]
    assert abs(red - 0x20) + abs(green - 0x40) + abs(blue - 0x60) < 9


@pytest.mark.parametrize("name", theme.names())
@pytest.mark.parametrize(
    "metadata",
    [
        Metadata("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
        Metadata("A"),
        Metadata(
            "A Full and Faithful Account " * 8,
            subtitle="With many particulars " * 9,
            contributors=tuple(Contributor(f"Author Number {n} of the Very Long Name") for n in range(9)),
            publisher="The Press at the Very End of the Very Long Harbour Wall, Limited " * 2,
        ),
    ],
)
def test_no_ink_reaches_the_edge(name: str, metadata: Metadata) -> None:
    sheet = opened(metadata, name)
    edges = [sheet.crop((0, 0, 40, 330)), sheet.crop((1560, 0, 1600, 330))]
    for edge in edges:
        assert all(high - low < 24 for low, high in edge.getextrema())  # type: ignore[misc]


def test_the_cover_shows_the_authors_or_else_who_is_named_first() -> None:
    assert cover.names(HOLMES) == ("Arthur Conan Doyle",)
    edited = Metadata("Letters", contributors=(Contributor("Ada", "edt"), Contributor("Bob", "trl")))
    assert cover.names(edited) == ("Ada",)
    assert cover.names(Metadata("Letters")) == ()


def test_titles_break_evenly_and_not_after_small_words() -> None:
    assert cover.wrapped("The Diary of Samuel Pepys", len, 16) == ["The Diary", "of Samuel Pepys"]
    assert cover.wrapped("One two", len, 20) == ["One two"]
    assert cover.wrapped("Incomprehensibilities", len, 10) is None
