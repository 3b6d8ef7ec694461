"""The preview over HTTP, without sockets: what each address answers, and what it never gives."""

import asyncio
import contextlib
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from packager.preview import looking
from packager.preview import session as sessions
from packager.preview.desk import Desk
from packager.preview.editor import Editor
from packager.preview.guard import CHAPTER_POLICY, HEARD_POLICY, Guard
from packager.preview.passes import Pass
from packager.preview.server import create
from packager.preview.session import Change, Session
from packager.preview.state import Settings

HERE = "http://127.0.0.1:4790"


class Prints:
    """A print side that notes what it is asked."""

    def __init__(self, told: Callable[[dict[str, Any]], None]) -> None:
        self.told, self.shown, self.seen, self.rested = told, [], [], asyncio.Event()  # type: ignore[var-annotated]
        self.closed = False

    def show(self, galley: object, look: object, chapter: str, *, rev: int = 0) -> None:
        """Note a wish."""
        self.shown.append(chapter)
        self.told({"event": "pages", "chapter": chapter, "pages": []})

    def see(self, chapter: str, pages: list[int]) -> None:
        """Note what is on screen."""
        self.seen.append((chapter, pages))

    def pages(self, chapter: str, *, brief: bool = False) -> dict[str, object] | None:
        """Know one chapter."""
        told = {"hash": "abc"} if brief else {"hash": "abc", "lines": []}
        return {"chapter": chapter, "pages": [told]} if chapter == "ebb" else None

    def image(self, hash: str, scale: int) -> bytes | None:
        """Know one page."""
        return f"png {scale}".encode() if hash == "abc" else None

    def book(self) -> dict[str, object]:
        """Know the whole book."""
        contents = {"title": "Contents", "pages": 1, "first": 2, "folio": "iii", "blanks": 2, "stale": False}
        ebb = {"title": "Ebb", "pages": 5, "first": 4, "folio": "1", "blanks": 1, "stale": False}
        return {"pages": 12, "fresh": True, "chapters": {"contents": contents, "ebb": ebb}}

    def idle(self) -> None:
        """Nothing is left to do."""

    def release(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        """Note the end."""
        self.closed = True


@dataclass
class Opened:
    """A preview that is open, and a page of it."""

    desk: Desk
    client: httpx.AsyncClient
    folder: Path
    prints: list[Prints]

    async def get(self, target: str) -> httpx.Response:
        """Ask for something."""
        return await self.client.get(target)

    async def json(self, target: str) -> Any:
        """Ask for data."""
        answer = await self.client.get(target)
        assert answer.status_code == 200
        return answer.json()

    async def post(self, target: str, said: object) -> httpx.Response:
        """Say something, as the page does."""
        headers = {"Origin": HERE, "Content-Type": "application/json"}
        return await self.client.post(target, headers=headers, content=json.dumps(said))

    async def news(self) -> AsyncIterator[tuple[str, Any]]:
        """Yield what the page hears."""
        with self.desk.events.subscribed() as mailbox:
            async for frame in mailbox.frames():
                for event in frame.decode().strip().split("\n\n"):
                    if event.startswith("event: "):
                        kind, _, data = event.partition("\n")
                        yield kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def until(self, kind: str, act: Callable[[], object]) -> Any:
        """Do something and wait for news of a kind."""
        async with contextlib.aclosing(self.news()) as news:  # type: ignore[type-var]
            first = asyncio.ensure_future(anext(news))
            await asyncio.sleep(0)
            act()
            heard = await first
            while heard[0] != kind:
                heard = await anext(news)
        return heard[1]


def opened(
    folder: Path,
    act: Callable[[Opened], Awaitable[None]],
    *,
    editor: Editor | None = None,
    guest: bool = False,
    printing: bool = True,
) -> None:
    """Open a preview and do something with it."""

    async def run() -> None:
        prints: list[Prints] = []

        def made(told: Callable[[dict[str, Any]], None]) -> Any:
            prints.append(Prints(told))
            return prints[-1]

        desk = Desk(Session(folder), Settings(folder), printing=made if printing else None, editor=editor)
        app = create(desk)
        admitted = Pass(Pass.local(4790).hosts, "pk_4790", reads_only=guest)
        async with desk.open():
            transport = httpx.ASGITransport(app=Guard(app, admitted))
            cookies = {admitted.cookie: admitted.token}
            async with httpx.AsyncClient(transport=transport, base_url=HERE, cookies=cookies) as client:
                assert await desk.version() or desk.session.stop
                while printing and not prints:
                    await asyncio.sleep(0.01)
                await act(Opened(desk, client, folder, prints))
        assert all(each.closed for each in prints)
        assert desk.events.readers == 0

    asyncio.run(asyncio.wait_for(run(), 30))


def test_the_state_tells_the_book_and_its_chapters(book: Path) -> None:
    (book / "02-flow.md").write_text("---\ngoal: 50\n---\n" + (book / "02-flow.md").read_text())

    async def act(page: Opened) -> None:
        state = await page.json("/api/state")
        assert state["rev"] == 1
        told = state["book"]
        assert (told["title"], told["lang"], told["dir"], told["pages"], told["fresh"]) == (
            "The Tide Table", "en", "ltr", 12, True,
        )  # fmt: skip
        assert told["minutes"] == 1
        assert told["spine_mm"] == 0.7
        assert [chapter["id"] for chapter in state["chapters"]] == ["title-page", "copyright", "ebb", "flow"]
        ebb, flow = state["chapters"][2:]
        assert (ebb["path"], ebb["role"], ebb["matter"], ebb["pages"], ebb["first"]) == (
            "01-ebb.md", "chapter", "body", 5, 4,
        )  # fmt: skip
        assert (flow["goal"], flow["stale"], flow["words"]) == (50, True, 8)
        assert (state["broken"], state["editor"], state["lan"]) == (None, False, False)

    opened(book, act)


def test_of_a_long_book_a_page_shows_a_chapter_while_the_rest_is_read(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LONG", 10)
    looked, read = threading.Event(), Session.refresh

    def slow(session: Session, paths: Iterable[str] = ()) -> Change:
        looked.wait(10)
        return read(session, paths)

    monkeypatch.setattr(Session, "refresh", slow)

    async def run() -> None:
        desk = Desk(Session(book), Settings(book))
        async with desk.open():
            part = await desk.version()
            assert part
            assert part.partial
            assert desk.state()["partial"]
            with desk.events.subscribed() as mailbox:
                looked.set()
                frame = await anext(mailbox.frames())
            assert frame.startswith(b"event: state")
            assert b"event: chapter" not in frame
            assert desk.state()["rev"] == 1

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_chapter_is_served_under_its_policy(book: Path) -> None:
    async def act(page: Opened) -> None:
        answer = await page.get("/chapter/ebb")
        assert answer.headers["content-type"] == "application/xhtml+xml; charset=utf-8"
        assert answer.headers["content-security-policy"] == CHAPTER_POLICY
        heard = await page.get("/chapter/ebb?heard")
        assert "script-src 'none'" in heard.headers["content-security-policy"]
        assert heard.headers["content-security-policy"] == HEARD_POLICY
        head, _, text = heard.text.partition("></body>")
        assert answer.text.startswith(f"{head}>")
        assert text == "</html>"
        assert 'href="/style.css?rev=1"' in answer.text
        assert 'data-line="3"' in answer.text
        style = await page.get("/style.css?rev=1")
        assert style.headers["content-type"].startswith("text/css")
        fonts = [part.partition(")")[0] for part in style.text.split("url(")[1:]]
        assert fonts
        for font in fonts:
            answer = await page.get(font)
            assert answer.headers["content-type"] in ("font/ttf", "font/otf")
            assert "immutable" in answer.headers["cache-control"]

    opened(book, act)


@pytest.mark.parametrize(
    "target",
    [
        "/chapter/nobody",
        "/chapter/../book.md",
        "/chapter/book.md",
        "/asset/01-ebb.md",
        "/asset/style.css",
        "/font/../theme.toml",
        "/static/nothing.js",
        "/static/__init__.py",
        "/static/index.html/x",
        "/api/pages/nobody",
        "/page/123.png",
        "/qr.svg",
        "/book.md",
        "/01-ebb.md",
        "/etc/passwd",
        "/api/nothing",
    ],
)
def test_what_is_no_part_of_the_book_is_not_there(book: Path, target: str) -> None:
    async def act(page: Opened) -> None:
        assert (await page.get(target)).status_code == 404

    opened(book, act)


def test_images_are_given_as_the_epub_has_them_and_run_nothing(book: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script><path d="M0 0h9"/></svg>'
    (book / "map.svg").write_text(drawing)
    (book / "secret.svg").write_text(drawing)
    (book / "01-ebb.md").write_text("# Ebb\n\n![A map](map.svg)\n")

    async def act(page: Opened) -> None:
        text = (await page.get("/chapter/ebb")).text
        address = text.partition('src="')[2].partition('"')[0]
        answer = await page.get(address)
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "script" not in answer.text
        assert "sandbox" in answer.headers["content-security-policy"]
        assert len(page.desk.session.version.reflow.pictures) == 1  # type: ignore[union-attr]

    opened(book, act)


def test_a_save_is_told_with_the_page_and_what_changed(book: Path) -> None:
    async def act(page: Opened) -> None:
        file = book / "01-ebb.md"
        news = await page.until("chapter", lambda: file.write_text(file.read_text().replace("noon", "eleven")))
        assert (news["id"], news["rev"], news["changed"]) == ("ebb", 2, [3])
        assert "eleven" in news["html"]
        assert abs(news["saved"] - file.stat().st_mtime_ns / 1e6) < 1
        assert (await page.json("/api/state"))["rev"] == 2

    opened(book, act)


def test_a_changed_style_sheet_is_told_by_itself(book: Path) -> None:
    async def act(page: Opened) -> None:
        assert await page.until("css", lambda: (book / "style.css").write_text("p { letter-spacing: 0.2em }"))
        assert "0.2em" in (await page.get("/style.css")).text

    opened(book, act)


def test_a_broken_file_is_told_and_heals(book: Path) -> None:
    async def act(page: Opened) -> None:
        file = book / "book.md"
        text = file.read_text()
        state = await page.until("state", lambda: file.write_text("---\ntitle: [\n---\n"))
        assert state["broken"][0]["path"] == "book.md"
        assert state["broken"][0]["line"]
        assert "noon" in (await page.get("/chapter/ebb")).text
        state = await page.until("state", lambda: file.write_text(text))
        assert state["broken"] is None

    opened(book, act)


def test_a_folder_without_text_is_told_and_fills(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.md").write_text("---\ntitle: T\n---\n")

    async def act(page: Opened) -> None:
        state = await page.json("/api/state")
        assert (state["book"], state["broken"][0]["code"]) == (None, "no-chapters")
        assert (await page.get("/chapter/one")).status_code == 404
        state = await page.until("state", lambda: (folder / "01-one.md").write_text("# One\n\nText.\n"))
        assert state["book"]["title"] == "T"

    opened(folder, act)


def test_places_are_found_in_the_book(book: Path) -> None:
    async def act(page: Opened) -> None:
        (hit,) = (await page.json("/api/find?q=BEFORE%20Noon"))["hits"]
        assert hit == {
            "chapter": "ebb",
            "line": 3,
            "text": "before noon",
            "before": "The water went out ",
            "after": ".",
        }
        assert (await page.json("/api/find"))["hits"] == []
        assert (await page.json("/api/find?q=[a-z]*"))["hits"] == []
        (note,) = (await page.json("/api/find?q=quietly"))["hits"]
        assert note["line"] == 5

    opened(book, act)


def test_what_stands_around_a_find_is_cut_between_words(book: Path) -> None:
    (book / "01-ebb.md").write_text(f"# Ebb\n\n{'before ' * 9}noon{' after' * 9}, {'x' * 99}noo {'y' * 99}.\n")

    async def act(page: Opened) -> None:
        (hit,) = (await page.json("/api/find?q=noon"))["hits"]
        assert hit["before"] == f"… {'before ' * 6}"
        assert hit["after"] == f"{' after' * 7} …"
        (hit,) = (await page.json("/api/find?q=noo%20y"))["hits"]
        assert hit["before"] == f"… {'x' * 48}"
        assert hit["after"] == f"{'y' * 48} …"

    opened(book, act)


def test_what_is_looked_for_and_found_has_an_end(book: Path) -> None:
    (book / "01-ebb.md").write_text("# Ebb\n\n" + "x" * looking.LONGEST + " o" * 2 * looking.MOST + "\n")

    async def act(page: Opened) -> None:
        assert len((await page.json("/api/find?q=o"))["hits"]) == looking.MOST
        assert len((await page.json(f"/api/find?q={'x' * (looking.LONGEST + 9)}"))["hits"]) == 1

    opened(book, act)


def test_the_outline_lists_what_a_screen_reader_goes_by(book: Path) -> None:
    (book / "01-ebb.md").write_text("# Ebb\n\n## Neap\n\nA [mot]{lang=fr}.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    async def act(page: Opened) -> None:
        marks = [mark for mark in (await page.json("/api/outline"))["outline"] if mark["chapter"] == "ebb"]
        assert [(mark["kind"], mark["line"], mark["text"]) for mark in marks] == [
            ("heading", 1, "Ebb"), ("heading", 3, "Neap"), ("language", 5, "mot"), ("table", 7, ""),
        ]  # fmt: skip

    opened(book, act)


def test_pages_of_the_print_side_are_passed_on(book: Path) -> None:
    async def act(page: Opened) -> None:
        assert (await page.json("/api/pages/ebb"))["pages"] == [{"hash": "abc", "lines": []}]
        assert (await page.json("/api/pages/ebb?brief"))["pages"] == [{"hash": "abc"}]
        assert (await page.get("/page/abc.png?scale=2")).content == b"png 2"
        assert (await page.get("/page/abc.png")).content == b"png 1"
        assert (await page.post("/api/see", {"chapter": "ebb", "pages": [2, 1, "x"]})).status_code == 204
        assert page.prints[0].seen[-1] == ("ebb", [1, 2])
        assert page.prints[0].shown[-1] == "ebb"

    opened(book, act)


def test_pages_that_are_not_laid_out_yet_are_on_their_way(book: Path) -> None:
    async def act(page: Opened) -> None:
        for id in ("flow", "contents"):
            answer = await page.get(f"/api/pages/{id}")
            assert (answer.status_code, answer.json()["pages"]) == (202, None)

    opened(book, act)


def test_only_what_is_said_to_be_seen_is_laid_out(book: Path) -> None:
    async def act(page: Opened) -> None:
        before = list(page.prints[0].shown)
        await page.get("/api/pages/flow")
        assert page.prints[0].shown == before
        await page.post("/api/see", {"chapter": "flow"})
        assert page.prints[0].shown == [*before, "flow"]

    opened(book, act)


def test_parts_that_are_in_print_alone_are_told_in_their_order(book: Path) -> None:
    async def act(page: Opened) -> None:
        units = (await page.json("/api/state"))["units"]
        assert [(unit["id"], unit["first"], unit["blanks"]) for unit in units] == [("contents", 2, 2), ("ebb", 4, 1)]
        await page.post("/api/see", {"chapter": "contents"})
        assert page.prints[0].shown[-1] == "contents"
        await page.post("/api/see", {"chapter": "nothing"})
        assert page.prints[0].shown[-1] == "contents"

    opened(book, act)


def test_after_a_save_the_chapter_that_is_looked_at_is_laid_out(book: Path) -> None:
    async def act(page: Opened) -> None:
        await page.post("/api/see", {"chapter": "flow"})
        file = book / "01-ebb.md"
        await page.until("pages", lambda: file.write_text(file.read_text().replace("noon", "eleven")))
        assert page.prints[0].shown[-2:] == ["flow", "flow"]

    opened(book, act)


def test_settings_are_kept(book: Path) -> None:
    async def act(page: Opened) -> None:
        assert (await page.post("/api/settings", {"view": "both"})).status_code == 204
        assert (await page.json("/api/state"))["settings"] == {"view": "both"}
        assert (await page.post("/api/settings", {"x": "y" * 40_000})).status_code == 413
        assert (await page.post("/api/settings", ["no"])).status_code == 400

    opened(book, act)
    assert Settings(book).values == {"view": "both"}


def test_nothing_changes_by_a_get(book: Path) -> None:
    async def act(page: Opened) -> None:
        for target in ("/api/see", "/api/open", "/api/settings"):
            assert (await page.get(target)).status_code == 405

    opened(book, act)


def test_the_editor_opens_files_of_the_book_and_no_others(book: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (book / "03-link.md").symlink_to(tmp_path / "secret.md")
    called = tmp_path / "called"
    editor = Editor(("sh", "-c", f'printf "%s\\n" "$@" >> {called}', "sh", "{file}", "{line}"))

    async def act(page: Opened) -> None:
        assert (await page.json("/api/state"))["editor"]
        assert "03-link.md" in page.desk.session.version.paths  # type: ignore[union-attr]
        for path in (
            "03-link.md",
            "../secret.md",
            str(tmp_path / "secret.md"),
            "none.md",
            "",
            "book.md\0",
            "-x",
            "$(id)",
        ):
            assert (await page.post("/api/open", {"path": path, "line": 1})).status_code == 404
        assert (await page.post("/api/open", {"path": "01-ebb.md", "line": 3})).status_code == 204
        while not called.exists() or called.read_text().count("\n") < 2:
            await asyncio.sleep(0.01)
        assert called.read_text().split("\n") == [str(book / "01-ebb.md"), "3", ""]
        for line in (None, "+!rm", 0, -1, 1e9):
            called.unlink()
            assert (await page.post("/api/open", {"path": "01-ebb.md", "line": line})).status_code == 204
            while not called.exists() or called.read_text().count("\n") < 2:
                await asyncio.sleep(0.01)
            assert called.read_text().split("\n")[1] == "1"

    opened(book, act, editor=editor)


def test_without_an_editor_nothing_is_opened(book: Path) -> None:
    async def act(page: Opened) -> None:
        assert (await page.post("/api/open", {"path": "01-ebb.md", "line": 3})).status_code == 404

    opened(book, act)


def test_a_guest_reads_and_changes_nothing(book: Path) -> None:
    async def act(page: Opened) -> None:
        page.desk.links = {"lan_url": "http://192.168.1.2:1/?t=x", "qr": "/qr.svg"}
        state = await page.json("/api/state")
        assert (state["lan"], state["editor"]) == (True, False)
        assert "lan_url" not in state
        with page.desk.events.subscribed(guest=True) as mailbox:
            page.desk.tell_state()
            heard = (await anext(mailbox.frames())).decode()
        assert heard.startswith("event: state")
        assert "lan_url" not in heard
        assert (await page.get("/qr.svg")).status_code == 404
        assert (await page.get("/chapter/ebb")).status_code == 200
        assert (await page.post("/api/settings", {"a": 1})).status_code == 403

    opened(book, act, guest=True, editor=Editor(("true",)))


def test_the_code_for_phones_is_for_this_machine(book: Path) -> None:
    async def act(page: Opened) -> None:
        page.desk.links = {"lan_url": "http://192.168.1.2:1/?t=x", "qr": "/qr.svg"}
        assert (await page.json("/api/state"))["qr"] == "/qr.svg"
        answer = await page.get("/qr.svg")
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith("<svg")
        state = await page.until("state", page.desk.dismiss)
        assert not {"qr", "lan_url"} & state.keys()
        assert (await page.get("/qr.svg")).status_code == 404

    opened(book, act)


def test_without_a_print_side_there_is_the_reflow_view(book: Path) -> None:
    async def act(page: Opened) -> None:
        assert (await page.json("/api/pages/ebb"))["pages"] is None
        assert (await page.get("/page/abc.png")).status_code == 404
        assert (await page.json("/api/state"))["book"]["pages"] is None

    opened(book, act, printing=False)


def test_a_link_out_of_the_folder_gives_nothing(book: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"\x89PNG secret")
    os.symlink(tmp_path / "secret.png", book / "map.png")
    (book / "01-ebb.md").write_text("# Ebb\n\n![A map](map.png)\n\nText.\n")

    async def act(page: Opened) -> None:
        assert page.desk.session.version.reflow.pictures == {}  # type: ignore[union-attr]

    opened(book, act)


def test_a_thousand_saves_in_a_second_end_in_the_last(book: Path) -> None:
    async def act(page: Opened) -> None:
        def burst() -> None:
            for count in range(1000):
                (book / "01-ebb.md").write_text(f"# Ebb\n\nSave {count}.\n")

        await asyncio.to_thread(burst)
        while "ave 999." not in (await page.get("/chapter/ebb")).text:
            await asyncio.sleep(0.01)
        assert (await page.json("/api/state"))["rev"] < 200

    opened(book, act)


def test_the_themes_own_style_sheets_are_followed(book: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import shutil

    from packager import stylesheets, theme

    styles = tmp_path / "styles"
    shutil.copytree(theme.folder() or Path(), styles)
    monkeypatch.setattr(theme, "_styles", lambda: styles)
    # What is kept goes by the program's own folder, which this one is not.
    monkeypatch.setattr(stylesheets, "recall", lambda make, *about: make())

    async def act(page: Opened) -> None:
        sheet = styles / "novel" / "epub.css"
        text = sheet.read_text() if sheet.exists() else ""
        assert await page.until("css", lambda: sheet.write_text(text + "\nh1 { letter-spacing: 0.3em }\n"))
        assert "letter-spacing: 0.3em" in (await page.get("/style.css")).text

    try:
        opened(book, act)
    finally:
        theme.forget()


def test_a_fault_of_ours_is_told_and_the_next_save_is_shown(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(page: Opened) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError("of all things")

        file = book / "01-ebb.md"
        text = file.read_text()
        with monkeypatch.context() as broken:
            broken.setattr("packager.production.proof", fail)
            state = await page.until("state", lambda: file.write_text(text.replace("noon", "one")))
            assert "ZeroDivisionError: of all things" in state["broken"][0]["message"]
        state = await page.until("state", lambda: file.write_text(text.replace("noon", "two")))
        assert state["broken"] is None
        assert "before two" in (await page.get("/chapter/ebb")).text

    opened(book, act)
