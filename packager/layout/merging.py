"""Makes one of many: each face is embedded once, with the glyphs of all units, and so is each image."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from packager import fonts
from packager.layout.jobs import Font

_PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>")


class Faces:
    """The fonts of the units that are joined."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self._resources: list[Object] = []
        self._digests: dict[str, str] = {}
        self._glyphs: dict[str, set[int]] = {}
        """By digest."""

    def note(self, resources: Object, used: Iterable[Font]) -> None:
        """Take note of the fonts that a unit's resources name."""
        self._resources.append(resources)
        for font in used:
            self._digests[font.name] = font.digest
            self._glyphs.setdefault(font.digest, set()).update(font.glyphs)

    def merge(self, whole: Mapping[str, bytes]) -> None:
        """Put one font in the place of the units' subsets of it; `whole` has the faces by digest."""
        subsets: dict[str, list[tuple[Object, str, Object]]] = {}
        for resources in self._resources:
            for key, font in resources.get("/Font", Dictionary()).items():
                subsets.setdefault(str(font.BaseFont), []).append((resources.Font, key, font))
        programs = {}
        for name, items in sorted(subsets.items()):
            digest = self._digests[name]
            if digest not in programs:
                programs[digest] = self._program(whole[digest], self._glyphs[digest])
            self._unite(items, programs[digest])

    def _program(self, face: bytes, glyphs: set[int]) -> Object:
        data = fonts.union_subset(face, glyphs)
        extra = Dictionary(Subtype=Name.OpenType) if data[:4] == b"OTTO" else Dictionary(Length1=len(data))
        return self.pdf.make_indirect(Stream(self.pdf, data, extra))

    def _unite(self, items: list[tuple[Object, str, Object]], program: Object) -> None:
        """Let all units use one font dictionary (ISO 32000-1, 9.7).

        A unit that shows characters without glyph has an encoding of its own for them, and keeps its dictionary.
        """
        plain = [(holder, key, font) for holder, key, font in items if font.Encoding == Name("/Identity-H")]
        for _, _, font in items:
            descriptor = font.DescendantFonts[0].FontDescriptor
            descriptor["/FontFile3" if "/FontFile3" in descriptor else "/FontFile2"] = program
        if not plain:
            return
        widths: dict[int, Object] = {}
        texts: dict[bytes, bytes] = {}
        for _, _, font in plain:
            for glyph, width in _widths(font.DescendantFonts[0].W):
                widths.setdefault(glyph, width)
            for glyph_, text in _PAIR.findall(font.ToUnicode.read_bytes().partition(b"endcodespacerange")[2]):
                texts.setdefault(glyph_.lower(), text)
        one = self.pdf.make_indirect(plain[0][2])
        descendant = one.DescendantFonts[0]
        descendant.W = _width_array(widths)
        descriptor = descendant.FontDescriptor
        descriptor.FontBBox[2] = max(map(float, widths.values()), default=0)
        fixed = len(widths) > 1 and len({float(width) for width in widths.values()}) == 1
        descriptor.Flags = int(descriptor.Flags) & ~1 | fixed
        one.ToUnicode = self.pdf.make_indirect(Stream(self.pdf, _to_unicode(texts)))
        for holder, key, _ in plain:
            holder[key] = one


def _widths(array: Object) -> Iterable[tuple[int, Object]]:
    """Read the widths of glyphs (9.7.4.3): runs of a first glyph and an array."""
    items = list(array)
    for first, run in zip(items[::2], items[1::2], strict=True):
        for offset, width in enumerate(run):
            yield int(first) + offset, width


def _width_array(widths: Mapping[int, Object]) -> Array:
    items: list[object] = []
    run: list[Object] = []
    for glyph in sorted(widths):
        if glyph - 1 not in widths:
            run = []
            items += [glyph, run]
        run.append(widths[glyph])
    return Array(items)


def _to_unicode(texts: Mapping[bytes, bytes]) -> bytes:
    """Write what text glyphs stand for (9.10.3)."""
    lines = [
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def",
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange",
    ]
    pairs = sorted(texts.items())
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(b"%d beginbfchar" % len(block))
        lines += [b"<%s> <%s>" % pair for pair in block]
        lines.append(b"endbfchar")
    lines.append(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
    return b"\n".join(lines)


def merge_images(pdf: Pdf) -> None:
    """Let all pages show one copy of an image that several units brought."""
    known: dict[bytes, Object] = {}
    seen: set[tuple[int, int]] = set()

    def one(image: Object) -> Object:
        if "/SMask" in image:
            image.SMask = one(image.SMask)
        told = sorted((key, repr(value)) for key, value in image.stream_dict.items() if key != "/SMask")
        mask = str(image.SMask.objgen) if "/SMask" in image else ""
        return known.setdefault(hashlib.sha256(image.read_raw_bytes() + repr((told, mask)).encode()).digest(), image)

    def visit(resources: Object) -> None:
        held = resources.get("/XObject", Dictionary())
        if held.objgen != (0, 0):
            if held.objgen in seen:
                return
            seen.add(held.objgen)
        for key, shown in held.items():
            if shown.get("/Subtype") == Name.Image:
                held[key] = one(shown)
            elif shown.objgen not in seen:
                seen.add(shown.objgen)
                visit(shown.get("/Resources", Dictionary()))

    for page in pdf.pages:
        visit(page.obj.get("/Resources", Dictionary()))
