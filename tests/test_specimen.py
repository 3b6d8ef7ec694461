"""The specimen: every construct, in every theme and edition, clean before the checkers of each format."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import page
import pytest

from packager import build, themes

SPECIMEN = Path(__file__).parents[1] / "manuscripts" / "specimen"

Check = Callable[[Iterable[Path]], Mapping[str, list[str]]]


@pytest.mark.slow
@pytest.mark.parametrize("theme", themes())
def test_every_construct_in_every_edition(theme: str, tmp_path: Path, epubcheck: Check) -> None:
    report = build(SPECIMEN, to=("epub", "print", "screen", "web"), out=tmp_path, theme=theme)
    assert report.ok, report.problems
    assert [problem for problem in report.problems if problem.code != "pages-count"] == []
    made = {each.edition: each.path for each in report.made}
    assert epubcheck([made["epub"]]) == {str(made["epub"]): []}
    result = page.validate_pdf(str(made["screen"]), profile="ua1")
    assert result.is_compliant, [failure.message for failure in result.failures][:5]
