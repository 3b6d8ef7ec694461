"""Raw HTML in a manuscript: an allowlist of tags and attributes, and a mender for what is not well-formed.

A manuscript is data from a stranger: nothing that runs, embeds or fetches gets through. Names follow the HTML standard
(https://html.spec.whatwg.org/multipage/indices.html).
"""

import re
from collections.abc import Mapping
from html import escape, unescape
from html.parser import HTMLParser

BLOCKS = frozenset(
    (
        "address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer "
        "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    ).split()
)
INLINES = frozenset(
    (
        "a abbr b bdi bdo big br cite code del dfn em font i img ins kbd mark q rp rt ruby s samp small span strike "
        "strong sub sup tt u var wbr"
    ).split()
)
VOID = frozenset("br hr img wbr".split())
REFUSED = frozenset(
    (
        "animate applet area audio base bgsound blink body button canvas col colgroup command dialog embed "
        "foreignobject form frame frameset head html iframe image input isindex keygen layer legend link map marquee "
        "math meta meter noembed noframes noscript object optgroup option output param picture plaintext progress "
        "script select set slot source style svg template textarea title track video xmp"
    ).split()
)
"""HTML's names that a book does not take; a name outside all four sets is no HTML and stays in the text."""

RENAMED = {
    **dict.fromkeys("address article center details fieldset footer header main nav".split(), "div"),
    **dict.fromkeys(("big", "font"), "span"),
    "strike": "s",
    "summary": "p",
    "tt": "code",
}
"""What HTML says that a book page says otherwise."""

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "": frozenset("id class lang dir title".split()),
    "a": frozenset(["href"]),
    "img": frozenset("src alt width height".split()),
    "ol": frozenset("start type reversed".split()),
    "li": frozenset(["value"]),
    "td": frozenset("colspan rowspan".split()),
    "th": frozenset("colspan rowspan scope".split()),
    "blockquote": frozenset(["cite"]),
    "q": frozenset(["cite"]),
    "bdo": frozenset(["dir"]),
}
"""Attributes taken, by tag; those under the empty name are taken on every tag."""

TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)((?:\"[^\"<]*\"|'[^'<]*'|[^<>\"'])*)>")
ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
NAME = re.compile(r"[A-Za-z_][\w.-]*$")
MAX_DEPTH = 60
"""Open elements beyond which a tag is passed over; no book needs them, and parsers fail at 100 to 255."""

SCHEMES = ("http", "https", "mailto", "tel", "ftp", "urn", "doi")


def known(tag: str) -> bool:
    """Say whether the name is one of HTML's."""
    return tag in BLOCKS or tag in INLINES or tag in REFUSED


def allowed_attribute(tag: str, name: str) -> bool:
    """Say whether a book page may carry the attribute on the tag."""
    return name in ATTRIBUTES[""] or name in ATTRIBUTES.get(tag, ())


def attributes(tag: str, text: str) -> tuple[dict[str, str], list[str]]:
    """Split a tag's attribute text into those allowed and the names of those refused; the first of two wins."""
    taken: dict[str, str] = {}
    refused: list[str] = []
    for match in ATTRIBUTE.finditer(text):
        name = match[1].lower()
        value = unescape(next((group for group in match.groups()[1:] if group is not None), ""))
        if name == "xml:lang":
            name = "lang"
        if not allowed_attribute(tag, name) or (name == "id" and not value.strip()):
            if name.startswith("on") or name in ("style", "src", "href", "formaction", "srcdoc", "srcset"):
                refused.append(name)
        else:
            taken.setdefault(name, " ".join(value.split()) if name == "id" else value)
    return taken, refused


def scheme_of(url: str) -> str:
    """Return the URL's scheme in lower case, seen as a browser sees it: without white space and control characters."""
    bare = "".join(c for c in unescape(url) if c > " " and c != "\x7f")
    head, colon, _ = bare.partition(":")
    return head.lower() if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", head) else ""


def opening(tag: str, values: Mapping[str, str]) -> str:
    """Write a start tag, or an empty element, as XML."""
    text = "".join(f' {name}="{escape(value)}"' for name, value in values.items() if NAME.match(name))
    return f"<{tag}{text}/>" if tag in VOID else f"<{tag}{text}>"


class _Mender(HTMLParser):
    """Rewrites tag soup as well-formed XML: closes what is open, drops what closes nothing, keeps every word."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS and tag != "br":
            self._end_paragraph(tag)
        if len(self.open) >= MAX_DEPTH and tag not in VOID:
            return
        self.parts.append(opening(tag, {name: value or "" for name, value in dict(reversed(attrs)).items()}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in self.open:
            return
        if tag in INLINES and any(t in BLOCKS for t in self.open[_last(self.open, tag) :]):
            return
        while self.open:
            closed = self.open.pop()
            self.parts.append(f"</{closed}>")
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(data, quote=False))

    def _end_paragraph(self, tag: str) -> None:
        """A block ends the paragraph it stands in, and a list item or cell the one before it."""
        enders = {"p"}
        if tag in ("li", "dt", "dd", "td", "th", "tr"):
            enders = (
                {"li"}
                if tag == "li"
                else {"dt", "dd"}
                if tag in ("dt", "dd")
                else {"td", "th"} | ({"tr"} if tag == "tr" else set())
            )
            enders.add("p")
        scope = {"ul", "ol", "dl", "table", "div", "blockquote", "aside", "section", "figure"}
        for index in range(len(self.open) - 1, -1, -1):
            name = self.open[index]
            if name in enders:
                while len(self.open) > index:
                    self.parts.append(f"</{self.open.pop()}>")
                if name not in ("td", "th"):
                    return
            elif name in scope:
                return

    def finish(self) -> str:
        self.close()
        while self.open:
            self.parts.append(f"</{self.open.pop()}>")
        return "".join(self.parts)


def _last(names: list[str], name: str) -> int:
    return len(names) - 1 - names[::-1].index(name)


def mend(markup: str) -> str:
    """Return the markup as well-formed XML content, with every word of it."""
    mender = _Mender()
    mender.feed(markup)
    return mender.finish()
