"""Conditions: `.only-print`, `.only-epub` … on blocks and words, and what only editions with pages carry."""

from difflib import get_close_matches

from lxml import etree

from packager.flow import ONLY
from packager.notices import Notices
from packager.trees import classes, holding

EDITIONS = ("epub", "print", "screen", "web")
PAGED = "print-only"
"""Class of generated words that speak of pages: for the printer's edition and the screen's."""

_CLASSED = holding("class")
_CONDITIONAL = etree.XPath(f"boolean(descendant-or-self::*[contains(@class, '{ONLY}') or contains(@class, '{PAGED}')])")


def may_differ(root: etree._Element) -> bool:
    """Say whether there may be an element in a tree that an edition goes without."""
    return bool(_CONDITIONAL(root))


def differs(node: etree._Element, edition: str) -> bool:
    """Say whether an edition goes without an element; several `only-` classes name several editions."""
    names = node.get("class", "")
    if "only" not in names:
        return False
    split = names.split()
    wanted = [name.removeprefix(ONLY) for name in split if name.startswith(ONLY) and name[len(ONLY) :] in EDITIONS]
    return (bool(wanted) and edition not in wanted) or (PAGED in split and edition not in ("print", "screen"))


def check(element: etree._Element, notices: Notices) -> None:
    """Tell of `.only-…` classes that name no edition."""
    for node in _CLASSED(element):
        for name in classes(node):
            if name.startswith(ONLY) and name.removeprefix(ONLY) not in EDITIONS:
                near = get_close_matches(name, [ONLY + edition for edition in EDITIONS], 1, 0.75)
                known = ", ".join(f".{ONLY}{edition}" for edition in EDITIONS)
                hint = f"did you mean `.{near[0]}`?" if near else f"there are {known}"
                notices.warn(node, "only-unknown", f"`.{name}` names no edition, and all editions show it", hint, name)
