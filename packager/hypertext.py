"""Pages of the web edition: canonical trees in, HTML documents out that need no script and no server.

They are written so that they parse alike as HTML (https://html.spec.whatwg.org/) and as XML. What stands around the
text has ids with an underscore before them, which no id of a book has.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from packager import xhtml
from packager.book import Metadata
from packager.composition import direction
from packager.galley import Entry
from packager.images import Picture
from packager.terms import term
from packager.trees import TYPE, classes, plain

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page may load: its own folder's files, and nothing from anywhere else (https://www.w3.org/TR/CSP3/)."""

START = "index.html"

_PAGE = """\
<!DOCTYPE html>
<html lang="{lang}"{dir}>
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta name="generator" content="packager"/>
{head}
<link rel="icon" href="data:,"/>
<link rel="stylesheet" href="{style}"/>
<script src="{script}" defer="defer"></script>
</head>
<body>
<a class="skip" href="#_main">{skip}</a>
{body}
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A page as others link to it."""

    address: str
    title: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the text of one page."""

    here: str
    """Id of the page's leaf; empty for the start page."""
    before: Place | None = None
    after: Place | None = None
    contents: Sequence[Entry] = field(default=(), repr=False)
    """The book's contents."""


def markup(
    tree: etree._Element,
    link: Callable[[str], str | None],
    images: Mapping[str, tuple[str, Picture]],
    lang: str,
) -> str:
    """Write a canonical tree for a page of the web.

    `link` turns an id into an address, None where the edition lacks the place; `images` gives address and file of each
    image by its path in the manuscript; `lang` is the book's language.
    """
    tree = xhtml.settled(tree, link, {path: name for path, (name, _) in images.items()})
    sizes = {name: (picture.width, picture.height) for name, picture in images.values()}
    for element in list(tree.iter(etree.Element)):
        element.attrib.pop(TYPE, "")
        match element.tag:
            case "img":
                _measure(element, *sizes[element.get("src", "")])
            case "table":
                _box(element, term("table", lang))
            case "section" if "notes" in classes(element):
                element.set("aria-label", term("notes", lang))
    return xhtml.written(tree)


def _measure(image: etree._Element, width: int, height: int) -> None:
    """Say how large an image is, so that nothing jumps when it comes."""
    if width and height and "width" not in image.attrib and "height" not in image.attrib:
        image.set("width", str(width))
        image.set("height", str(height))
    image.set("loading", "lazy")


def _box(table: etree._Element, name: str) -> None:
    """Put a table into a box that scrolls by itself where the window is narrower than the table."""
    parent = table.getparent()
    if parent is None:
        return
    broad = not {"wide", "landscape"}.isdisjoint(classes(table))
    box = etree.Element("div", {"class": "table-box broad" if broad else "table-box"})
    caption = table.find("caption")
    box.set("role", "group")
    # The keyboard scrolls what it can stand on; the script takes this off where there is nothing to scroll.
    box.set("tabindex", "0")
    box.set("aria-label", (plain(caption) if caption is not None else "") or name)
    box.tail, table.tail = table.tail, None
    parent.replace(table, box)
    box.append(table)


def page(metadata: Metadata, main: str, around: Around, head: str, address: Callable[[str], str | None]) -> bytes:
    """Make a document of the text with what stands around it; `address` gives the place of an id of the book."""
    lang = metadata.lang
    parts = [_masthead(metadata, around), _panel(around, lang, address) if around.here else "", main]
    parts.append(_turn(around, lang))
    return _PAGE.format(
        lang=escape(lang),
        dir=' dir="rtl"' if direction(lang) == "rtl" else "",
        policy=POLICY,
        head=head,
        style="style.css",
        script="book.js",
        skip=escape(term("skip", lang)),
        body="\n".join(part for part in parts if part),
    ).encode()


def meta(**properties: str) -> str:
    """Write what a page says of itself; `og_title` is what Open Graph calls `og:title`."""
    lines = []
    for name, value in properties.items():
        kind = "property" if name.startswith("og_") else "name"
        if value:
            lines.append(f'<meta {kind}="{name.replace("_", ":", 1)}" content="{escape(value)}"/>')
    return "\n".join(lines)


def _masthead(metadata: Metadata, around: Around) -> str:
    """Head a page with the book's title and the ways to its contents and its words; the last needs the script."""
    lang = metadata.lang
    title = f'<a href="{START}">{escape(metadata.title)}</a>' if around.here else ""
    told = {"none": term("search-none", lang), "close": term("close", lang)}
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in told.items())
    tools = f'<button type="button" id="_search" hidden="hidden"{data}>{escape(term("search", lang))}</button>'
    if around.here:
        tools += (
            f'\n<button type="button" id="_open" popovertarget="_contents">{escape(term("contents", lang))}</button>'
        )
    return f"<header>{title}\n<div>{tools}</div></header>"


def _panel(around: Around, lang: str, address: Callable[[str], str | None]) -> str:
    """Make the panel of contents: every section, and the headings of this one."""

    def nested(entries: Sequence[Entry]) -> Iterator[str]:
        for entry in entries:
            current = ' aria-current="page"' if entry.id == around.here else ""
            number = f'<span class="number">{escape(entry.number)}</span> ' if entry.number else ""
            inner = [child for child in entry.children if child.role or entry.id == around.here]
            below = f"<ol>{''.join(nested(inner))}</ol>" if inner else ""
            label = f'{number}<span class="title">{escape(entry.title)}</span>'
            yield f'<li><a href="{address(entry.id)}"{current}>{label}</a>{below}</li>'

    name = escape(term("contents", lang))
    start = f'<p><a href="{START}">{escape(term("title-page", lang))}</a></p>'
    return (
        f'<nav id="_contents" popover="auto" aria-label="{name}">\n{start}'
        f"<ol>{''.join(nested(around.contents))}</ol>\n</nav>"
    )


def _turn(around: Around, lang: str) -> str:
    """Make the ways to the pages before and after."""
    ways = []
    for way, place in (("previous", around.before), ("next", around.after)):
        if place is not None:
            label = escape(term(way, lang))
            number = f'<span class="number">{escape(place.number)}</span> ' if place.number else ""
            ways.append(
                f'<a class="{way}" rel="{way[:4]}" href="{place.address}"><span class="way">{label}</span> '
                f'{number}<span class="title">{escape(place.title)}</span></a>'
            )
    if not ways:
        return ""
    name = f"{term('previous', lang)}, {term('next', lang).lower()}"
    return f'<nav id="_turn" aria-label="{escape(name)}">{"".join(ways)}</nav>'
