"""The cover that is drawn where the author gives none: title, subtitle and names in the theme's type and colours."""

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from packager import fonts, images
from packager.book import Metadata
from packager.images import Canvas, Colour, Picture, Point
from packager.theme import Theme, needed

WIDTH, HEIGHT = 1600, 2560
"""Pixels: the size that Kindle calls ideal and every other shop takes."""

_LONGEST_TITLE = 7
"""Lines of a title before its letters shrink."""
_LEANING = frozenset("a an and at by de der die du el en et for from in la le of on or the to und von with y".split())
"""Words that look lost at the end of a line."""


@dataclass(frozen=True, slots=True)
class _Type:
    """A face with the size and colour it is set in."""

    face: bytes
    size: int
    ink: Colour
    tracking: float = 0
    leading: float = 1.2
    """Distance of baselines, in sizes."""


def draw(metadata: Metadata, theme: Theme) -> Picture:
    """Draw the cover at 1600 x 2560 in the look of the theme's chapter openers; alike for the same book every time."""
    looks: dict[object, Callable[[_Sheet], None]] = {"plain": _plain, "banner": _banner}

    def drawn() -> Picture:
        sheet = _Sheet(metadata, theme)
        looks.get(theme.style.get("chapter-opener"), _classic)(sheet)
        return sheet.canvas.picture()

    faces = [face.identity for face in theme.faces]
    return images.kept(drawn, "drawn cover", metadata, theme.name, sorted(theme.style.items()), faces)


def names(metadata: Metadata) -> tuple[str, ...]:
    """Return who stands on the cover: the authors, or who else is named first."""
    people = metadata.authors or tuple(person.name for person in metadata.contributors)[:1]
    return people if len(people) <= 4 else (*people[:3], "…")


def wrapped(text: str, width: Callable[[str], float], room: float) -> list[str] | None:
    """Break a title into the fewest lines that fit, of lengths as even as can be; None where a word is too wide.

    `width` measures a line, `room` is the widest that fits.
    """
    words = text.split()
    widths = {}
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(words) + 1):
        options = []
        for start in range(end - 1, -1, -1):
            widths[start, end] = width(" ".join(words[start:end]))
            if widths[start, end] > room:
                break
            lines, badness, _ = best[start]
            if lines < 0:
                continue
            leaning = end < len(words) and words[end - 1].lower() in _LEANING
            options.append((lines + 1, badness + (1 - widths[start, end] / room) ** 2 + 0.3 * leaning, start))
        best.append(min(options, default=(-1, 0.0, 0)))
    if best[-1][0] < 0:
        return None
    breaks = [len(words)]
    while breaks[-1]:
        breaks.append(best[breaks[-1]][2])
    return [" ".join(words[start:end]) for end, start in pairwise(breaks)][::-1]


class _Sheet:
    """A canvas with the book's words, the theme's faces and colours at hand."""

    def __init__(self, metadata: Metadata, theme: Theme) -> None:
        self.title, self.subtitle = metadata.title, metadata.subtitle
        self.names, self.publisher = names(metadata), metadata.publisher
        self.theme = theme
        self.ground = _rgb(theme.style.get("cover-colour"), (29, 43, 51))
        self.ink = _rgb(theme.style.get("cover-ink"), (243, 236, 221))
        self.accent = _visible(_rgb(theme.style.get("accent"), self.ink), self.ground, self.ink)
        self.seed = zlib.crc32(f"{self.title}\n{self.names}".encode())
        self.canvas = Canvas(WIDTH, HEIGHT, self.ground)

    def face(self, text: str, *, style: str = "normal", weight: int = fonts.REGULAR) -> bytes:
        """Cut the theme's heading face that can write the text; a fallback where it cannot."""
        family = str(self.theme.style.get("heading-font"))
        order = (f"{family} Display", family, str(self.theme.style.get("body-font")))

        def rank(face: fonts.Face) -> tuple[int, int, bool, bool]:
            place = order.index(face.family) if face.family in order else len(order)
            return len(fonts.covers(face, text)), place, face.style != style, face.weight != weight

        return fonts.subset(min(needed(self.theme, text)[0], key=rank), text)

    def fitted(self, text: str, kind: _Type, room: float, height: float) -> tuple[list[str], _Type]:
        """Set a text as large as width and height allow, at most in its own size."""
        size = kind.size
        while True:
            smaller = _Type(kind.face, size, kind.ink, kind.tracking * size / kind.size, kind.leading)
            lines = wrapped(text, partial(self.width, kind=smaller), room) or []
            leaning = size > kind.size * 0.6 and any(line.split()[-1].lower() in _LEANING for line in lines[:-1])
            tall = len(lines) * size * kind.leading > height or len(lines) > _LONGEST_TITLE
            if lines and (size <= 40 or not (leaning or tall)):
                return lines, smaller
            if size <= 20:
                return [text], smaller
            size -= 4

    def width(self, text: str, kind: _Type) -> float:
        """Measure a line."""
        return self.canvas.width(text, kind.face, kind.size, kind.tracking)

    def write(self, lines: Sequence[str], kind: _Type, left: float, baseline: float) -> float:
        """Write lines flush left from a first baseline; return the last one."""
        for line in lines:
            self.canvas.text((left, baseline), line, kind.face, kind.size, kind.ink, kind.tracking)
            baseline += kind.size * kind.leading
        return baseline - kind.size * kind.leading

    def centre(self, lines: Sequence[str], kind: _Type, baseline: float) -> float:
        """Write lines centred on the sheet from a first baseline; return the last one."""
        for line in lines:
            left = (WIDTH - self.width(line, kind)) / 2
            self.canvas.text((left, baseline), line, kind.face, kind.size, kind.ink, kind.tracking)
            baseline += kind.size * kind.leading
        return baseline - kind.size * kind.leading

    def frame(self, inset: int, thick: int, ink: Colour) -> None:
        """Rule a frame around the sheet."""
        bar = self.canvas.bar
        bar(inset, inset, WIDTH - inset, inset + thick, ink)
        bar(inset, HEIGHT - inset - thick, WIDTH - inset, HEIGHT - inset, ink)
        bar(inset, inset, inset + thick, HEIGHT - inset, ink)
        bar(WIDTH - inset - thick, inset, WIDTH - inset, HEIGHT - inset, ink)


def _classic(sheet: _Sheet) -> None:
    """A cloth binding: a double frame, the title centred, an engraved rosette that is each book's own."""
    sheet.frame(84, 6, sheet.accent)
    sheet.frame(104, 2, sheet.accent)
    caps = " ".join(sheet.names).upper()
    title = _Type(sheet.face(sheet.title), 300, sheet.ink, leading=1.08)
    lines, title = sheet.fitted(sheet.title, title, 1180, 900)
    last = sheet.centre(lines, title, 400 + title.size * 0.7)
    if sheet.subtitle:
        italic = _Type(sheet.face(sheet.subtitle, style="italic"), 84, sheet.ink, leading=1.25)
        lines, italic = sheet.fitted(sheet.subtitle, italic, 1100, 330)
        last = sheet.centre(lines, italic, last + 60 + italic.size * 1.2)
    face = sheet.face(caps + "…")
    signed = []
    for name in sheet.names:
        rows, kind = sheet.fitted(name.upper(), _Type(face, 76, sheet.ink, 11, 1.45), 1180, 220)
        signed += [(row, kind) for row in rows]
    baseline = HEIGHT - 270 - sum(kind.size * kind.leading for _, kind in signed[1:])
    top = baseline
    for row, kind in signed:
        sheet.centre([row], kind, baseline)
        baseline += kind.size * kind.leading
    room = top - 150 - (last + 110)
    radius = min(room / 2, 430)
    if radius > 90:
        middle = last + 110 + room / 2
        _rosette(sheet, WIDTH / 2, middle, radius)


def _plain(sheet: _Sheet) -> None:
    """A university press's cover: a colour field with the title flush left over ruled paper, names at the foot."""
    left, right = 150, WIDTH - 150
    title = _Type(sheet.face(sheet.title, weight=fonts.BOLD), 230, sheet.ground, leading=1.1)
    lines, title = sheet.fitted(sheet.title, title, right - left, 1150)
    first = 330 + title.size * 0.72
    edge = max(round(first + (len(lines) - 1) * title.size * title.leading + 190), 1010)
    sheet.canvas.bar(0, 0, WIDTH, edge, sheet.accent)
    pale = _mixed(sheet.accent, sheet.ground, 0.6)
    sheet.canvas.bar(left, 190, left + 170, 202, pale)
    sheet.write(lines, title, left, first)
    names_ = _Type(sheet.face(" ".join(sheet.names) + "…"), 88, sheet.ink, leading=1.25)
    foot = HEIGHT - (300 if sheet.publisher else 200)
    signed = []
    for name in sheet.names:
        rows, kind = sheet.fitted(name, names_, right - left, 240)
        signed += [(row, kind) for row in rows]
    top = foot - sum(kind.size * kind.leading for _, kind in signed[1:])
    last = float(edge)
    if sheet.subtitle:
        kind = _Type(sheet.face(sheet.subtitle, style="italic"), 78, sheet.ink, leading=1.28)
        lines, kind = sheet.fitted(sheet.subtitle, kind, right - left, 420)
        last = sheet.write(lines, kind, left, edge + 120 + kind.size * 0.8)
    rule = _mixed(sheet.ground, sheet.accent, 0.28)
    y = last + 130
    while y < top - 190:
        sheet.canvas.bar(left, y, right, y + 3, rule)
        y += 62
    for row, kind in signed:
        top = sheet.write([row], kind, left, top) + kind.size * kind.leading
    if sheet.publisher:
        kind = _Type(sheet.face(sheet.publisher.upper()), 44, sheet.accent, 6)
        rows, kind = sheet.fitted(sheet.publisher.upper(), kind, right - left, 60)
        sheet.write(rows[:1], kind, left, HEIGHT - 150)


def _banner(sheet: _Sheet) -> None:
    """A technical book: the title large and bold over a field of arcs that is each book's own."""
    left, right = 130, WIDTH - 130
    title = _Type(sheet.face(sheet.title, weight=fonts.BOLD), 330, sheet.ink, leading=1.02)
    lines, title = sheet.fitted(sheet.title, title, right - left, 1000)
    last = sheet.write(lines, title, left, 230 + title.size * 0.72)
    if sheet.subtitle:
        kind = _Type(sheet.face(sheet.subtitle), 82, _mixed(sheet.ink, sheet.ground, 0.15), leading=1.25)
        lines, kind = sheet.fitted(sheet.subtitle, kind, right - left, 330)
        last = sheet.write(lines, kind, left, last + 70 + kind.size)
    signed = []
    for name in sheet.names:
        kind = _Type(sheet.face(name), 80, sheet.ink, leading=1.25)
        rows, kind = sheet.fitted(name, kind, right - left, 220)
        signed += [(row, kind) for row in rows]
    height = round(sum(kind.size * kind.leading for _, kind in signed))
    foot = HEIGHT - 190 - height
    tile = WIDTH // 8
    rows_free = int((foot - (last + 120)) // tile)
    if rows_free > 0:
        _arcs(sheet, foot - rows_free * tile, rows_free, tile)
    baseline = foot + 100 + (signed[0][1].size * 0.8 if signed else 0)
    for row, kind in signed:
        baseline = sheet.write([row], kind, left, baseline) + kind.size * kind.leading


def _rosette(sheet: _Sheet, x: float, y: float, radius: float) -> None:
    """Engrave interlaced waves around a circle; the book's name decides how many."""
    petals = 7 + sheet.seed % 6
    around = [2 * math.pi * step / 720 for step in range(721)]

    def wave(inner: float, outer: float, waves: int, turn: float) -> list[Point]:
        middle, swing = (inner + outer) / 2, (outer - inner) / 2
        reach = [radius * (middle + swing * math.cos(waves * angle + turn)) for angle in around]
        return [(x + r * math.cos(angle), y + r * math.sin(angle)) for r, angle in zip(reach, around, strict=True)]

    paths = [wave(0.62, 0.98, petals, 2 * math.pi * k / 6) for k in range(6)]
    paths += [wave(0.30, 0.60, petals, 2 * math.pi * k / 4) for k in range(4)]
    paths += [wave(r, r, 1, 0) for r in (0.27, 0.61, 1.0)]
    margin = round(radius + 8)
    box = (round(x) - margin, round(y) - margin, round(x) + margin, round(y) + margin)
    sheet.canvas.lines(box, paths, sheet.accent, 2.6)
    star = [
        (x + radius * r * math.cos(a - math.pi / 2), y + radius * r * math.sin(a - math.pi / 2))
        for k in range(2 * petals)
        for r, a in [((0.2, 0.09)[k % 2], math.pi * k / petals)]
    ]
    sheet.canvas.shapes(box, [star], sheet.accent)


def _arcs(sheet: _Sheet, top: int, rows: int, tile: int) -> None:
    """Lay tiles of quarter rings, turned as the book's name decides, so that they join into paths."""
    colours = (sheet.accent, _mixed(sheet.ground, sheet.ink, 0.14), _mixed(sheet.accent, sheet.ground, 0.45))
    layers: dict[Colour, list[list[Point]]] = {colour: [] for colour in colours}
    bits = sheet.seed | 1
    for row in range(rows):
        for column in range(WIDTH // tile):
            # A linear congruential step: any fixed scramble of the seed will do.
            bits = (bits * 1103515245 + 12345) % 2**31
            corner = (bits >> 16) % 4
            colour = colours[(bits >> 20) % 3]
            x, y = column * tile + tile * (corner % 2), top + row * tile + tile * (corner // 2)
            start = {0: 0, 1: 90, 3: 180, 2: 270}[corner]
            layers[colour] += [list(_ring(x, y, tile * r, tile * s, start)) for r, s in ((0, 0.36), (0.64, 1.0))]
    for colour, shapes in layers.items():
        sheet.canvas.shapes((0, top, WIDTH, top + rows * tile), shapes, colour)


def _ring(x: float, y: float, inner: float, outer: float, start: int) -> Iterator[Point]:
    """Walk the edge of a quarter ring."""
    steps = [math.radians(start + 90 * step / 24) for step in range(25)]
    yield from ((x + outer * math.cos(angle), y + outer * math.sin(angle)) for angle in steps)
    yield from ((x + inner * math.cos(angle), y + inner * math.sin(angle)) for angle in reversed(steps))


def _rgb(value: object, otherwise: Colour) -> Colour:
    return images.rgb(str(value)) or otherwise


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Mix in a share of another colour."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _visible(colour: Colour, ground: Colour, ink: Colour) -> Colour:
    """Move a colour towards the ink until an ornament in it stands off the ground."""
    share = 0.0
    while share < 1 and _contrast(_mixed(colour, ink, share), ground) < 2.2:
        share += 0.05
    return _mixed(colour, ink, share)


def _contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, after WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
