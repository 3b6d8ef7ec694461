"""Breaks that nobody would see."""

from xml.etree import ElementTree

from packager.layout import mending
from packager.layout.reading import Survey


def survey(root: ElementTree.Element) -> Survey:
    return Survey((), (), (), (), (), (), tuple(root.iter("hr")))


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


def test_rows_that_a_turned_page_has_no_room_for_go_on_below_their_head() -> None:
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(5))
    root = ElementTree.fromstring(
        "<html><body><div class='turned-page'><div class='turned'><table id='t'><caption>C</caption><thead><tr>"
        f"<th id='h'>H</th></tr></thead><tbody>{rows}</tbody></table></div></div><p>Text</p></body></html>"
    )
    cells = list(root.iter("td"))
    found = Survey((), (), tuple(cells[3:]), (cells[2],), (), (), ())
    assert mending.mend(root, found)
    tables = [[cell.text for cell in table.iter() if cell.tag in ("th", "td")] for table in root.iter("table")]
    assert tables == [["H", "0", "1"], ["H", "2", "3"], ["H", "4"]]
    assert [table.get("id") for table in root.iter("table")] == ["t", None, None]
    assert not mending.mend(root, Survey((), (), (), (), (), (), ()))
