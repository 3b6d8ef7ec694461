"""What one edition lacks."""

from packager.galley import Entry
from packager.variants import listed


def test_entries_below_what_is_left_out_move_up() -> None:
    contents = [Entry("part", "Part", children=(Entry("one", "One", children=(Entry("one--a", "A"),)),))]
    (entry,) = listed(contents, {"one"})
    assert (entry.id, entry.children) == ("one", ())
