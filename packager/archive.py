"""Zip archives from parts that were compressed beside other work, alike for the same parts.

After PKWARE's APPNOTE 6.3.10; Python's own writer compresses where it writes.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

_LEVEL = 6
_VERSION = 20
"""Of the format: 2.0, the first that deflates."""
_MADE_BY = 3 << 8 | _VERSION
"""Unix."""
_MODE = 0o644 << 16
_DATE = 1 << 5 | 1
"""1 January 1980, the first day that the format knows."""
_UTF8 = 1 << 11


@dataclass(frozen=True, slots=True)
class Part:
    """A file as it stands in an archive."""

    data: bytes = field(repr=False)
    deflated: bool
    size: int
    """Bytes of the file."""
    crc: int


def part(data: bytes, *, deflate: bool) -> Part:
    """Make a file ready for an archive; other threads go on meanwhile."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush() if deflate else data
    return Part(packed, deflate, len(data), zlib.crc32(data))


def written(parts: Mapping[str, Part]) -> bytes:
    """Write an archive of the files, by name, in their order; it may have 4 GB."""
    body, directory = bytearray(), bytearray()
    for name, part in parts.items():
        told = name.encode()
        about = struct.pack(
            "<5H3L2H",
            *(_VERSION, 0 if name.isascii() else _UTF8, zlib.DEFLATED if part.deflated else 0, 0, _DATE),
            *(part.crc, len(part.data), part.size, len(told), 0),
        )
        place = len(body)
        body += b"PK\3\4" + about + told + part.data
        directory += (
            b"PK\1\2" + struct.pack("<H", _MADE_BY) + about + struct.pack("<3H2L", 0, 0, 0, _MODE, place) + told
        )
    end = struct.pack("<4H2LH", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\5\6" + end)
