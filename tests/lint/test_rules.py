"""What a copy-editor marks: a table of rules, and what they pass by."""

from dataclasses import replace
from time import process_time

import pytest

from packager import lint
from packager.book import Book, Metadata, Options, Section
from packager.galley import render
from packager.problems import Severity

RULES = (
    ("quote-unpaired", 'He said, "no.', 'a.md:1: "no. begins a quotation that never ends'),
    ("quote-unpaired", 'One.\n\nNo," he said.', 'a.md:3: No," ends a quotation that never began'),
    ("quote-measure", "He stood\n6'2\" in socks.", "a.md:2: 6'2\": the marks become quotation marks"),
    (
        "dash-mixed",
        "One---two, one---two,\nthree -- four.",
        "a.md:2: the book mostly sets em dashes without spaces, and here en dashes between spaces",
    ),
    (
        "dash-mixed",
        "One---two, one---two, three—four.",
        "a.md:1: a dash written —, where the book mostly writes ---",
    ),
    ("dash-typed", "One - two.", "a.md:1: a hyphen between spaces, in the place of a dash"),
    ("dash-typed", "one--two.", "a.md:1: two hyphens between words become the en dash of ranges"),
    ("dash-typed", "One ---- two.", "a.md:1: 4 hyphens stay hyphens"),
    (
        "ellipsis-mixed",
        "So... and... on. . . and",
        "a.md:1: an ellipsis written . . ., where the book mostly writes ...",
    ),
    ("double-space", "One.\n\n> Two  three.", "a.md:3: more than one space between words"),
    ("space-before", "Two , three.", "a.md:1: a space before ,"),
    ("repeated-word", "Over the\nthe hills.", "a.md:2: “the the”: the word stands twice"),
    ("look-alike", "Cold w\u0430ter.", "a.md:1: the \u0430 in “w\u0430ter” is CYRILLIC SMALL LETTER A"),
    ("placeholder", "He was TK years old.", "a.md:1: TK holds the place of words to come"),
    ("placeholder", "Lorem ipsum dolor.", "a.md:1: Lorem ipsum holds the place of words to come"),
    ("placeholder", "See [insert map] there.", "a.md:1: [insert holds the place of words to come"),
    ("link-text", "See [here](https://example.org).", "a.md:1: the link [here] does not say where it leads"),
    ("paragraph-long", "One.\n\n" + "word " * 501, "a.md:3: a paragraph of 501 words"),
    ("heading-level", "# A\n\nx\n\n### B\n\ny", "a.md:5: a level 3 heading below level 1 is set as level 2"),
    ("section-empty", "", "a.md:1: the section A has no text"),
    ("section-empty", "# A\n\n<!-- soon -->\n", "a.md:1: nothing stands below A"),
    ("section-empty", "# A\n\n## B\n\n## C\n\nText.", "a.md:3: nothing stands below B"),
)

CLEAN = (
    '"One," he said. "Two."\n\n"A speech goes on\n\n"in its next paragraph."',
    '"*Yes*"---and *"no"* ("so"). He wrote `"`, \\" and <span title="x">y</span>.',
    "“One,” he said. 'Tis 5 o'clock.",
    "It's 1914--1918, pp. 3--4, Mr. D---, Lord K--- of B---n, and---so on.",
    "*Hudibras*, II ii. By and by by water. He had had that that. Boo hoo, boo hoo. New New York.",
    "| a  | b |\n|----|---|\n| c  | d , |\n",
    "```\na  b , the the TODO\n```\n\n    c  d , the the\n\n`the the` <!-- TODO  the the --> a.",
    "- one\n-   two\n\n1.  three\n\n    four\n\n[^1]:   five\n\nsix[^1]\n",
    "A line  \nbroken by hand, an escaped\\  space, \\$5 and 12 : 30.",
    "| Verse   keeps\n| its  spaces\n\n::: verse\nSo  does\n:::\n\n::: {.letter .facsimile}\nAnd  this\n:::\n",
    "The μm and kΩ of a β-wave; /ˈnɔːθwɪk/; Кремль; ο λόγος.",
    'Chapter XXX of Louis XXX. A [word](#a "here  , the the") and [more]{.x}.',
    "Read .gitignore and ../x or ... at the end. . . . Four dots.",
    "<!-- packager: ignore repeated-word -->\n\nOver the the hills.",
    "Over the the hills. <!-- packager: ignore repeated-word -->",
    "::: note\nWords.\n:::\n\n<!-- packager: ignore double-space, placeholder -->\n::: note\n\nA  b.\n\nTODO.\n\n:::\n",
    "# One\n\n## Two\n\n```\ncode\n```\n\n## Three\n\n![](a.png)\n",
    "A  b.\n\n<!-- packager: ignore-file double-space -->\n\nC  d.",
)

FRENCH = ("Vraiment ? Oui ! « Vous vous levez ; bien. » — Bonjour.", "Et - puis , rien.")


def book(text: str, lang: str = "en", **checks: object) -> Book:
    """Make a book of one section."""
    return Book(
        "book",
        Metadata("Book", lang=lang),
        (Section("a.md", 1, text, "a"),),
        options=Options(checks={name.replace("_", "-"): value for name, value in checks.items()}),
        path="book.md",
    )


def told(book: Book) -> list[tuple[str, str]]:
    """List what check says of a book: code, and message with its place."""
    galley = render(book, {})
    problems = [*lint.adjust(book, galley.problems), *lint.check(book)]
    return [(problem.code, f"{problem.place}: {problem.message}") for problem in problems]


@pytest.mark.parametrize(("code", "text", "message"), RULES)
def test_rule(code: str, text: str, message: str) -> None:
    assert (code, message) in told(book(text))


@pytest.mark.parametrize(("code", "text", "message"), RULES)
def test_rule_can_be_silenced(code: str, text: str, message: str) -> None:
    assert code not in dict(told(book(text, **{code: "off"})))
    assert code not in dict(told(book(f"{text}\n\n<!-- packager: ignore-file {code} -->\n")))


@pytest.mark.parametrize(("code", "text", "message"), RULES)
def test_rule_can_be_an_error(code: str, text: str, message: str) -> None:
    strict = book(text, **{code: "error"})
    problems = [*lint.adjust(strict, render(strict, {}).problems), *lint.check(strict, errors_only=True)]
    assert {problem.severity for problem in problems if problem.code == code} == {Severity.ERROR}
    assert not [problem for problem in lint.check(strict, errors_only=True) if problem.code != code]


def test_every_rule_has_a_row() -> None:
    # Only a laid-out page shows that a glyph is missing.
    assert {code for code, _, _ in RULES} == set(lint.CODES) - {"glyph-missing", "glyph-borrowed"}


@pytest.mark.parametrize("text", CLEAN)
def test_what_is_right_passes(text: str) -> None:
    assert lint.check(book(text)) == ()


def test_languages_have_their_own_rules() -> None:
    right, wrong = (lint.check(book(text, "fr")) for text in FRENCH)
    assert right == ()
    assert {problem.code for problem in wrong} == {"dash-typed", "space-before"}
    assert lint.check(book("Non [dit il , peut peut]{lang=fr}.")) == ()
    (found,) = lint.check(book("::: {lang=fr}\nVous vous levez ?\n:::\n\nWhy ?"))
    assert found.line == 5


def test_rules_take_what_they_let_pass() -> None:
    assert lint.check(book("It was fine fine work.", repeated_word=["fine"])) == ()
    assert lint.check(book("some word " * 251, paragraph_long=600)) == ()
    assert len(lint.check(book("some word " * 151, paragraph_long=300))) == 1


def test_wrong_settings_are_told_with_the_nearest() -> None:
    wrong = book("Text.", repeated_words="off", double_space="eror", link_text=["x"])
    assert [(problem.message, problem.hint) for problem in lint.check(wrong, errors_only=True)] == [
        ("there is no rule repeated-words", "did you mean repeated-word?"),
        ("`checks` (double-space) cannot be 'eror'", "did you mean error?"),
        ("`checks` (link-text) cannot be ['x']", "there are off, warning, error"),
    ]
    (typo,) = lint.check(book("<!-- packager: ignore double-spaces -->\n\nText."))
    assert (typo.code, typo.line, typo.hint) == ("check-unknown", 1, "did you mean double-space?")
    (verb,) = lint.check(book("<!-- packager: ignores double-space -->\n\nText."))
    assert verb.code == "check-unknown"


def test_lines_are_those_of_the_file() -> None:
    section = replace(book("A\nthe the\n").sections[0], line=10)
    (found,) = lint.check(replace(book(""), sections=(section,)))
    assert found.place == "a.md:11"


def test_many_of_a_kind_are_counted() -> None:
    problems = lint.check(book("\n\n".join(["a  b"] * 80)))
    assert len(problems) == 51
    assert problems[-1].message == "more than one space between words, and 29 more like it from here on"


@pytest.mark.parametrize(
    "text", ["<!--", "<pre ", "[^", "](a", "`a", "``b` ", "[a@", "'1'", '"*', "a \u0430a ", "   ", "> - "]
)
def test_no_text_takes_for_ever(text: str) -> None:
    start = process_time()
    lint.check(book(text * 30_000))
    assert process_time() - start < 5
