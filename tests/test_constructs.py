"""What named blocks and lists become, and what is told of those that are wrong."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager.book import Book, Metadata, Section, Stylesheet
from packager.composition import Composed, compose
from packager.galley import Galley, render
from packager.trees import text_of
from packager.variants import variant
from packager.words import words_of

EPUB = "{http://www.idpf.org/2007/ops}type"
MORE = ", and so it went on" * 10
"""Text for a capital to drop beside."""


def book(text: str, *, variables: Mapping[str, str] | None = None, style: str = "") -> Book:
    about = Metadata("The Gull", lang="en", isbn={"epub": "9780306406157", "paperback": "9780140449136"})
    section = Section("01.md", 1, text, "one")
    return Book("b", about, (section,), variables=variables or {}, stylesheets=(Stylesheet("style.css", style),))


def composed(text: str, **how: object) -> Composed:
    made = book(text, **how)  # type: ignore[arg-type]
    return compose(made, made.sections[0], {"drop-caps": True})


def shown(text: str) -> str:
    """Give the markup of a section without what every section has."""
    element = composed(text).element
    for node in element.iter():
        for name in ("data-line", "role"):
            node.attrib.pop(name, "")
    markup = "".join(etree.tostring(child, encoding="unicode") for child in element)
    return markup.replace(' xmlns:epub="http://www.idpf.org/2007/ops"', "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "::: verse\nOne *two\n    three* four\n-- Ada, *Salt*\n:::",
            '<div class="verse" epub:type="z3998:verse"><p class="stanza"><span class="line">One <em>two</em></span>\n'
            '<span class="line indent-2"><em>three</em> four</span></p>'
            '<p class="attribution">Ada, <em>Salt</em></p></div>',
        ),
        (
            "::: {.verse numbered=2}\na\nb\n\nc\nd\n:::",
            '<div class="verse numbered" epub:type="z3998:verse"><p class="stanza"><span class="line">a</span>\n'
            '<span class="line"><span class="line-number">2</span> b</span></p><p class="stanza">'
            '<span class="line">c</span>\n<span class="line"><span class="line-number">4</span> d</span></p></div>',
        ),
        (
            "::: drama\n*Enter LEAR.*\nLear: Howl, (aside) howl.\n:::",
            '<div class="drama" epub:type="z3998:drama"><p class="direction" epub:type="z3998:stage-direction">'
            'Enter LEAR.</p><p class="speech"><span class="speaker" epub:type="z3998:persona">Lear:</span> Howl, '
            '<em class="direction" epub:type="z3998:stage-direction">(aside)</em> howl.</p></div>',
        ),
        (
            "::: {.drama .verse}\nLear: Howl, howl:\nhe said.\n*Exit.*\nFool of the king: No\n:::",
            '<div class="drama verse" epub:type="z3998:drama z3998:verse"><p class="speech"><span class="line">'
            '<span class="speaker" epub:type="z3998:persona">Lear:</span> Howl, howl:</span>\n'
            '<span class="line indent-1">he said.</span></p>'
            '<p class="direction" epub:type="z3998:stage-direction">Exit.</p><p class="speech"><span class="line">'
            '<span class="speaker" epub:type="z3998:persona">Fool of the king:</span> No</span></p></div>',
        ),
        (
            "::: drama\nLear: Howl,\nI say to thee: howl.\n:::",
            '<div class="drama" epub:type="z3998:drama"><p class="speech"><span class="speaker" '
            'epub:type="z3998:persona">Lear:</span> Howl,\nI say to thee: howl.</p></div>',
        ),
        (
            "| One\n|   two\n| -- Ada",
            '<div class="line-block"><p class="lines"><span class="line">One</span>\n'
            '<span class="line indent-1">two</span></p><p class="attribution">Ada</p></div>',
        ),
        (
            "::: interview\n**Q.** Why?\n\n**A:** Because.\n:::",
            '<div class="interview" epub:type="qna"><p class="speech question"><span class="speaker">Q.</span> Why?</p>'
            '<p class="speech answer"><span class="speaker">A:</span> Because.</p></div>',
        ),
        (
            "::: messages\n(Monday)\nAda: Hi\nBob: Ho\nBob: Hey\n:::",
            '<div class="messages"><p class="message-time">(Monday)</p>'
            '<p class="message theirs"><span class="sender">Ada</span> Hi</p>'
            '<p class="message mine"><span class="sender">Bob</span> Ho</p><p class="message mine">Hey</p></div>',
        ),
        (
            "> Said.\n> -- Who, *What*",
            '<blockquote><p class="first">Said.</p><p class="attribution">Who, <em>What</em></p></blockquote>',
        ),
        ("> Il dit\n> — Non.", '<blockquote><p class="first">Il dit\n— Non.</p></blockquote>'),
        (
            "::: {.letter .facsimile}\nDear\n  you\n:::",
            '<div class="letter facsimile" epub:type="z3998:letter"><p class="lines"><span class="line">Dear</span>\n'
            '<span class="line indent-1">you</span></p></div>',
        ),
        (
            "::: letter\nDear,\n{.salutation}\n\n::: signature\nA\nB\n:::\n:::",
            '<div class="letter" epub:type="z3998:letter"><p class="salutation" epub:type="z3998:salutation">Dear,</p>'
            '<div class="signature" epub:type="z3998:signature"><p class="lines"><span class="line">A</span>\n'
            '<span class="line">B</span></p></div></div>',
        ),
        (
            "::: {.callout-important}\n## Mind\n\nit\n:::",
            '<div class="warning" epub:type="notice"><p class="title">Mind</p><p class="first">it</p></div>',
        ),
        (
            "Text [beside]{.aside}goes on.",
            '<div class="side"><p class="first">beside</p></div><p class="opening">Text goes on.</p>',
        ),
        (
            "(iv) four\n(v) five\n(vii) seven",
            '<ol type="i" class="lower-roman brackets" start="4"><li>four</li><li>five</li>'
            '<li value="7">seven</li></ol>',
        ),
        (
            "- [x] yes\n- [ ] no\n- [link](https://e.org)",
            '<ul class="tasks"><li class="task-item"><span class="task done" aria-label="Done">×</span> yes</li>'
            '<li class="task-item"><span class="task" aria-label="To do">\u00a0</span> no</li>'
            '<li><a href="https://e.org">link</a></li></ul>',
        ),
    ],
)
def test_right_use(source: str, expected: str) -> None:
    assert shown(source) == expected
    assert not composed(source).problems


def test_an_epigraph_stands_before_the_opening() -> None:
    element = composed("# One\n\n::: epigraph\nWords.\n-- Who\n:::\n\n“Écoute,” he said" + MORE).element
    assert (element[1].get(EPUB), element[1].get("role")) == ("epigraph", "doc-epigraph")
    assert (element[2].get("class"), element[2][0].text) == ("opening", "“É")


@pytest.mark.parametrize(
    ("first", "initial"),
    [("1986 was", "1986"), ("E\u0301ric", "E\u0301"), ('"A word', "“A"), ("*Im*", "I"), ("¿Qué?", "¿Q")],
)
def test_an_initial_is_whole(first: str, initial: str) -> None:
    (found,) = composed(first + MORE).element.findall(".//span[@class='initial']")
    assert found.text == initial


@pytest.mark.parametrize(
    ("source", "code", "line", "hint"),
    [
        ("a\n\n::: sidbar\nx\n:::", "block-unknown", 3, "did you mean `sidebar`?"),
        ("::: tip\n:::", "block-empty", 1, "write its text"),
        ("::: {.verse numbered=often}\nx\n:::", "verse-numbered", 1, "whole number"),
        ("::: drama\nno one says this\n:::", "speaker-missing", 1, "NAME: words"),
        ("::: messages\nno one writes\n:::", "speaker-missing", 1, "NAME: words"),
        ("::: {.messages me=Eve}\nAda: Hi\n:::", "speaker-unknown", 1, "there are Ada"),
        ("> -- Nobody", "attribution-alone", 1, "above the dash"),
        ("Text.\n\n::: pullquote\nNot there.\n:::", "pullquote-words", 3, "word for word"),
        ("x\n\n[y]{.only-pint}", "only-unknown", 3, "`.only-print`"),
        ("x {{titel}}", "variable-unknown", 1, "{{title}}"),
        ("x {{subtitle}}", "variable-empty", 1, "subtitle:"),
    ],
)
def test_misuse_is_told(source: str, code: str, line: int, hint: str) -> None:
    (problem,) = composed(source).problems
    assert (problem.code, problem.path, problem.line) == (code, "01.md", line)
    assert hint in problem.hint


def test_an_authors_own_block_is_no_mistake() -> None:
    assert not composed("::: sidbar\nx\n:::", style=".sidbar { color: red }").problems


def test_variables_say_what_the_front_matter_says() -> None:
    made = composed("# {{title}}\n\n{{ship}} {{ 7*7 }}", variables={"ship": "*Gull*"})
    assert text_of(made.element) == "The Gull*Gull* {{ 7*7 }}"


def edition(text: str, name: str) -> tuple[Galley, str]:
    rendered = variant(render(book(text), {}), name)
    return rendered, " ".join(words_of(rendered.leaves[0].element))


def test_each_edition_has_its_own_words() -> None:
    text = "x {{isbn}}\n\n::: only-print\n## Paper\n\nink[^n]\n:::\n\n[e]{.only-epub .only-screen}\n\n[^n]: a note"
    galley, words = edition(text, "epub")
    assert words.split() == ["x", "9780306406157", "e"]
    assert not [entry for entry in galley.contents if entry.children]
    galley, words = edition(text, "print")
    assert words.split() == ["x", "9780140449136", "Paper", "ink1", "1", "a", "note"]
    assert "one--paper" in galley.homes
    assert edition("x [y]{.print-only}", "epub")[1].split() == ["x"]


def test_a_book_without_variants_is_left_as_it_is() -> None:
    rendered = render(book("x only"), {})
    assert variant(rendered, "print") is rendered


PIECES = st.sampled_from(
    [
        *"::: verse drama messages letter epigraph interview pullquote side handwritten {.letter .facsimile}".split(
            " "
        ),
        *(
            "::: verse\n",
            "\n:::\n",
            "::: drama\n",
            "::: {.messages me=A}\n",
            "::: {.verse numbered=2}\n",
            "\n::: tip T\n",
        ),
        *("\n| a\n", "\n|   b\n", "\n|\n", "\nAda: x", "\n**Bob.** y", "\n(exit)", "\n-- Who", "\na. x", "\n(iv) y"),
        *(
            "\n- [x] z",
            "\n1) u",
            "{{title}}",
            "{{x}}",
            "[w]{.aside}",
            "[v]{.only-epub}",
            "> ",
            "*",
            "**",
            "`",
            "\\",
            "\n",
            "    ",
        ),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_anything_composes(text: str) -> None:
    element = composed(text).element
    again = etree.fromstring(etree.tostring(element))
    assert not {"lb", "label", "variable"} & {str(node.tag) for node in again.iter()}
    assert "\x02" not in text_of(again)
