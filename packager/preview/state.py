"""Settings of the preview that outlive it: chapter, place, view, device; kept by manuscript in the user's folder."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

VARIABLE = "PACKAGER_STATE"
"""Environment variable that names the folder; by default it is `packager` in the user's folder for state."""
LARGEST = 32_768
"""Bytes of one manuscript's settings."""


class Settings:
    """The settings of one manuscript; what cannot be kept on disk is kept until the preview ends."""

    def __init__(self, manuscript: Path) -> None:
        name = sha256(os.fsencode(manuscript.resolve())).hexdigest()[:24]
        self._file = folder() / f"preview-{name}.json"
        self._values = _read(self._file)

    @property
    def values(self) -> Mapping[str, object]:
        """All settings by name."""
        return dict(self._values)

    def update(self, values: Mapping[str, object]) -> None:
        """Set some; None forgets one. Raises ValueError where there would be too many, or JSON has none such."""
        merged = {name: value for name, value in {**self._values, **values}.items() if value is not None}
        text = _written(merged)
        if len(text.encode()) > LARGEST:
            raise ValueError(f"settings are larger than {LARGEST} bytes")
        self._values = merged
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_text(text, encoding="utf-8")
                temporary.replace(self._file)
            finally:
                temporary.unlink(missing_ok=True)


def folder() -> Path:
    """Name the folder for settings (https://specifications.freedesktop.org/basedir-spec/)."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local/state") / "packager"


def _read(file: Path) -> dict[str, object]:
    try:
        values = json.loads(file.read_bytes()[: LARGEST + 1])
        _written(values)
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _written(values: object) -> str:
    """Write JSON as browsers read it: Python's own knows numbers that theirs does not."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, allow_nan=False)
