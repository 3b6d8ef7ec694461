"""What the package document says of a book, element by element.

After EPUB 3.3 (https://www.w3.org/TR/epub-33/#sec-pkg-metadata), with schema.org's terms of accessibility.
"""

import uuid
from collections.abc import Iterator

from packager.accessibility import Accessibility
from packager.book import Metadata

Element = tuple[str, str, dict[str, str]]
"""Name (`meta`, or Dublin Core's), text and attributes."""


def identifier(metadata: Metadata) -> str:
    """Return what names the book for ever: the author's own, the EPUB's ISBN, or a UUID from title and authors."""
    if metadata.identifier:
        return metadata.identifier
    if isbn := metadata.isbn.get("epub"):
        return f"urn:isbn:{isbn}"
    name = "\n".join((metadata.title, metadata.subtitle, *metadata.authors, metadata.lang))
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def elements(metadata: Metadata, claims: Accessibility, *, paged: bool = False) -> Iterator[Element]:
    """Yield name, value and attributes of each metadata element but the first identifier and the date of making.

    `paged` is a book that tells the pages of its printed edition, which is then named (EPUB Accessibility 1.1, 3.3.2).
    """

    def refine(id: str, **properties: str) -> Iterator[Element]:
        for name, value in properties.items():
            if value:
                scheme = {"scheme": "marc:relators"} if name == "role" else {}
                yield "meta", value, {"refines": f"#{id}", "property": name.replace("_", "-"), **scheme}

    isbn = metadata.isbn.get("epub")
    if isbn and metadata.identifier and isbn not in metadata.identifier:
        yield "identifier", f"urn:isbn:{isbn}", {"id": "isbn"}
    yield "title", metadata.title, {"id": "title"}
    yield from refine("title", title_type="main", display_seq="1")
    if metadata.subtitle:
        yield "title", metadata.subtitle, {"id": "subtitle"}
        yield from refine("subtitle", title_type="subtitle", display_seq="2")
    yield "language", metadata.lang, {}
    for number, person in enumerate(metadata.contributors, 1):
        id = f"person-{number}"
        yield "creator" if person.role == "aut" else "contributor", person.name, {"id": id}
        yield from refine(id, role=person.role, file_as=person.file_as, display_seq=str(number))
    texts = {"publisher": metadata.publisher, "date": metadata.date, "rights": metadata.rights}
    texts |= {"description": metadata.description}
    yield from ((name, value, {}) for name, value in texts.items() if value)
    yield from (("subject", subject, {}) for subject in metadata.subjects)
    printed = next((metadata.isbn[product] for product in sorted(metadata.isbn) if product != "epub"), "")
    if printed:
        yield "source", f"urn:isbn:{printed}", {}
    if paged:
        told = f"{metadata.title}, the printed edition made together with this one"
        yield "meta", f"urn:isbn:{printed}" if printed else told, {"property": "pageBreakSource"}
    if metadata.series:
        yield "meta", metadata.series.name, {"property": "belongs-to-collection", "id": "series"}
        yield from refine("series", collection_type="series", group_position=metadata.series.number)
    yield "meta", "", {"name": "cover", "content": "cover-image"}
    values = {
        "accessMode": claims.modes,
        "accessModeSufficient": claims.sufficient,
        "accessibilityFeature": claims.features,
        "accessibilityHazard": claims.hazards,
        "accessibilitySummary": (claims.summary,),
    }
    for name, each in values.items():
        yield from (("meta", value, {"property": f"schema:{name}"}) for value in each)
