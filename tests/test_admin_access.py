"""The operator's page asks for the token once more, forgets soon, and is nobody else's to use."""

from pathlib import Path

from structlog.testing import capture_logs

from adapters.web.admin.sessions import IDLE, LONGEST, MOST, Sessions
from tests.operators_page import desk, sign_in
from tests.web_chat import TOKEN


async def test_the_token_becomes_a_cookie_for_the_page_alone(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, at.browser() as browser:
        answer = await browser.post("/admin/sign-in", json={"token": f" {TOKEN}\n"})
        cookie = answer.headers["set-cookie"]
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("parley-operator-")
        assert parts == {"httponly", "samesite=strict", "path=/admin", f"max-age={int(LONGEST)}"}
        assert TOKEN not in cookie
        page = await browser.get("/admin/runs?status=failed")
        assert page.status_code == 200
        assert "__CSRF__" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert (await browser.get("/admin/nothing")).status_code == 404


async def test_the_link_of_the_chat_opens_nothing_here_nor_this_the_chat(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, at.browser() as browser:
        await browser.get(f"/?token={TOKEN}")
        assert (await browser.get("/api/me")).status_code == 200
        page = await browser.get("/admin")
        assert page.status_code == 401
        assert "Type or paste" in page.text
        assert (await browser.get("/admin/api/overview")).status_code == 401
        assert (await browser.get(f"/admin?token={TOKEN}")).status_code == 401
        assert (await at.operator.get("/api/me")).status_code == 401


async def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for _ in range(2):
            at.clock.seconds += IDLE - 5
            assert (await at.operator.get("/admin/api/audit")).status_code == 200
        at.clock.seconds += IDLE + 1
        assert (await at.operator.get("/admin/api/audit")).status_code == 401
        await sign_in(at.operator)
        for _ in range(int(LONGEST / (IDLE - 5))):
            at.clock.seconds += IDLE - 5
            assert (await at.operator.get("/admin")).status_code == 200
        at.clock.seconds += IDLE - 5
        assert (await at.operator.get("/admin")).status_code == 401


async def test_signing_out_ends_the_session_for_whoever_kept_its_cookie(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        kept = dict(at.operator.cookies)
        assert (await at.operator.post("/admin/sign-out")).status_code == 200
        assert (await at.operator.get("/admin")).status_code == 401
        async with at.browser() as thief:
            thief.cookies.update(kept)
            assert (await thief.get("/admin/api/overview")).status_code == 401


def test_sessions_are_few_and_no_cookie_can_be_made_up() -> None:
    sessions = Sessions(lambda: 0.0)
    cookies = [sessions.begin() for _ in range(MOST + 1)]
    assert [bool(sessions.csrf(cookie)) for cookie in cookies] == [False] + [True] * MOST
    assert len({sessions.csrf(cookie) for cookie in cookies}) == MOST + 1
    assert not sessions.csrf("")
    assert not sessions.csrf("\ud800x")


async def test_what_changes_something_needs_the_sessions_token(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        right = at.operator.headers.pop("x-parley-token")
        ways = ("/admin/sign-out", "/admin/api/runs/1/words", "/admin/api/moderation/1")
        for path in ways:
            for given in ({}, {"x-parley-token": right[:-1]}, {"x-parley-token": ""}):
                answer = await at.operator.post(path, headers=given)
                assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
        ours = {"x-parley-token": right}
        for origin in ("null", "http://evil.example", "http://localhost"):
            answer = await at.operator.post(ways[0], headers={**ours, "origin": origin})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_origin")
        assert (await at.operator.post(ways[1], headers=ours)).status_code == 404


async def test_a_form_of_another_page_signs_nobody_in(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, at.browser() as browser:
        whole = f'{{"token": "{TOKEN}"}}'
        kinds = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "")
        for kind in kinds:
            answer = await browser.post("/admin/sign-in", content=whole, headers={"content-type": kind})
            assert answer.status_code == 400
            assert "set-cookie" not in answer.headers
        for body in ('{"token": 1}', "{}", "[]", "\x00", ""):
            json = {"content-type": "application/json"}
            answer = await browser.post("/admin/sign-in", content=body, headers=json)
            assert answer.status_code in {400, 401}
            assert "set-cookie" not in answer.headers


async def test_wrong_tokens_are_logged_and_slowed_and_the_right_one_waits_too(tmp_path: Path) -> None:
    async with desk(tmp_path) as at, at.browser() as browser:
        with capture_logs() as logs:
            statuses = [(await sign_in(browser, f"wrong-{number}")).status_code for number in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        assert len([one for one in logs if one["log_level"] == "warning"]) == 5
        assert "wrong-" not in str(logs)
        late = await sign_in(browser)
        assert (late.status_code, "set-cookie" in late.headers) == (429, False)
        assert 0 < int(late.headers["retry-after"]) <= 60
        bearer = await browser.get("/admin", headers={"authorization": f"Bearer {TOKEN}"})
        assert bearer.status_code == 429
        assert (await at.operator.get("/admin")).status_code == 200  # who is in stays in
        at.clock.seconds += 61
        assert (await sign_in(browser)).status_code == 200


async def test_a_foreign_host_is_served_nothing_and_another_machine_no_session(tmp_path: Path) -> None:
    async with desk(tmp_path, host="chat.lan") as at:
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1:99999x", ""):
            for path in ("/admin", "/admin/api/overview", "/admin/sign-in"):
                assert (await at.operator.get(path, headers={"host": host})).status_code == 421
        port = at.url.rpartition(":")[2]
        answer = await at.operator.post(
            "/admin/sign-in", json={"token": TOKEN}, headers={"host": f"chat.lan:{port}"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_local")
        odd = await at.operator.get("/admin/api/overview", headers={"host": "127.0.0.1:99999"})
        assert odd.status_code == 401


async def test_that_somebody_signed_in_stands_in_the_audit(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        (entry,) = (await at.table("audit", filter="sign-in"))["rows"]
        assert (entry["person_name"], entry["act"], entry["decision"]) == ("Operator", "operate", "done")
        assert entry["door"] == "operator's page"
