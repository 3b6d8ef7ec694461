"""Breaks that nobody would see."""

from xml.etree import ElementTree

from packager.layout import mending
from packager.layout.reading import Survey


def survey(root: ElementTree.Element) -> Survey:
    return Survey((), (), (), (), (), tuple(root.iter("hr")))


def test_a_break_at_the_edge_is_shown_once() -> None:
    root = ElementTree.fromstring("<html><body><p>Text</p><hr class='scene-break'/></body></html>")
    assert mending.mend(root, survey(root))
    assert [rule.get("class") for rule in root.iter("hr")] == ["scene-break at-edge"]
    assert not mending.mend(root, survey(root))


def test_breaks_are_shown_one_at_a_time_and_all_the_last_time() -> None:
    root = ElementTree.fromstring("<html><body><hr/><hr/><hr/></body></html>")
    shown = []
    for last in (False, True):
        assert mending.mend(root, survey(root), last=last)
        shown.append([rule.get("class") for rule in root.iter("hr")])
    assert shown == [["at-edge", None, None], ["at-edge"] * 3]
