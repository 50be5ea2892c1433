"""The gate: token, session, Host, Origin and CSRF, against a real server."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.responses import PlainTextResponse

from adapters.web.connection.access import Access
from adapters.web.connection.slowing import HELD
from adapters.web.connection.token import SESSION_SECONDS, Sessions, link, same, web_token
from tests.listening import until
from tests.web_chat import TOKEN, Chat, chat


@asynccontextmanager
async def _session(web: Chat) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the link."""
    async with web.browser() as browser:
        await browser.get(f"/?token={TOKEN}")
        yield browser


async def test_the_link_becomes_a_cookie_and_leaves_the_address() -> None:
    async with chat() as web, web.browser() as browser:
        answer = await browser.get(f"/?token={TOKEN}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"]
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith(f"parley-{web.port}=")
        assert parts == {"httponly", "samesite=strict", "path=/", f"max-age={SESSION_SECONDS}"}
        assert TOKEN not in cookie
        assert (await browser.get("/api/me")).status_code == 200


async def test_two_parleys_on_one_host_leave_each_others_sessions_alone() -> None:
    async with chat() as one, chat(token="another-token") as two, one.browser() as browser:
        for web, token in ((one, TOKEN), (two, "another-token")):
            await browser.get(f"{web.url}/?token={token}")
        for web in (one, two):
            assert (await browser.get(f"{web.url}/api/me")).status_code == 200


async def test_over_https_the_cookie_is_bound_to_the_host_and_secure() -> None:
    gate = Access(PlainTextResponse("in"), token=TOKEN, host="127.0.0.1", denied=PlainTextResponse)
    transport = httpx.ASGITransport(gate)
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1") as browser:
        cookie = (await browser.get(f"/?token={TOKEN}")).headers["set-cookie"]
        assert cookie.startswith("__Host-parley-443=")
        assert "; Secure" in cookie
        assert "; Path=/;" in cookie
        assert "domain" not in cookie.lower()
        assert (await browser.get("/api/me")).text == "in"


async def test_a_session_survives_a_restart_but_not_another_token() -> None:
    async with chat() as web, web.browser() as browser:
        await browser.get(f"/?token={TOKEN}")
        cookie = browser.cookies[f"parley-{web.port}"]
    async with chat() as web, web.browser(**{f"parley-{web.port}": cookie}) as browser:
        assert (await browser.get("/api/me")).status_code == 200
    async with chat(token="another") as web, web.browser(**{f"parley-{web.port}": cookie}) as browser:
        assert (await browser.get("/api/me")).status_code == 401


@pytest.mark.parametrize(("days", "alive"), [(0, True), (29.9, True), (30.1, False)])
def test_a_session_ends_after_thirty_days(monkeypatch: pytest.MonkeyPatch, days: float, alive: bool) -> None:
    sessions = Sessions(TOKEN)
    now = TimestampSigner(TOKEN).get_timestamp()
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda _: int(now - days * 24 * 3600))
        cookie = sessions.issue()
    assert bool(sessions.csrf(cookie)) is alive


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "eyJhbGciOiJub25lIn0.e30.",
        "ImFiYyI.aaaaaa.bbbb",
        URLSafeTimedSerializer("secret", salt="parley.session").dumps("me"),
        URLSafeTimedSerializer(TOKEN, salt="parley.session").dumps("me"),
        URLSafeTimedSerializer("", salt="parley.session").dumps("me"),
        "\u00ff" * 40,
    ],
    ids=range(8),
)
def test_a_forged_cookie_is_no_session(forged: str) -> None:
    assert Sessions(TOKEN).csrf(forged) == ""


async def test_a_wrong_token_is_told_what_to_do_and_then_to_wait_while_the_right_one_works() -> None:
    async with chat() as web, web.browser() as browser:
        page = await browser.get("/")
        assert page.status_code == 401
        assert "Open the link" in page.text
        answers = [await browser.get("/?token=wrong") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        assert answers[-1].headers["retry-after"] == "60"
        bearer = {"authorization": "Bearer wrong"}
        assert (await browser.get("/api/me", headers=bearer)).status_code == 429
        assert (await web.client.get("/api/me")).status_code == 200
        assert (await browser.get(f"/?token={TOKEN}")).status_code == 303


async def test_the_minute_of_wrong_tokens_ends() -> None:
    now = [0.0]
    gate = Access(
        PlainTextResponse("in"),
        token=TOKEN,
        host="127.0.0.1",
        denied=lambda: PlainTextResponse("", 401),
        monotonic=lambda: now[0],
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://localhost") as browser:
        statuses = [(await browser.get("/?token=x")).status_code for _ in range(6)]
        now[0] = 61.0
        statuses.append((await browser.get("/?token=x")).status_code)
    assert statuses == [401] * 5 + [429, 401]


async def test_guesses_wait_for_their_refusal_and_the_right_token_for_none_of_them() -> None:
    """As many as may wait do; of more nobody says whether they were right."""
    way, waiting = asyncio.Event(), 0

    async def sleep(seconds: float) -> None:
        nonlocal waiting
        waiting += 1
        await way.wait()

    gate = Access(
        PlainTextResponse("in"), token=TOKEN, host="", denied=lambda: PlainTextResponse("", 401), sleep=sleep
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gate), base_url="http://localhost") as machine:

        async def tried(token: str, path: str = "/api/me") -> int:
            return (await machine.get(path, headers={"authorization": f"Bearer {token}"})).status_code

        assert [await tried("wrong") for _ in range(5)] == [401] * 5
        guesses = [asyncio.create_task(tried("wrong")) for _ in range(HELD - 1)]
        await until(lambda: waiting == HELD - 1)
        assert await tried(TOKEN) == 200
        guesses.append(asyncio.create_task(tried("wrong")))
        await until(lambda: waiting == HELD)
        assert [await tried("wrong"), await tried(TOKEN)] == [429, 429]
        assert (await machine.get(f"/?token={TOKEN}")).status_code == 429
        assert not any(guess.done() for guess in guesses)
        way.set()
        assert await asyncio.gather(*guesses) == [429] * HELD
        assert await tried(TOKEN) == 200


@pytest.mark.parametrize("given", ["", "Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer é"])
async def test_what_is_not_the_bearer_token_is_refused_before_the_body_is_read(given: str) -> None:
    async with chat() as web, web.browser() as machine:
        headers = [(b"authorization", given.encode("latin-1"))]
        answer = await machine.post("/api/rooms/general/messages", json={"text": "x" * 9999}, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthorized"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert web.read == [0]


async def test_a_wrong_bearer_is_not_saved_by_a_cookie() -> None:
    async with chat() as web, _session(web) as browser:
        wrong = {"authorization": "Bearer wrong"}
        assert (await browser.get("/api/me", headers=wrong)).status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8080",
        "192.168.0.7",
        "0.0.0.0",  # noqa: S104  # asked for, not bound to
        "10.0.0.1:80",
        "localhost.",
        "2130706433",
        "127.1",
        "[::2]",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "127.0.0.1, evil.example",
        "",
    ],
)
async def test_a_foreign_host_is_served_nothing_not_even_with_the_token(host: str) -> None:
    async with chat() as web:
        for path in ("/", f"/?token={TOKEN}", "/api/me", "/healthz", "/page/app.js", "/nothing"):
            answer = await web.client.get(path, headers={"host": host})
            assert answer.status_code == 421, path
            assert answer.json()["error"]["code"] == "wrong_host"
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1:9000", "127.3.2.1", "[::1]:80", "[::1]"]
)
async def test_this_machine_by_any_of_its_own_names_is_served(host: str) -> None:
    async with chat() as web:
        assert (await web.client.get("/api/me", headers={"host": host})).status_code == 200


async def test_the_configured_host_is_served_on_its_port_to_bearers_only() -> None:
    async with chat(host="chat.lan") as web, web.browser() as browser:
        here = {"host": f"chat.lan:{web.port}"}
        assert (await web.client.get("/api/me", headers=here)).status_code == 200
        assert (await web.client.get("/api/me", headers={"host": "chat.lan:1"})).status_code == 421
        answer = await browser.get(f"/?token={TOKEN}", headers=here)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_local")
        assert "set-cookie" not in answer.headers


async def test_forwarded_addresses_make_nobody_local() -> None:
    async with chat() as web, web.browser() as browser:
        headers = {
            "x-forwarded-for": "127.0.0.1",
            "x-forwarded-host": "127.0.0.1",
            "forwarded": "for=127.0.0.1",
        }
        assert (await browser.get("/api/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "https://127.0.0.1",
        "http://127.0.0.1:1",
        "http://localhost",
        "http://[::1]",
        "",
    ],
)
async def test_a_page_of_another_origin_can_neither_act_nor_listen(origin: str) -> None:
    async with chat() as web, _session(web) as browser:
        csrf = (await browser.get("/api/me")).json()["csrf"]
        headers = {"origin": origin, "x-parley-token": csrf}
        said = await browser.post("/api/rooms/general/messages", json={"text": "hi"}, headers=headers)
        heard = await browser.get("/api/rooms/general/events", headers=headers)
        for answer in (said, heard):
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_origin")
        assert web.rooms.said == []


async def test_the_page_itself_acts_with_its_session_and_csrf_token() -> None:
    async with chat() as web, _session(web) as browser:
        csrf = (await browser.get("/api/me")).json()["csrf"]
        headers = {"origin": web.url, "x-parley-token": csrf}
        answer = await browser.post("/api/rooms/general/messages", json={"text": "hi"}, headers=headers)
        assert answer.status_code == 202


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "PATCH"])
async def test_a_session_alone_changes_nothing(method: str) -> None:
    async with chat() as web, _session(web) as browser, _session(web) as other:
        of_another = (await other.get("/api/me")).json()["csrf"]
        for token in (
            {},
            {"x-parley-token": ""},
            {"x-parley-token": "wrong"},
            {"x-parley-token": of_another},
        ):
            answer = await browser.request(
                method, "/api/rooms/general/messages", headers=token, json={"text": "x"}
            )
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
        assert web.rooms.said == []
        assert web.read == [0]


async def test_a_cross_site_form_changes_nothing() -> None:
    async with chat() as web, _session(web) as browser:
        headers = {"origin": "http://evil.example", "content-type": "text/plain"}
        answer = await browser.post("/api/rooms/general/messages", content='{"text":"x"}', headers=headers)
        assert answer.status_code == 403


async def test_health_needs_no_token_and_metrics_do() -> None:
    async with chat() as web, web.browser() as browser:
        assert (await browser.get("/healthz")).json() == {"status": "ok"}
        assert (await browser.get("/readyz")).status_code == 200
        web.reasons["discord"] = "DISCORD_TOKEN is not accepted"
        answer = await browser.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "not ready", "reasons": web.reasons}
        assert (await browser.get("/metrics")).status_code == 401
        metrics = await web.client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain; version=")
        assert "answers_total 1.0" in metrics.text


async def test_the_safety_headers_are_on_everything() -> None:
    async with chat() as web, web.browser() as browser:
        web.rooms.faults["rooms"] = ValueError("a defect")
        answers = [
            await browser.get("/"),
            await browser.get("/healthz"),
            await browser.get("/healthz", headers={"host": "evil"}),
            await browser.get(f"/?token={TOKEN}"),
            await browser.get("/page/nothing.js"),
            await web.client.get("/api/me"),
            await web.client.get("/nothing"),
            await web.client.put("/api/me"),
            await web.client.get("/api/rooms"),
        ]
        assert {answer.status_code for answer in answers} == {200, 303, 401, 404, 405, 421, 500}
        for answer in answers:
            assert answer.headers["content-security-policy"] == (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
                "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            )
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert "referrer-policy" in answer.headers
            assert "permissions-policy" in answer.headers
            assert "server" not in answer.headers


def test_a_token_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    token = web_token(tmp_path)
    assert len(token) == 43
    assert web_token(tmp_path) == token
    assert stat.S_IMODE((tmp_path / "web-token").stat().st_mode) == 0o600
    assert web_token(tmp_path, "given") == "given"


def test_a_token_file_that_a_kill_left_empty_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "web-token").touch()
    token = web_token(tmp_path)
    assert len(token) == 43
    assert web_token(tmp_path) == token


def test_the_link_can_be_opened_on_this_machine() -> None:
    assert link("127.0.0.1", 8080, "abc") == "http://127.0.0.1:8080/?token=abc"
    assert link("0.0.0.0", 1, "abc") == "http://127.0.0.1:1/?token=abc"  # noqa: S104  # likewise
    assert link("::", 1, "abc") == "http://[::1]:1/?token=abc"
    assert link("::1", 1, "a+b") == "http://[::1]:1/?token=a%2Bb"


def test_secrets_are_compared_whole() -> None:
    assert same("abc", "abc")
    assert not same("ab", "abc")
    assert not same("\ud800é", "abc")
