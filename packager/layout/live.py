"""What the preview's layout process does: lays out the unit that is being written, and paints the pages looked at.

What is newest goes first: between two pages it looks whether the unit has changed again, and drops what it is at.
"""

import errno
import gc
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from multiprocessing.connection import Connection
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from packager.layout import framing, painting, sighting, worker
from packager.layout.blocks import SOURCE
from packager.layout.engine import weasyprint
from packager.layout.framing import Frame
from packager.layout.incremental import Paginator
from packager.layout.jobs import Margins, Pages
from packager.layout.lines import Sight, marked
from packager.layout.orders import Answer, Done, Draw, Failed, Image, Laid, Order, Prepare, See, Show, Work
from packager.layout.painting import Layer

SCALES = {1: 96 / 72, 2: 2 * 96 / 72}
"""Pixels a point, by the name of a scale: CSS pixels, and twice as many."""

_PAUSE = 0.5
"""Seconds without an order after which what layouts left behind is cleared away."""
_SHOWS = 40
"""Layouts after which it is cleared away in any case."""
_FURNITURE = 200
"""Pages of heads and folios that are kept."""
_BODIES = 40
"""Pages without heads and folios that are kept."""
_FILES = 6
"""Files of other units that are kept with their fonts."""
_PAGINATORS = 2
"""Units whose pages are kept to go on from."""
_AHEAD = 2
"""Pages before and after those on screen that are painted when there is time."""
_log = logging.getLogger(__name__)


class _DroppedError(Exception):
    """Raised out of layout when there is something newer to do."""


@dataclass(frozen=True, slots=True)
class _Live:
    """The unit on screen."""

    show: Show
    document: weasyprint.Document
    sights: tuple[Sight, ...]
    frame: Frame
    digests: tuple[str, ...]
    stamp: tuple[tuple[str | None, ...], ...]
    """Elements and their lines in the manuscript: where these are others, so are the lines on its pages."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A page of an uncompressed file."""

    pdf: bytes
    page: int
    grey: bool


def serve(connection: Connection) -> None:
    """Carry out orders until the owner is gone."""
    with suppress(EOFError, ConnectionError):
        _Desk(connection).work()


def _reason(fault: Exception) -> str:
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full: make room, or set TMPDIR to a folder that has some"
    return f"{type(fault).__name__}: {fault}"


class _Desk:
    """Takes orders, the latest of a kind, and carries them out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._orders: deque[Order] = deque()
        self._live: _Live | None = None
        self._sent: set[tuple[str, int]] = set()
        self._furniture: OrderedDict[str, _Drawn] = OrderedDict()
        self._bodies: OrderedDict[str, _Drawn] = OrderedDict()
        self._paginators: OrderedDict[str, Paginator] = OrderedDict()
        self._faces: tuple[bytes, ...] = ()
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._shows = 0
        self._dropped = False
        """Whether the last layout was given up: what is kept to go on from may be newer than what is on screen."""
        self._whole = False
        """Whether units are laid out whole, because a page laid out by itself was another once."""

    def work(self) -> None:
        """Carry out orders until the owner is gone. Raises EOFError or ConnectionError then."""
        while True:
            self._take()
            if not self._orders and self._shows and (not self._connection.poll(_PAUSE) or self._shows > _SHOWS):
                self._shows = 0
                gc.collect()  # by itself it hardly comes to that, see `worker.begin`
            self._take(wait=not self._orders)
            order = self._orders.popleft()
            try:
                self._carry_out(order)
            except _DroppedError:
                if isinstance(order, Work):
                    self._tell(Done(order.ticket, None))
            except (EOFError, ConnectionError):
                raise
            except Exception as fault:
                _log.debug("order failed", exc_info=True)
                self._tell(Failed(order, _reason(fault)))

    def _take(self, *, wait: bool = False) -> None:
        """Take in what orders there are: those that somebody waits for stand before work for the build."""
        while wait or self._connection.poll():
            wait = False
            order = self._connection.recv()
            if isinstance(order, Show):
                self._orders = deque(other for other in self._orders if not isinstance(other, Show))
            at = next((at for at, other in enumerate(self._orders) if isinstance(other, Work)), len(self._orders))
            self._orders.insert(len(self._orders) if isinstance(order, Work) else at, order)

    def _tell(self, answer: Answer) -> None:
        self._connection.send(answer)

    def _attend(self, most: int, *, urgent: bool) -> worker.Report:
        """Make a report of pages that drops the work at hand when there is something more urgent."""

        def report(pages: int) -> None:
            self._take()
            if any(not isinstance(order, Work) if not urgent else isinstance(order, Show) for order in self._orders):
                raise _DroppedError
            if pages > most:
                raise ValueError("the unit fills more pages than it can need: look at its stylesheet")

        return report

    def _carry_out(self, order: Order) -> None:
        match order:
            case Prepare():
                worker.begin(order.setup)
                self._faces = tuple(order.setup.faces.values())
                self._files.clear()
                self._live = None
                for kept in (self._furniture, self._bodies, self._paginators):
                    kept.clear()
            case Show():
                self._show(order)
            case See():
                self._see(order)
            case Draw():
                self._draw(order)
            case Work():
                self._build(order)

    def _show(self, order: Show) -> None:
        self._shows += 1
        root = ElementTree.fromstring(order.body.page)
        pages = self._paginator(order.unit)
        pages.begin()
        dropped, self._dropped = self._dropped, True
        with worker.listening(self._attend(order.body.most, urgent=True)) as remarks:
            mended = worker.settled(worker.press(), root, order.body, None if self._whole else pages.lay)
        fresh = range(len(mended.document.pages)) if self._whole or dropped else pages.fresh
        self._present(order, root, mended, tuple(remarks), fresh)
        self._dropped = False
        self._see(See(order.unit, order.see or (0,), order.scale))

    def _paginator(self, unit: str) -> Paginator:
        """Find what lays a unit out again and again."""
        pages = self._paginators.pop(unit, None) or Paginator(worker.press())
        self._paginators[unit] = pages
        while len(self._paginators) > _PAGINATORS:
            self._paginators.popitem(last=False)
        return pages

    def _present(self, order: Show, root: Element, mended: worker.Mended, remarks: tuple[str, ...],
                 fresh: Collection[int]) -> None:  # fmt: skip
        """Make a laid-out unit the one on screen, and tell of it."""
        before = self._live
        stamp = tuple((element.tag, *map(element.get, SOURCE)) for element in root.iter())
        if before is None or before.show.unit != order.unit or before.stamp != stamp:
            fresh, before = range(len(mended.document.pages)), None
        sights = self._sights(mended.document, root, before.sights if before else (), fresh, order.body.css)
        pages = _undrawn(mended, remarks)
        frame = order.frame.around(pages)
        digests = tuple(_digest(sight.digest, frame.key(page)) for page, sight in enumerate(sights))
        self._live = _Live(order, mended.document, sights, frame, digests, stamp)
        told = tuple(sight if page in fresh else None for page, sight in enumerate(sights))
        self._tell(Laid(order.ticket, order.unit, digests, told, pages))

    def _sights(self, document: weasyprint.Document, root: Element, before: Sequence[Sight], fresh: Collection[int],
                css: str) -> tuple[Sight, ...]:  # fmt: skip
        """Look at the pages that were laid out, and take the others from before."""
        order, style, sights = sighting.blocks(root), sha256(css.encode()).hexdigest(), []
        for number, page in enumerate(document.pages):
            if number in fresh:
                sight = sighting.look(page._page_box, order)
                sights.append(replace(sight, digest=_digest(style, sight.digest)))
            else:
                sights.append(before[number])
        return tuple(sights)

    def _build(self, order: Work) -> None:
        """Lay a unit out as the build does, from scratch, and compare it with what is on screen."""
        press, root, live = worker.press(), ElementTree.fromstring(order.body.page), self._live
        attend = self._attend(order.body.most, urgent=False)
        with worker.listening(attend) as remarks:
            mended = worker.settled(press, root, order.body)
            for number, page in enumerate(mended.document.pages):
                page.paint = partial(_painted, partial(attend, number), page.paint)
            pages = worker.drawn(press, root, order.body, mended, remarks) if order.drawn else _undrawn(mended, remarks)
        sights = self._sights(mended.document, root, (), range(len(mended.document.pages)), order.body.css)
        right = live is None or live.show.body != order.body or sights == live.sights
        if live is not None and not right:
            self._whole = True
            self._present(live.show, root, mended, tuple(remarks), range(len(sights)))
        self._tell(Done(order.ticket, pages, right, marked(sights)))

    def _see(self, order: See) -> None:
        """Paint the pages on screen, and those next to them as long as there is nothing else to do."""
        live = self._live
        if live is None or live.show.unit != order.unit:
            return
        count = len(live.digests)
        seen = [page for page in order.pages if page < count]
        self._prepare(live, [page for page in seen if (live.digests[page], order.scale) not in self._sent])
        for page in seen:
            self._send(live, page, order.scale)
        near = sorted({page + step for page in seen for step in range(-_AHEAD, _AHEAD + 1)} - set(seen))
        for page in near:
            self._take()
            if self._orders:
                return
            if 0 <= page < count:
                self._send(live, page, order.scale)

    def _send(self, live: _Live, page: int, scale: int) -> None:
        digest = live.digests[page]
        if (digest, scale) not in self._sent:
            self._sent.add((digest, scale))
            self._tell(Image(digest, scale, self._painted(live, page, scale)))

    def _prepare(self, live: _Live, pages: list[int]) -> None:
        """Draw several pages of the unit on screen at once, which takes less than one by one."""
        fresh = [page for page in pages if live.sights[page].digest not in self._bodies]
        if fresh:
            pdf = _written(live.document.copy([live.document.pages[page] for page in fresh]))
            grey = painting.is_grey(pdf)
            for at, page in enumerate(fresh):
                _keep(self._bodies, live.sights[page].digest, _Drawn(pdf, at, grey), _BODIES)

    def _painted(self, live: _Live, page: int, scale: int) -> bytes:
        self._prepare(live, [page])
        body = self._bodies[live.sights[page].digest]
        return self._paint(body, live.frame, page, scale)

    def _paint(self, body: _Drawn, frame: Frame, page: int, scale: int) -> bytes:
        layers = [Layer(body.pdf, body.page, frame.shifted(page))]
        grey = body.grey
        margins = frame.margins[page]
        if margins is not None:
            heads = self._furnished(margins)
            layers.insert(0, Layer(heads.pdf, heads.page))
            grey = grey and heads.grey
        return painting.paint(layers, frame.width, frame.height, SCALES[scale], grey=grey)

    def _furnished(self, margins: Margins) -> _Drawn:
        """Draw head and folio of a page."""
        key = framing.name(margins)
        if key not in self._furniture:
            pdf = _written(worker.press().bed(margins).document(margins))
            _keep(self._furniture, key, _Drawn(pdf, 0, painting.is_grey(pdf)), _FURNITURE)
        return self._furniture[key]

    def _draw(self, order: Draw) -> None:
        live = self._live
        if order.frame is not None:
            body = _Drawn(self._completed(order), order.page, grey=False)
            png = self._paint(body, order.frame, order.page, order.scale)
        elif live is not None and live.show.unit == order.unit and order.digest in live.digests:
            png = self._painted(live, live.digests.index(order.digest), order.scale)
        else:
            png = b""
        self._tell(Image(order.digest, order.scale, png))

    def _completed(self, order: Draw) -> bytes:
        """Give the file of a unit that was drawn for the build, with its fonts."""
        key = sha256(order.body).hexdigest()
        pdf = self._files.pop(key, b"")
        if not pdf:
            # Imported late: what is on screen does not wait for it.
            from packager.layout import merging

            pdf = merging.completed(order.body, order.fonts, {sha256(face).hexdigest(): face for face in self._faces})
        self._files[key] = pdf
        while len(self._files) > _FILES:
            self._files.popitem(last=False)
        return pdf


def _painted(attend: Callable[[], None], paint: Callable[..., None], *arguments: object, **options: object) -> None:
    """Paint a page, if there is nothing more urgent."""
    attend()
    paint(*arguments, **options)


def _undrawn(mended: worker.Mended, remarks: Iterable[str]) -> Pages:
    """Say how the pages of a unit came out, without a file of them."""
    survey = mended.survey
    return Pages(b"", survey.drawn, (), worker.anchors(mended.document), survey.sections, losses=survey.losses,
                 faults=survey.faults, remarks=tuple(remarks), rounds=mended.rounds)  # fmt: skip


def _written(document: weasyprint.Document) -> bytes:
    """Draw a document for painting; deflating it would take longer than it saves."""
    return document.write_pdf(uncompressed_pdf=True, cache=worker.press().pictures)  # type: ignore[no-any-return]


def _keep(kept: OrderedDict[str, _Drawn], key: str, drawn: _Drawn, most: int) -> None:
    kept[key] = drawn
    while len(kept) > most:
        kept.popitem(last=False)


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
