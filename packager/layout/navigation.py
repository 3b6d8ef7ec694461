"""Links, destinations and the outline of the joined file (ISO 32000-1, 12.3 and 12.5.6.5)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from packager.layout.units import LINK, Link, Mark


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where an id came to stand."""

    page: Object
    x: float
    """In points from the page's lower left corner."""
    y: float

    @property
    def destination(self) -> Array:
        """The place in a form that a viewer jumps to."""
        return Array([self.page, Name.XYZ, round(self.x, 2), round(self.y, 2), 0])


def link(page: Object, table: Sequence[Link], shift: float) -> None:
    """Let the links of a page lead where the unit's table says, and move them with their text."""
    for annotation in page.get("/Annots", Array()):
        address = str(annotation.get("/A", Dictionary()).get("/URI", ""))
        if address.startswith(LINK):
            where = table[int(address.removeprefix(LINK))]
            annotation.Contents = String(where.text)
            if where.target.startswith("#"):
                del annotation.A
                annotation.Dest = String(where.target[1:])
            else:
                annotation.A.URI = String(_ascii(where.target))
        if shift:
            annotation.Rect = Array([float(side) + (0 if at % 2 else shift) for at, side in enumerate(annotation.Rect)])


def write(pdf: Pdf, anchors: Mapping[str, Anchor], marks: Sequence[Mark]) -> None:
    """Write the destinations of all links and the outline."""
    wanted = {str(a.Dest) for page in pdf.pages for a in page.obj.get("/Annots", Array()) if "/Dest" in a}
    wanted |= {mark.id for mark in marks}
    names = Array()
    for name in sorted(wanted & anchors.keys(), key=lambda name: bytes(String(name))):
        names.append(String(name))
        names.append(anchors[name].destination)
    if len(names):
        pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))
    standing = [mark for mark in marks if mark.id in anchors]
    if standing:
        root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
        _outline(pdf, root, list(_nested(standing)), anchors)
        pdf.Root.Outlines = root
        pdf.Root.PageMode = Name.UseOutlines


@dataclass(slots=True)
class _Branch:
    mark: Mark
    below: list["_Branch"]


def _nested(marks: Sequence[Mark]) -> Iterator[_Branch]:
    """Hang each mark below the last one that is further out."""
    path: list[_Branch] = []
    for mark in marks:
        branch = _Branch(mark, [])
        while path and path[-1].mark.level >= mark.level:
            path.pop()
        if path:
            path[-1].below.append(branch)
        else:
            yield branch
        path.append(branch)


def _outline(pdf: Pdf, parent: Object, branches: list[_Branch], anchors: Mapping[str, Anchor]) -> int:
    """Hang branches below an item (12.3.3), the first level open; return how many lines show."""
    items: list[Object] = []
    shown = len(branches)
    for branch in branches:
        item = pdf.make_indirect(
            Dictionary(Title=String(branch.mark.title), Parent=parent, Dest=anchors[branch.mark.id].destination)
        )
        if branch.below:
            count = _outline(pdf, item, branch.below, anchors)
            item.Count = -count
        if items:
            item.Prev, items[-1].Next = items[-1], item
        items.append(item)
    parent.First, parent.Last, parent.Count = items[0], items[-1], shown
    return shown


def _ascii(address: str) -> str:
    """Quote what a URI cannot hold (RFC 3986)."""
    from urllib.parse import quote

    return quote(address, safe="/:?#[]@!$&'()*+,;=~%-._")
