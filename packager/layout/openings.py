"""Finds where in the text of a unit each of its pages begins."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from packager.flow import count, flow

Runs = Sequence[tuple[Any, str]]
"""The text on a page, run by run, each with the element that it stands in."""


def starts(pages: Sequence[Runs], root: Any) -> tuple[int, ...]:
    """Count the letters of a laid-out tree's text before each of its pages.

    A page is the runs of text on it, in reading order, each with the element of the tree that it stands in.
    """
    own: dict[int, list[tuple[int, int]]] = {}
    beside, total = set(), 0
    for piece in flow(root):
        length = count(piece.text)
        own.setdefault(id(piece.owner), []).append((total, length))
        total += length
        if piece.beside:
            beside.add(id(piece.owner))
    found: list[int] = []
    for number, runs in enumerate(pages):
        told = {False: total, True: total}
        for element, text in runs:
            key = id(element)
            if key in own and count(text) and (at := _place(own[key], _before(pages, number, element))) is not None:
                told[key in beside] = at
                if key not in beside:
                    break
        found.append(told[False] if told[False] < total else told[True])
    # A page without text begins where the next one does, and none before the last one did.
    for number in range(len(found) - 2, -1, -1):
        if found[number] == total:
            found[number] = found[number + 1]
    return tuple(accumulate([0, *found[1:]], max)) if found else ()


def _before(pages: Sequence[Runs], number: int, element: Any) -> int:
    """Count the letters of an element itself on the pages right before one."""
    letters = 0
    for page in reversed(pages[:number]):
        runs = [text for at, text in page if at is element]
        if not runs:
            break
        letters += sum(map(count, runs))
    return letters


def _place(pieces: Sequence[tuple[int, int]], letters: int) -> int | None:
    """Find where so many letters of an element itself end; None where it has no more: the head of a table, repeated."""
    for start, length in pieces:
        if letters < length:
            return start + letters
        letters -= length
    return None
