"""The text that all editions share: what counts, and that both kinds of trees give the same."""

from xml.etree import ElementTree

from lxml import etree

from packager.flow import count, flow

TREE = (
    "<section><h1>One</h1><p>Text<a class='noteref'>1</a> and<aside>a note</aside> more"
    "<span class='print-only'>, page 7</span>.</p><p class='only-epub'>Tap.</p><figure><figcaption>Sea</figcaption>"
    "</figure><svg xmlns='http://www.w3.org/2000/svg'><title>Drawn</title></svg>"
    "<section class='notes'>n</section></section>"
)


def test_the_flow_is_what_every_edition_shows_at_the_same_place() -> None:
    pieces = list(flow(etree.fromstring(TREE)))
    assert [piece.text for piece in pieces] == ["One", "Text", " and", " more", ".", "Sea"]
    assert [piece.text for piece in pieces if piece.beside] == ["Sea"]


def test_trees_of_both_kinds_have_one_flow() -> None:
    told = [
        [(piece.owner.tag, None if piece.after is None else piece.after.tag, piece.text) for piece in flow(tree)]
        for tree in (etree.fromstring(TREE), ElementTree.fromstring(TREE))
    ]
    assert told[0] == told[1]


def test_letters_and_figures_count() -> None:
    assert count("“Don’t – stop_now, 221b!”") == 15
