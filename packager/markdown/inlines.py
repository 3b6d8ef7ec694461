"""Inline markup that Python-Markdown lacks or reads too freely: notes, spans, raw tags, entities."""

import re
from html import unescape
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import IMAGE_LINK_RE, ImageInlineProcessor, InlineProcessor
from markdown.util import AtomicString

from packager import rawhtml
from packager.markdown.attributes import assign, fault
from packager.marks import ITEM_MARK, LINE_MARK

MATH = (
    r"(\$\$)((?:[^$\\\x02]|\\.){1,4000}?)\$\$(?:[ ]*\{[ ]*#(eq-[\w-]*\w)[ ]*\})?"
    r"|(?<![\\$\w])\$(?=\S)((?:[^$\\\n\x02]|\\.){1,500}?)(?<=\S)\$(?![\w$])"
)
NUMBERED = r"(?<![\w@/.])@((?:[Ff]ig|[Tt]bl|[Ss]ec|[Ee]q|[Ll]st)-[\w-]*\w)"
_NUMBER = r"(?:[^\[\]@;\x02\n]{1,40}[ ])?-?@(?:[Ff]ig|[Tt]bl|[Ss]ec|[Ee]q|[Ll]st)-[\w-]*\w"
BRACKETED_NUMBERS = rf"\[({_NUMBER}(?:;[ ]*{_NUMBER})*)\](?![\[({{])"
CAPTIONED = r"\{((?:[^{}\"']|\"[^\"]*\"|'[^']*')*#(?:fig-)(?:[^{}\"']|\"[^\"]*\"|'[^']*')*)\}"
ENTITY = r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
BRACKETED = r"\[((?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\]){1,4000})\]"
SPAN = BRACKETED + r"\{:?[ ]*([^{}\n]+)\}"
NOTE_CALL = r"\[\^([^\]\s]+)\]"
INLINE_NOTE = r"\^" + BRACKETED
# What stands for code or an escaped mark, set aside by then, is in no tag: STX begins it.
VARIABLE = r"\{\{[ \t]*([A-Za-z][\w.-]{0,60})[ \t]*\}\}|\{\{<[ \t]*(?:meta|var)[ \t]+([A-Za-z][\w.-]{0,60})[ \t]*>\}\}"
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
        assign(span, self.unescape(m[2]))
        span.text = m[1]
        return span, m.start(0), m.end(0)


class Lines(InlineProcessor):
    """The mark of a kept line is the break before it, with its indent."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("lb", {"indent": m[1]}), m.start(0), m.end(0)


class Items(InlineProcessor):
    """The mark of a lettered item: what stood before it."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("label", {"text": m[1]}), m.start(0), m.end(0)


class Variables(InlineProcessor):
    """`{{name}}`, or Quarto's `{{< meta name >}}`, stands for what the front matter says."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("variable", {"name": m[1] or m[2]}), m.start(0), m.end(0)


class Math(InlineProcessor):
    """`$x$`, and `$$x$$ {#eq-x}` in a block of its own: marked here, read when the section is composed."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | None, int | None, int | None]:  # type: ignore[override]
        tex = m[2] or m[4]
        if not tex.strip():
            return None, None, None
        mark = Element("math", {"data-tex": tex} | ({"display": "block"} if m[1] else {}))
        if m[3]:
            mark.set("id", m[3])
        return mark, m.start(0), m.end(0)


class References(InlineProcessor):
    """`@fig-x`, `@tbl-x`, `@sec-x`, `@eq-x`, `@lst-x`: marked here, numbered when the book is put together."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        return Element("crossref", {"name": m[1]}), m.start(0), m.end(0)


class BracketedReferences(InlineProcessor):
    """`[-@fig-x]` is the number alone, `[Fig. @fig-x]` the number behind one's own word; several may share brackets."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        group = Element("span", {"class": "crossrefs"})
        for part in m[1].split(";"):
            word, _, name = part.strip().rpartition("@")
            if len(group):
                group[-1].tail = "; "
            if own := word.removesuffix("-").strip():
                own = AtomicString(f"{own}\u00a0")
                if len(group):
                    group[-1].tail = AtomicString(f"; {own}")
                else:
                    group.text = own
            mark = SubElement(group, "crossref", {"name": name})
            if word:
                mark.set("form", "number")
        return group, m.start(0), m.end(0)


class Images(ImageInlineProcessor):
    """`![caption](file){#fig-x fig-alt="…"}` has its caption, with markup, between the brackets (Quarto's spelling)."""

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        text, index, handled = self.getText(data, m.end(0))
        if handled:
            source, _, index, handled = self.getLink(data, index)
            attributes = re.compile(CAPTIONED).match(data, index) if handled else None
            if attributes:
                holder = Element("span", {"class": "captioned"})
                image = SubElement(holder, "img", {"src": self.unescape(source)})
                assign(image, self.unescape(attributes[1]))
                SubElement(holder, "span").text = text
                return holder, m.start(0), attributes.end()
        return super().handleMatch(m, data)


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


INLINES: tuple[tuple[type[InlineProcessor], str, str, float], ...] = (
    (Math, MATH, "math", 188),
    (Breaks, r"\\\n", "hard-break", 185),
    (HardSpaces, r"\\ ", "hard-space", 184),
    (Lines, LINE_MARK, "line", 179),
    (Items, ITEM_MARK, "item", 178),
    (Variables, VARIABLE, "variable", 177),
    (NoteCalls, NOTE_CALL, "note-call", 176),
    (InlineNotes, INLINE_NOTE, "inline-note", 175),
    (BracketedReferences, BRACKETED_NUMBERS, "bracketed-references", 174.5),
    (Spans, SPAN, "span", 173),
    (Images, IMAGE_LINK_RE, "image_link", 150),
    (References, NUMBERED, "numbered-reference", 95),
    (Angles, ANGLES, "angle", 90),
    (Entities, ENTITY, "entity", 80),
)
"""Processors with their patterns, names and ranks: after code spans (190), around links (160), before emphasis (60)."""
