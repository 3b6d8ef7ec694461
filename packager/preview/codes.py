"""QR codes, for devices that cannot copy an address from this screen."""

from io import BytesIO, StringIO

import segno


def terminal(text: str) -> str:
    """Draw a code with the characters of a terminal."""
    drawn = StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, compact=True)
    return drawn.getvalue()


def svg(text: str) -> bytes:
    """Draw a code as an image, dark on light with its quiet zone."""
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff", xmldecl=False)
    return drawn.getvalue()
