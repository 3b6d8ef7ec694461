"""Code of mdBooks: what is there for the compiler alone is no part of the book."""

import pytest

from packager.mdbook import literal, without_hidden_lines


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("```rust\n# fn main() {\nlet x = 1;\n# }\n```", "```rust\nlet x = 1;\n```"),
        ("```rust,ignore\n  # no\n#\n#[derive]\n## yes\n#!x\n```", "```rust,ignore\n#[derive]\n# yes\n#!x\n```"),
        ("```python\n# shown\n```", "```python\n# shown\n```"),
        ("# A heading\n\n```rust\nx\n```\n\n# Another", "# A heading\n\n```rust\nx\n```\n\n# Another"),
        ("````md\n```rust\n# shown\n```\n````", "````md\n```rust\n# shown\n```\n````"),
    ],
)  # fmt: skip
def test_hidden_lines_of_rust(source: str, expected: str) -> None:
    assert without_hidden_lines(source, (), 1)[0] == expected


def test_lines_keep_their_numbers() -> None:
    assert without_hidden_lines("a\n```rust\n# b\nc\n```", (), 10)[1] == (10, 11, 13, 14)
    assert without_hidden_lines("```rust\n# b\nc\n```", (3, 9, 9, 4), 1)[1] == (3, 9, 4)


def test_braces_are_text() -> None:
    assert literal("a {{x}} `{{y}}` \\{{z}}\n\n```\n{{w}}\n```") == "a \\{{x}} `{{y}}` \\{{z}}\n\n```\n{{w}}\n```"
