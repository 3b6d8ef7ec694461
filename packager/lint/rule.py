"""What a rule finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a section's text that a rule minds."""

    start: int
    end: int
    """Offsets in the text."""
    message: str
    hint: str
    mended: str | None = None
    """What may stand there instead without a look by the author; None where only the author can tell."""
