"""Makes one of many: each face is embedded once, with the glyphs of all pages, and so is each image."""

import hashlib
from collections.abc import Iterable, Mapping
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from packager import fonts
from packager.layout.jobs import Font

_UPRIGHT = Name("/Identity-H")
"""The encoding of fonts whose codes are the numbers of glyphs."""
_STEM = 80
"""Width of stems; only readers that replace a font ask for it."""


class Faces:
    """The fonts of the pages that are joined; glyphs keep the numbers that they have in the whole face."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self._fonts: dict[str, Font] = {}
        self._glyphs: dict[str, dict[int, tuple[str, int]]] = {}
        self._made: dict[str, Object] = {}
        self._own: list[tuple[Object, str]] = []

    def note(self, used: Iterable[Font]) -> None:
        """Take note of fonts and of the glyphs that pages show; what was noted first says what a glyph stands for."""
        for font in used:
            self._fonts.setdefault(font.name, font)
            known = self._glyphs.setdefault(font.name, {})
            for glyph, told in font.glyphs.items():
                known.setdefault(glyph, told)

    def font(self, name: str) -> Object:
        """Give the one dictionary of a font, which `merge` fills (ISO 32000-1, 9.7)."""
        if name not in self._made:
            font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(name), Encoding=_UPRIGHT)
            self._made[name] = self.pdf.make_indirect(font)
        return self._made[name]

    def unite(self, resources: Object) -> None:
        """Let a unit's resources name the one dictionary of each font.

        A unit that shows characters without glyph has an encoding of its own for them, and keeps its dictionary.
        """
        held = resources.get("/Font", Dictionary())
        for key, font in held.items():
            if "/DescendantFonts" not in font:  # it is ours already
                continue
            if font.Encoding == _UPRIGHT:
                held[key] = self.font(str(font.BaseFont))
            else:
                self._own.append((font.DescendantFonts[0].FontDescriptor, str(font.BaseFont)))

    def merge(self, whole: Mapping[str, bytes]) -> None:
        """Write the fonts; `whole` has the faces by digest."""
        glyphs: dict[str, set[int]] = {}
        for name, font in self._fonts.items():
            glyphs.setdefault(font.digest, set()).update(self._glyphs[name])
        programs = {digest: self._program(whole[digest], found) for digest, found in sorted(glyphs.items())}
        for descriptor, name in self._own:
            descriptor["/FontFile3" if "/FontFile3" in descriptor else "/FontFile2"] = programs[
                self._fonts[name].digest
            ]
        for name, made in self._made.items():
            font = self._fonts[name]
            self._write(made, font, self._glyphs[name], whole[font.digest], programs[font.digest])

    def _program(self, face: bytes, glyphs: set[int]) -> Object:
        data = fonts.union_subset(face, glyphs)
        extra = Dictionary(Subtype=Name.OpenType) if data[:4] == b"OTTO" else Dictionary(Length1=len(data))
        return self.pdf.make_indirect(Stream(self.pdf, data, extra))

    def _write(self, made: Object, font: Font, glyphs: Mapping[int, tuple[str, int]], face: bytes,
               program: Object) -> None:  # fmt: skip
        widths = {glyph: width for glyph, (_, width) in glyphs.items()}
        fixed = len(widths) > 1 and len({*widths.values()}) == 1
        ascent, descent = fonts.heights(face)
        name, otf = Name(font.name), face[:4] == b"OTTO"
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=name, FontFamily=String(font.family), Flags=font.flags | fixed,
            FontBBox=[0, descent, max(widths.values(), default=0), ascent], ItalicAngle=0, Ascent=ascent,
            Descent=descent, CapHeight=ascent, StemV=_STEM, StemH=_STEM,
        )  # fmt: skip
        descriptor["/FontFile3" if otf else "/FontFile2"] = program
        system = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType0 if otf else Name.CIDFontType2, BaseFont=name,
            CIDSystemInfo=system, CIDToGIDMap=Name.Identity, W=_width_array(widths),
            FontDescriptor=self.pdf.make_indirect(descriptor),
        )  # fmt: skip
        made.DescendantFonts = Array([self.pdf.make_indirect(descendant)])
        made.ToUnicode = self.pdf.make_indirect(Stream(self.pdf, _to_unicode(glyphs)))


def completed(pdf: bytes, used: Iterable[Font], whole: Mapping[str, bytes]) -> bytes:
    """Give a unit's file the fonts that it was drawn without, as wholes; `whole` has the faces by digest."""
    digests = {font.name: font.digest for font in used}
    with Pdf.open(BytesIO(pdf)) as file:
        programs: dict[str, Object] = {}
        for item in file.objects:
            if not isinstance(item, Dictionary) or item.get("/Type") != Name.FontDescriptor:
                continue
            digest = digests[str(item.FontName)]
            if digest not in programs:
                face = whole[digest]
                extra = Dictionary(Subtype=Name.OpenType) if face[:4] == b"OTTO" else Dictionary(Length1=len(face))
                programs[digest] = file.make_indirect(Stream(file, face, extra))
            item["/FontFile3" if whole[digest][:4] == b"OTTO" else "/FontFile2"] = programs[digest]
        made = BytesIO()
        file.save(made, compress_streams=False)
        return made.getvalue()


def _width_array(widths: Mapping[int, int]) -> Array:
    """Write the widths of glyphs (9.7.4.3): runs of a first glyph and an array."""
    items: list[object] = []
    run: list[int] = []
    for glyph in sorted(widths):
        if glyph - 1 not in widths:
            run = []
            items += [glyph, run]
        run.append(widths[glyph])
    return Array(items)


def _to_unicode(glyphs: Mapping[int, tuple[str, int]]) -> bytes:
    """Write what text glyphs stand for (9.10.3)."""
    lines = [
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def",
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange",
    ]
    pairs = [(glyph, text.encode("utf-16-be").hex()) for glyph, (text, _) in sorted(glyphs.items())]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(b"%d beginbfchar" % len(block))
        lines += [f"<{glyph:04x}> <{text}>".encode() for glyph, text in block]
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
