"""What the tests share: manuscripts on disk, the real books beside the checkout, EPUBCheck."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from tests.epubcheck import check

Files = Mapping[str, str | bytes]
"""Contents of a folder by path."""


# Nothing is kept between tests, nor in the user's own folder.
os.environ["PACKAGER_CACHE"] = os.devnull


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that takes what comes out now for right."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def manuscript(tmp_path: Path) -> Callable[[Files], Path]:
    """Write a manuscript: `manuscript({"book.md": "…"})` returns its folder, named `book`."""

    def write(files: Files) -> Path:
        folder = tmp_path / "book"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of corpora and hostile cases that lies beside the checkout."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside the checkout")
    return folder


@pytest.fixture(scope="session")
def epubcheck() -> Callable[[Iterable[Path]], Mapping[str, list[str]]]:
    """Give the check by W3C's EPUBCheck: many books at once, as starting Java costs more than a book."""
    if shutil.which("java") is None:
        pytest.skip("no java on this machine")
    return check
