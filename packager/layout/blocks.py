"""Names the blocks of a unit by all that the layout of each depends on, so that blocks that are the same are found.

Boxes are those of the layout engine before layout. What is named here is the same in every process.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, tostring

from weasyprint.formatting_structure import boxes
from weasyprint.images import Gradient

SOURCE = ("data-line", "data-place")
"""Attributes that say where in the manuscript an element comes from, and change nothing on its page."""

Box = Any
Place = tuple[int, int]
"""Of an element: the block that it is in, -1 for what all blocks stand in, and its number there."""

_SIZE = 16


class DoubtError(Exception):
    """Raised where pages may depend on what is not looked at here."""


class Blocks(NamedTuple):
    """What a unit is made of."""

    frame: bytes
    """Name of what the blocks stand in, and of the stylesheets."""
    keys: tuple[bytes, ...]
    """Name of each block."""
    notes: tuple[int, ...]
    """The block of each note."""


class Elements:
    """The elements of a unit, each at its place."""

    def __init__(self, lists: Sequence[Sequence[Element]]) -> None:
        """`lists` are those of each block, and last the elements that all blocks stand in."""
        self._lists = lists
        last = len(lists) - 1
        self._places = {
            id(element): (-1 if block == last else block, number)
            for block, inner in enumerate(lists)
            for number, element in enumerate(inner)
        }

    def at(self, place: Place) -> Element:
        """Give the element at a place."""
        return self._lists[place[0]][place[1]]

    def place(self, element: Element) -> Place:
        """Say where an element is. Raises KeyError for one of another tree."""
        return self._places[id(element)]

    def has(self, element: object) -> bool:
        """Say whether an element is one of these."""
        return id(element) in self._places


def read(root: Element, box: Box, notes: Sequence[Box], css: Iterable[str],
         image: Callable[[str], str]) -> tuple[Blocks, Elements]:  # fmt: skip
    """Name the blocks of a unit; `image` names what an address shows. Raises DoubtError."""
    name = _Namer(image)
    section = box.children[0].children[0].element
    blocks = inner(box)
    elements = [_elements(block, section) for block in blocks]
    homes = {id(element): number for number, each in enumerate(elements) for element in each}
    outer = [*_outer(root)]
    keys = tuple(_digest((name.key(block), [*map(_told, each)])) for block, each in zip(blocks, elements, strict=True))
    around = (box, box.children[0], box.children[0].children[0])
    frame = _digest((*css, *(name.key(each, deep=False) for each in around), *map(_told, outer)))
    return Blocks(frame, keys, tuple(homes[id(note.element)] for note in notes)), Elements([*elements, outer])


def inner(box: Box) -> Sequence[Box]:
    """Give the blocks of a unit: what its one section holds. Raises DoubtError where there is no one section."""
    for _ in ("body", "section"):
        if len(box.children) != 1:
            raise DoubtError("more than one section")
        box = box.children[0]
    if not all(isinstance(block, boxes.BlockLevelBox) for block in box.children):
        raise DoubtError("a section that holds lines")
    return box.children  # type: ignore[no-any-return]  # WeasyPrint is untyped


def walk(box: Box) -> Iterator[Box]:
    """Give a box and all boxes in it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from walk(child)


def _elements(block: Box, section: Element) -> list[Element]:
    """Give the elements of a block; one without an element of its own has those of what is in it."""
    if block.element is not section:
        return list(block.element.iter())
    found: dict[int, Element] = {}
    for box in walk(block):
        if box.element is not section:
            found |= {id(element): element for element in box.element.iter()}
    return list(found.values())


def _outer(root: Element) -> Iterator[Element]:
    """Give the elements that all blocks stand in."""
    yield root
    for element in root:
        yield element
        yield from element if element.tag == "body" else ()


class _Namer:
    """Names boxes, and the styles of many at once."""

    def __init__(self, image: Callable[[str], str]) -> None:
        self._image = image
        self._styles: dict[object, tuple[str, object]] = {}
        self._shared: dict[int, tuple[str, object]] = {}

    def key(self, box: Box, *, deep: bool = True) -> object:
        """Name all that the layout of a box depends on, besides what it inherits. Raises DoubtError."""
        styles = [self._style(each) for each in (box.style, *_firsts(box))]
        content: object = None
        if isinstance(box, boxes.TextBox):
            content = box.text
        elif isinstance(box, boxes.ReplacedBox):
            content = self._shown(box)
        note = self.key(box.footnote) if box.footnote is not None else None
        within = [self.key(child) for child in box.children] if deep and isinstance(box, boxes.ParentBox) else None
        return type(box).__name__, box.element_tag, styles, content, note, within

    def _style(self, style: Any) -> str:
        """Name what stylesheets say of an element; most elements share that with others."""
        said = getattr(style, "cascaded", None)
        if not said:
            return ""
        same = self._shared.get(id(said))
        if same is not None:
            return same[0]
        known = tuple((name, id(value), weight) for name, (value, weight) in said.items())
        if known not in self._styles:
            told = sorted((name, _plain(value), weight) for name, (value, weight) in said.items())
            self._styles[known] = _digest(told).hex(), said  # what is kept keeps its id
        self._shared[id(said)] = self._styles[known][0], said
        return self._styles[known][0]

    def _shown(self, box: Box) -> object:
        """Name a picture by what it shows."""
        address = box.element.get("src")
        if box.element.tag == "img" and address:
            return self._image(address)
        if "::" not in (box.element_tag or "") and not str(box.element.tag).endswith("svg"):
            raise DoubtError("a picture that is no image")
        return tostring(box.element)  # one of a stylesheet is named with its style


def _firsts(box: Box) -> Iterator[Any]:
    for name in ("first_line_style", "first_letter_style"):
        style = getattr(box, name, None)
        if style is not None:
            yield style


def _told(element: Element) -> object:
    if "url(" in element.get("style", ""):
        raise DoubtError("an image that is shown by an element's own style")
    return element.tag, [item for item in element.items() if item[0] not in SOURCE]


def _plain(value: Any) -> str:
    """Write the value of a property. Raises DoubtError for what has no name that lasts."""
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({','.join(map(_plain, value))})"
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(map(_plain, value)))}}}"
    if hasattr(value, "serialize"):
        return f"{type(value).__name__}({value.serialize()})"
    if hasattr(value, "tokens"):
        return f"{type(value).__name__}({value.name},{_plain(value.tokens)})"
    if isinstance(value, Gradient):
        return f"{type(value).__name__}({_plain(sorted(vars(value).items()))})"
    if hasattr(value, "coordinates"):
        return f"color({value.space},{value.coordinates},{value.alpha})"
    if value is None or isinstance(value, (str, int, float)):
        return repr(value)
    raise DoubtError(f"a value of {type(value)}")


def _digest(told: object) -> bytes:
    return blake2b(repr(told).encode(errors="surrogatepass"), digest_size=_SIZE).digest()
