from dataclasses import replace

import pytest

from packager.book import Contributor, Metadata, Options, Series
from packager.frontmatter import parse
from packager.metadata import book_keys, metadata, options, section_keys


def read(yaml: str) -> tuple[Metadata, list[str]]:
    """Read the front matter of a book whose first line is line 2."""
    keys, front = book_keys(parse(yaml, "book.md"))
    return metadata(keys, "Untitled"), [str(problem) for problem in front.problems]


def test_every_key_arrives() -> None:
    book, problems = read("""
title: The Tide
subtitle: A Novel
author: [Ada North, {name: Ben South, file-as: "South, Ben"}]
contributors: [{name: Cy West, role: translator}, {name: Di East, role: ill}]
lang: en_GB
date: 1892-10
publisher: Corpus
rights: All of them.
description: Short.
subject: [Sea, Sea, Salt]
series: Coasts
series-number: 2.5
identifier: urn:x:1
isbn: {epub: 978-0-306-40615-7, paperback: "9783161484100"}
edition: Second edition
cover: c.png
cover-alt: A wave
""")
    assert problems == []
    assert replace(book, isbn=dict(book.isbn)) == Metadata(
        title="The Tide",
        subtitle="A Novel",
        contributors=(
            Contributor("Ada North"),
            Contributor("Ben South", "aut", "South, Ben"),
            Contributor("Cy West", "trl"),
            Contributor("Di East", "ill"),
        ),
        lang="en-GB",
        date="1892-10",
        publisher="Corpus",
        rights="All of them.",
        description="Short.",
        subjects=("Sea", "Salt"),
        series=Series("Coasts", "2.5"),
        identifier="urn:x:1",
        isbn={"epub": "9780306406157", "paperback": "9783161484100"},
        edition="Second edition",
        cover="c.png",
        cover_alt="A wave",
    )


@pytest.mark.parametrize(
    ("yaml", "field", "value"),
    [
        ("booktitle: X", "title", "X"),
        ("title: 1984", "title", "1984"),
        ("title: [{type: subtitle, text: S}, {type: main, text: X}]", "title", "X"),
        ("title: [{type: main, text: X}, {type: subtitle, text: S}]", "subtitle", "S"),
        ('title: "A\\n  B"', "title", "A B"),
        ("authors: [A, B]", "authors", ("A", "B")),
        ("creator: [{role: author, text: A}, {role: editor, text: E}]", "authors", ("A",)),
        ("creator: [{role: aut, text: A, file-as: Z}]", "contributors", (Contributor("A", "aut", "Z"),)),
        ("aut: A", "authors", ("A",)),
        ("author: {given: Ada, family: North}", "authors", ("Ada North",)),
        ("editors: [E, F]", "contributors", (Contributor("E", "edt"), Contributor("F", "edt"))),
        ("translator: {name: T, file-as: U}", "contributors", (Contributor("T", "trl", "U"),)),
        ("trl: T", "contributors", (Contributor("T", "trl"),)),
        ("contributors: {editor: E, ill: [I]}", "contributors", (Contributor("E", "edt"), Contributor("I", "ill"))),
        ("contributor: Someone", "contributors", (Contributor("Someone", "ctb"),)),
        ("editor: E\nauthor: A", "contributors", (Contributor("A"), Contributor("E", "edt"))),
        ("language: FR", "lang", "fr"),
        ("inLanguage: zh-hant", "lang", "zh-Hant"),
        ("lang: no", "lang", "no"),
        ("published: 1892", "date", "1892"),
        ("license: CC", "rights", "CC"),
        ("keywords: Sea", "subjects", ("Sea",)),
        ("blurb: B", "description", "B"),
        ("belongs-to-collection: C\ngroup-position: 3", "series", Series("C", "3")),
        ("series: {name: C, number: 3}", "series", Series("C", "3")),
        ("Series_Name: C\nseries-volume: 3", "series", Series("C", "3")),
        ("cover-image: c.jpg", "cover", "c.jpg"),
        ("Cover_Image_Alt: A wave", "cover_alt", "A wave"),
        ("uuid: 00000000-0000-4000-8000-000000000001", "identifier", "urn:uuid:00000000-0000-4000-8000-000000000001"),
        ("identifier: {scheme: ISBN-13, text: 978-0-306-40615-7}", "isbn", {"epub": "9780306406157"}),
        ("identifier: [{scheme: ISBN-13, text: 9780306406157}, {scheme: DOI, text: 10.1/x}]", "identifier",
         "https://doi.org/10.1/x"),
        ("identifier: 9780306406157", "isbn", {"epub": "9780306406157"}),
        ("products: {print: {isbn: 9780306406157}}", "isbn", {"paperback": "9780306406157"}),
        ("isbn: {ebook: 9780306406157}", "isbn", {"epub": "9780306406157"}),
    ],
)  # fmt: skip
def test_other_tools_spellings_are_read(yaml: str, field: str, value: object) -> None:
    book, problems = read(yaml)
    assert problems == []
    assert getattr(book, field) == value


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("author: {name: [1]}", "book.md:2: `author` (name) must be text, not a list"),
        ("author:\n- A\n- {role: edt}", "book.md:4: `author` has an entry without a name (write a name, or name: …)"),
        ("contributors: [{name: A, role: edtor}]",
         "book.md:2: `contributors` (role) is no role that is known: 'edtor' (did you mean editor?)"),
        ("title: [a, b]", "book.md:2: `title` must be text, not a list"),
        ("publisher: {a: b}", "book.md:2: `publisher` must be text, not a mapping"),
        ("lang: english_UK!",
         "book.md:2: `lang` is no language: 'english_UK!' (write a BCP 47 tag: en, en-GB, fr, zh-Hant)"),
        ("date: 14 May 1892", "book.md:2: `date` is no date: '14 May 1892' (write 1892, 1892-10 or 1892-10-14)"),
        ("date: 2024-02-30", "book.md:2: `date` is no date of the calendar: '2024-02-30'"),
        ("numbered: perhaps", "book.md:2: `numbered` must be true or false, not 'perhaps'"),
        ("toc-depth: deep", "book.md:2: `toc-depth` must be a whole number, not 'deep'"),
        ("chapter-start: left", "book.md:2: `chapter-start` cannot be 'left' (write 'recto' or 'any')"),
        ("style: dark", "book.md:2: `style` must be a mapping of `name: value`, not 'dark'"),
        ("isbn: {audio: 9780306406157}",
         "book.md:2: `isbn` (audio) names no product that is made here (there are epub, paperback and hardcover)"),
        ("isbn: {epub: 0-306-40615-2}",
         "book.md:2: `isbn` (epub) is an ISBN-10: '0-306-40615-2' (write the ISBN-13, 9780306406157)"),
        ("author: A\nauthors: B", "book.md:3: `authors` says again what `author` says on line 2 (keep one of them)"),
        ("auhtor: A", "book.md:2: unknown key `auhtor` (did you mean `author`?)"),
        ("xyzzy: 1", "book.md:2: unknown key `xyzzy`"),
        ("notes: margin", "book.md:2: `notes` cannot be 'margin' (write 'foot', 'chapter' or 'book')"),
        ("filters: [/bin/sh]",
         "book.md:2: `filters` makes other tools run programs, and a manuscript runs none (delete it)"),
        ("isbn: 9780306406157",
         "book.md:2: `isbn` names no product, and is taken for the EPUB's (write isbn: {epub: …, paperback: …})"),
        ("isbn: {epub: 9780306406157, paperback: 9780306406157}",
         "book.md:2: two products have the same ISBN (each product needs its own)"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_a_problem_with_its_line(yaml: str, problem: str) -> None:
    assert read(yaml)[1] == [problem]


def test_one_wrong_value_does_not_take_the_others_away() -> None:
    book, problems = read("title: X\nlang: english_UK!\nauthor: A\ndate: soon\n")
    assert (book.title, book.lang, book.authors, book.date) == ("X", "en", ("A",), "")
    assert len(problems) == 2


def test_options_carry_typed_knobs_and_their_lines() -> None:
    keys, front = book_keys(
        parse(
            "theme: scholar\ntrim: a5\nnumbered: yes\ntoc-depth: 3\nchapter-start: any\n"
            "hyphenation: man-u-script naïve\n"
            "style:\n  scene-break: '7'\n  drop_caps: true\n  font-size: 11pt\n",
            "book.md",
        )
    )
    made = options(keys, front)
    assert front.problems == ()
    assert replace(made, style=dict(made.style), style_lines=dict(made.style_lines)) == Options(
        theme="scholar",
        trim="a5",
        style={"scene-break": "7", "drop-caps": True, "font-size": "11pt"},
        style_lines={"theme": 2, "trim": 3, "style": 8, "scene-break": 9, "drop-caps": 10, "font-size": 11},
        numbered=True,
        toc_depth=3,
        chapter_start="any",
        hyphenation=("man-u-script", "naïve"),
    )


def test_a_section_says_what_it_is() -> None:
    keys, problems = section_keys(
        parse(
            "title: T\ngoal: 2,000\nshort_title: S\ntype: dedication\nunnumbered: true\neditions: print\ndraft: no\n"
            "id: to-ada",
            "1.md",
        )
    )
    assert problems == ()
    assert (keys.title, keys.short_title, keys.role, keys.numbered, keys.editions, keys.draft, keys.id) == (
        "T", "S", "dedication", False, ("print",), False, "to-ada",
    )  # fmt: skip
    assert keys.goal == 2000


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("role: prefase", "1.md:2: `role` is no role that is known: 'prefase' (did you mean preface?)"),
        ("editions: [kindle]", "1.md:2: `editions` is no edition: 'kindle' (there are epub, print, screen, web)"),
        ("id: To Ada", "1.md:2: `id` is no id: 'To Ada' (write to-ada: small letters, digits and hyphens)"),
        ("publisher: P", "1.md:2: `publisher` says something of the whole book (move it to book.md)"),
        ("goal: many", "1.md:2: `goal` must be a whole number, not 'many'"),
        ("titel: P", "1.md:2: unknown key `titel` (did you mean `title`?)"),
    ],
)
def test_a_wrong_key_of_a_section_is_a_problem(yaml: str, problem: str) -> None:
    assert [str(each) for each in section_keys(parse(yaml, "1.md"))[1]] == [problem]
