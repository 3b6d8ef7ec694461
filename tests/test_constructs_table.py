"""Every construct of a manuscript: the markup of its right use, and what is told of a wrong one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from packager import check, manuscript, theme
from packager.book import Asset, Book, Metadata, Options, Section
from packager.cells import translate
from packager.galley import Galley, render
from packager.variants import variant

Write = Callable[[Mapping[str, str | bytes]], Path]

BIB = "@book{hale, author = {Hale, Ann}, title = {Lights}, year = 1871}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"


@dataclass(frozen=True)
class Case:
    """A construct."""

    name: str
    source: str
    """Right use, as it stands below a chapter's heading and a blank line: on line 3."""
    shows: tuple[str, ...]
    """What its XHTML has to hold."""
    wrong: str
    code: str
    line: int
    """Of the file of the text, or of book.md for `head`."""
    head: str = ""
    """Front matter for both."""
    wrong_head: str = ""
    """Front matter that is what is wrong."""
    more: tuple[tuple[str, str], ...] = ()
    """Other files."""


CASES: tuple[Case, ...] = (
    Case(
        "letter",
        "::: letter\n::: dateline\nHaver, 3 May\n:::\n\nDear Ada,\n{.salutation}\n\nCome.\n\n::: signature\nB.\n:::\n:::",
        ('epub:type="z3998:letter"', 'class="dateline"', 'epub:type="z3998:salutation"', 'epub:type="z3998:signature"'),
        "::: leter\nDear Ada\n:::",
        "block-unknown",
        3,
    ),
    Case(
        "document",
        "::: {.letter .facsimile}\n::: mark\nSecret\n:::\n\nOne\n  two\n:::\n\n::: editor\nTorn here.\n:::\n\n::: provenance\nState Archive\n:::",
        (
            'class="mark"',
            '<span class="line indent-1">two</span>',
            'epub:type="z3998:editorial-note"',
            'class="provenance"',
        ),
        "::: editor\n:::",
        "block-empty",
        3,
    ),
    Case(
        "verse",
        "::: {.verse numbered=2}\nOne\n  two\n\nthree\n:::",
        ('epub:type="z3998:verse"', 'class="stanza"', "indent-1", 'class="line-number">2<'),
        "::: {.verse numbered=x}\nOne\n:::",
        "verse-numbered",
        3,
    ),
    Case(
        "line block",
        "| One\n|   two\n| -- Ada",
        ('class="line-block"', 'class="attribution"', "indent-1"),
        "> -- Ada",
        "attribution-alone",
        3,
    ),
    Case(
        "drama",
        "::: drama\n*Enter.*\n\nLear: Howl, (aside) howl.\n:::",
        ('epub:type="z3998:drama"', 'epub:type="z3998:stage-direction"', 'class="speaker"'),
        "::: drama\nnobody speaks\n:::",
        "speaker-missing",
        3,
    ),
    Case(
        "drama in verse",
        "::: {.drama .verse}\nLear: Howl,\nhowl.\n:::",
        ("z3998:drama z3998:verse", '<span class="line">'),
        "::: {.drama .verse}\nnobody speaks\n:::",
        "speaker-missing",
        3,
    ),
    Case(
        "interview",
        "::: interview\nQ: Why?\n\nA: So.\n:::",
        ('epub:type="qna"', "speech question", "speech answer"),
        "::: interview\nnobody asks\n:::",
        "speaker-missing",
        3,
    ),
    Case(
        "messages",
        "::: {.messages me=Bob}\nAda: Hi\nBob: Ho\n:::",
        ("message theirs", "message mine"),
        "::: {.messages me=Eve}\nAda: Hi\n:::",
        "speaker-unknown",
        3,
    ),
    Case(
        "handwritten",
        "::: handwritten\nBack soon\nA.\n:::",
        ('class="handwritten"', '<span class="line">A.</span>'),
        "::: handwriten\nBack\n:::",
        "block-unknown",
        3,
    ),
    Case(
        "epigraph",
        "::: epigraph\nWords.\n-- Ada\n:::\n\nText.",
        ('epub:type="epigraph"', 'role="doc-epigraph"', 'class="attribution">Ada'),
        "::: epigraph\n-- Ada\n:::",
        "attribution-alone",
        3,
    ),
    Case(
        "dedication",
        "Text.",
        ('role="doc-dedication"', "For Bea."),
        "::: dedication\n:::",
        "block-empty",
        3,
        more=(("dedication.md", "For Bea.\n"),),
    ),
    Case(
        "quotation",
        "> Said.\n> -- Who, *What*",
        ("<blockquote>", 'class="attribution">Who, <em>What</em>'),
        "> -- Who",
        "attribution-alone",
        3,
    ),
    Case(
        "pull quote",
        "Salt is dear.\n\n::: pullquote\nSalt is dear.\n:::",
        ('role="doc-pullquote"', "<aside"),
        "Salt.\n\n::: pullquote\nPepper is.\n:::",
        "pullquote-words",
        5,
    ),
    Case(
        "scene break",
        "One.\n\n***\n\nTwo.",
        ('class="scene-break"', 'role="separator"', 'class="first">Two.'),
        "One.",
        "knob-unknown",
        6,
        wrong_head="style:\n  scene-brake: x\n",
    ),
    Case(
        "drop capital",
        "“Écoute,” he said." + " She did not, as she never had." * 5,
        ('<span class="initial">“É</span>coute',),
        "Text.",
        "knob-value",
        6,
        head="style: {drop-caps: true}\n",
        wrong_head="style:\n  drop-caps: big\n",
    ),
    Case(
        "note",
        "Salt.[^a] Oil.^[Inline.]\n\n[^a]: One.\n\n    - two\n",
        (
            'epub:type="noteref"',
            'role="doc-noteref"',
            'epub:type="footnote"',
            'role="doc-footnote"',
            "two</li>",
            "Inline.",
        ),
        "Salt.[^b]",
        "note-undefined",
        3,
    ),
    Case(
        "editor's note",
        "Salt.[^*a]\n\n[^*a]: The editor.",
        ('role="doc-noteref"', ">*<"),
        "Salt.\n\n[^*a]: Lost.",
        "note-unused",
        5,
    ),
    Case(
        "notes by chapter",
        "Salt.[^a]\n\n[^a]: One.",
        ('class="notes at-end"', "Notes"),
        "Salt.",
        "key-value",
        5,
        head="notes: chapter\n",
        wrong_head="notes: margin\n",
    ),
    Case(
        "figure",
        '![A *map*.](map.svg){#fig-map fig-alt="Roads" width=50%}\n\nSee @fig-map.',
        ("<figure", 'alt="Roads"', "<figcaption", "Figure\u00a01.</span>", 'class="crossref"', "width-50"),
        "![A map](mop.svg)",
        "image-missing",
        3,
        more=(("map.svg", SVG),),
    ),
    Case(
        "image",
        "![](map.svg){.decorative}\n\nText.",
        ('alt=""',),
        "![](map.svg)",
        "image-alt",
        3,
        more=(("map.svg", SVG),),
    ),
    Case(
        "table",
        TABLE + ": Salt {#tbl-salt}\n\nSee @tbl-salt.",
        ("<caption", "Table\u00a01.</span> Salt", 'scope="col"', 'class="crossref"'),
        "See @tbl-slat.",
        "reference-undefined",
        3,
    ),
    Case(
        "section reference",
        "See [@sec-below]. Text.\n\n## Below {#sec-below}\n\nText.",
        ('class="crossref"', "“Below”"),
        "See @sec-blow.",
        "reference-undefined",
        3,
    ),
    Case(
        "code",
        '```python {#lst-f .numbered filename="f.py"}\nreturn 1  # <1>\n```\n\n1. Back.\n\nSee @lst-f.',
        ('class="hl-k', "Listing\u00a01", 'class="crossref"'),
        "See @lst-g.",
        "reference-undefined",
        3,
    ),
    Case(
        "formula",
        "$$x^2$$ {#eq-sq}\n\nSee @eq-sq, $y$.",
        ("<math", 'alttext="x^2"', "(1)", 'class="crossref"'),
        "Is $\\frac{1$ odd?",
        "math-invalid",
        3,
    ),
    Case(
        "citation",
        "So [@hale, p. 4].",
        ('role="doc-biblioref"', "1871, 4", 'role="doc-bibliography"'),
        "So [@hail].",
        "citation-unknown",
        3,
        head="bibliography: r.bib\n",
        more=(("r.bib", BIB),),
    ),
    Case(
        "index",
        '[Salt]{.index} and []{.index term="Oil!lamp"}[]{.index term=Fat see=Oil}.',
        ('epub:type="index"', 'role="doc-index"', "Oil", "index-locator"),
        "[]{.index}",
        "index-empty",
        3,
    ),
    Case(
        "glossary",
        "A [wick]{.term}.",
        ('role="doc-glossref"', 'epub:type="glossterm"'),
        "A [wack]{.term}.",
        "term-unknown",
        3,
        more=(("glossary.md", "# Glossary\n\nWick\n: A cord.\n"),),
    ),
    Case(
        "abbreviation",
        "The HTML.\n\n*[HTML]: Hypertext",
        ('<abbr title="Hypertext"',),
        "x",
        "key-value",
        5,
        wrong_head="numbered: perhaps\n",
    ),
    Case("definition list", "Wick\n: A cord.", ("<dl", "<dt", "<dd"), "# Two\n\nText.", "heading-level", 3),
    Case("side note", "Text [beside]{.aside} goes on.", ('class="side"',), "::: side\n:::", "block-empty", 3),
    Case(
        "box",
        "::: tip\n## Mind\n\nit\n:::\n\n::: {.callout-caution}\nthat\n:::",
        ('epub:type="tip"', 'class="warning"'),
        "::: tip\nnever closed",
        "div-unclosed",
        3,
    ),
    Case("list", "(iv) four\n(v) five", ('start="4"', "lower-roman"), ":::\n\ntext", "div-stray", 3),
    Case("tasks", "- [x] yes\n- [ ] no", ('class="task done"', 'aria-label="Done"'), "[go]()", "link-empty", 3),
    Case(
        "condition",
        "One [ink]{.only-print}[file]{.only-epub}.",
        ("only-print", "only-epub"),
        "[ink]{.only-prnt}",
        "only-unknown",
        3,
    ),
    Case(
        "variable",
        "> By {{author}}, {{ship}}.",
        ("By Ann Lee, Gull.",),
        "By {{auther}}.",
        "variable-unknown",
        3,
        head="variables: {ship: Gull}\n",
    ),
    Case(
        "include",
        "{{< include _part.md >}}",
        (">Included.",),
        "{{< include _none.md >}}",
        "include",
        3,
        more=(("_part.md", "> Included.\n"),),
    ),
    Case(
        "language",
        "*Un [mot]{lang=fr}*, [שלום]{lang=he}.",
        ('lang="fr"', 'lang="he" dir="rtl"'),
        "[mot]{lang=french!}",
        "lang-invalid",
        3,
    ),
    Case(
        "generated matter",
        "Text.",
        ("Made from plain text", "The Gull"),
        "Text.",
        "key-value",
        5,
        head="colophon: true\nalso-by: [The Gull]\n",
        wrong_head="colophon: maybe\n",
    ),
    Case(
        "lists of figures",
        '![A *map*.](map.svg){#fig-map fig-alt="Roads"}',
        ('<figure class="figure" id="one--fig-map"',),
        "Text.",
        "key-value",
        5,
        head="lists: [figures]\n",
        wrong_head="lists: [maps]\n",
        more=(("map.svg", SVG),),
    ),
)


def folder(write: Write, case: Case, text: str, head: str) -> Path:
    book = f"---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\n{head}---\n"
    return write({"book.md": book, "one.md": f"# One\n\n{text}\n", **dict(case.more)})


def markup(galley: Galley) -> str:
    """Give the markup without the lines, and with first letters in their words."""
    text = "".join(etree.tostring(leaf.element, encoding="unicode") for leaf in galley.leaves)
    return re.sub(r' data-line="\d+"', "", text)


def rendered(path: Path) -> Galley:
    book = manuscript.load(path)
    return render(book, theme.load(book).style)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_right_use(case: Case, manuscript: Write) -> None:
    path = folder(manuscript, case, case.source, case.head)
    shown = markup(rendered(path))
    assert not [each for each in case.shows if each not in shown], shown
    assert not check(path).problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_misuse(case: Case, manuscript: Write) -> None:
    path = folder(manuscript, case, case.wrong, case.wrong_head or case.head)
    told = {(problem.code, problem.path.rpartition("/")[2], problem.line) for problem in check(path).problems}
    assert (case.code, "book.md" if case.wrong_head else "one.md", case.line) in told, told


LINES = sorted({line for case in CASES for text in (case.source, case.wrong) for line in text.split("\n")})
SCRAPS = (
    "",
    "",
    ":::",
    "::: {.verse",
    "{#fig-a}",
    "[^a]",
    "$$",
    "|",
    "> ",
    "    ",
    "```",
    "```{r}",
    "#| label: fig-x",
    "{{< ",
)
ASSETS = {"map.svg": Asset("map.svg", SVG.encode()), "r.bib": Asset("r.bib", BIB.encode())}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from((*LINES, *SCRAPS)), max_size=30), st.sampled_from(["foot", "chapter", "book"]), st.data()
)
def test_whatever_is_mixed_nothing_raises_and_all_is_well_formed(
    lines: list[str], notes: str, data: st.DataObject
) -> None:
    text = "\n".join(lines)
    start = data.draw(st.integers(0, len(text)))
    text = text[start:] + data.draw(st.sampled_from(["", "\n", " "])) + text[: data.draw(st.integers(0, len(text)))]
    translated, numbers, _ = translate(text, (), 1, "two.qmd", {})
    sections = (
        Section("one.md", 1, text, "one"),
        Section("two.qmd", 1, translated, "two", lines=numbers),
        Section("g.md", 1, "# Glossary\n\nWick\n: A cord.\n", "glossary", role="glossary"),
    )
    options = Options(notes=notes, bibliography=("r.bib",), also_by=("The Gull",))
    galley = render(Book("b", Metadata("T"), sections, ASSETS, options=options), {"drop-caps": True})
    for edition in ("epub", "print"):
        shown = variant(galley, edition)
        trees = [etree.fromstring(etree.tostring(leaf.element)) for leaf in shown.leaves]
        ids = [name for tree in trees for node in tree.iter() if (name := node.get("id"))]
        assert len(ids) == len(set(ids))
        marks = {"lb", "label", "variable", "fault", "crossref", "fence"}
        assert not marks & {str(node.tag) for tree in trees for node in tree.iter()}
        assert not re.search("[\x02\x03]", "".join("".join(map(str, tree.itertext())) for tree in trees))
    for problem in galley.problems:
        assert problem.code
        assert problem.line is None or problem.line > 0
