"""Raw HTML where the content model lets it stand."""

import pytest
from lxml import etree

from packager.rawhtml import mend
from packager.repair import repair


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<li>a</li>", "<div>a</div>"),
        ("<ul>a<li>b</li>c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("<p>a<div>b</div></p>", "<div>a<div>b</div></div>"),
        ("<em>a<p>b</p>c</em>", "<em>a<span>b</span> c</em>"),
        ('<a href="#x">a<a href="#y">b</a></a>', '<a href="#x">a<span>b</span></a>'),
        ("<table>x<tr>y<td>z</td></tr></table>", "<div>x</div><table><tr><td>y</td><td>z</td></tr></table>"),
        ("<td>a</td>", "<div>a</div>"),
        ("<dl><p>a</p></dl>", "<dl><dd><p>a</p></dd></dl>"),
        ('<ol start="x" type="q"><li value="3px">a</li></ol>', '<ol><li value="3">a</li></ol>'),
        ("<table></table>", "<div/>"),
    ],
)
def test_repair(markup: str, expected: str) -> None:
    root = etree.fromstring(f"<div>{markup}</div>")
    repair(root)
    assert etree.tostring(root, encoding="unicode") == f"<div>{expected}</div>"


@pytest.mark.parametrize(
    ("soup", "expected"),
    [
        ("<p>a<div>b</p>c", "<p>a</p><div>bc</div>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("</div>a", "a"),
    ],
)
def test_mend(soup: str, expected: str) -> None:
    assert mend(soup) == expected
