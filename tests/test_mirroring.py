"""Style sheets turned about."""

import pytest

from packager import css
from packager.mirroring import mirrored


@pytest.mark.parametrize(
    ("told", "turned"),
    [
        ("margin-left: 1em", "margin-right: 1em"),
        ("border-right: 1px solid", "border-left: 1px solid"),
        ("border-top-left-radius: 1em", "border-top-right-radius: 1em"),
        ("left: 0", "right: 0"),
        ("float: left", "float: right"),
        ("text-align: right", "text-align: left"),
        ("text-align: center", "text-align: center"),
        ("margin: 1em 2em 3em 4em", "margin: 1em 4em 3em 2em"),
        ("margin: 1em 2em", "margin: 1em 2em"),
        ("padding: 0 calc(1em + (2px * 2)) 0 0", "padding: 0 0 0 calc(1em + (2px * 2))"),
        ("border-radius: 0 4px 3px 0", "border-radius: 4px 0 0 3px"),
        ("color: left", "color: left"),
    ],
)
def test_sides_change_places(told: str, turned: str) -> None:
    rules, _ = css.parse(f"p {{ {told} }} @media (width > 1px) {{ p {{ {told} }} }}")
    assert css.write(mirrored(rules)).count(f"{turned};") == 2
    assert css.write(mirrored(mirrored(rules))) == css.write(rules)


def test_pages_keep_their_sides() -> None:
    rules, _ = css.parse("@page :left { margin-left: 1in }")
    assert css.write(mirrored(rules)) == css.write(rules)
