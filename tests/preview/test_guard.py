"""Every rule of the guard, one by one: who is let in, who is not, and what each answer carries."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from packager.preview.guard import (
    CHAPTER_POLICY,
    HEARD_POLICY,
    LARGEST_BODY,
    PICTURE_POLICY,
    SHELL_POLICY,
    Doors,
    Guard,
)
from packager.preview.passes import Pass

HERE = "http://127.0.0.1:4790"
TOKEN = "a" * 24
PASS = Pass(Pass.local(4790).hosts, "pk_4790", token=TOKEN)
COOKIE = {"Cookie": f"pk_4790={TOKEN}"}
OWN = {**COOKIE, "Origin": HERE, "Content-Type": "application/json"}


async def _secret(request: Request) -> Response:
    await request.body()
    return PlainTextResponse("secret", headers={"Cache-Control": "immutable"} if request.url.path == "/kept" else {})


def application() -> Starlette:
    """Answer everything."""
    return Starlette(routes=[Route("/{path:path}", _secret, methods=["GET", "POST", "PUT"])])


def ask(
    target: str = "/api/state",
    headers: httpx.Headers | Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    app: ASGIApp | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """Send one request, with the right cookie unless headers are given."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app or Guard(application(), PASS))
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.request(method, target, headers=COOKIE if headers is None else headers, content=content)

    return asyncio.run(send())


def test_the_page_itself_is_answered() -> None:
    assert ask().text == "secret"


@pytest.mark.parametrize("host", ["127.0.0.1:4790", "localhost:4790", "LOCALHOST:4790", "[::1]:4790"])
def test_this_machine_is_let_in_by_its_names(host: str) -> None:
    assert ask(headers={**COOKIE, "Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4790",
        "127.0.0.1",
        "127.0.0.1:4791",
        "localhost",
        "localhost.evil.example:4790",
        "127.0.0.1.nip.io:4790",
        "0.0.0.0:4790",
        "192.168.1.2:4790",
        "127.0.0.1:4790 evil",
        "",
    ],
)
def test_other_names_are_refused_whatever_they_point_to(host: str) -> None:
    assert ask(headers={**COOKIE, "Host": host}).status_code == 403


@pytest.mark.parametrize(("name", "value"), [("Host", "127.0.0.1:4790"), ("Origin", HERE)])
def test_who_says_twice_where_it_comes_from_is_refused(name: str, value: str) -> None:
    assert ask("/", httpx.Headers([(name, value), *COOKIE.items()])).status_code == 200
    assert ask("/", httpx.Headers([(name, value), (name, value), *COOKIE.items()])).status_code == 403


@pytest.mark.parametrize("origin", [HERE, "http://localhost:4790"])
def test_our_own_origin_is_let_in(origin: str) -> None:
    assert ask(headers={**COOKIE, "Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://127.0.0.1:4790",
        "http://127.0.0.1:4791",
        "http://127.0.0.1",
        "http://192.168.1.2:4790",
        "http://127.0.0.1:4790.evil.example",
        "null",
        "file://",
        "",
    ],
)
def test_other_origins_are_refused(origin: str) -> None:
    assert ask(headers={**COOKIE, "Origin": origin}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_requests_of_other_sites_are_refused_whatever_they_want(site: str) -> None:
    for target in ("/", "/static/js/main.js", "/chapter/one", "/events", "/page/0.png"):
        kinds = ("no-cors", "script"), ("navigate", "iframe"), ("cors", "empty"), ("no-cors", "document")
        for mode, destination in kinds:
            sent = {**COOKIE, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
            assert ask(target, sent).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_may_lead_to_the_front_page_and_nowhere_else(site: str) -> None:
    sent = {**COOKIE, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ask("/", sent).status_code == 200
    assert ask("/chapter/one", sent).status_code == 403
    assert ask("/", {**sent, "Content-Type": "application/json", "Origin": HERE}, method="POST").status_code == 403


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_site_is_let_in(site: str) -> None:
    assert ask(headers={**COOKIE, "Sec-Fetch-Site": site}).status_code == 200


def test_the_token_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(*both: bytes) -> bool:
        compared.append(both)
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert ask().status_code == ask(f"/?t={TOKEN}", {}).status_code == 403
    assert compared == [(TOKEN.encode(), TOKEN.encode())] * 2


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        f"pk_4790={TOKEN[:-1]}",
        f"pk_4790={TOKEN}a",
        "pk_4790=",
        f"pk_4791={TOKEN}",
        f"pk_4790=é{TOKEN}",
        "\x01",
    ],
)
def test_without_the_token_nothing_is_answered(cookie: str) -> None:
    for target in ("/", "/static/js/main.js", "/api/state", "/nothing"):
        answer = ask(target, httpx.Headers([(b"Cookie", cookie.encode())] if cookie else []))
        assert answer.status_code == 403
        assert "secret" not in answer.text


def test_the_printed_address_sets_the_cookie_and_hides_the_token() -> None:
    answer = ask(f"/?t={TOKEN}", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"pk_4790={TOKEN}; ")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))


@pytest.mark.parametrize("query", ["t=wrong", "t=", f"t={TOKEN}&t={TOKEN}", f"t={TOKEN}&x=1", "t=%ff"])
def test_a_wrong_token_in_the_address_is_refused(query: str) -> None:
    assert ask(f"/?{query}", {}).status_code == 403


def test_a_right_token_does_not_help_another_host() -> None:
    assert ask(f"/?t={TOKEN}", {"Host": "evil.example:4790"}).status_code == 403


def test_a_ticket_opens_once() -> None:
    guard = Guard(application(), PASS)
    ticket = guard.ticket()
    assert ask(f"/?t={ticket}", {}, app=guard).headers["set-cookie"].startswith(f"pk_4790={TOKEN}")
    assert ask(f"/?t={ticket}", {}, app=guard).status_code == 403


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {Pass.local(1).token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 24 for token in tokens)
    assert PASS.token not in repr(PASS)


def test_previews_at_two_ports_do_not_take_each_others_cookie() -> None:
    assert Pass.local(1).cookie != Pass.local(2).cookie


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    assert ask(headers=OWN, method=method).status_code == 405


@pytest.mark.parametrize("missing", ["Origin", "Content-Type", "Cookie"])
def test_a_change_needs_our_origin_a_type_that_no_form_has_and_the_cookie(missing: str) -> None:
    assert ask(headers=OWN, method="POST", content=b"{}").status_code == 200
    sent = {name: value for name, value in OWN.items() if name != missing}
    assert ask(headers=sent, method="POST", content=b"{}").status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; a=b"])
def test_a_form_cannot_change_anything(kind: str) -> None:
    assert ask(headers={**OWN, "Content-Type": kind}, method="POST", content=b"{}").status_code == 403


def test_a_body_has_an_end() -> None:
    assert ask(headers=OWN, method="POST", content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    async def endless() -> httpx.Response:
        async def body() -> AsyncIterator[bytes]:
            while True:
                yield b"x" * 10_000

        transport = httpx.ASGITransport(app=Guard(application(), PASS))
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.post("/api/see", headers=OWN, content=body())

    assert asyncio.run(endless()).status_code == 413


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "-1", "1e3", ""])
def test_who_announces_too_much_or_nonsense_is_refused(length: str) -> None:
    assert ask(headers={**COOKIE, "Content-Length": length}).status_code == 413


@pytest.mark.parametrize(
    "target",
    [
        "/static/%2e%2e/guard.py",
        "/static/..%2fguard.py",
        "/static/..%5cguard.py",
        "/static//etc/passwd",
        "/static/%252e%252e/x",
        "/asset/a%00b",
        "/.git/config",
        "/static/.env",
        "/chapter/one;x",
        "/static/a%0Ab",
        "/static/a%1Bb",
        "/static/a%E2%80%AEb",
        "/" + "a" * 3000,
    ],
)
def test_odd_targets_lead_nowhere(target: str) -> None:
    assert ask(target).status_code == 404


def test_every_answer_says_how_it_may_be_used() -> None:
    for answer in (ask(), ask("/static/x.js"), ask(headers={}), ask("/.git/config"), ask(f"/?t={TOKEN}", {})):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "'unsafe" not in answer.headers["content-security-policy"]
        assert not [name for name in answer.headers if name.startswith("access-control-") or name == "server"]
    assert ask("/kept").headers["cache-control"] == "immutable"


NOTHING = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
CHAPTER = {
    **NOTHING, "script-src": "'none'", "img-src": "'self' data:", "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self'", "media-src": "'self'", "frame-ancestors": "'self'",
}  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "rules"),
    [
        (SHELL_POLICY, {**NOTHING, **dict.fromkeys(("script-src", "style-src", "font-src", "connect-src", "frame-src"),
                        "'self'"), "img-src": "'self' blob:", "frame-ancestors": "'none'"}),
        (CHAPTER_POLICY, {**CHAPTER, "sandbox": "allow-same-origin"}),
        (HEARD_POLICY, {**CHAPTER, "sandbox": "allow-same-origin allow-scripts"}),
        (PICTURE_POLICY, {"default-src": "'none'", "style-src": "'unsafe-inline'", "sandbox": ""}),
    ],
    ids=["shell", "chapter", "heard", "picture"],
)  # fmt: skip
def test_what_pages_may_do_is_only_what_they_need(policy: str, rules: Mapping[str, str]) -> None:
    assert dict(rule.strip().partition(" ")[::2] for rule in policy.split(";")) == rules


def test_web_sockets_are_refused() -> None:
    async def knock() -> list[Mapping[str, object]]:
        sent: list[Mapping[str, object]] = []

        async def send(message: Mapping[str, object]) -> None:
            sent.append(message)

        async def receive() -> dict[str, object]:
            return {"type": "websocket.connect"}

        headers = [(b"host", b"127.0.0.1:4790"), (b"cookie", COOKIE["Cookie"].encode())]
        scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": headers}
        await Guard(application(), PASS)(scope, receive, send)
        return sent

    assert asyncio.run(knock()) == [{"type": "websocket.close", "code": 1008}]


def test_a_tunnel_may_be_named() -> None:
    guard = Guard(application(), replace(Pass.local(4790, ["book.tunnel.example"]), token=TOKEN))
    assert ask(headers={**COOKIE, "Host": "book.tunnel.example"}, app=guard).status_code == 200
    for host in ("book.tunnel.example", "127.0.0.1:4790"):  # some tunnels leave the name as it is, others do not
        sent = {**OWN, "Host": host, "Origin": "https://book.tunnel.example"}
        assert ask(headers=sent, app=guard, method="POST", content=b"{}").status_code == 200
    assert ask(headers={**COOKIE, "Origin": "https://127.0.0.1:4790"}, app=guard).status_code == 403
    assert ask(headers={**COOKIE, "Host": "other.tunnel.example"}, app=guard).status_code == 403


def test_the_network_reads_only_under_its_own_token_and_host() -> None:
    other = Pass.lan("192.168.1.2", 5000)
    guard = Guard(application(), other)
    host = {"Host": "192.168.1.2:5000"}
    cookie = {"Cookie": f"pk_5000={other.token}"}
    assert ask(headers={**host, **cookie}, app=guard).status_code == 200
    assert ask(headers={**host, "Cookie": f"pk_5000={TOKEN}"}, app=guard).status_code == 403
    assert ask(headers={"Host": "127.0.0.1:5000", **cookie}, app=guard).status_code == 403
    sent = {**host, **cookie, "Origin": "http://192.168.1.2:5000", "Content-Type": "application/json"}
    assert ask("/api/open", sent, method="POST", app=guard, content=b"{}").status_code == 403
    assert other.token != TOKEN


@pytest.mark.parametrize("target", [b"*", b"http://127.0.0.1:4790/api/state", b"evil.example:443"])
def test_a_target_that_is_no_path_leads_nowhere(target: bytes) -> None:
    async def odd(scope, receive, send):  # type: ignore[no-untyped-def]
        await Guard(application(), PASS)({**scope, "raw_path": target}, receive, send)

    assert ask(app=odd).status_code == 404


def test_each_port_has_its_own_guard_and_may_be_closed() -> None:
    def knock(doors: Doors, port: int) -> int:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=_at(doors, port))
            async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
                return await client.get("/api/state", headers=COOKIE)

        return asyncio.run(send()).status_code

    doors = Doors({4790: Guard(application(), PASS), 5000: Guard(application(), Pass.lan("192.168.1.2", 5000))})
    assert (knock(doors, 4790), knock(doors, 5000), knock(doors, 6000)) == (200, 403, 403)
    doors.close(4790)
    assert knock(doors, 4790) == 403


def _at(doors: Doors, port: int) -> ASGIApp:
    async def arrive(scope, receive, send):  # type: ignore[no-untyped-def]
        await doors({**scope, "server": ("127.0.0.1", port)}, receive, send)

    return arrive
