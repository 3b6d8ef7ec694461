"""The preview's own files: what others made is what they published, and nothing in the page is inline."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from packager import preview

STATIC = Path(str(preview.__file__)).parent / "static"
VENDOR = STATIC / "vendor"


def test_what_others_made_is_untouched() -> None:
    lines = [line.split() for line in (VENDOR / "README.md").read_text().splitlines() if line.startswith("    ")]
    listed = {name: digest for digest, name in lines}
    assert listed == {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.suffix not in (".md", ".txt")
    }


def test_the_page_obeys_its_content_policy() -> None:
    page = (STATIC / "index.html").read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]* src=)", page)
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    frames = re.findall("<iframe[^>]*>", page)
    assert frames
    assert all('sandbox="allow-same-origin"' in frame for frame in frames)


def test_all_modules_are_asked_for_at_once() -> None:
    page = (STATIC / "index.html").read_text()
    named = re.findall(r'(?:modulepreload" href|module" src)="/static/js/([^"]+)"', page)
    assert sorted(named) == sorted(path.name for path in (STATIC / "js").iterdir())


@pytest.mark.parametrize("path", sorted((STATIC / "js").iterdir()), ids=lambda path: path.name)
def test_modules_import_what_is_there_and_write_no_markup(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("// @ts-check\n/**")
    assert all((path.parent / name).is_file() for name in re.findall(r'from "([^"]+)"', text))
    assert not re.search(r"innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


@pytest.mark.parametrize("path", sorted((STATIC / "css").iterdir()), ids=lambda path: path.name)
def test_what_differs_by_day_and_night_is_a_colour(path: Path) -> None:
    # Of anything else, such as a whole shadow, `light-dark()` makes nothing at all.
    assert not re.search(r"light-dark\((?!#|rgb\(|var\(|color-mix\()", path.read_text())
