"""The paged editions, from manuscript to finished file; facts of the file, not its bytes."""

import io
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import page as validation
import pikepdf
import pypdfium2
import pytest

from packager import galley, manuscript, theme
from packager.editions import Output
from packager.editions import print as paged
from packager.layout import geometry, joining, pool
from packager.layout.jobs import Proof
from packager.problems import PackagerError, Problem

Write = Callable[[Mapping[str, str | bytes]], Path]

PROSE = "It was a dark morning, and the tide had gone further out than anyone on the quay remembered. "
HEAD = "---\ntitle: The Tide\nauthor: Ann Lee\nlang: en-GB\ntheme: {}\n{}---\n"
NOTES = "".join(
    f"[^{n}]: The note with the number {n}, which says *something* of the matter.\n\n" for n in range(1, 13)
)
BOOK = {
    "book.md": HEAD.format("novel", "trim: 5x8\ntoc-depth: 2\n"),
    "00-dedication.md": "For Bea.\n",
    "00-preface.md": "# Preface\n\nSee [the second chapter](02-two.md#below).\n",
    "01-one.md": "# One\n\n"
    + "\n\n".join(f"{PROSE * 3}Here.[^{n}] {PROSE * 3}" for n in range(1, 13))
    + "\n\n"
    + NOTES,
    "02-two.md": f"# Two\n\n{PROSE * 9}\n\n## Below {{#below}}\n\n- a\n\n  {PROSE}\n\n- b\n\nA [*link* out](https://example.org).\n"
    "\n| Port | Boats |\n|---|--:|\n| Skarra | 12 |\n\n<table><caption>Boats</caption><tr><td>1</td></tr></table>\n",
    "03-three.md": f"# Three\n\n{PROSE * 40}\n",
}


def make(folder: Path, edition: str = "print", jobs: int = 2) -> Output:
    book = manuscript.load(folder)
    look = theme.load(book)
    return paged.make(galley.render(book, look.style), look, edition=edition, jobs=jobs)


def data(output: Output) -> bytes:
    (file,) = output.files.values()
    return file


def faults(output: Output) -> list[Problem]:
    """Give the problems of a book, besides that ours are too thin for a printer."""
    return [problem for problem in output.problems if problem.code != "pages-count"]


def texts(output: Output) -> list[str]:
    """Give the text of each page, white space run together, hyphens at line ends gone."""
    pdf = pypdfium2.PdfDocument(data(output))
    found = []
    for number in range(len(pdf)):
        opened = pdf[number]
        layer = opened.get_textpage()
        found.append(" ".join(re.sub("(?:\u2010|\ufffe)\\s+", "", layer.get_text_range()).split()))
        layer.close()
        opened.close()
    pdf.close()
    return found


@contextmanager
def opened(output: Output) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(data(output))) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tide") / "tide"
    made.mkdir()
    for name, content in BOOK.items():
        (made / name).write_text(content)
    return made


@pytest.fixture(scope="module")
def paper(folder: Path) -> Output:
    return make(folder, "print")


@pytest.fixture(scope="module")
def screen(folder: Path) -> Output:
    return make(folder, "screen")


def test_pages_follow_the_order_of_books(paper: Output) -> None:
    found = texts(paper)
    letters = [re.sub(r"\W", "", text).lower() for text in found]
    assert letters[0] == "thetide"
    assert found[1] == ""
    assert "annlee" in letters[2]
    assert "© Ann Lee" in found[3]
    assert found[4] == "For Bea."
    assert found[5] == ""
    assert letters[6].endswith("vii") or letters[6].startswith("vii")
    assert "Preface" in found[8]
    assert not faults(paper)
    assert paper.pages == len(found)
    assert paper.pages % 2 == 0


def test_contents_tell_where_things_stand(paper: Output) -> None:
    found = texts(paper)
    with opened(paper) as pdf:
        (_, _, body, _) = list(pdf.Root.PageLabels.Nums)
    told = dict(re.findall(r"(One|Two|Three|Below)[ .]+(\d+)", found[6]))
    assert set(told) == {"One", "Two", "Three", "Below"}
    for title, folio in told.items():
        assert title in found[int(body) + int(folio) - 1], title
    for title in ("One", "Two", "Three"):
        assert int(told[title]) % 2 == 1
    assert "Preface" in found[6]
    assert "ix" in found[6]


def test_heads_and_folios(paper: Output) -> None:
    found = texts(paper)
    with opened(paper) as pdf:
        body = int(list(pdf.Root.PageLabels.Nums)[2])
    second, third = found[body + 1], found[body + 2]
    assert re.search(r"\b2\b", second)
    assert re.search(r"\b3\b", third)
    assert "annlee" in re.sub(r"\W", "", second).lower()
    assert "annlee" not in re.sub(r"\W", "", found[body]).lower()


def test_notes_stand_at_the_foot_of_their_pages(paper: Output) -> None:
    found = texts(paper)
    for number in range(1, 13):
        (place,) = [at for at, text in enumerate(found) if f"the number {number}, which" in text]
        (call,) = [at for at, text in enumerate(found) if re.search(rf"Here\. ?{number}\b", text)]
        assert place in (call, call + 1)


def test_nothing_in_print_but_ink(paper: Output) -> None:
    with opened(paper) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/PageLabels", "/Lang"}
        assert [(int(at), str(label.S)) for at, label in zip(*[iter(pdf.Root.PageLabels.Nums)] * 2, strict=True)] == [
            (0, "/r"),
            (10, "/D"),
        ]
        assert dict(pdf.trailer.Info) == {"/Title": "The Tide", "/Author": "Ann Lee"}
        for page in pdf.pages:
            assert "/Annots" not in page.obj
            assert [list(map(float, box)) for box in (page.mediabox, page.trimbox)] == [[0, 0, 360, 576]] * 2
            operators = {str(instruction.operator) for instruction in pikepdf.parse_content_stream(page)}
            assert not {"rg", "RG", "g", "G"} & operators


def fonts(pdf: pikepdf.Pdf) -> dict[str, set[tuple[int, int]]]:
    """Give the programs that each font name brings."""
    found: dict[str, set[tuple[int, int]]] = {}
    for page in pdf.pages:
        for font in page.obj.Resources.get("/Font", {}).values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            program = descriptor["/FontFile2" if "/FontFile2" in descriptor else "/FontFile3"]
            found.setdefault(str(font.BaseFont), set()).add(program.objgen)
    return found


def test_each_face_is_embedded_once(paper: Output) -> None:
    with opened(paper) as pdf:
        found = fonts(pdf)
    assert found
    assert all(len(programs) == 1 for programs in found.values())


def test_screen_is_tagged_and_linked(screen: Output) -> None:
    result = validation.validate_pdf_bytes(data(screen), profile="ua1")
    assert not [failure.message for failure in result.failures]
    with opened(screen) as pdf:
        with pdf.open_outline() as outline:
            assert [str(item.title) for item in outline.root][-4:] == ["Preface", "One", "Two", "Three"]
            assert [str(item.title) for item in outline.root[-2].children] == ["Below"]
        names = {str(name) for name in list(pdf.Root.Names.Dests.Names)[::2]}
        links = [a for page in pdf.pages for a in page.obj.get("/Annots", [])]
        targets = {str(link.Dest) for link in links if "/Dest" in link}
        assert targets <= names
        assert {"one", "two", "three"} <= targets
        assert [str(link.A.URI) for link in links if "/A" in link] == ["https://example.org"]
        assert "link out" in {str(link.Contents) for link in links}
        assert str(pdf.Root.Lang) == "en-GB"


def test_both_editions_have_the_same_body(paper: Output, screen: Output) -> None:
    def body(output: Output) -> list[str]:
        with opened(output) as pdf:
            return texts(output)[int(list(pdf.Root.PageLabels.Nums)[2]) :]

    assert body(paper) == body(screen)


def test_the_number_of_workers_and_the_place_change_no_byte(
    folder: Path, paper: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert data(make(folder.rename(folder.parent / "elsewhere").rename(folder), "print", jobs=1)) == data(paper)


def test_a_note_longer_than_a_page_is_carried_on(manuscript: Write) -> None:
    words = " ".join(f"word{n}" for n in range(1500))
    made = make(
        manuscript(
            {
                "book.md": HEAD.format("scholar", "trim: 5x8\n"),
                "1.md": f"# One\n\n{PROSE}[^1] {PROSE * 20}\n\n[^1]: {words}\n",
            }
        )
    )
    assert not faults(made)
    found = " ".join(texts(made))
    places = [found.index(f"word{n}") for n in (0, 700, 1499)]
    assert places == sorted(places)
    assert found.count("word1234") == 1


def test_chapters_on_left_hand_pages(manuscript: Write) -> None:
    chapters = {f"{n}.md": f"# Number {n}\n\n{PROSE * 3}\n" for n in range(1, 5)}
    options = "chapter-start: any\n"
    made = make(manuscript({"book.md": HEAD.format("novel", options), **chapters}))
    found = texts(made)
    (first,) = [at for at, text in enumerate(found) if "Number 1" in text and "Number 2" not in text]
    assert [at for at, text in enumerate(found[first:]) if "Number" in text] == [0, 1, 2, 3]
    pdf = pypdfium2.PdfDocument(data(made))
    edges = []
    for at in range(first, first + 4):
        layer = pdf[at].get_textpage()
        edges.append(
            round(
                min(layer.get_charbox(i)[0] for i in range(layer.count_chars()) if layer.get_text_range(i, 1).strip())
            )
        )
        layer.close()
    pdf.close()
    assert edges[0] == edges[2] != edges[1] == edges[3]


def test_what_runs_out_of_the_page_is_told(manuscript: Write) -> None:
    row = "|".join("Donaudampfschifffahrt" * 2 for _ in range(9))
    table = f"|{row}|\n|{'---|' * 9}\n|{row}|\n"
    made = make(manuscript({"book.md": HEAD.format("novel", ""), "1.md": f"# One\n\n{table}\n"}))
    assert {(problem.code, problem.place) for problem in faults(made)} <= {
        ("overflow-wide", f"1.md:{line}") for line in (3, 5)
    }
    assert " ".join(texts(made)).replace(" ", "").count("schifffahrt") == 36


def test_characters_without_glyph_are_told(manuscript: Write) -> None:
    head = HEAD.format("novel", "checks: {glyph-missing: warning}\n")
    (problem,) = faults(make(manuscript({"book.md": head, "1.md": "# One\n\nA \U000f1234 here.\n"})))
    assert (problem.code, problem.place) == ("glyph-missing", "1.md:3")
    assert "U+F1234" in problem.message


def test_hyphenation_has_exceptions(manuscript: Write) -> None:
    text = " ".join(["incomprehensibility"] * 60)
    free = {"book.md": HEAD.format("novel", "trim: 5x8\n"), "1.md": f"# One\n\n{text}\n"}
    fixed = {**free, "book.md": HEAD.format("novel", "trim: 5x8\nhyphenation: [Incompre-hensibility]\n")}

    def parts(files: Mapping[str, str | bytes]) -> set[str]:
        pdf = pypdfium2.PdfDocument(data(make(manuscript(files))))
        found: set[str] = set()
        for number in range(len(pdf)):
            layer = pdf[number].get_textpage()
            found |= set(re.findall("(\\w+)(?:\u2010|\ufffe)", layer.get_text_range()))
            layer.close()
        pdf.close()
        return found

    assert len(parts(free)) > 1
    assert parts(fixed) == {"incompre"}


def test_a_hidden_scene_break_is_shown_at_the_edge_of_a_page(manuscript: Write) -> None:
    files = {"book.md": HEAD.format("novel", "trim: 5x8\nstyle: {scene-break: ''}\n")}
    text = "\n\n***\n\n".join([PROSE * 2] * 24)
    found = texts(make(manuscript({**files, "1.md": f"# One\n\n{text}\n"})))
    stars = [" ".join(text.split()) for text in found if "* * *" in text]
    assert stars
    assert all(re.search(r"^\D{0,20}\d+ \* \* \*|\* \* \*$", text) for text in stars)


@pytest.mark.parametrize(
    ("options", "code", "line"),
    [("trim: b-fromat\n", "trim-unknown", 6), ("printer: kpd\n", "printer-unknown", 6)],
)
def test_sizes_and_printers_that_are_none(manuscript: Write, options: str, code: str, line: int) -> None:
    with pytest.raises(PackagerError) as stop:
        make(manuscript({"book.md": HEAD.format("novel", options), "1.md": "# One\n\nText.\n"}))
    (problem,) = stop.value.problems
    assert (problem.code, problem.line) == (code, line)


def test_a_book_too_thin_for_the_printer(paper: Output, screen: Output) -> None:
    (problem,) = [problem for problem in paper.problems if problem.code == "pages-count"]
    assert "24 to 828" in problem.message
    assert not screen.problems


def test_a_thick_book_has_a_wider_gutter(manuscript: Write) -> None:
    book = manuscript_of(manuscript({"book.md": HEAD.format("novel", "printer: lulu\n"), "1.md": "# One\n\nText.\n"}))
    measures = geometry.find(book[0].book, book[1])
    assert measures.inside(50) < measures.inside(200) <= measures.inside(700)


def manuscript_of(folder: Path) -> tuple[galley.Galley, theme.Theme]:
    book = manuscript.load(folder)
    look = theme.load(book)
    return galley.render(book, look.style), look


def test_the_end_of_a_worker_names_the_chapter(manuscript: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packager.layout.pool.ENGINE", "tests.layout.fatal")
    with pytest.raises(PackagerError, match=r"1\.md: laying out One ended .*SIGKILL"):
        make(manuscript({"book.md": HEAD.format("novel", ""), "1.md": "# One\n\nText.\n"}), jobs=1)


def test_pages_without_end_are_given_up(manuscript: Write) -> None:
    files = {"1.md": f"# One\n\n{'*w* ' * 300}\n", "style.css": "em { display: block; break-after: page }"}
    folder = manuscript({"book.md": HEAD.format("novel", ""), **files})
    with pytest.raises(PackagerError, match=r"1\.md: One fills page after page"):
        make(folder)


def test_progress_reaches_its_end(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    book, look = manuscript_of(folder)
    paged.make(book, look, jobs=2, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["layout", "furniture", "join", "proof"]
    assert all(0 <= done <= total for _, done, total in told)
    pages = [done for stage, done, _ in told if stage == "layout"]
    assert pages == sorted(pages)
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total for done, total in last.values())


def test_workers_go_with_the_run(folder: Path) -> None:
    import multiprocessing

    def interrupt(stage: str, done: int, total: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    book, look = manuscript_of(folder)
    with pytest.raises(KeyboardInterrupt):
        paged.make(book, look, jobs=2, progress=interrupt)
    assert not multiprocessing.active_children()


APPARATUS = {
    "book.md": HEAD.format("scholar", "notes: book\nbibliography: r.bib\n"),
    "r.bib": "@book{hale, author = {Hale, Ann}, title = {Oil}, year = 1871}\n",
    "01-one.md": f"# One\n\n[Oil]{{.index}} burns.[^a] [@hale]\n\n{PROSE * 60}[]{{.index-start term=Tide}}\n\n"
    f"{PROSE * 60} More [oil]{{.index term=Oil}}.[^b]\n\n{PROSE * 60}[]{{.index-end term=Tide}}\n\n"
    f"[^a]: Of oil.\n\n[^b]: Of more oil.\n\n    {PROSE * 40}\n",
}


@pytest.mark.parametrize("edition", ["print", "screen"])
def test_an_index_tells_pages_and_endnotes_say_where_they_belong(manuscript: Write, edition: str) -> None:
    output = make(manuscript(APPARATUS), edition)
    pages = texts(output)
    labels = [pypdfium2.PdfDocument(data(output)).get_page_label(n) for n in range(len(pages))]
    body = {labels[n]: page for n, page in enumerate(pages) if labels[n].isdecimal()}
    first = next(folio for folio, page in body.items() if "burns" in page)
    second = next(folio for folio, page in body.items() if "More oil" in page)
    index = next(page for page in body.values() if page.endswith("Index") or "Oil, " in page)
    assert f"Oil, {first}, {second}" in index
    start, end = re.findall(r"Tide, (\d+)–(\d+)", index)[0]
    assert int(first) <= int(start) < int(second) < int(end)
    assert any(f"Notes to pages {first}–{second}" in page or f"Notes to page {second}" in page for page in pages)
    assert not faults(output)
    if edition == "screen":
        assert validation.validate_pdf_bytes(data(output), profile="ua1").is_compliant


def test_rare_scripts_are_set_in_a_face_that_is_told(manuscript: Write) -> None:
    text = "# One\n\nIn [東京]{lang=ja} they smile 😆 and say नमस्ते.\n"
    made = make(manuscript({"book.md": HEAD.format("novel", ""), "1.md": text}))
    assert any("東京" in page for page in texts(made))
    told = {(problem.code, problem.place, problem.message.partition(" is set in ")[2]) for problem in faults(made)}
    assert told == {
        ("glyph-borrowed", "1.md:3", f"{face}: the font of the text lacks it")
        for face in ("Noto Serif JP", "Noto Emoji", "Noto Sans Devanagari")
    }


def test_characters_without_glyph_stop_the_build(manuscript: Write) -> None:
    files = {"book.md": HEAD.format("novel", ""), "1.md": "# A\n\nOne 𒀀 sign.\n"}
    with pytest.raises(PackagerError) as stopped:
        make(manuscript(files))
    (problem,) = stopped.value.problems
    assert (problem.severity, problem.code, problem.place) == ("error", "glyph-missing", "1.md:3")
    assert "U+12000" in problem.message


def test_references_tell_pages_before_and_behind(manuscript: Write) -> None:
    files = {
        "book.md": HEAD.format("scholar", "trim: 5x8\n"),
        "01-one.md": f"# One {{#sec-one}}\n\n{PROSE * 60}\n\nLook at @sec-far on.\n\n{PROSE * 60}\n",
        "02-two.md": f"# Two\n\nAs @sec-one says.\n\n{PROSE * 90}\n\n## Far off {{#sec-far}}\n\nText.\n",
    }
    made = make(manuscript(files))
    pages = texts(made)
    with opened(made) as pdf:
        body = int(list(pdf.Root.PageLabels.Nums)[2])
    whole = " ".join(pages)
    (far,) = re.findall(r"Far off.?, page (\d+)", whole)
    (one,) = re.findall(r"As [^.]*, page (\d+) says", whole)
    assert "Far off" in pages[body + int(far) - 1]
    assert int(one) == 1
    assert not faults(made)


def test_a_folio_that_moves_its_target_is_told_right(manuscript: Write) -> None:
    """Page numbers of one figure take less room than the two that held their place, and pull the text up."""
    line = "w [](#sec-end) @sec-end, " * 60
    files = {
        "book.md": HEAD.format("scholar", "trim: 5x8\n"),
        "01-one.md": "# One\n\n" + f"{line}\n\n" * 6 + "## The end {#sec-end}\n\nText.\n",
    }
    made = make(manuscript(files))
    pages = texts(made)
    with opened(made) as pdf:
        body = int(list(pdf.Root.PageLabels.Nums)[2])
    told = set(re.findall(r"page (\d+)", " ".join(pages[body:])))
    at = next(at for at, text in enumerate(pages[body:], 1) if "Text." in text)
    assert told == {str(at)}


def test_a_page_that_an_edition_lacks_is_not_told(manuscript: Write) -> None:
    files = {
        "book.md": HEAD.format("scholar", "trim: 5x8\n"),
        "01-one.md": "# One\n\nLook at @sec-two, then go.\n",
        "02-two.md": "---\neditions: [screen]\n---\n# Two {#sec-two}\n\nText.\n",
    }
    whole = " ".join(texts(make(manuscript(files))))
    assert re.search(r"Look at [^.]*Two.?, then go", whole)
    assert ", page" not in whole


@pytest.mark.parametrize("edition", ["print", "screen"])
def test_only_what_changed_is_laid_out_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paper: Output, screen: Output, edition: str
) -> None:
    jobs: list[tuple[str, int]] = []
    run = pool.Pool.run

    def watched(self: object, setup: object, work: str, todo: Sequence[object], *rest: object) -> object:
        jobs.append((work, len(todo)))
        return run(self, setup, work, todo, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pool.Pool, "run", watched)
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path / "kept"))
    assert data(make(folder, edition)) == data(paper if edition == "print" else screen)

    with monkeypatch.context() as patched:
        patched.setattr(pool.Pool, "_hired", lambda self: pytest.fail("worker"))
        jobs.clear()
        assert make(folder, edition) == (paper if edition == "print" else screen)
        assert not [job for job in jobs if job[1]]

    edited = tmp_path / "tide"
    shutil.copytree(folder, edited)
    text = edited.joinpath("02-two.md")
    text.write_text(text.read_text().replace("a dark morning", "a dull morning", 1))
    jobs.clear()
    warm = make(edited, edition)
    assert sum(count for work, count in jobs if work == "lay_out") == 1
    assert not sum(count for work, count in jobs if work == "furnish")
    monkeypatch.setenv("PACKAGER_CACHE", os.devnull)
    assert make(edited, edition) == warm


@pytest.mark.parametrize("edition", ["print", "screen"])
def test_pages_that_move_are_neither_drawn_nor_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path / "kept"))
    pages = make(folder, edition).pages
    moved = tmp_path / "tide"
    shutil.copytree(folder, moved)
    text = moved / "01-one.md"
    text.write_text(text.read_text().replace("# One\n\n", f"# One\n\n{PROSE * 40}\n\n", 1))
    jobs: list[tuple[str, object]] = []
    run = pool.Pool.run

    def watched(self: object, setup: object, work: str, todo: Sequence[object], *rest: object) -> object:
        jobs.extend((work, job) for job in todo)
        return run(self, setup, work, todo, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(pool.Pool, "run", watched)
    warm = make(moved, edition)
    drawn = sum(len(job) for work, job in jobs if work == "furnish" and isinstance(job, tuple))
    read = sum(len(job.pages) for _, job in jobs if isinstance(job, Proof))
    assert warm.pages == (pages or 0) + 2
    # The two that are new, and those whose first page or last has a folio that it had on no such page.
    assert 2 <= drawn <= 5
    # Besides them those of the chapter that were laid out anew.
    assert drawn <= read <= 10
    monkeypatch.setenv("PACKAGER_CACHE", os.devnull)
    assert make(moved, edition) == warm


def test_letters_that_are_lost_on_the_way_are_missed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKAGER_CACHE", str(tmp_path / "kept"))
    make(folder)
    join = joining.Binder.join

    def unlettered(*about: Any) -> bytes:
        with pikepdf.open(io.BytesIO(join(*about))) as pdf:
            for font in pdf.pages[-4].obj.Resources.Font.values():
                font.ToUnicode.write(re.sub(rb"<0065>", b"<0020>", font.ToUnicode.read_bytes()))
            file = io.BytesIO()
            pdf.save(file)
        return file.getvalue()

    monkeypatch.setattr(joining.Binder, "join", unlettered)
    with pytest.raises(PackagerError) as raised:
        make(folder)
    (problem,) = raised.value.problems
    assert problem.code == "word-lost"
    assert re.search(r"page \w+ of the finished file has \d+ letters of \d+ that were set, in ", problem.message)


def test_words_of_another_language_are_divided_by_its_rules(manuscript: Write) -> None:
    words = " ".join(["Bootsmannsstellvertreter"] * 40)
    files = {"book.md": HEAD.format("novel", "trim: 5x8\n"), "1.md": f"# One\n\nHe said [{words}]{{lang=de}}.\n"}
    pdf = pypdfium2.PdfDocument(data(make(manuscript(files))))
    text = "".join(pdf[n].get_textpage().get_text_range() for n in range(len(pdf)))
    divided = set(re.findall(r"(\w+)[-\u2010\u00ad\ufffe\x02]\r?\n(\w+)", text))
    assert divided
    assert {head for head, _ in divided} <= {
        "Boots",
        "Bootsmanns",
        "Bootsmannsstell",
        "Bootsmannsstellver",
        "Bootsmannsstellvertre",
    }
