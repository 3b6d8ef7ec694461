"""Who may talk to the preview: one person, on this machine, from the page that it serves (ASGI middleware).

Other web pages reach a local server in several ways, so each request has to pass several gates: the Host header keeps
out names that were bound to this machine's address (DNS rebinding), Origin and Sec-Fetch-Site keep out other pages,
the token keeps out other programs, and the answers' headers keep what they hold from being read elsewhere
(https://fetch.spec.whatwg.org/, https://www.w3.org/TR/fetch-metadata/, https://www.w3.org/TR/CSP3/).
"""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from packager.preview.passes import Pass, token

LARGEST_BODY = 65_536
"""Bytes of a request's body."""
LONGEST_TARGET = 2048
"""Bytes of a path with its query."""

SHELL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the preview's own page may do: only what comes from this server."""
CHAPTER_POLICY = (
    "default-src 'none'; script-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""What a chapter may do, whatever its author put in: nothing runs, nothing is fetched from elsewhere.

The sandbox stands in the frame too; here it holds for a chapter that is opened by itself, which could else refresh
itself to another address.
"""
HEARD_POLICY = f"{CHAPTER_POLICY} allow-scripts"
"""The same where a browser lets nobody listen in a sandbox without scripts (https://bugs.webkit.org/218086).

Nothing runs there either, for want of a source. A sandbox with scripts may refresh itself to another address: a page
under this policy comes without the manuscript's text, and what fills it leaves refreshing out.
"""
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What an image may do that is opened by itself: an SVG is a document."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": SHELL_POLICY,
    "Cache-Control": "no-store",
}
"""What every answer carries unless it says something of its own."""
_SAFE = ("GET", "HEAD")
_CLOSED = "Open the address that `packager preview` printed."


class Guard:
    """Lets through who has the pass, and dresses every answer."""

    def __init__(self, app: ASGIApp, admitted: Pass) -> None:
        self.app, self.admitted = app, admitted
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Draw a token that opens the door once: the command lines of programs are for all to read."""
        drawn = token()
        self._tickets.add(drawn)
        return drawn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            # There are no web sockets here; refusing before the handshake is a 403.
            await send({"type": "websocket.close", "code": 1008})
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["path"] == "/" and scope["query_string"].startswith(b"t="):
            refusal = self._entrance(scope)
        elif refusal is None and not self._knows(headers):
            refusal = _refused(403, _CLOSED)
        if refusal is not None:
            await refusal(scope, receive, dressed)
            return
        scope["reads_only"] = self.admitted.reads_only
        body = await _body(receive) if scope["method"] == "POST" else b""
        if body is None:
            await _refused(413, "That is too much.")(scope, receive, dressed)
            return
        await self.app(scope, _before(body, receive), dressed)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Say why a request is turned away before its token is looked at."""
        method, path = scope["method"], scope["path"]
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.admitted.hosts:
            return _refused(403, "This host is not served here.")
        ours = {f"http://{host}" for host in self.admitted.hosts}
        ours |= {f"https://{host}" for host in self.admitted.tunnels}
        origins = headers.getlist("origin")
        if len(origins) > 1 or (origins and origins[0].lower() not in ours):
            return _refused(403, "Other pages may not read this.")
        site = headers.get("sec-fetch-site", "none")
        arrival = (
            method == "GET"
            and path == "/"
            and headers.get("sec-fetch-mode") == "navigate"
            and headers.get("sec-fetch-dest") == "document"
        )
        if site not in ("same-origin", "none") and not arrival:
            return _refused(403, "Other pages may not read this.")
        if method not in (*_SAFE, "POST"):
            return _refused(405, "No such method.")
        if method == "POST" and self.admitted.reads_only:
            return _refused(403, "This address is for reading only.")
        if method == "POST" and not (origins and headers.get("content-type") == "application/json"):
            return _refused(403, "Only the preview's own page may ask for this.")
        if not headers.get("content-length", "0").isdecimal() or int(headers.get("content-length", "0")) > LARGEST_BODY:
            return _refused(413, "That is too much.")
        return _refused(404, "Nothing is here.") if _is_odd(scope) else None

    def _entrance(self, scope: Scope) -> Response:
        """Take the token from the address that was printed, and send on to an address without it."""
        try:
            given = parse_qs(scope["query_string"].decode("ascii"), strict_parsing=True, max_num_fields=1)["t"][0]
        except (LookupError, ValueError):
            return _refused(403, _CLOSED)
        if given in self._tickets:
            self._tickets.discard(given)
        elif not self._is_right(given):
            return _refused(403, "This address is of an earlier preview: open the one that was printed last.")
        answer = Response(status_code=303, headers={"Location": "/"})
        answer.set_cookie(self.admitted.cookie, self.admitted.token, path="/", httponly=True, samesite="strict")
        return answer

    def _knows(self, headers: Headers) -> bool:
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load("; ".join(headers.getlist("cookie")))
        except CookieError:
            return False
        given = jar.get(self.admitted.cookie)
        return given is not None and self._is_right(given.value)

    def _is_right(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.admitted.token.encode())


class Doors:
    """Has a guard at each port: one for this machine, perhaps one for its network."""

    def __init__(self, guards: Mapping[int, Guard]) -> None:
        self.guards = dict(guards)

    def close(self, port: int) -> None:
        """Let nobody in any more at a port."""
        self.guards.pop(port, None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the guard of the port that it came in by."""
        if scope["type"] == "lifespan":
            await next(iter(self.guards.values()))(scope, receive, send)
            return
        guard = self.guards.get((scope.get("server") or ("", 0))[1])
        await (guard or _refused(403, "This address is closed."))(scope, receive, send)


def _is_odd(scope: Scope) -> bool:
    """Say whether a target is none that our page would ask for: encoded slashes, dots that climb, controls."""
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) + len(scope["query_string"]) > LONGEST_TARGET or not raw.startswith(b"/"):
        return True
    path = scope["path"]
    if any(c in raw.lower() for c in (b"%2f", b"%5c", b"%25", b"%00", b"\\", b"//", b"#", b"?", b";")):
        return True
    return not path.isprintable() or any(part.startswith(".") for part in path.split("/"))


async def _body(receive: Receive) -> bytes | None:
    """Read a request's body; None where it is longer than it may be, whatever it had said."""
    body, more = b"", True
    while more and len(body) <= LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body if len(body) <= LARGEST_BODY else None


def _before(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already, then whatever else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _refused(status: int, reason: str) -> Response:
    return PlainTextResponse(f"{reason}\n", status)
