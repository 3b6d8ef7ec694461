"""An engine for layout tests: two faces, nothing else."""

import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from packager import fonts
from packager.layout import worker
from packager.layout.jobs import Setup


@pytest.fixture(scope="module")
def press() -> Iterator[Any]:
    """Make this process a worker whose faces are `plain.ttf` and `italic.ttf`."""
    before = tempfile.tempdir
    upright, italic, *_ = (face for face in fonts.find("EB Garamond") if face.weight == fonts.REGULAR)
    with tempfile.TemporaryDirectory() as folder:
        worker.begin(Setup(folder, {"plain.ttf": upright.data, "italic.ttf": italic.data}, {}))
        yield worker.press()
        tempfile.tempdir = before
