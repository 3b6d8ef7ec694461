"""Sizes of pages and tables of printers."""

import json
from pathlib import Path

import pytest

from packager.layout import trims
from packager.layout.trims import Trim, TrimError


@pytest.mark.parametrize(
    ("text", "width", "height"),
    [
        ("6x9", 432, 648),
        ("5.5 x 8.5", 396, 612),
        ("A5", 419.5276, 595.2756),
        ("b-format", 365.6693, 561.2598),
        ("B format", 365.6693, 561.2598),
        ("148mm x 210mm", 419.5276, 595.2756),
        ("14.8cm × 21cm", 419.5276, 595.2756),
        ("148 x 210mm", 419.5276, 595.2756),
    ],
)
def test_trim(text: str, width: float, height: float) -> None:
    assert trims.trim(text) == Trim(width, height)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("b-fromat", "did you mean `b-format`"),
        ("6", "unknown trim size `6`"),
        ("1x1", "no size for a book"),
        ("90in x 2in", "no size for a book"),
        ("6x9x2", "unknown trim size"),
        ("", "unknown trim size"),
    ],
)
def test_trim_that_is_none(text: str, told: str) -> None:
    with pytest.raises(TrimError, match=told):
        trims.trim(text)


def test_every_named_size_is_one() -> None:
    assert {"a5", "demy", "royal", "us-letter", "6x9"} <= set(trims.names())
    assert all(trims.trim(name).width <= trims.trim(name).height * 2 for name in trims.names())


def test_gutter_grows_with_the_book() -> None:
    kdp = trims.printer("kdp")
    assert [kdp.inside(pages) for pages in (24, 150, 151, 300, 301, 828, 2000)] == [28, 28, 37, 37, 46, 64, 64]
    for printer in trims.printers():
        widths = [printer.inside(pages) for pages in range(20, 900, 10)]
        assert widths == sorted(widths), printer.key


def test_unknown_printer() -> None:
    for key in ("names", "nobody"):
        with pytest.raises(KeyError):
            trims.printer(key)


def test_points() -> None:
    assert trims.points("0.5in") == 36
    with pytest.raises(ValueError, match="no length"):
        trims.points("12")


def test_the_table_that_the_numbers_come_from(shared: Path) -> None:
    table = json.loads((shared / "reference" / "printers.json").read_text())
    known = trims.names()
    assert set(table["kdp"]["trims"]) <= set(known)
    assert [row[2] * 72 for row in table["kdp"]["gutter"]] == [width for _, width in trims.printer("kdp").gutter]


@pytest.mark.parametrize(("key", "inches"), [("kdp", 0.6756), ("lulu", 0.7356)])
def test_the_spine_is_as_thick_as_the_printer_says(key: str, inches: float) -> None:
    assert trims.printer(key).thickness(300) == pytest.approx(inches * 72)
