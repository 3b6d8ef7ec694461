"""One ink for the printer: what drawings paint in grey of three colours is painted in grey of one.

The layout engine writes the colours of SVG images in RGB; a printer's black is K alone (DeviceGray, ISO 32000-1,
8.6.4.2). Where the interior is printed in black alone, colours turn into the greys that are as light.
"""

import re

import pikepdf
from pikepdf import Name

_RGB = re.compile(rb"(?<![\d.])(\d*\.?\d+) (\d*\.?\d+) (\d*\.?\d+) (rg|RG)(?=\s)")
_CMYK = re.compile(rb"(?<![\d.])(\d*\.?\d+) (\d*\.?\d+) (\d*\.?\d+) (\d*\.?\d+) (k|K|scn|SCN)(?=\s)")
_LIGHT = (0.2126, 0.7152, 0.0722)
"""How light red, green and blue are to the eye (ITU-R BT.709)."""


def settle(page: pikepdf.Object, *, mono: bool = False) -> None:
    """Paint a page's greys, and those of the forms it shows, in DeviceGray; colours stay, unless in `mono`."""
    contents = page.Contents
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        _settle(stream, mono)
    resources = page.get("/Resources")
    _settle_forms(resources, set(), opaque=True, mono=mono)
    if mono and resources is not None and "/XObject" in resources:
        # What shines through is mixed in the page's inks, and of several the printer would take all (11.4.7).
        page.Group = pikepdf.Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceGray)


def _settle_forms(resources: pikepdf.Object | None, seen: set[tuple[int, int]], *, opaque: bool, mono: bool) -> None:
    if resources is not None and mono:
        _settle_shadings(resources, seen)
    if resources is None or "/XObject" not in resources:
        return
    opaque = opaque and _is_opaque(resources)
    for form in resources.XObject.values():
        if form.get("/Subtype") == Name.Form and form.objgen not in seen:
            seen.add(form.objgen)
            inner = form.get("/Resources")
            _settle_forms(inner, seen, opaque=opaque, mono=mono)
            data = _settle(form, mono)
            # A group that is mixed in RGB would bring black back in four inks (11.4.7); one that lets nothing through
            # is no group.
            if "/Group" in form and opaque and (inner is None or _is_opaque(inner)):
                del form.Group
            elif "/Group" in form and not _RGB.search(data):
                form.Group.CS = Name.DeviceGray


def _is_opaque(resources: pikepdf.Object) -> bool:
    """Say whether no graphics state lets anything shine through (8.4.5)."""
    states = resources.ExtGState.values() if "/ExtGState" in resources else []
    return all(
        state.get("/ca", 1) == state.get("/CA", 1) == 1 and not {"/SMask", "/BM"} & {*state.keys()} for state in states
    )


def _settle_shadings(resources: pikepdf.Object, seen: set[tuple[int, int]]) -> None:
    """Turn gradients grey (8.7.4.5.3), and the tiles of patterns."""
    found = [*resources.Shading.values()] if "/Shading" in resources else []
    for pattern in resources.Pattern.values() if "/Pattern" in resources else ():
        if "/Shading" in pattern:
            found.append(pattern.Shading)
        elif pattern.objgen not in seen:
            seen.add(pattern.objgen)
            _settle(pattern, True)
            _settle_forms(pattern.get("/Resources"), seen, opaque=False, mono=True)
    for shading in found:
        if shading.ColorSpace == Name.DeviceRGB:
            shading.ColorSpace = Name.DeviceGray
            _settle_function(shading.Function)


def _settle_function(function: pikepdf.Object) -> None:
    """Let a function between colours give greys (7.10)."""
    for part in function.get("/Functions", ()):
        _settle_function(part)
    for end in ("/C0", "/C1"):
        if end in function and len(function[end]) == 3:
            function[end] = pikepdf.Array([_lightness(*map(float, function[end]))])


def _settle(stream: pikepdf.Object, mono: bool) -> bytes:
    data = stream.read_bytes()
    # Text alone has none: it is not searched through.
    grey = _RGB.sub(_mono if mono else _grey, data) if b" rg" in data or b" RG" in data else data
    grey = _CMYK.sub(_mono, grey) if mono else grey
    if grey != data:
        stream.write(grey)
    return grey


def _grey(match: re.Match[bytes]) -> bytes:
    red, green, blue = map(float, match.groups()[:3])
    return match[1] + (b" g" if match[4] == b"rg" else b" G") if red == green == blue else match[0]


def _mono(match: re.Match[bytes]) -> bytes:
    *parts, operator = match.groups()
    values = [float(part) for part in parts]
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        if not (cyan or magenta or yellow):
            return match[0]
        values = [(1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)]
        if operator in (b"scn", b"SCN"):
            return b"0 0 0 %g %s" % (1 - _lightness(*values), operator)
    return b"%g %s" % (_lightness(*values), b"g" if operator.islower() else b"G")


def _lightness(*values: float) -> float:
    """Give the grey that is as light as a colour."""
    return round(sum(share * value for share, value in zip(_LIGHT, values, strict=True)), 4)
