"""What runs in a worker process: units go through WeasyPrint here, and nowhere else is WeasyPrint imported.

A worker reads the theme's faces and the book's images out of memory, refuses every other address, and sees no font of
the system, so that a page is the same on every machine.
"""

import gc
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree

from packager.layout.engine import weasyprint  # isort: split

import pyphen
from weasyprint.document import Page

from packager.layout import kept, mending, openings, patches, plates, proof, reading
from packager.layout.blocks import DoubtError
from packager.layout.incremental import Paginator, whole
from packager.layout.jobs import Body, Drawing, Margins, Pages, Proof, Setup
from packager.layout.press import Hyphens, Press, sheet
from packager.layout.tracing import Laid

Lay = Callable[[ElementTree.Element, Iterable[str]], Laid]
Report = Callable[[int], None]
"""Called with the number of pages laid out so far."""

_ROUNDS = 5
"""How often a unit is laid out at most: notes cut for their pages may move the next page's notes."""
_SWEEP = 100
"""Pages whose remains are swept up at once: some hundredths of a second, some tenths of a megabyte a page."""
_log = logging.getLogger("weasyprint")
_progress = logging.getLogger("weasyprint.progress")


_press: list[Press] = []


def begin(setup: Setup) -> None:
    """Make a process ready for the units of one book, and forget those of another."""
    patches.apply()
    pyphen.Pyphen = Hyphens
    _log.setLevel(logging.WARNING)
    _progress.setLevel(logging.INFO)
    _progress.propagate = False
    if _press:
        gc.unfreeze()
        _press.clear()
        gc.collect()
    _press.append(Press(setup))
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # layout makes many objects and few cycles


class _EndlessError(Exception):
    """Raised out of layout when a unit fills more pages than it can need."""


def lay_out(job: Body, report: Report) -> Pages:
    """Lay a unit out, mend what does not fit its pages, and draw it."""

    def count(pages: int) -> None:
        if pages > job.most:
            raise _EndlessError
        report(pages)

    try:
        return _lay_out(job, count)
    except _EndlessError:
        return Pages(b"", (), (), endless=True)


def _lay_out(job: Body, report: Report) -> Pages:
    before = kept.opened(job.before, _press[0]) if job.before and not job.tagged else None
    try:
        return _laid_out(job, report, [before] if before else [])
    except DoubtError:  # pages of before could not be drawn again
        return _laid_out(job, report, [])


def _laid_out(job: Body, report: Report, before: Sequence[Laid]) -> Pages:
    press = _press[0]
    root = ElementTree.fromstring(job.page)
    with listening(report) as remarks:
        mended = settled(press, root, job, None if job.tagged else Paginator(press, before).lay)
        pages = drawn(press, root, job, mended, remarks)
    _forget(mended.document)
    return pages


def _forget(document: weasyprint.Document) -> None:
    """Free a document that is drawn: page by page it holds itself, and the collector would find that late."""
    for page in document.pages:
        if isinstance(page, Page):
            page._page_box.__dict__.clear()
    patches.forget()
    press = _press[0]
    press.forgotten += len(document.pages)
    if press.forgotten > _SWEEP:
        press.forgotten = 0
        gc.collect()


class Mended(NamedTuple):
    """A unit whose pages have been looked at, and mended where that helped."""

    laid: Laid
    survey: reading.Survey
    rounds: int

    @property
    def document(self) -> weasyprint.Document:
        """The pages, ready to be drawn."""
        return self.laid.document


def settled(press: Press, root: ElementTree.Element, job: Body, lay: Lay | None = None) -> Mended:
    """Lay a unit out until there is nothing to mend; `lay` does it instead of the press, where it is given."""
    lay = lay or partial(whole, press, tagged=job.tagged)
    for rounds in range(1, _ROUNDS + 1):
        laid = lay(root, sheets(job))
        survey = reading.survey(laid.looks, root)
        if rounds == _ROUNDS or not mending.mend(root, survey, last=rounds == _ROUNDS - 1):
            break
    return Mended(laid, survey, rounds)


def drawn(press: Press, root: ElementTree.Element, job: Body, mended: Mended, remarks: Iterable[str]) -> Pages:
    """Draw a unit that is laid out."""
    laid, survey, rounds = mended
    document, trace = laid.document, b""
    with patches.fonts.bare():
        if laid.trace is None:
            pdf, fonts = press.written(document, tagged=job.tagged)
        else:
            pdf, fonts, made = plates.draw(document, press)
            trace = kept.packed(laid.trace, made)
    losses = survey.losses
    if losses:
        hidden = press.hidden(root, sheets(job))
        losses = tuple(loss for loss, at in zip(losses, survey.lost, strict=True) if at not in hidden)
    # On screen, two hundred pixels to the inch are plenty.
    faults = tuple(fault for fault in survey.faults if not (job.tagged and fault.code == "image-coarse"))
    begun = () if job.tagged else openings.starts([page.texts for page in laid.looks], root)
    return Pages(pdf, survey.drawn, fonts, anchors(document), survey.sections, begun, losses, faults, tuple(remarks),
                 rounds, trace)  # fmt: skip


def anchors(document: weasyprint.Document) -> dict[str, tuple[int, float, float]]:
    """Say where each id came to stand: its page, from 0, and its upper left corner in points from the lower left."""
    return {
        name: (number, box[0] * 0.75, (page.height - box[1]) * 0.75)
        for number, page in reversed(list(enumerate(document.pages)))
        for name, box in page.anchors.items()
    }


def sheets(job: Body) -> tuple[str, ...]:
    """Give the stylesheets of a unit, the weakest first."""
    return job.css, sheet("body.css")


def furnish(job: Iterable[Margins], report: Report) -> tuple[Drawing, ...]:
    """Draw heads and folios of pages."""
    made: list[Drawing] = []
    with listening(lambda pages: None):
        for each in job:
            made.append(_press[0].bed(each).draw(each))
            report(len(made))
    return tuple(made)


def press() -> Press:
    """Give the press that `begin` set up."""
    return _press[0]


@contextmanager
def listening(report: Report) -> Iterator[dict[str, None]]:
    """Pass on which page is at work, and collect what the engine complains of, each complaint once."""
    remarks: dict[str, None] = {}

    class Complaints(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            remarks[record.getMessage()] = None

    class Steps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if isinstance(record.args, tuple) and len(record.args) == 1 and "Page" in record.msg:
                report(int(str(record.args[0])))

    complaints, steps = Complaints(logging.WARNING), Steps(logging.INFO)
    _log.addHandler(complaints)
    _progress.addHandler(steps)
    try:
        yield remarks
    finally:
        _log.removeHandler(complaints)
        _progress.removeHandler(steps)


def prove(job: Proof, report: Report) -> tuple[int, ...]:
    """Count the letters on pages of the finished file."""
    return tuple(proof.letters(job, _press[0].missing))
