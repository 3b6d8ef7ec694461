"""Inline markup that Python-Markdown lacks or reads too freely: notes, spans, raw tags, entities."""

import re
from html import unescape
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from packager import rawhtml
from packager.markdown.attributes import assign, fault

MATH = (
    r"(\$\$)(?=\S)([^$\x02]{1,2000}?)\$\$"
    r"|(?<![\\$\w])\$(?=\S)([^$\n\x02]{1,500}?)(?<=[^\s\\])\$(?![\d$])"
)
CITATION = r"\[(?=[^\[\]]{0,400}@)((?:[^\[\]\x02]*?[\s;])?-?@\w[^\[\]\x02]*)\](?![\[({])"
NUMBERED = r"(?<![\w@/.])@((?:fig|tbl|sec|eq)-[\w-]*\w)"
ENTITY = r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
BRACKETED = r"\[((?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\]){1,4000})\]"
SPAN = BRACKETED + r"\{:?[ ]*([^{}\n]+)\}"
NOTE_CALL = r"\[\^([^\]\s]+)\]"
INLINE_NOTE = r"\^" + BRACKETED
# What stands for code or an escaped mark, set aside by then, is in no tag: STX begins it.
ANGLES = r"<([^<>\s\x02][^<>\x02]{0,2000})>"


class Breaks(InlineProcessor):
    """A backslash at a line's end breaks the line."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("br"), m.start(0), m.end(0)


class HardSpaces(InlineProcessor):
    """A backslash before a space makes it a no-break space."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        return "\u00a0", m.start(0), m.end(0)


class NoteCalls(InlineProcessor):
    """`[^name]` calls a note."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("a", {"class": "noteref", "data-note": m[1]}), m.start(0), m.end(0)


class InlineNotes(InlineProcessor):
    """`^[text]` is a note written where it is called."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        note = Element("span", {"data-inline-note": ""})
        note.text = m[1]
        return note, m.start(0), m.end(0)


class Spans(InlineProcessor):
    """`[text]{.class lang=fr}` gives words a class or a language."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        span = Element("span")
        assign(span, m[2])
        span.text = m[1]
        return span, m.start(0), m.end(0)


class Later(InlineProcessor):
    """Markup of pandoc's that editions cannot set yet: it stands as written, with a warning."""

    code = ""
    message = ""
    hint = "write it out, or wait for a version that sets it"

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return fault(self.code, self.message.format(m[0]), m[0], self.hint), m.start(0), m.end(0)


class Math(Later):
    """`$x$` and `$$x$$`."""

    code, message = "math-later", "math is not set yet: {} stands as written"
    hint = "write it out, or put a backslash before a $ that means money"


class Citations(Later):
    """`[@key, p. 4]`."""

    code, message = "citation-later", "citations are not resolved yet: {} stands as written"


class References(Later):
    """`@fig-x`, `@tbl-x`, `@sec-x`, `@eq-x`."""

    code, message = "reference-later", "numbered references are not resolved yet: {} stands as written"


class Angles(InlineProcessor):
    """What stands in angle brackets: a link, a tag a book may carry, a tag it may not, or just words."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | str, int, int]:  # type: ignore[override]
        return self.read(m[0], m[1]), m.start(0), m.end(0)

    def read(self, whole: str, inner: str) -> Element | str:
        scheme = rawhtml.scheme_of(inner)
        tag = rawhtml.TAG.fullmatch(whole)
        if scheme in ("javascript", "vbscript", "data", "file"):
            return fault("link-unsafe", f"a {scheme}: link is left out", hint="link to a web address or a chapter")
        if scheme in rawhtml.SCHEMES and not re.search(r"\s", inner):
            return self.link(inner, inner)
        if re.fullmatch(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", inner):
            return self.link("mailto:" + inner, inner)
        if whole.startswith("<!--"):
            return fault("", "")
        name = tag[2].lower() if tag else ""
        if not tag or not rawhtml.known(name):
            return fault(
                "html-unknown",
                f"{whole} is no HTML tag and stays in the text as written",
                whole,
                r"write \< for a plain bracket, or put the words in `code`",
            )
        if name in rawhtml.REFUSED:
            return fault(
                "html-refused", f"<{tag[1]}{name}> is left out: a book takes no such tag", hint="say it in Markdown"
            )
        return self.tag(tag[1] == "/", name, tag[3])

    def tag(self, closes: bool, name: str, text: str) -> Element | str:
        mapped = rawhtml.RENAMED.get(name, name)
        if closes:
            return "" if name in rawhtml.VOID else self.stash(f"</{mapped}>")
        values, refused = rawhtml.attributes(name, text)
        if name == "img" and (
            any(key.startswith("on") for key in refused) or rawhtml.scheme_of(values.get("src", "")) == "data"
        ):
            return fault(
                "html-active",
                "an <img> that runs or embeds something is left out",
                hint="show a file of the manuscript: ![description](file.png)",
            )
        if refused:
            values["data-refused"] = " ".join(refused)
        return self.stash(rawhtml.opening(mapped, values))

    def stash(self, markup: str) -> str:
        return self.md.htmlStash.store(markup)

    def link(self, target: str, text: str) -> Element:
        element = Element("a", {"href": target})
        element.text = AtomicString(text)
        return element


class Entities(InlineProcessor):
    """`&eacute;` becomes its character: XML knows five names only."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        text = unescape(m[0])
        if any((c < " " and c not in "\t\n") or c in "\x7f\ufffe\uffff" for c in text):
            text = ""
        return text, m.start(0), m.end(0)


INLINES: tuple[tuple[type[InlineProcessor], str, str, int], ...] = (
    (Breaks, r"\\\n", "hard-break", 185),
    (HardSpaces, r"\\ ", "hard-space", 184),
    (Math, MATH, "math", 182),
    (NoteCalls, NOTE_CALL, "note-call", 176),
    (InlineNotes, INLINE_NOTE, "inline-note", 175),
    (Citations, CITATION, "citation", 174),
    (Spans, SPAN, "span", 173),
    (References, NUMBERED, "numbered-reference", 95),
    (Angles, ANGLES, "angle", 90),
    (Entities, ENTITY, "entity", 80),
)
"""Processors with their patterns, names and ranks: after code spans (190), around links (160), before emphasis (60)."""
