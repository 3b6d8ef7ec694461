"""Mends a unit's tree after a look at its pages: breaks that nobody would see are shown."""

from xml.etree.ElementTree import Element

from packager.layout.reading import Survey

EDGE = "at-edge"
"""Class of a scene break at the edge of a page."""


def mend(root: Element, survey: Survey, *, last: bool = False) -> bool:
    """Change the tree of `root` where its pages showed faults that a change can mend; say whether there were any.

    Only the first hidden break is shown at a time, as it may move those after it; the `last` time all are.
    """
    hidden = [rule for rule in survey.breaks if EDGE not in rule.get("class", "").split()]
    for rule in hidden if last else hidden[:1]:
        rule.set("class", " ".join((*rule.get("class", "").split(), EDGE)))
    return bool(hidden)
