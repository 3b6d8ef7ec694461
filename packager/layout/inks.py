"""One ink for the printer: what drawings paint in grey of three colours is painted in grey of one.

The layout engine writes the colours of SVG images in RGB; a printer's black is K alone (DeviceGray, ISO 32000-1,
8.6.4.2).
"""

import re

import pikepdf
from pikepdf import Name

_RGB = re.compile(rb"(?<![\d.])(\d*\.?\d+) (\d*\.?\d+) (\d*\.?\d+) (rg|RG)(?=\s)")


def settle(page: pikepdf.Object) -> None:
    """Paint a page's greys, and those of the forms it shows, in DeviceGray; colours stay."""
    contents = page.Contents
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        _settle(stream)
    _settle_forms(page.get("/Resources"), set(), opaque=True)


def _settle_forms(resources: pikepdf.Object | None, seen: set[tuple[int, int]], *, opaque: bool) -> None:
    if resources is None or "/XObject" not in resources:
        return
    opaque = opaque and _is_opaque(resources)
    for form in resources.XObject.values():
        if form.get("/Subtype") == Name.Form and form.objgen not in seen:
            seen.add(form.objgen)
            inner = form.get("/Resources")
            _settle_forms(inner, seen, opaque=opaque)
            data = _settle(form)
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


def _settle(stream: pikepdf.Object) -> bytes:
    data = stream.read_bytes()
    grey = _RGB.sub(_grey, data)
    if grey != data:
        stream.write(grey)
    return grey


def _grey(match: re.Match[bytes]) -> bytes:
    red, green, blue = map(float, match.groups()[:3])
    return match[1] + (b" g" if match[4] == b"rg" else b" G") if red == green == blue else match[0]
