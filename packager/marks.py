"""Marks that go through the parser with the text: where a kept line begins, what an author wrote before a list item.

They stand between control characters, which no manuscript holds.
"""

import re

LINED = frozenset("verse facsimile handwritten line-block addressee dateline closing signature mark".split())
"""Blocks that keep the lines of their source."""
FLOWING = frozenset("editor provenance note tip warning sidebar side letter body postscript".split())
"""Blocks that do not, even inside one that does."""
VOICES = frozenset("drama interview messages".split())
"""Blocks in which a line that begins with a name and a colon begins a speech."""

LINE_MARK = "\x02line:([0-9]+)\x03"
ITEM_MARK = "\x02item:([^\x02\x03]*)\x03"

_CLASS = re.compile(r"\.([\w-]+)")
_SPEECH = re.compile(r"(?:\*\*)?[^\W_a-z][^:*_`\[\]()!?;,\"“”<>|]{0,39}:(?:\*\*)?(?:\s|$)")
_PARTICLES = frozenset("a an and au d' da de del der des di du e et la le los of the und van von y".split())
_BOLD = re.compile(r"\*\*[^*]{1,40}[.:]\*\*:?(?:\s|$)|\*\*[^*]{1,40}\*\*:")
_DIRECTION = re.compile(r"\(.+\)$|\*[^*]+\*$|\[[^\]]+\]$")
_NOTE = re.compile(r"\[\^[^\]]+\]:")
_BAR = re.compile(r"\|(?: (.*)|$)")
_DASHES = re.compile(r"[> ]*\|?[ :|-]*-[ :|-]*$")
_ITEM = re.compile(
    r"( *)(\((?:[a-zA-Z]|[ivxlcdm]{1,7}|[IVXLCDM]{1,7}|[0-9]{1,3})\)"
    r"|(?:[a-z]|[ivxlcdm]{2,7})[.)]|(?:[A-Z]|[IVXLCDM]{2,7})(?:\)|\.(?=  ))|[0-9]{1,3}[.)]|\#\.)( +)(?=\S)"
)
_FIRST = frozenset(("a", "A", "i", "I", "1", "#"))


def manner(opening: str, outer: str) -> str:
    """Say how the lines of a fenced div are read: `lines` kept, `voices` parted, both, or empty for Markdown's way.

    `opening` is what stands behind the colons, `outer` the manner of the div around it.
    """
    name, _, rest = opening.partition(" ")
    names = _CLASS.findall(opening) if opening.startswith("{") else [name, *_CLASS.findall(rest if "{" in rest else "")]
    if LINED.intersection(names):
        return "spoken lines" if VOICES.intersection(names) else "lines"
    if VOICES.intersection(names):
        return "voices"
    return outer if outer == "lines" and not FLOWING.intersection(names) else ""


def kept(body: str) -> str:
    """Mark a line that is to stand by itself, with the columns it is indented by; a break at its end goes."""
    text = body.strip()
    if _NOTE.match(text):
        return body
    bar = _BAR.match(text)
    if bar:
        text = bar[1] or ""
        body = text
    if text.endswith("\\") and not text.endswith("\\\\"):
        text = text[:-1]
    return f"\x02line:{len(body) - len(body.lstrip())}\x03{text.strip()}" if text.strip() else ""


def spoken(body: str) -> str:
    """Mark the first line of a speech in verse, which its speaker's name begins."""
    return f"{body.strip()}\x02line:0\x03"


def begins_speech(body: str) -> bool:
    """Say whether a line of a dialogue begins a speech, or is a direction by itself."""
    speech = _SPEECH.match(body)
    return (speech is not None and _is_name(speech[0])) or _BOLD.match(body) is not None or is_direction(body)


def is_direction(body: str) -> bool:
    """Say whether a line of a play is a stage direction by itself."""
    return _DIRECTION.match(body.strip()) is not None


def _is_name(words: str) -> bool:
    """Tell `The Lord of the isles:` from a clause before a colon, by its small words."""
    return sum(word[0].islower() and word not in _PARTICLES for word in words.strip("*: ").split()) < 2


def is_line(body: str, following: str) -> bool:
    """Say whether a line belongs to a line block: a bar and a space before it, and no table's row."""
    return (
        _BAR.match(body) is not None
        and not (len(body.rstrip()) > 1 and body.rstrip().endswith("|"))
        and not ("-" in following and _DASHES.match(following))
    )


def item(body: str, *, fresh: bool, going: bool) -> str:
    """Turn a lettered or bracketed item into a numbered one, with a mark of what stood there; else return it as it is.

    `fresh`: a list may begin on this line; `going`: one whose items look like this is open.
    """
    match = _ITEM.match(body)
    if not match or not (going or fresh):
        return body
    label = match[2]
    if label[0].isdigit() and label[-1] == "." and not going:
        return body
    if not going and label[0] != "(" and not label[0].isdigit() and label.rstrip(".)") not in _FIRST:
        return body
    number = "1".zfill(max(len(label) - 1, 1))
    return f"{match[1]}{number}.{match[3]}\x02item:{label}\x03{body[match.end() :]}"
