"""Joins the structure trees of units into the one of the book (ISO 32000-1, 14.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pikepdf import Array, Dictionary, Name, Object, Pdf


@dataclass(slots=True)
class Structures:
    """The trees of the units added so far."""

    kids: list[Object] = field(default_factory=list)
    """Elements right below the document."""
    parents: list[tuple[int, Object]] = field(default_factory=list)
    """Keys of pages and annotations, and the elements that their content belongs to (14.7.4.4)."""
    next: int = 0
    """The next free key."""

    def add(self, pdf: Pdf, unit: Pdf, pages: Sequence[Object]) -> None:
        """Take over a unit's tree; its pages are in `pdf` already."""
        root = pdf.copy_foreign(unit.Root.StructTreeRoot)
        self.kids += list(root.K[0].K)
        numbers = list(root.ParentTree.Nums)
        keys = [int(key) for key in numbers[::2]]
        self.parents += [(self.next + key, value) for key, value in zip(keys, numbers[1::2], strict=True)]
        for page in pages:
            page.StructParents = int(page.StructParents) + self.next
            for annotation in page.get("/Annots", Array()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + self.next
        self.next += max(keys, default=-1) + 1


def write(pdf: Pdf, structures: Structures) -> None:
    """Make the book's tree."""
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    for kid in structures.kids:
        kid.P = document
    document.K = Array(structures.kids)
    root.K = Array([document])
    numbers = Array()
    for key, value in structures.parents:
        numbers.append(key)
        numbers.append(value)
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    root.ParentTreeNextKey = structures.next
    pdf.Root.StructTreeRoot = root
