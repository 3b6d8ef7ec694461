"""Lines made ready for the parser."""

import pytest

from packager.source import prepare


def test_lines_keep_their_numbers() -> None:
    source = prepare("a\n<!-- x\ny -->\n- b\n```\ncode\n```\nc")
    assert [
        (line.strip(), origin) for line, origin in zip(source.lines, source.origins, strict=True) if line.strip()
    ] == [
        ("a", 0),
        ("- b", 3),
        ("\x02fence:0\x03", 4),
        ("c", 7),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n  - b\n    - c", ["- a", "    - b", "        - c"]),
        ("1. a\n   - b", ["1. a", "    - b"]),
        ("- a\n\n  more", ["- a", "", "    more"]),
        ("1) a\n2) b", ["1. \x02item:1)\x03a", "1. \x02item:2)\x03b"]),
        ("    code", ["    code"]),
        ("* * *", ["* * *"]),
    ],
)
def test_lists_go_on_one_indent(text: str, expected: list[str]) -> None:
    assert prepare(text).lines == expected


def test_unclosed_fence_runs_to_the_end() -> None:
    assert prepare("```\na\n\nb").fences[0].code == "a\n\nb"


def test_unclosed_comment_stays_text() -> None:
    assert prepare("a <!-- b\n\nc").lines == ["a <!-- b", "", "c"]
