"""News for open pages: the latest of each kind, bounded, and nothing left behind."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from packager.preview import events
from packager.preview.events import MOST, Events, Mailbox, encode


def run(act: Callable[[Events], Awaitable[None]]) -> None:
    """Do something with events that are open."""

    async def opened() -> None:
        made = Events()
        made.open()
        await asyncio.wait_for(act(made), 5)

    asyncio.run(opened())


async def next_frame(mailbox: Mailbox) -> bytes:
    """Wait for what comes next."""
    return await anext(mailbox.frames())


def test_news_are_written_as_the_stream_wants_them() -> None:
    frame = encode("chapter", {"id": "one", "html": "a\nb — c"})
    head, data, end = frame.decode().split("\n", 2)
    assert (head, end) == ("event: chapter", "\n")
    assert json.loads(data.removeprefix("data: ")) == {"id": "one", "html": "a\nb — c"}


def test_every_page_hears_in_order() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as first, news.subscribed() as second:
            news.publish("chapter", {"id": "one"}, "one")
            news.publish("state", {"rev": 2})
            for mailbox in (first, second):
                assert await next_frame(mailbox) == encode("chapter", {"id": "one"}) + encode("state", {"rev": 2})

    run(act)


def test_the_latest_of_a_kind_wins() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as mailbox:
            for rev in range(1000):
                news.publish("state", {"rev": rev})
                news.publish("chapter", {"rev": rev}, f"chapter-{rev % 2}")
            frame = await next_frame(mailbox)
        assert frame == b"".join(
            [encode("chapter", {"rev": 998}), encode("state", {"rev": 999}), encode("chapter", {"rev": 999})]
        )

    run(act)


def test_news_come_from_any_thread() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as mailbox:
            await asyncio.to_thread(news.publish, "state", {"rev": 1})
            assert await next_frame(mailbox) == encode("state", {"rev": 1})

    run(act)


def test_a_page_that_does_not_listen_is_hung_up_on() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as slow:
            for number in range(MOST + 10):
                news.publish("image", {"hash": number}, str(number))
            frames = [frame async for frame in slow.frames()]
        assert frames == [] or len(b"".join(frames)) < 2000

    run(act)


def test_guests_hear_what_is_meant_for_them() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as own, news.subscribed(guest=True) as guest:
            news.publish("state", {"editor": True}, guests={"editor": False})
            assert await next_frame(own) == encode("state", {"editor": True})
            assert await next_frame(guest) == encode("state", {"editor": False})
            news.dismiss()
            assert [frame async for frame in guest.frames()] == []

    run(act)


def test_who_has_gone_is_forgotten() -> None:
    async def act(news: Events) -> None:
        for _ in range(500):
            with news.subscribed() as mailbox:
                news.publish("state", {"rev": 1})
                await next_frame(mailbox)
        assert news.readers == 0

    run(act)


def test_silence_is_broken_by_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.01)

    async def act(news: Events) -> None:
        with news.subscribed() as mailbox:
            assert await next_frame(mailbox) == b":\n\n"

    run(act)


def test_closing_ends_every_stream() -> None:
    async def act(news: Events) -> None:
        with news.subscribed() as mailbox:
            news.publish("state", {"rev": 1})
            await asyncio.sleep(0)
            news.close()
            assert [frame async for frame in mailbox.frames()] == [encode("state", {"rev": 1})]
        with news.subscribed() as late:
            assert [frame async for frame in late.frames()] == []

    run(act)


def test_nobody_listening_costs_nothing() -> None:
    news = Events()
    news.publish("state", {"unserializable": object()})

    async def act() -> None:
        news.open()

    asyncio.run(act())
    news.publish("state", {"unserializable": object()})
