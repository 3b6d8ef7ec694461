"""One section of the book -> its leaf's tree: title, headings, notes, images, tables, punctuation, first paragraphs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from lxml import etree

from packager import (
    citations,
    constructs,
    crossrefs,
    endnotes,
    footnotes,
    formulas,
    listings,
    markdown,
    pictures,
    tables,
    variables,
)
from packager.book import Book, Section
from packager.crossrefs import Named
from packager.notices import Notices
from packager.problems import Problem
from packager.repair import repair
from packager.slugs import slugify, unique
from packager.terms import term
from packager.trees import EPUB, LINE, PLACE, TYPE, blank, classes, elements, holding, plain, take, text_of, unwrap
from packager.typography import VERBATIM, hold_last_words, smarten

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

ARIA = frozenset(
    (
        "acknowledgments afterword appendix bibliography chapter colophon conclusion credits dedication endnotes "
        "epilogue errata foreword glossary index introduction part preface prologue"
    ).split()
)
"""Roles with a DPUB-ARIA twin on a `section` (W3C Note "EPUB Type to ARIA Role Authoring Guide")."""

EPUB_TYPES = {
    "also-by": "other-credits",
    "about-the-author": "contributors",
    "interlude": "chapter",
    "section": "chapter",
    "chronology": "appendix",
    "abbreviations": "glossary",
}
"""Roles that EPUB's structural vocabulary (SSV 1.1) says with another word."""

OPENING = frozenset(
    "chapter prologue epilogue introduction preface foreword afterword interlude conclusion section".split()
)
"""Roles whose first paragraph is set as an opening."""

UNTITLED = ("dedication", "epigraph", "halftitlepage", "titlepage", "copyright-page")
"""Roles whose page shows no heading unless the author writes one."""

OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
BESIDE = frozenset(("epigraph", "side", "dedication"))
"""Blocks that stand before the paragraph that opens a chapter, or beside it."""
DROPPED = 3
"""Lines that a first letter drops through: with fewer, it would hang into what is no text."""
MEASURE = 55
"""Letters of a line of text, about."""
INITIAL = re.compile("\\s*([“‘„‚«‹\"'¡¿(\\[\u202f]*(?:[0-9]+|[^\\W_])[\u0300-\u036f]*)")
"""A first letter with the marks before it and the accents above; a number drops whole."""
ASKING = ("data-cite", "data-mark", "data-gloss")
"""Attributes of words that ask for a part at the book's end: bibliography, index, glossary."""
_ASKING = holding(*ASKING)
_REFUSED, _SPOKEN, _STAMPED, _NAMED = (holding(name) for name in ("data-refused", "lang", LINE, "id"))
RIGHT_TO_LEFT = frozenset("ar arc dv fa he ks ps sd ug ur yi".split())


@dataclass(frozen=True, slots=True)
class Composed:
    """A section's tree and what the galley needs to tie it to the rest of the book."""

    element: etree._Element
    title: str
    """Plain text, never empty."""
    names: Mapping[str, str]
    """What links may call a place in this section -> its id in the book."""
    problems: tuple[Problem, ...]
    unnumbered: bool
    """Whether the heading itself refuses a number."""
    named: tuple[Named, ...]
    """What references can call."""
    asks: frozenset[str]
    """Which of `ASKING` stand in the tree."""


def compose(
    book: Book, section: Section, style: Mapping[str, object], sources: citations.Sources | None = None
) -> Composed:
    """Turn a section's Markdown into the tree all editions share; links are still as the author wrote them.

    `sources` is what the book can cite.
    """
    notices = Notices(section)
    lang = section.lang or book.metadata.lang
    fragment = markdown.parse(section.text)
    for problem in fragment.problems:
        notices.problems.append(replace(problem, path=section.path, line=section.line_at(problem.line or 0)))
    body = fragment.body
    _tell_faults(body, notices)
    _clean(body, lang, notices)
    if "@" in section.text:
        citations.prepare(body, sources, notices, lang)
    variables.fill(body, book, notices)
    tables.gather(body)
    repair(body)
    constructs.shape(body, book, notices)
    tables.place(body)
    listings.place(body, style)
    definitions = {take(aside, "data-note"): aside for aside in body.findall("aside[@data-note]")}
    for aside in definitions.values():
        body.remove(aside)
    names = {"": section.slug}
    heading = _take_heading(body)
    unnumbered = heading is not None and "unnumbered" in classes(heading)
    if heading is not None and (name := take(heading, "id")):
        names[name] = section.slug
    opener = _opener(section, heading)
    _level(body, notices)
    _set_breaks(body, str(style.get("scene-break", "* * *")))
    element = _root(book, section)
    if opener is not None:
        element.append(opener)
    if (body.text or "").strip():
        etree.SubElement(element, "p").text = body.text
    element.extend(list(body))
    names |= footnotes.number(element, definitions, notices, book.options.editor_notes)
    if book.options.notes == "chapter":
        endnotes.head(element, lang)
    pictures.place(element, book.assets, notices)
    smarten(element, lang)
    formulas.place(element, notices)
    if opener is not None:
        hold_last_words(opener[0][0])
    _mark_first(element)
    if section.role in OPENING and section.matter != "back":
        _mark_opening(element, opener, drop_cap=bool(style.get("drop-caps")))
    _identify(element, names, notices)
    title = section.title or (plain(opener[0]) if opener is not None else "") or _fallback(section, element, lang)
    if direction(lang) == "rtl":
        for code in elements(element, "pre", "code", "kbd", "samp"):
            code.set("dir", "ltr")
    included = {index: f"{path}:{at}" for index, path, at in section.included}
    for node in _STAMPED(element):
        line = int(node.get(LINE, "0"))
        node.set(LINE, str(section.line_at(line)))
        if line in included:
            node.set(PLACE, included[line])
    for node in blank(element):
        if node.text == "":
            node.text = None  # as it would be in a tree that was written and read again
    asks = frozenset(name for node in _ASKING(element) for name in ASKING if name in node.attrib)
    named = crossrefs.named(element, names, title)
    return Composed(element, title, names, tuple(notices.problems), unnumbered, named, asks)


def direction(lang: str) -> str:
    """Return `rtl` for languages written from right to left, else `ltr`."""
    return "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT or lang.endswith("-Arab") else "ltr"


def _root(book: Book, section: Section) -> etree._Element:
    role = section.role
    element = etree.Element("section", nsmap={"epub": EPUB})
    element.set("id", section.slug)
    element.set("class", f"{role} {section.matter}")
    if role != "epigraph":
        # An epigraph's role belongs to the quotation, not to the section around it.
        element.set(TYPE, EPUB_TYPES.get(role, role))
    if role in ARIA:
        element.set("role", f"doc-{role}")
    if section.lang and section.lang != book.metadata.lang:
        element.set("lang", section.lang)
        if direction(section.lang) != direction(book.metadata.lang):
            element.set("dir", direction(section.lang))
    element.set(LINE, "0")
    return element


def _tell_faults(body: etree._Element, notices: Notices) -> None:
    """Turn the marks the parser left in the text into problems."""
    for mark in elements(body, "fault"):
        if code := mark.get("code"):
            message = mark.get("message", "")
            notices.warn(mark, code, message, mark.get("hint", ""), mark.text or message.split(" ")[0])
        unwrap(mark)
    for element in _REFUSED(body):
        names = take(element, "data-refused")
        message = f"the attribute {names} is left out: it runs, fetches or restyles"
        hint = "give a class, and style it in style.css"
        notices.warn(element, "html-attribute", message, hint, *names.split())


def _clean(body: etree._Element, lang: str, notices: Notices) -> None:
    """Take out direction overrides and language tags that are none."""
    if OVERRIDES.search(notices.section.text):
        for element in elements(body):
            for where, text in (("text", element.text), ("tail", element.tail)):
                if text and (found := OVERRIDES.search(text)):
                    message = "characters that turn the writing direction are left out"
                    notices.warn(element, "bidi-control", message, "name the language: [words]{lang=ar}", found[0])
                    setattr(element, where, OVERRIDES.sub("", text))
    for element in _SPOKEN(body):
        if (tag := element.get("lang", "").replace("_", "-")) == "":
            continue
        if not LANGUAGE.match(tag):
            notices.warn(element, "lang-invalid", f"lang={tag} is no language tag", "use a BCP 47 tag: fr, en-GB")
            take(element, "lang")
            continue
        element.set("lang", tag)
        if "dir" not in element.attrib and direction(tag) != direction(lang):
            element.set("dir", direction(tag))


def _take_heading(body: etree._Element) -> etree._Element | None:
    """Take the section's own heading off the text: a first `#`, with nothing before it."""
    if not len(body) or body[0].tag != "h1" or (body.text or "").strip():
        return None
    heading = body[0]
    body.text, heading.tail = heading.tail, None
    body.remove(heading)
    return heading


def _opener(section: Section, heading: etree._Element | None) -> etree._Element | None:
    """Set what opens a section: title, subtitle, author; None where it has no title to show."""
    if heading is None and (not section.title or section.role in UNTITLED):
        return None
    opener = etree.Element("div", {"class": "opener", LINE: "0" if heading is None else heading.get(LINE, "0")})
    title = etree.SubElement(etree.SubElement(opener, "h1"), "span", {"class": "title"})
    if heading is None:
        title.text = section.title
    else:
        title.text = heading.text
        title.extend(list(heading))
    if not text_of(title).strip() and next(title.iter("img", "a"), None) is None:
        return None
    if section.subtitle:
        etree.SubElement(opener, "p", {"class": "subtitle"}).text = section.subtitle
    if section.authors:
        etree.SubElement(opener, "p", {"class": "byline"}).text = ", ".join(section.authors)
    return opener


def _fallback(section: Section, element: etree._Element, lang: str) -> str:
    """Name a section without a heading: by an image's text, its role's word, its first words, its file."""
    image = next(element.iter("img"), None)
    if image is not None and image.get("alt", "").strip():
        return image.get("alt", "").strip()
    if section.role in ("dedication", "epigraph"):
        return term(section.role, lang)
    words = plain(element).split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "") or section.slug.replace("-", " ").capitalize()


def _level(body: etree._Element, notices: Notices) -> None:
    """Make heading levels follow each other, from 2 below the section's own (WCAG 1.3.1)."""
    previous = 1
    for heading in elements(body, *HEADINGS):
        level = int(heading.tag[1])
        right = min(max(level, 2), previous + 1)
        if right != level:
            what = (
                "a second # heading in a section" if level == 1 else f"a level {level} heading below level {previous}"
            )
            hint = "begin a new file for a new chapter, and go down one # at a time"
            notices.warn(heading, "heading-level", f"{what} is set as level {right}", hint, plain(heading)[:40])
        heading.tag = f"h{right}"
        previous = right
        if not plain(heading) and next(heading.iter("img"), None) is None:
            heading.tag = "p"


def _set_breaks(body: etree._Element, ornament: str) -> None:
    """Set scene breaks with the theme's ornament, or as plain space where it has none."""
    for rule in elements(body, "hr"):
        rule.set("class", "scene-break")
        if ornament:
            rule.tag = "p"
            rule.set("role", "separator")
            rule.text = ornament


def _mark_first(element: etree._Element) -> None:
    """Mark paragraphs that follow something other than a paragraph: they take no indent."""
    for container in elements(element, "section", "blockquote", "div", "dd", "li"):
        after_paragraph = False
        for child in container:
            if child.tag == "p" and not child.get("class"):
                if not after_paragraph:
                    child.set("class", "first")
                after_paragraph = True
            elif "side" not in classes(child):
                after_paragraph = False


def _mark_opening(element: etree._Element, opener: etree._Element | None, *, drop_cap: bool) -> None:
    """Mark the paragraph that opens a chapter, and its first letter where it drops."""
    blocks = [child for child in element if child is not opener and child.tag not in HEADINGS]
    while blocks and BESIDE.intersection(classes(blocks[0])):
        del blocks[0]
    if blocks and blocks[0].get("class") == "first":
        blocks[0].set("class", "opening")
        if drop_cap and _lines(blocks) >= DROPPED:
            _drop_initial(blocks[0])


def _lines(blocks: Iterable[etree._Element]) -> int:
    """Guess how many lines the paragraphs fill that come first."""
    paragraphs = takewhile(lambda block: block.tag == "p" and "scene-break" not in classes(block), blocks)
    return sum(-(-len(plain(each)) // MEASURE) for each in paragraphs)


def _drop_initial(paragraph: etree._Element) -> None:
    """Wrap a paragraph's first letter, with the marks before it."""
    holder = paragraph
    while not (holder.text or "").strip() and len(holder) and holder[0].tag in ("em", "strong", "span", "b", "i", "q"):
        holder = holder[0]
    match = INITIAL.match(holder.text or "")
    if match and holder.tag not in VERBATIM:
        initial = etree.Element("span", {"class": "initial"})
        initial.text = match[1]
        initial.tail = (holder.text or "")[match.end() :]
        holder.text = None
        holder.insert(0, initial)


def _identify(element: etree._Element, names: dict[str, str], notices: Notices) -> None:
    """Give named places and headings ids unique in the whole book: the section's slug, two hyphens, their name."""
    slug = element.get("id", "")
    taken: set[str] = set()
    for node in _NAMED(element):
        name = node.get("id", "")
        if node is element or name.startswith(f"{slug}--"):
            continue
        if name in names:
            hint = "give one of them another id"
            notices.fail(node, "id-duplicate", f"two places are called #{name}", hint, f"#{name}", f'id="{name}"')
        local = unique(re.sub(r"[^\w.-]+", "-", name).strip("-") or "place", taken)
        names[name] = f"{slug}--{local}"
        node.set("id", f"{slug}--{local}")
    for heading in elements(element, *HEADINGS):
        text = plain(heading)
        if heading.tag == "h1":
            target = slug
        else:
            if heading.get("id") is None:
                heading.set("id", f"{slug}--{unique(slugify(text), taken)}")
            target = heading.get("id", "")
        for name in _heading_names(text):
            names.setdefault(name, target)


def _heading_names(text: str) -> tuple[str, ...]:
    """Return the names packager, GitHub and mdBook, and pandoc give a heading."""
    lower = text.lower()
    github = re.sub(r"[^\w\s-]", "", lower).strip().replace(" ", "-")
    pandoc = re.sub(r"^[^a-z]+", "", re.sub(r"[^\w\s.-]", "", lower).replace(" ", "-"))
    return tuple(filter(None, (slugify(text), github, pandoc)))
