"""The date that files carry: from the environment or the metadata, never from the clock."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from packager.book import Metadata
from packager.problems import PackagerError, error
from packager.program import MOMENT

EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
"""The moment of books that state none: the earliest that ZIP knows."""
_LATEST = 253402300799
"""Seconds from 1970 to the end of the year 9999."""


def made_at(metadata: Metadata, environment: Mapping[str, str] = os.environ) -> datetime:
    """Return when the book's files were made, in UTC.

    `SOURCE_DATE_EPOCH` goes first, then the metadata's date, the first day of what it names. Raises PackagerError where
    the variable is no number of seconds.
    """
    if (seconds := environment.get(MOMENT, "")) != "":
        if not (seconds.isascii() and seconds.isdigit() and int(seconds) <= _LATEST):
            told = f"the environment variable {MOMENT} is `{seconds}`, not a number of seconds from 1970"
            raise PackagerError(error("epoch-invalid", told, hint="unset it, or set it to what `date +%s` prints"))
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
    year, month, day = (*map(int, metadata.date.split("-")), 1, 1)[:3] if metadata.date else (1980, 1, 1)
    return datetime(year, month, day, tzinfo=UTC) if metadata.date else EPOCH
