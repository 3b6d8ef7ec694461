"""What the preview's tests share: a small book, and settings that go nowhere near the user's own."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

BOOK = {
    "book.md": "---\ntitle: The Tide Table\nauthor: A. Writer\nlang: en\n---\n",
    "01-ebb.md": "# Ebb\n\nThe water went out before noon.\n\nNobody saw it go, see [Flow](02-flow.md).\n",
    "02-flow.md": "# Flow\n\nIt came back at night.[^1]\n\n[^1]: Quietly.\n",
}


@pytest.fixture(autouse=True)
def _no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKAGER_STATE", str(tmp_path / "state"))


@pytest.fixture
def book(manuscript: Callable[[Mapping[str, str | bytes]], Path]) -> Path:
    """Write a book of two chapters and return its folder."""
    return manuscript(BOOK)
