"""The command `packager preview`, as a process: what it prints, how it ends, what stands in its way."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from packager.preview import listening, ports
from packager.preview.desk import Desk
from packager.preview.guard import Doors, Guard
from packager.preview.listening import Server
from packager.preview.passes import Pass
from packager.preview.server import create
from packager.preview.serving import Wishes, preview
from packager.preview.session import Session
from packager.preview.state import Settings
from packager.problems import PackagerError


@contextlib.contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Run the command; gives the process and the lines that it prints up to its address."""
    command = [sys.executable, "-m", "packager", "preview", *words]
    # Tests that run in the background of a shell were told to overlook interruptions, and would hand that on.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=os.environ | {"PYTHONUNBUFFERED": "1"},
                          preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL)) as process:  # fmt: skip
        lines: list[str] = []
        assert process.stdout
        for line in process.stdout:
            lines.append(line.rstrip())
            if "http://127.0.0.1" in line:
                break
        try:
            yield process, lines
        finally:
            process.kill()


def address(lines: list[str]) -> str:
    """Find the address in what was printed."""
    return str(re.findall(r"http://127\S+", lines[-1])[0])


def test_the_address_that_is_printed_answers_at_once(book: Path) -> None:
    with running(str(book), "--port", "0", "--no-open") as (_, lines):
        with httpx.Client(follow_redirects=True) as client:
            assert client.get(address(lines)).status_code == 200
            home = address(lines).partition("?")[0]
            assert "before noon" in client.get(f"{home}chapter/ebb").text
        assert httpx.get(f"{home}api/state").status_code == 403


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_ends_when_it_is_told_to_with_pages_open_and_leaves_nothing(book: Path, number: int, code: int) -> None:
    with running(str(book), "--port", "0", "--no-open") as (process, lines), httpx.Client(timeout=20) as client:
        client.get(address(lines))
        home = address(lines).partition("?")[0]
        with client.stream("GET", f"{home}events") as stream:
            heard = stream.iter_lines()
            assert next(heard) == "retry: 500"
            children = _children(process.pid)
            while not children and Path("/proc/self").exists():
                time.sleep(0.01)
                children = _children(process.pid)
            process.send_signal(number)
            with contextlib.suppress(httpx.HTTPError):
                assert list(heard)
        assert process.wait(10) == code
        assert process.stdout
        assert process.stdout.read() == ("stopped\n" if number == signal.SIGINT else "")
        until = time.monotonic() + 5
        while any(Path(f"/proc/{child}").exists() for child in children):
            assert time.monotonic() < until
            time.sleep(0.05)


def test_what_a_killed_preview_left_is_swept_up_by_the_next(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    made: list[Path] = []
    for _ in range(2):
        with running(str(book), "--port", "0", "--no-open"):  # which kills it at the end
            while not (found := [*{*place.glob("packager-*")} - {*made}]):
                time.sleep(0.05)
            made += found
    assert [path.exists() for path in made] == [False, True]


def test_what_makes_no_sense_is_no_news_for_the_author(book: Path) -> None:
    with running(str(book), "--port", "0", "--no-open") as (process, lines):
        home = httpx.URL(address(lines))
        with socket.create_connection((home.host, home.port or 0)) as knocking:
            knocking.sendall(b"\xff\r\n\r\n")
            assert b"400" in knocking.recv(100)
        assert httpx.get(home).status_code == 303
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stdout.read() == "stopped\n"


def _children(process: int) -> list[str]:
    return [child for file in Path(f"/proc/{process}/task").glob("*/children") for child in file.read_text().split()]


def test_a_taken_port_is_told_with_the_next_free_one(book: Path) -> None:
    with ports.listen(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PackagerError) as told:
            preview(book, Wishes(port=port, browser=False), print)
    (problem,) = told.value.problems
    assert problem.code == "port-taken"
    assert str(port) in problem.message
    assert "--port" in problem.hint


def test_the_usual_port_gives_way_to_the_next(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with ports.listen(0) as taken:
        monkeypatch.setattr(ports, "PORT", taken.getsockname()[1])
        monkeypatch.setattr(Server, "run", lambda server, sockets: None)
        preview(book, Wishes(browser=False, printing=False), said.append)
    assert re.fullmatch(rf"port {ports.PORT} is taken by .*; \d+ is free", said[0])
    assert "http://127.0.0.1:" in said[1]


def test_the_network_and_the_browser_get_tokens_of_their_own(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    guards: list[Guard] = []
    called: list[str] = []
    monkeypatch.setattr(ports, "address", lambda: "127.0.0.1")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", called.append)
    monkeypatch.setattr(Server, "run", lambda server, sockets: guards.extend(server._doors.guards.values()))
    preview(book, Wishes(port=0, lan=True, printing=False), said.append)
    home, away = (guard.admitted for guard in guards)
    assert (home.reads_only, away.reads_only) == (False, True)
    assert home.hosts.isdisjoint(away.hosts)
    until = time.monotonic() + 5
    while not called:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert home.token not in called[0] + said[2]
    assert away.token in said[2]
    assert "warning" in said[0]
    assert home.token in said[1]


def test_a_tunnel_is_named_as_its_address_is_copied(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guards: list[Guard] = []
    monkeypatch.setattr(Server, "run", lambda server, sockets: guards.extend(server._doors.guards.values()))
    hosts = ("https://Words.example.dev/", "words.example.dev:8443")
    preview(book, Wishes(port=0, browser=False, hosts=hosts, printing=False), print)
    assert guards[0].admitted.tunnels == {"words.example.dev", "words.example.dev:8443"}
    for odd in ("words.example.dev/book", "two words", "", "*.dev", "a:b"):
        with pytest.raises(PackagerError) as told:
            preview(book, Wishes(browser=False, hosts=(odd,)), print)
        assert told.value.problems[0].code == "host-odd"


def test_what_is_no_manuscript_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.pdf").write_text("%PDF")
    for name in ("nowhere", "book.pdf", "a\0b", "x" * 300):
        with pytest.raises(PackagerError, match="no such folder or Markdown file") as told:
            preview(tmp_path / name, Wishes(browser=False), print)
        assert told.value.problems[0].code == "no-manuscript"


def test_of_several_manuscripts_one_has_to_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / "manuscripts" / name).mkdir(parents=True)
        (tmp_path / "manuscripts" / name / "book.md").write_text("# A\n\nB.\n")
    monkeypatch.chdir(tmp_path)
    for path in (None, Path("manuscripts"), Path()):
        with pytest.raises(PackagerError) as told:
            preview(path, Wishes(browser=False), print)
        assert told.value.problems[0].code == "preview-which"
        assert "manuscripts/one, manuscripts/two" in told.value.problems[0].hint


@contextlib.asynccontextmanager
async def served(book: Path) -> AsyncIterator[int]:
    """Serve a book and give the port."""
    own = ports.listen(0)
    port = own.getsockname()[1]
    desk = Desk(Session(book), Settings(book))
    server = Server(Doors({port: Guard(create(desk), Pass.local(port))}), desk, [])
    serving = asyncio.create_task(server.serve(sockets=[own]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.end()
        await serving
        own.close()


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHo", b"POST /api/see HTTP/1.1\r\nHost: x\r\n\
Content-Length: 9\r\n\r\n{"], ids=["nothing", "half a head", "half a body"])  # fmt: skip
def test_who_does_not_say_what_is_wanted_is_hung_up_on(
    book: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 0.5)

    async def run() -> None:
        async with served(book) as port, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            while not reader.at_eof():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await reader.read(100)
                if said.endswith(b"Ho"):
                    writer.write(b"x")  # a byte now and then does not put it off
            writer.close()

    asyncio.run(run())


def test_of_callers_there_are_not_too_many(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "MOST", 3)

    async def run() -> None:
        async with served(book) as port, httpx.AsyncClient() as client:
            idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
            assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 503
            for _, writer in idle:
                writer.close()
                await writer.wait_closed()
            answer = await client.get(f"http://127.0.0.1:{port}/", headers={"Connection": "close"})
            assert answer.status_code == 403
            assert not {"server", "date"} & answer.headers.keys()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_head_has_an_end(book: Path) -> None:
    async def run() -> bytes:
        async with served(book) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 17_000)
            answer = await reader.readline()
            writer.close()
            return answer

    assert b" 400 " in asyncio.run(asyncio.wait_for(run(), 10))


@pytest.mark.parametrize("asleep", [False, True])
def test_the_network_is_shut_out_in_time(book: Path, monkeypatch: pytest.MonkeyPatch, asleep: bool) -> None:
    async def run() -> None:
        own, away = ports.listen(0), ports.listen(0)
        desk = Desk(Session(book), Settings(book))
        app = create(desk)
        port, other = own.getsockname()[1], away.getsockname()[1]
        guests = Pass(Pass.local(other).hosts, f"pk_{other}", reads_only=True)
        doors = Doors({port: Guard(app, Pass.local(port)), other: Guard(app, guests)})
        server = Server(doors, desk, [away], hours=2 if asleep else 1.5 / 3600)
        serving = asyncio.create_task(server.serve(sockets=[own, away]))
        async with httpx.AsyncClient(cookies={guests.cookie: guests.token}) as client:
            while not server.started:
                await asyncio.sleep(0.01)
            assert (await client.get(f"http://127.0.0.1:{other}/api/state")).json()["lan"]
            async with client.stream("GET", f"http://127.0.0.1:{other}/events") as stream:
                heard = stream.aiter_lines()
                assert await anext(heard) == "retry: 500"
                if asleep:
                    monkeypatch.setattr(listening, "_elapsed", partial(float, listening._elapsed() + 7300))
                assert [line async for line in heard]
        async with httpx.AsyncClient() as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"http://127.0.0.1:{other}/")
            assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 403
        server.end()
        await serving
        for opened in (own, away):
            opened.close()

    asyncio.run(asyncio.wait_for(run(), 30))
