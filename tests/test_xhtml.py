"""Pages as XHTML: what is stripped, rewritten and escaped."""

from lxml import etree

from packager import xhtml


def markup(inner: str) -> str:
    tree = etree.fromstring(f'<section xmlns:epub="{xhtml.OPS}">{inner}</section>')
    before = etree.tostring(tree)
    written = xhtml.markup(tree, {"here": "a.xhtml#here"}.get, {"b c.png": "images/b.png"})
    assert etree.tostring(tree) == before
    return written.removeprefix("<section>").removesuffix("</section>")


def test_links_inside_the_book_are_addressed_and_others_kept() -> None:
    assert markup('<a href="#here">x</a><a href="https://x.org">y</a>') == (
        '<a href="a.xhtml#here">x</a><a href="https://x.org">y</a>'
    )


def test_links_to_what_is_not_there_become_text() -> None:
    link = '<a id="r" class="noteref" epub:type="noteref" role="doc-noteref" href="#gone">1</a> tail'
    assert markup(link) == '<span id="r">1</span> tail'


def test_images_are_addressed() -> None:
    assert markup('<img src="b c.png" alt="x"/>') == '<img src="images/b.png" alt="x"/>'


def test_language_is_said_twice_and_data_never() -> None:
    assert markup('<p lang="fr" data-line="3" data-x="">Oui</p>') == '<p lang="fr" xml:lang="fr">Oui</p>'


def test_empty_elements_have_an_end_tag_and_void_ones_none() -> None:
    assert markup("<p/><br/><td></td>") == "<p></p><br/><td></td>"


def test_title_is_escaped() -> None:
    page = xhtml.page("<p/>", title="A < B & C", lang="en", kind="bodymatter")
    head = etree.fromstring(page)[0]
    assert head.findtext("{http://www.w3.org/1999/xhtml}title") == "A < B & C"
