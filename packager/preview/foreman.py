"""Gives the layout process its orders, and passes its answers on; starts it again when it has died."""

from collections.abc import Callable, Sequence
from threading import Condition, RLock
from typing import Any

from packager.layout.framing import Surround
from packager.layout.jobs import Body, Pages, Setup
from packager.layout.lines import Marked
from packager.layout.orders import Answer, Done, Draw, Failed, Image, Laid, Prepare, See, Show, Work
from packager.layout.units import Unit
from packager.preview.press import Press
from packager.preview.shelf import Shelf
from packager.problems import PackagerError, error

PATIENCE = 20.0
"""Seconds that an image is waited for."""
_DEATHS = 3
"""How often the layout process is started again without having laid out anything."""
Told = Callable[[dict[str, Any]], None]


class PutOffError(Exception):
    """Raised out of work for the whole book when there is something more urgent."""


class Foreman:
    """Stands between those who want pages and the process that makes them; safe to use from several threads."""

    def __init__(self, press: Press, told: Told) -> None:
        """`told` gets an event for what goes wrong."""
        self.news = Condition(RLock())
        """Held by whoever changes what is known of pages; wakes those who wait for it."""
        self.setup: Setup | None = None
        """What the process has been prepared for."""
        self.closed = False
        self._press, self._told = press, told
        self._laid: Callable[[Laid], None] = lambda laid: None
        self._lost: Callable[[int], None] = lambda ticket: None
        self._shelf = Shelf()
        self._done: dict[int, Done | Failed] = {}
        self._scale, self._ticket, self._deaths = 2, 0, 0

    def begin(self, laid: Callable[[Laid], None], lost: Callable[[int], None]) -> None:
        """Have pages passed on to `laid`; `lost` gets the last ticket whose pages will not come."""
        self._laid, self._lost = laid, lost
        self._press.listen(self._heard, self._died)

    def prepare(self, setup: Setup) -> bool:
        """Send faces and images to the process, if they are others; say so."""
        if setup == self.setup:
            return False
        self.setup = setup
        self._press.tell(Prepare(setup))
        return True

    def show(self, unit: str, body: Body, surround: Surround, seen: Sequence[int]) -> int:
        """Order the pages of a unit, those that are seen painted first; give the order's ticket."""
        self._ticket += 1
        self._press.tell(Show(self._ticket, unit, body, surround, tuple(seen), self._scale))
        return self._ticket

    def see(self, unit: str, pages: Sequence[int]) -> None:
        """Tell which pages of the unit that is shown are on screen."""
        self._press.tell(See(unit, tuple(pages), self._scale))

    def image(self, digest: str, scale: int, order: Callable[[str, int], Draw | None]) -> bytes | None:
        """Give a page as a PNG, painted by `order` if need be; None for one that cannot be."""
        key = digest, scale
        with self.news:
            self._scale = scale
            if key not in self._shelf:
                draw = order(digest, scale)
                if draw is None:
                    return None
                self._press.tell(draw)
                self.news.wait_for(lambda: key in self._shelf or self.closed, PATIENCE)
            return self._shelf.get(key) or None

    def work(self, unit: Unit, job: Body, urgent: Callable[[], bool], *, drawn: bool = True) -> tuple[Pages, Marked]:
        """Have a unit laid out for the build, and marked. Raises PutOffError or PackagerError."""
        with self.news:
            self._ticket += 1
            ticket = self._ticket
            self._press.tell(Work(ticket, unit.id, job, drawn))
            self.news.wait_for(lambda: ticket in self._done or urgent())
            if urgent():
                raise PutOffError
            done = self._done.pop(ticket)
        if isinstance(done, Failed):
            raise PackagerError(error("layout-failed", f"{unit.title}: {done.told}", unit.path))
        if done.pages is None:
            raise PutOffError
        return done.pages, done.marked

    def release(self) -> None:
        """Let go of all who wait: there will be no more pages."""
        with self.news:
            self.closed = True
            self.news.notify_all()

    def close(self) -> None:
        """End the process."""
        self.release()
        self._press.close()

    def _heard(self, answer: Answer) -> None:
        match answer:
            case Laid():
                self._deaths = 0
                self._laid(answer)
            case Image(digest, scale, png):
                with self.news:
                    self._shelf.put((digest, scale), png)
                    self.news.notify_all()
            case Done(ticket):
                with self.news:
                    self._done[ticket] = answer
                    self.news.notify_all()
            case Failed():
                self._failed(answer)

    def _failed(self, failed: Failed) -> None:
        order = failed.order
        with self.news:
            match order:
                case Draw():
                    self._shelf.put((order.digest, order.scale), b"")
                case Work():
                    self._done[order.ticket] = failed
                case Show():
                    self._lost(order.ticket)
            self.news.notify_all()
        if isinstance(order, Show):
            self._told({"event": "failed", "chapter": order.unit, "message": failed.told})

    def _died(self) -> None:
        """Go on with a new process, and without what killed the old one."""
        with self.news:
            if self.closed:
                return
            self._deaths += 1
            if self._deaths > _DEATHS:
                self._told({"event": "failed", "chapter": "", "message": "the layout process ends again and again"})
                return
            self._lost(self._ticket)
            self._press.restart()
            if self.setup is not None:
                self._press.tell(Prepare(self.setup))
        self._told({"event": "failed", "chapter": "", "message": "the layout process ended; it has been started again"})
