"""What is taken down of pages when they are drawn, to print them again."""

from typing import Any
from xml.etree import ElementTree

from packager.layout import plates

CSS = """
@font-face { font-family: plain; src: url(plain.ttf) }
@page { size: 320px 220px; margin: 20px }
p { font: 12px plain; text-align: justify; break-after: page }
"""


def test_each_page_tells_all_of_its_glyphs(press: Any) -> None:
    root = ElementTree.fromstring("<html lang='en'><head/><body><p>tide</p><p>edit</p><p>diet, too</p></body></html>")
    _, _, made = plates.draw(press.document(root, (CSS,)), press)
    told = [{text for text, _ in plate.faces[0].glyphs.values()} for plate in made if plate]
    assert told == [set("tide"), set("tide"), set("tide, o")]
