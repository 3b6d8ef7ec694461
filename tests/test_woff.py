"""Faces packed for the web, unpacked again by another hand."""

from io import BytesIO

from fontTools.ttLib import TTFont

from packager import fonts, woff


def test_tables_come_out_as_they_went_in() -> None:
    for family in ("EB Garamond", "Source Sans 3"):
        font = fonts.subset(fonts.find(family)[0], set("The rain — fiſh"))
        packed = woff.pack(font)
        plain, again = TTFont(BytesIO(font)), TTFont(BytesIO(packed))
        assert again.flavor == "woff2"
        assert set(again.keys()) == set(plain.keys())
        assert all(again.reader[tag] == plain.reader[tag] for tag in set(plain.keys()) - {"GlyphOrder"})
        assert len(packed) < 0.7 * len(font)
        assert int.from_bytes(packed[8:12]) == len(packed)
        assert woff.pack(font) == packed
