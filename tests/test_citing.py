"""The engine of citations: what it is spared changes nothing, and a style that cannot be used says why."""

import random
from contextlib import nullcontext

import pytest

from packager import citing
from packager.citing import Cite, StyleFault, set_all, style_of

ENTRIES = {
    f"k{at}": {
        "id": f"k{at}", "type": kind, "title": f"Title {at}", "publisher": "Quay", "container-title": "Tides",
        "author": [{"family": family, "given": "Ann B."} for family in ("Hale", "Lund", "Moor")[: at % 3 + 1]],
        "issued": {"date-parts": [[1990 + at % 2]]}, "volume": "3", "page": "12-30",
    }
    for at, kind in enumerate(("book", "article-journal", "chapter", "book"))
}  # fmt: skip


@pytest.mark.parametrize("name", [citing.STANDARD, "apa", "ieee", "chicago-notes-bibliography-17th-edition"])
def test_what_the_engine_remembers_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(name)
    cites = [
        [Cite(f"k{dice.randrange(4)}", "see", "page", str(dice.randrange(9))) for _ in range(dice.randint(1, 2))]
        for _ in range(12)
    ]
    style, _ = style_of(None, name)
    found = set_all(style, "en-GB", ENTRIES, cites)
    monkeypatch.setattr(citing, "_mindful", nullcontext)
    assert found == set_all(style, "en-GB", ENTRIES, cites)


MACRO = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><macro name="a">%s</macro>'
    '<citation><layout><text macro="a"/></layout></citation></style>'
)


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ('<text macro="b"/>', "calls the macro b, which it lacks"),
        ('<text macro="a"/>', "has a macro a that calls itself"),
    ],
)
def test_a_style_whose_macros_lead_nowhere_is_refused(inner: str, told: str) -> None:
    with pytest.raises(StyleFault, match=told):
        style_of((MACRO % inner).encode(), "x.csl")
