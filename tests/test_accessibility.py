"""What is claimed of accessibility, and that nothing is claimed that does not hold."""

from lxml import etree

from packager.accessibility import Accessibility, describe


def claims(inner: str, *, animated: bool = False) -> Accessibility:
    return describe([etree.fromstring(f"<section>{inner}</section>")], animated=animated)


def test_plain_text_claims_little() -> None:
    said = claims("<p>Text</p>")
    assert (said.modes, said.sufficient, said.hazards) == (("textual",), ("textual",), ("none",))
    assert said.features == ("tableOfContents", "readingOrder", "displayTransformability")
    assert "image" not in said.summary


def test_headings_and_roles_are_claimed_when_there() -> None:
    assert {"structuralNavigation", "ARIA"} <= set(claims('<h1>One</h1><p role="doc-epigraph">Two</p>').features)


def test_described_images_make_alternative_text() -> None:
    said = claims('<img src="a" alt="A boat"/><img src="b" alt=""/><svg aria-label="Tide"/><svg aria-hidden="true"/>')
    assert (said.modes, said.sufficient) == (("textual", "visual"), ("textual",))
    assert "alternativeText" in said.features
    assert "Every image that carries meaning has a description" in said.summary


def test_one_undescribed_image_spoils_the_claim() -> None:
    said = claims('<img src="a" alt="A boat"/><img src="b"/>')
    assert said.sufficient == ("textual,visual",)
    assert "alternativeText" not in said.features
    assert "1 of 2 images have no description" in said.summary


def test_ornament_alone_is_no_visual_content() -> None:
    assert claims('<img src="a" alt=""/>').modes == ("textual",)


def test_svg_title_counts_as_description() -> None:
    assert claims('<svg xmlns="http://www.w3.org/2000/svg"><title>Tide</title></svg>').sufficient == ("textual",)


def test_moving_images_leave_the_hazard_open() -> None:
    said = claims('<img src="a" alt="Waves"/>', animated=True)
    assert said.hazards == ("unknown",)
    assert "move" in said.summary


def test_notes_and_tables_are_told_of() -> None:
    said = claims('<table/><aside role="doc-footnote"/>')
    assert "Notes" in said.summary
    assert "Tables" in said.summary
