"""Code told apart by what its words are: keyword, comment, string, …; the only importer of Pygments."""

from collections.abc import Iterable, Iterator
from functools import cache

KINDS = (
    ("Comment.Preproc", "p"),
    ("Comment", "c"),
    ("Keyword.Type", "t"),
    ("Keyword", "k"),
    ("Operator.Word", "k"),
    ("Literal.String", "s"),
    ("Literal.Number", "n"),
    ("Name.Function", "f"),
    ("Name.Class", "f"),
    ("Name.Decorator", "p"),
    ("Name.Tag", "k"),
    ("Name.Attribute", "t"),
    ("Generic.Inserted", "i"),
    ("Generic.Deleted", "d"),
    ("Generic.Heading", "f"),
    ("Generic.Subheading", "f"),
    ("Generic.Prompt", "p"),
)
"""Pygments' names of tokens, the narrow before the wide -> the short class `hl-…`; all others stay plain."""


def spans(code: str, language: str) -> list[tuple[str, str]] | None:
    """Split code into (class, text), the class empty for plain text; None for a language that is not known.

    The texts joined are the code, character for character.
    """
    lexer = _lexer(language.lower())
    if lexer is None:
        return None
    parts = [(_class(str(kind)), text) for kind, text in lexer.get_tokens(code)]  # type: ignore[attr-defined]
    return list(_bare(_joined(parts))) if "".join(text for _, text in parts) == code else None


def _bare(parts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave the white space behind words out of their class."""
    for kind, text in parts:
        word = text.rstrip() if kind else text
        yield kind, word
        if word != text:
            yield "", text[len(word) :]


def _joined(parts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Run neighbours of one class together; white space goes with either."""
    held, kind = "", ""
    for name, text in parts:
        if name != kind and text.strip() and held:
            yield kind, held
            held = ""
        if not held.strip() and text.strip():
            if held and name:
                yield "", held
                held = ""
            kind = name
        held += text
    if held:
        yield kind, held


@cache
def _class(token: str) -> str:
    name = token.removeprefix("Token.")
    found = next((short for kind, short in KINDS if name == kind or name.startswith(f"{kind}.")), "")
    return f"hl-{found}" if found else ""


@cache
def _lexer(language: str) -> object | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if language in ("text", "plain", "plaintext", "none", "output"):
        return None
    try:
        lexer: object = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer
