"""What the author's links mean: each leads to an id of the book or to the web, or is told of."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from lxml import etree

from packager import rawhtml
from packager.book import Section
from packager.notices import REACH
from packager.problems import Problem, error, warning
from packager.trees import elements, take, unwrap
from packager.words import line_of

Names = Mapping[str, str]
"""What links may call places of a section -> their ids."""


class Targets:
    """All that links of a book can lead to."""

    def __init__(self, sections: Sequence[tuple[str, str, Names]]) -> None:
        """The file of each section, its slug, and its names."""
        self._files: dict[str, list[tuple[str, Names]]] = {}
        self._anywhere: dict[str, str] = {}
        for path, slug, names in sections:
            for name in _names(path):
                self._files.setdefault(name, []).append((slug, names))
            self._anywhere.setdefault(slug, slug)
        for _, _, names in sections:
            for name, target in names.items():
                if name:
                    self._anywhere.setdefault(name, target)

    def find(self, section: Section, own: Names, href: str) -> str | None:
        """Return the id that a link of a section leads to; None where that is none. `own` are the section's names."""
        file, _, name = href.strip().partition("#")
        file, name = unquote(file.partition("?")[0]), unquote(name)
        if not file:
            return own.get(name) or own.get(name.lower()) or self._anywhere.get(name) if name else section.slug
        path = posixpath.normpath(posixpath.join(posixpath.dirname(section.path), file))
        for slug, names in self._files.get(path, ()):
            if not name:
                return slug
            if target := names.get(name) or names.get(name.lower()):
                return target
        return None


def resolve(section: Section, element: etree._Element, own: Names, targets: Targets) -> Iterator[Problem]:
    """Point every link of a section's tree at an id of the book or at the web; yield what those are that lead nowhere.

    `own` are the section's names.
    """
    for link in elements(element, "a"):
        href = link.get("href")
        if link.get("class") in ("noteref", "backlink"):
            continue
        if href is None or not href.strip():
            if href is not None:
                yield _nowhere(section, link, "", "link-empty", "a link without a target")
            _release(link)
        elif scheme := rawhtml.scheme_of(href):
            if scheme in rawhtml.SCHEMES:
                link.set("href", href.strip().replace(" ", "%20").replace("\\", "%5C"))
                continue
            message, hint = f"a {scheme}: link is left out", "link to a web address or a chapter"
            yield warning("link-unsafe", message, section.path, _line(section, link, href), hint)
            _release(link)
        elif target := targets.find(section, own, href):
            link.set("href", f"#{target}")
        else:
            if _is_site_page(section.path, href):
                # mdBook's books link to their neighbours on a web site; a book has none.
                message, line = f"the link {href} leads to another book's page", _line(section, link, href)
                hint = "its words stay; link to the page's address on the web"
                yield warning("link-outside", message, section.path, line, hint)
            else:
                yield _nowhere(section, link, href, "link-broken", f"the link {href} leads nowhere in the book")
            _release(link)


def _release(link: etree._Element) -> None:
    """Leave a link's words, and its name where it has one, but no link."""
    take(link, "href")
    if not link.get("id"):
        unwrap(link)


def _nowhere(section: Section, link: etree._Element, href: str, code: str, message: str) -> Problem:
    hint = "name a chapter's file, or #id of a heading" if href else "write a target between the brackets"
    return error(code, message, section.path, _line(section, link, href), hint)


def _line(section: Section, link: etree._Element, href: str) -> int:
    start = section.index_of(line_of(link) or section.line)
    for offset, line in enumerate(section.text.split("\n")[start : start + REACH]):
        if (href and (href in line or unquote(href) in line)) or (not href and "]()" in line):
            return section.line_at(start + offset)
    return section.line_at(start)


def _is_site_page(path: str, href: str) -> bool:
    """Say whether a link names an HTML page above the manuscript's folder."""
    file = unquote(href.strip().partition("#")[0].partition("?")[0])
    above = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)).startswith("..")
    # The sections of an mdBook lie in src/, which its site does not have.
    above = above or (path.startswith("src/") and file.startswith("../"))
    return above and file.endswith((".html", ".htm"))


def _names(path: str) -> Iterator[str]:
    """Yield the names links use for a file: with `.md`, `.html`, `.xhtml`, or no ending."""
    yield path
    stem, dot, ending = path.rpartition(".")
    if dot and ending in ("md", "markdown"):
        yield stem
        yield from (f"{stem}.{other}" for other in ("html", "xhtml", "htm", "md") if other != ending)
