"""News for the pages that are open: each has a mailbox that keeps only the latest of each kind.

A slow page can neither hold up the others nor make the server grow: what is overtaken by later news is dropped, and a
page that has missed too much is hung up on; it comes back and asks for the state (server-sent events,
https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

MOST = 256
"""Messages that wait for a page at most."""
HEARTBEAT = 20.0
"""Seconds of silence after which a comment is sent: who has gone without a word shows by it."""


class Events:
    """Passes news on to every mailbox; `publish` may be called from any thread."""

    def __init__(self) -> None:
        self._mailboxes: set[Mailbox] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def readers(self) -> int:
        """How many pages listen."""
        return len(self._mailboxes)

    def open(self) -> None:
        """Take the running loop for the one that pages are served on."""
        self._loop = asyncio.get_running_loop()

    def publish(
        self, kind: str, data: Mapping[str, object], key: str = "", *, guests: Mapping[str, object] | None = None
    ) -> None:
        """Send news to all pages; it replaces news of the same kind and key that still waits.

        `guests` is what those hear instead that may only read.
        """
        if self._loop is None or not self._mailboxes:
            return
        frame = encode(kind, data)
        apart = encode(kind, guests) if guests else frame
        try:
            self._loop.call_soon_threadsafe(self._deliver, (kind, key), frame, apart)
        except RuntimeError:  # the loop has been closed meanwhile: nobody listens any more
            return

    def _deliver(self, key: tuple[str, str], frame: bytes, apart: bytes) -> None:
        for mailbox in self._mailboxes:
            mailbox.put(key, apart if mailbox.guest else frame)

    @contextmanager
    def subscribed(self, *, guest: bool = False) -> Iterator["Mailbox"]:
        """Give a mailbox that is filled until the block ends."""
        mailbox = Mailbox(guest)
        self._mailboxes.add(mailbox)
        if self._closed:
            mailbox.close()
        try:
            yield mailbox
        finally:
            self._mailboxes.discard(mailbox)

    def close(self) -> None:
        """End every stream; to be called on the loop."""
        self._closed = True
        for mailbox in self._mailboxes:
            mailbox.close()

    def dismiss(self) -> None:
        """End the streams of guests; to be called on the loop."""
        for mailbox in self._mailboxes:
            if mailbox.guest:
                mailbox.close()


class Mailbox:
    """What waits for one page; used on the loop only."""

    def __init__(self, guest: bool = False) -> None:
        self.guest = guest
        """Whether a page listens that may only read."""
        self._waiting: dict[tuple[str, str], bytes] = {}
        self._filled = asyncio.Event()
        self._closed = False

    def put(self, key: tuple[str, str], frame: bytes) -> None:
        """Add news in the place of older news of the same key."""
        self._waiting.pop(key, None)
        self._waiting[key] = frame
        if len(self._waiting) > MOST:
            self._waiting.clear()
            self._closed = True
        self._filled.set()

    def close(self) -> None:
        """End the stream after what waits."""
        self._closed = True
        self._filled.set()

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield what comes, as it comes, and a heartbeat in silence."""
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await self._filled.wait()
            except TimeoutError:
                yield b":\n\n"
                continue
            self._filled.clear()
            frames, self._waiting = b"".join(self._waiting.values()), {}
            if frames:
                yield frames
            if self._closed:
                return


def encode(kind: str, data: Mapping[str, object]) -> bytes:
    """Write news in the form of the event stream."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
