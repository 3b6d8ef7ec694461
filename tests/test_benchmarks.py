"""What the benchmarks are made of, as far as it can be told without timing anything."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import books, table
from benchmarks.preview import table as previewed
from benchmarks.table import Row

TEXT = "# One\n\nShort.\n\n" + "\n\n".join(f"Paragraph {n} {'has some words. ' * 60}".strip() for n in range(3)) + "\n"


def test_an_edit_adds_a_word_and_another_one_each_time() -> None:
    found = {books.edited(TEXT, time) for time in range(3)}
    assert len(found) == 3
    assert {len(text.split()) for text in found} == {len(TEXT.split()) + 1}


def test_a_chapter_grows_by_so_many_words() -> None:
    grown = books.grown(TEXT, 0, 90)
    assert len(grown.split()) == len(TEXT.split()) + 90
    assert grown != books.grown(TEXT, 1, 90)


def test_the_first_chapters_link_to_no_later_ones(tmp_path: Path) -> None:
    source = tmp_path / "book"
    source.mkdir()
    for name in ("book.md", "1.md", "2.md"):
        (source / name).write_text("See [note 7](#note-7).\n")
    copy = books.copied(source, tmp_path / "copy", 1)
    assert {path.name for path in copy.iterdir()} == {"book.md", "1.md"}
    assert (copy / "1.md").read_text() == "See note 7.\n"
    assert (books.copied(source, tmp_path / "whole") / "2.md").read_text() == "See [note 7](#note-7).\n"


ROWS = (
    Row("A & B", "ours against theirs", 1.0, "s", 4.0, 0.5, 0.2, (3, 1)),
    Row("", "only told", 12.0, "MB"),
    Row("Too slow", "to the bar", 0.7, "s", None, 0.6, 0.3, (3, 0)),
)


def test_the_table_sets_what_keeps_to_its_bar_in_bold() -> None:
    first, told, slow = table.markdown(ROWS).splitlines()[2:]
    assert first == "| ours against theirs | 1.00 s | 4.00 s | **0.25** | 0.5 | 0.2 | 3, 1 |"
    assert told == "| only told | 12 MB |  | 12 MB |  |  | 1 |"
    assert "| 0.70 s | 0.6 s | 0.3 s | 3 |" in slow


def test_the_picture_shows_rows_with_a_label() -> None:
    texts = [text.text for text in ElementTree.fromstring(table.picture(ROWS)).iter("{http://www.w3.org/2000/svg}text")]
    assert {"A & B", "0.25", "Too slow", "0.70 s"} <= {*texts}
    assert "12 MB" not in texts


def _seen(reflow: float, print_: float) -> list[dict[str, float]]:
    return [{"reflow": reflow, "print": print_}] * 3


PREVIEW = {
    "packager": {
        "first": _seen(1100, 2000), "again": _seen(900, 3500), "short": _seen(40, 200), "long": _seen(60, 1100),
        "rested": _seen(55, 250), "rest": {"cpu": 0.3, "memory": 251.0},
    },
    "MkDocs serve": [900.0, 1000.0], "Vivliostyle preview": [390.0, 390.0],
    "machine": "a machine", "versions": ["packager 1"], "load": [0.1, 0.2],
}  # fmt: skip


def test_the_previews_table_tells_which_bars_are_reached() -> None:
    reached = {row.what: row.reached for row in previewed.rows(PREVIEW)}
    assert {what for what, kept in reached.items() if kept is False} == {
        "save to reflow, after a rest", "save to print page, 9,000 words", "start again to first print page",
        "memory (PSS)", "times faster in print than Vivliostyle preview",
    }  # fmt: skip
    assert reached["save to reflow"]
    assert reached["times faster in reflow than Vivliostyle preview"]
    assert reached["MkDocs serve: save to painted"] is None
    lines = previewed.markdown(PREVIEW).splitlines()
    assert "| save to print page | 200 ms | 200 ms | 300 / 600 | yes | 3 |" in lines
    assert "| memory (PSS) | 251 MB |  | 250 | **no** | 1 |" in lines


WEIGH = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from benchmarks.measure import run

print(json.dumps(asdict(run([sys.executable, "-c", sys.argv[1]], cwd=Path.cwd()))))
"""


def weighed(script: str) -> "subprocess.CompletedProcess[str]":
    """Weigh a program, in a process of its own: the weighing waits for all children that there are."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-c", WEIGH, script]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_and_its_children_are_weighed() -> None:
    child = "import time; held = bytearray(60_000_000); time.sleep(0.6)"
    done = weighed(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    cost = json.loads(done.stdout)
    assert cost["wall"] > 0.6
    assert 60 < cost["largest"] <= cost["memory"]
    assert cost["largest"] <= cost["resident"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_program_that_fails_is_told() -> None:
    assert "ended with 3: no" in weighed("import sys; sys.stderr.write('no'); sys.exit(3)").stderr
