"""Trees made fit for the engine."""

from lxml import etree

from packager.layout.fitting import fit


def test_an_empty_cell_of_a_head_is_a_header() -> None:
    root = etree.fromstring("<section><table><thead><tr><td/><th>a</th></tr></thead></table></section>")
    fit(root, "")
    assert [(cell.tag, cell.get("scope")) for cell in root.iter("td", "th")] == [("th", "col"), ("th", None)]
