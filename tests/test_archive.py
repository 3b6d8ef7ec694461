"""Archives: read by Python's own reader, alike every time, byte for byte what its writer writes."""

import zipfile
from io import BytesIO

from packager import archive

FILES = {
    "mimetype": b"application/epub+zip",
    "a/text.xhtml": b"<p>word</p>" * 500,
    "leer/ä.css": b"",
    "b.png": b"\x89P",
}


def _written() -> bytes:
    return archive.written({name: archive.part(data, deflate="text" in name) for name, data in FILES.items()})


def test_what_goes_in_comes_out() -> None:
    with zipfile.ZipFile(BytesIO(_written())) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == FILES
        assert [each.compress_type for each in read.infolist()] == [0, zipfile.ZIP_DEFLATED, 0, 0]


def test_the_bytes_are_those_of_pythons_writer() -> None:
    told = BytesIO()
    with zipfile.ZipFile(told, "w", compresslevel=6) as out:
        for name, data in FILES.items():
            about = zipfile.ZipInfo(name)
            about.create_system, about.external_attr = 3, 0o644 << 16
            about.compress_type = zipfile.ZIP_DEFLATED if "text" in name else zipfile.ZIP_STORED
            out.writestr(about, data)
    assert _written() == told.getvalue()
