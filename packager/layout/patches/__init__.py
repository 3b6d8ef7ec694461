"""What is put right or made quick in the layout engine, for the one version that is known; a file for each matter."""

import weasyprint

from packager.layout.patches import (
    cascade,
    dictionaries,
    fonts,
    lines,
    notes,
    pages,
    paragraphs,
    pictures,
    shaping,
    strings,
    styles,
)

VERSION = "70.0"
"""The version that the patches are for; on another none is applied."""


def apply() -> None:
    """Apply all patches, once or more often."""
    dictionaries.apply()
    if weasyprint.__version__ == VERSION:
        cascade.apply()
        fonts.apply()
        lines.apply()
        pages.apply()
        pictures.apply()
        paragraphs.apply()
        shaping.apply()
        strings.apply()
        styles.apply()


def forget() -> None:
    """Free what layout held; no page of it can be drawn any more."""
    notes.forget()
