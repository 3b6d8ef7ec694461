"""Pegs of a frame."""


# ANCHOR: count
def pegs(width: int, gap: int) -> int:
    # ANCHOR: inner
    return width // gap + 1
    # ANCHOR_END: inner
# ANCHOR_END: count
