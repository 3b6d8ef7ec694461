"""The dialect: a fixture file of cases, and what must hold for any input."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown.treeprocessors import InlineProcessor

from packager import source
from packager.markdown import _Reader, parse

FIXTURES = Path(__file__).parent / "fixtures" / "markdown.md"
CASE = re.compile(r"^(?P<title>[^\n]+)\n\.\n(?P<source>.*?)\n\.\n(?P<expected>.*?)\n\.$", re.MULTILINE | re.DOTALL)


def _cases() -> list[tuple[str, str, str]]:
    return [(case["title"], case["source"], case["expected"]) for case in CASE.finditer(FIXTURES.read_text("utf-8"))]


def _canonical(markup: str) -> str:
    return etree.tostring(etree.fromstring(f"<div>{markup}</div>"), method="c14n").decode()


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in _cases()], ids=[case[0] for case in _cases()])
def test_case(source: str, expected: str) -> None:
    assert etree.tostring(parse(source).body, method="c14n").decode() == _canonical(expected)


def test_every_case_is_read() -> None:
    assert len(_cases()) == FIXTURES.read_text("utf-8").count("\n.\n\n") + 1


def test_problem_names_its_line() -> None:
    (problem,) = parse("a\n\nb\n\n::: note\nnever closed").problems
    assert (problem.code, problem.line) == ("div-unclosed", 4)


def test_note_defined_twice() -> None:
    (problem,) = parse("x[^a]\n\n[^a]: one\n\n[^a]: two").problems
    assert (problem.code, problem.line) == ("note-duplicate", 4)


def test_script_is_told() -> None:
    (problem,) = parse("a\n\n<script>x</script>").problems
    assert (problem.code, problem.line) == ("html-active", 2)


def test_no_word_is_lost_in_tag_soup() -> None:
    soup = "\n\n".join(f"<div>\n\npara{number} <span>open" for number in range(300)) + "\n\nLAST"
    text = "".join(str(part) for part in parse(soup).body.itertext())
    assert all(f"para{number} " in text for number in range(300))
    assert "LAST" in text


@pytest.mark.parametrize("text", ["<`a`-->", "<b \\*>x</b>", "[@a `b`]", "$a `b` c$", "`<!--`<!-- `-->`"])
def test_code_and_escapes_in_other_markup(text: str) -> None:
    shown = "".join(str(part) for part in parse(text).body.itertext())
    assert all(letter in shown for letter in "ab" if f"`{letter}`" in text)


@pytest.mark.parametrize(
    "text",
    ['[]{.index m="[^1]}', '[]{.index-start m="` `}', "[]([\\ ]{r})", '```a`[]("(`e`', "[x](a`b`\\*c 'd`e`')"],
)
def test_what_the_parser_sets_aside_and_forgets_is_no_part_of_the_text(text: str) -> None:
    markup = etree.tostring(parse(text).body, encoding="unicode")
    assert not re.search("klzzwxh|[\x00-\x08]", markup)


def test_a_note_in_a_note_is_one_of_the_sections() -> None:
    body = parse("x[^a] y[^b]\n\n[^a]: one\n\n    [^b]: two\n\n        [^c]: three").body
    assert [(note.get("data-note"), note.get("data-line")) for note in body.iter("aside")] == [
        ("a", "2"),
        ("b", "4"),
        ("c", "6"),
    ]


PIECES = st.sampled_from(
    [
        *"a b * ** _ ` ``` ~~~ [ ] ( ) ^[ [^1] [^1]: ! < > <b> </b> <div> </div> <td> <!-- --> :::".split(),
        *"{.x #y} {- |".split(),
        *"$$ {#eq-a} : |a| |-| {#fig-a} `# [-@sec-b]".split(),
        *"--- # $ @fig-a [@k] \\ & &amp; &#0; - 1. : <script> </script> é \u202e".split(),
        *("\n", "\n\n", " ", "    ", "\t"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_anything_gives_a_tree(text: str) -> None:
    body = parse(text).body
    assert etree.fromstring(etree.tostring(body)).tag == "div"
    assert not {"script", "iframe", "form"} & {str(node.tag) for node in body.iter()}


@pytest.fixture(scope="module")
def thorough() -> _Reader:
    """A parser that tries every pattern on every text, and every kind of block."""
    reader = _Reader(scripts=True)
    reader.md.treeprocessors.register(InlineProcessor(reader.md), "inline", 20)
    reader.plain = list(reader.parser.blockprocessors)
    return reader


LINES = st.sampled_from(
    "*[a]: b|[x]: y|[^1]: n|Table: t|a | b|--- | ---|2nd|2. b|“*a* _b_|*a* [x] [c][x] ![d][x]|a@b|<a@b.c> <http://a.b>"
    "|^a^ ~b~ ~~c~~|\\* \\|[@k] @fig-x {{ v }}|&amp;|: d|a  |# a|===|> q|    c|".split("|")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | LINES.map("\n{}".format), max_size=20).map("".join))
def test_what_is_passed_over_matches_nothing(thorough: _Reader, text: str) -> None:
    assert etree.tostring(parse(text).body) == etree.tostring(thorough.read(source.prepare(text)).body)
