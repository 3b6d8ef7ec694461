"""Code blocks: words told apart, numbers, callouts, captions; and not a character changed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager import highlight
from packager.book import Book, Metadata, Section
from packager.galley import render
from packager.trees import text_of


def _pre(text: str, **style: object) -> etree._Element:
    galley = render(Book("book", Metadata("A Book"), (Section("one.md", 1, f"# A\n\n{text}", "one"),)), style)
    assert not galley.problems
    return galley.leaves[0].element


def _spans(element: etree._Element, name: str) -> list[str]:
    return [text_of(span) for span in element.iter("span") if name in span.get("class", "").split()]


def test_words_of_a_known_language_are_told_apart() -> None:
    element = _pre("```python\ndef f():  # why\n    return 'x'\n```")
    assert [word.strip() for word in _spans(element, "hl-k")] == ["def", "return"]
    assert (_spans(element, "hl-c"), _spans(element, "hl-s")) == (["# why"], ["'x'"])


@pytest.mark.parametrize("source", ["```nonesuch\nif x:\n```", "```\nif x:\n```", "```text\nif x:\n```"])
def test_others_stay_plain(source: str) -> None:
    assert not _spans(_pre(source), "hl-k")


def test_the_knob_turns_it_off() -> None:
    assert not _spans(_pre("```python\nif x:\n```", highlight=False), "hl-k")


def test_info_strings_of_mdbook_name_a_language() -> None:
    assert _spans(_pre("```rust,ignore\nfn main() {}\n```"), "hl-k") == ["fn"]


def test_lines_are_numbered_from_a_start() -> None:
    element = _pre('```{.python .numberLines startFrom="9"}\nx = 1\ny = 2\n```')
    assert _spans(element, "code-number") == ["9", "10"]
    assert "numbered" in element.find("pre").get("class").split()  # type: ignore[union-attr]


def test_callouts_need_a_list_below() -> None:
    element = _pre("```python\nx = 1  # <1>\ny = 2\n```\n\n1. One.")
    assert _spans(element, "callout") == ["1"]
    assert element.find("ol").get("class") == "callouts"  # type: ignore[union-attr]
    assert not _spans(_pre("```python\nx = 1  # <1>\n```\n\nText."), "callout")


def test_a_caption_makes_a_figure() -> None:
    element = _pre('```{.python #lst-a lst-cap="The code"}\nx\n```\n\n@lst-a')
    figure = element.find("figure")
    assert figure is not None
    assert (figure.get("id"), text_of(figure[0])) == ("one--lst-a", "Listing\u00a01. The code")


@pytest.mark.parametrize(("lines", "short"), [(12, True), (13, False)])
def test_short_blocks_hold_together(lines: int, short: bool) -> None:
    pre = _pre("```\n" + "x\n" * lines + "```").find("pre")
    assert pre is not None
    assert ("short" in pre.get("class", "").split()) == short


def test_only_long_lines_are_made_ready_to_go_on() -> None:
    element = _pre(f"```\nshort\n{'long ' * 10}\n```")
    assert _spans(element, "long") == ["long " * 10]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["def f", "(", "'", '"""', "#", "\n", "  ", "\t", "é", "x" * 50, "<1>", "&", "//"]), max_size=20
    ),
    st.sampled_from(["python", "c", "html", "json", "diff", "yaml", "rust", "nonesuch"]),
)
def test_no_character_changes(parts: list[str], language: str) -> None:
    code = "".join(parts)
    pieces = highlight.spans(code, language)
    assert pieces is None or "".join(text for _, text in pieces) == code
    if code.strip():
        shown = _pre(f"~~~~{language}\n{code}\n~~~~").find("pre")
        assert shown is not None
        assert text_of(shown) == code.expandtabs(4) or "\t" in code
