"""The machine interface: what it answers, and that bad input is always told what is wrong with it."""

import json

import pytest
from structlog.testing import capture_logs

from bot.errors import BudgetSpent, NotAllowed, ProviderBusy, QueueFull, StorageError, UnknownModel
from bot.messages import Standing
from bot.runs import RunKind
from bot.unseen import seen
from tests.web_chat import GENERAL, PNG, chat

ROOM = "/api/rooms/general"


async def test_a_message_is_stored_and_its_run_is_queued() -> None:
    async with chat() as web:
        answer = await web.client.post(f"{ROOM}/messages", json={"text": " hi ", "as": "moderator:Bo Derek"})
        assert answer.status_code == 202
        (said,) = web.rooms.said
        assert (said.text, said.key, said.event_id) == (" hi ", GENERAL, "")
        assert (said.actor.person.id, said.actor.person.name) == ("web:bo derek", "Bo Derek")
        assert said.actor.standing is Standing.MODERATOR
        body = answer.json()
        assert body.keys() == {"message_id", "run_id", "ahead"}
        assert body["run_id"] in web.rooms.runs


async def test_a_text_that_looks_like_a_command_is_said_as_it_is() -> None:
    async with chat() as web:
        await web.say("/new")
        assert web.rooms.said[0].text == "/new"


async def test_pictures_are_kept_and_may_come_without_words() -> None:
    async with chat() as web:
        files = [
            ("files", ("../../etc/passwd", PNG + b"1", "text/html")),
            ("files", ("b", PNG + b"2", "image/gif")),
        ]
        answer = await web.client.post(f"{ROOM}/messages", files=files, data={"as": "member:ann"})
        assert answer.status_code == 202
        listed = (await web.client.get(f"{ROOM}/messages")).json()["messages"][0]
        assert (listed["text"], listed["author"], listed["author_id"]) == ("", "ann", "web:ann")
        assert [picture["media_type"] for picture in listed["pictures"]] == ["image/png"] * 2
        picture = await web.client.get(listed["pictures"][1]["url"])
        assert picture.content == PNG + b"2"
        assert picture.headers["content-type"] == "image/png"
        assert picture.headers["cache-control"] == "private, max-age=31536000, immutable"
        etag = {"if-none-match": picture.headers["etag"]}
        assert (await web.client.get(listed["pictures"][1]["url"], headers=etag)).status_code == 304
        assert (await web.client.get("/media/" + "f" * 64)).status_code == 404


@pytest.mark.parametrize("where", ["header", "field", "form"])
async def test_a_request_repeated_under_its_name_is_stored_once(where: str) -> None:
    async with chat() as web:
        answers = []
        for _ in range(2):
            if where == "form":
                data, files = {"text": "hi", "event_id": "e1"}, {"files": ("a.png", PNG)}
                answers.append(await web.client.post(f"{ROOM}/messages", data=data, files=files))
                continue
            headers = {"idempotency-key": "e1"} if where == "header" else {}
            body = {"text": "hi"} | ({} if headers else {"event_id": "e1"})
            answers.append(await web.client.post(f"{ROOM}/messages", json=body, headers=headers))
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].json() == answers[1].json()
        assert len(web.rooms.said) == 1
        assert web.rooms.said[0].event_id == "web:general:e1"


async def test_an_entry_tells_all_of_a_question_and_its_answer() -> None:
    async with chat() as web:
        ids = await web.say("hello", **{"as": "member:ann"})
        answer_id = web.rooms.start(ids["run_id"])
        web.rooms.finish(ids["run_id"], "Ahoy", "*(cut)*", "max_tokens")
        body = (await web.client.get(f"{ROOM}/messages")).json()
        assert body.keys() == {"messages", "starts_after", "last_event_id", "more"}
        assert body["last_event_id"] == str(web.rooms.happened[GENERAL][-1].id)
        question, answer = body["messages"]
        assert question["role"] == "user"
        assert answer == {
            "id": answer_id,
            "author": "Parley",
            "author_id": "parley",
            "role": "assistant",
            "text": "Ahoy\n\n*(cut)*",
            "notice": "*(cut)*",
            "links": None,
            "pictures": [],
            "files": [],
            "made": [],
            "posts": [{"id": f"w{ids['run_id']}-0", "text": "Ahoy\n\n*(cut)*"}],
            "run": {"id": ids["run_id"], "status": "incomplete", "kind": "chat", "place": 0},
            "question_id": ids["message_id"],
            "created_at": "2026-01-02T03:04:05+00:00",
            "edited_at": None,
            "actions": ["continue", "regenerate", "delete"],
        }


async def test_an_unfinished_answer_is_as_it_is_on_the_screen() -> None:
    async with chat() as web:
        ids = await web.say("hello")
        web.rooms.start(ids["run_id"])
        await web.show(ids["run_id"], "Once upon")
        answer = (await web.client.get(f"{ROOM}/messages")).json()["messages"][1]
        assert (answer["text"], answer["actions"]) == ("Once upon", ["stop"])
        assert answer["posts"] == [{"id": f"w{ids['run_id']}-0", "text": "Once upon"}]


async def test_a_post_that_is_not_recorded_yet_is_shown_with_its_answer() -> None:
    async with chat() as web:
        ids = await web.say("hello")
        web.rooms.start(ids["run_id"])
        await web.show(ids["run_id"], "Once upon ")
        await web.show(ids["run_id"], "a time", seq=1)
        question, answer = (await web.client.get(f"{ROOM}/messages")).json()["messages"]
        assert answer["text"] == "Once upon a time"
        assert [post["text"] for post in answer["posts"]] == ["Once upon ", "a time"]
        assert (question["text"], question["posts"]) == ("hello", [])


async def test_a_queued_run_is_told_its_place() -> None:
    async with chat() as web:
        first, _, third = [await web.say(text) for text in "abc"]
        web.rooms.start(first["run_id"])
        listed = (await web.client.get(f"{ROOM}/messages")).json()["messages"]
        (found,) = [entry["run"] for entry in listed if entry["id"] == third["message_id"]]
        assert (found["status"], found["place"]) == ("queued", 2)


async def test_messages_come_in_pages() -> None:
    async with chat() as web:
        for text in "abcde":
            await web.say(text)
        first = (await web.client.get(f"{ROOM}/messages", params={"limit": 3})).json()
        assert ([e["text"] for e in first["messages"]], first["more"]) == (["a", "b", "c"], True)
        after = first["messages"][-1]["id"]
        rest = (await web.client.get(f"{ROOM}/messages", params={"limit": 3, "after": after})).json()
        assert ([e["text"] for e in rest["messages"]], rest["more"]) == (["d", "e"], False)


async def test_general_is_always_there_and_threads_are_not_listed() -> None:
    async with chat() as web:
        assert (await web.client.get("/api/rooms")).json() == {
            "rooms": [{"name": "general", "title": "", "last_at": None, "starts_after": 0}]
        }
        for room in ("pets", "general.topic"):
            await web.client.post(f"/api/rooms/{room}/messages", json={"text": "hi"})
        rooms = (await web.client.get("/api/rooms")).json()["rooms"]
        assert [room["name"] for room in rooms] == ["general", "pets"]
        assert [said.key.thread for said in web.rooms.said] == ["", "topic"]


async def test_a_run_tells_its_steps_and_the_sum_of_all_its_calls() -> None:
    async with chat() as web:
        ids = await web.say()
        web.rooms.start(ids["run_id"])
        web.rooms.finish(ids["run_id"], "Ahoy")
        web.rooms.account(ids["run_id"])
        run = (await web.client.get(f"/api/runs/{ids['run_id']}")).json()
        assert run == {
            "id": ids["run_id"],
            "status": "completed",
            "kind": "chat",
            "model": "offline/parrot",
            "chosen": {},
            "steps": [
                called("a/x", "down", completion_tokens=0, cost=0.001, latency_ms=5, first_token_ms=None),
                called("b/y", "ok", completion_tokens=32, cost=0.002, latency_ms=9, first_token_ms=3),
                {"type": "message_creation", "at": "2026-01-02T03:04:05+00:00", "message_id": 7},
            ],
            "usage": {"prompt_tokens": 20, "completion_tokens": 32, "total_tokens": 52, "cost": 0.003},
            "attempts": 0,
            "last_error": None,
            "incomplete_details": None,
            "created_at": "2026-01-02T03:04:05+00:00",
            "started_at": "2026-01-02T03:04:05+00:00",
            "ended_at": "2026-01-02T03:04:05+00:00",
        }


def called(model: str, outcome: str, **more: object) -> dict[str, object]:
    """A call of a model as a run tells it."""
    about = {"type": "model_call", "at": "2026-01-02T03:04:05+00:00", "model": model, "outcome": outcome}
    return about | {"prompt_tokens": 10, "estimated": False, "pictures": 0, "price": None} | more


async def test_a_run_is_cancelled_by_who_may() -> None:
    async with chat() as web:
        ids = await web.say("hello", **{"as": "member:ann"})
        path = f"/api/runs/{ids['run_id']}/cancel"
        assert (await web.client.post(path, json={"as": "member:bo"})).status_code == 403
        answer = await web.client.post(path, params={"as": "moderator"})
        assert (answer.status_code, answer.json()) == (200, {"id": ids["run_id"], "status": "cancelled"})


async def test_a_message_is_deleted_by_who_may() -> None:
    async with chat() as web:
        ids = await web.say("hello", **{"as": "member:ann"})
        path = f"{ROOM}/messages/{ids['message_id']}"
        assert (await web.client.delete(path, params={"as": "member:bo"})).status_code == 403
        assert (await web.client.delete(path.replace("general", "other"))).status_code == 404
        assert (await web.client.delete(path, params={"as": "member:ann"})).status_code == 200
        assert (await web.client.get(f"{ROOM}/messages")).json()["messages"] == []


async def test_every_button_does_what_it_says() -> None:
    async with chat() as web:
        ids = await web.say()
        target = ids["run_id"]
        answer_id = web.rooms.start(target)

        async def press(verb: str, **more: object) -> tuple[int, dict[str, object]]:
            answer = await web.client.post(
                f"{ROOM}/actions", json={"verb": verb, "target": target, "as": "moderator", **more}
            )
            return answer.status_code, answer.json()

        again = {"message_id": 1, "run_id": target + 100, "ahead": 2}
        assert await press("regenerate", event_id="e") == (202, again)
        assert await press("continue") == (202, again)
        assert await press("vary", event_id="v") == (202, again)
        assert await press("enlarge", event_id="l") == (202, again)
        assert web.rooms.calls == [
            ("repeat", target, RunKind.CHAT, "web:general:e"),
            ("repeat", target, RunKind.CONTINUE, ""),
            ("vary", target, "web:general:v"),
            ("enlarge", target, "web:general:l"),
        ]
        assert await press("stop") == (200, {"id": target, "status": "cancelled"})
        assert await press("delete") == (200, {})
        assert answer_id not in web.rooms.kept[GENERAL]
        assert (await press("explode"))[0] == 400


LONG = "x" * 32_001
BAD_BODIES = [
    (b"", 400, "bad_request"),
    (b"{", 400, "bad_request"),
    (b"[]", 400, "bad_request"),
    (b'"text"', 400, "bad_request"),
    (b"null", 400, "bad_request"),
    (b"[" * 100_000, 400, "bad_request"),
    (b'{"text":' * 50_000, 400, "bad_request"),
    (b"\xff\xfe{", 400, "bad_request"),
    (b"{}", 400, "bad_request"),
    (b'{"text":null}', 400, "bad_request"),
    (b'{"text":5}', 400, "bad_request"),
    (b'{"text":["a"]}', 400, "bad_request"),
    (b'{"text":""}', 400, "bad_request"),
    (b'{"text":" \\n\\t "}', 400, "bad_request"),
    (rb'{"text":"a\ud800b"}', 400, "bad_request"),
    (rb'{"text":"a\udc00\ud800b"}', 400, "bad_request"),
    (rb'{"text":"a\u0000b"}', 400, "bad_request"),
    (rb'{"text":"a","x":{"\ud800":1}}', 400, "bad_request"),
    (b'{"text":"a","as":"operator"}', 400, "bad_request"),
    (b'{"text":"a","as":"moderator:"}', 400, "bad_request"),
    (b'{"text":"a","as":5}', 400, "bad_request"),
    (b'{"text":"a","as":["moderator"]}', 400, "bad_request"),
    (rb'{"text":"a","as":"member:\u202e"}', 400, "bad_request"),
    (rb'{"text":"a","as":"member:a\nb"}', 400, "bad_request"),
    (b'{"text":"a","event_id":5}', 400, "bad_request"),
    (b'{"text":"a","event_id":"' + b"e" * 129 + b'"}', 400, "bad_request"),
    (b'{"text":1' + b"0" * 5000 + b"}", 400, "bad_request"),
    (json.dumps({"text": LONG}).encode(), 413, "too_large"),
    (b'{"text":"' + b"x" * 1_100_000 + b'"}', 413, "too_large"),
]


@pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES)
async def test_a_bad_message_is_told_what_is_wrong(body: bytes, status: int, code: str) -> None:
    async with chat() as web:
        headers = {"content-type": "application/json"}
        answer = await web.client.post(f"{ROOM}/messages", content=body, headers=headers)
        _is_error(answer.status_code, answer.json(), status, code)
        assert web.rooms.said == []


@pytest.mark.parametrize(
    "text", ["%s {0} ${jndi:x}", "'; DROP TABLE x; --", "\u202ertl", "👨‍👩‍👧", "\ufeffbom", "x" * 32_000]
)
async def test_odd_text_is_only_text(text: str) -> None:
    async with chat() as web:
        await web.say(text)
        assert web.rooms.said[0].text == text
        assert (await web.client.get(f"{ROOM}/messages")).json()["messages"][0]["text"] == seen(text)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx", "multipart/form-data"],
)
async def test_a_body_of_another_kind_is_refused(kind: str) -> None:
    async with chat() as web:
        headers = {"content-type": kind}
        answer = await web.client.post(f"{ROOM}/messages", content=b'{"text":"a"}', headers=headers)
        _is_error(answer.status_code, answer.json(), 400, "bad_request")


@pytest.mark.parametrize(
    "room",
    ["General", "a_b", "-a", "a" * 65, "a.b.c", ".a", "a.", "%2e%2e", "a%00b", "é", "a%0a", "%F0%9F%98%80"],
)
async def test_a_bad_room_is_refused_everywhere(room: str) -> None:
    async with chat() as web:
        path = f"/api/rooms/{room}"
        answers = [
            await web.client.post(f"{path}/messages", json={"text": "a"}),
            await web.client.get(f"{path}/messages"),
            await web.client.get(f"{path}/events"),
            await web.client.delete(f"{path}/messages/1"),
            await web.client.post(f"{path}/actions", json={"verb": "stop", "target": 1}),
            await web.client.post(f"{path}/commands/help", json={}),
            await web.client.get(f"{path}/complete/persona/set?param=text"),
        ]
        for answer in answers:
            _is_error(answer.status_code, answer.json(), 400, "bad_request")


@pytest.mark.parametrize(
    "number", ["x", "-1", "1.5", "9223372036854775808", "1" * 40, "%D9%A1", "0x1", "1e3", "%20", "1_0"]
)
async def test_what_is_no_number_is_refused_everywhere(number: str) -> None:
    async with chat() as web:
        answers = [
            await web.client.get(f"/api/runs/{number}"),
            await web.client.post(f"/api/runs/{number}/cancel"),
            await web.client.delete(f"{ROOM}/messages/{number}"),
            await web.client.get(f"{ROOM}/messages?after={number}"),
            await web.client.get(f"{ROOM}/messages?limit={number}"),
            await web.client.get(f"{ROOM}/events?after={number}"),
            await web.client.post(f"{ROOM}/actions", json={"verb": "stop", "target": number}),
        ]
        for answer in answers:
            _is_error(answer.status_code, answer.json(), 400, "bad_request")


@pytest.mark.parametrize("number", ["0", "9223372036854775807"])
async def test_a_number_that_names_nothing_is_not_found(number: str) -> None:
    async with chat() as web:
        answers = [
            await web.client.get(f"/api/runs/{number}"),
            await web.client.post(f"/api/runs/{number}/cancel"),
            await web.client.delete(f"{ROOM}/messages/{number}"),
            await web.client.post(f"{ROOM}/actions", json={"verb": "stop", "target": int(number)}),
        ]
        for answer in answers:
            _is_error(answer.status_code, answer.json(), 404, "not_found")


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/api/rooms/", "/nothing", "/media/../x", "/api/me/"]
)
async def test_an_unknown_address_is_not_found(path: str) -> None:
    async with chat() as web:
        answer = await web.client.get(path)
        _is_error(answer.status_code, answer.json(), 404, "not_found")


async def test_a_wrong_method_is_said_to_be_one() -> None:
    async with chat() as web:
        for method, path in [
            ("PUT", "/api/me"),
            ("POST", "/api/rooms"),
            ("TRACE", "/"),
            ("POST", "/healthz"),
        ]:
            answer = await web.client.request(method, path)
            _is_error(answer.status_code, answer.json(), 405, "method_not_allowed")
            assert "allow" in answer.headers


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (NotAllowed("no"), 403, "not_allowed"),
        (QueueFull("no"), 429, "queue_full"),
        (BudgetSpent("no"), 429, "budget_spent"),
        (StorageError("disk full at /somewhere"), 503, "storage"),
        (ProviderBusy("key of x"), 502, "provider"),
    ],
)
async def test_every_kind_of_failure_has_its_status(problem: Exception, status: int, code: str) -> None:
    async with chat() as web:
        web.rooms.faults["accept"] = problem
        with capture_logs():
            answer = await web.client.post(f"{ROOM}/messages", json={"text": "a"})
        _is_error(answer.status_code, answer.json(), status, code)
        assert "somewhere" not in answer.text
        assert "key of x" not in answer.text


async def test_an_error_about_an_option_names_it() -> None:
    async with chat() as web:
        web.rooms.faults["accept"] = UnknownModel("no")
        answer = await web.client.post(f"{ROOM}/messages", json={"text": "a"})

        assert answer.status_code == 400
        assert answer.json() == {"error": {"code": "unknown_model", "message": "no", "field": "model"}}


async def test_the_unforeseen_is_logged_and_answered_under_one_reference() -> None:
    async with chat() as web:
        web.rooms.faults["accept"] = ZeroDivisionError("inner workings")
        with capture_logs() as logs:
            answer = await web.client.post(f"{ROOM}/messages", json={"text": "a private word"})
        _is_error(answer.status_code, answer.json(), 500, "internal")
        (entry,) = [line for line in logs if line["event"] == "request_failed"]
        assert entry["reference"] in answer.json()["error"]["message"]
        assert "inner workings" not in answer.text
        assert "a private word" not in str(logs)


async def test_a_query_that_is_not_text_is_refused_politely() -> None:
    async with chat() as web:
        for query in ("as=%ff", "as=%00", "after=%ff%fe"):
            answer = await web.client.get(f"{ROOM}/messages?{query}")
            _is_error(answer.status_code, answer.json(), 400, "bad_request")


def _is_error(status: int, body: dict[str, dict[str, str]], expected: int, code: str) -> None:
    """One form for all of them."""
    assert (status, body["error"]["code"]) == (expected, code)
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message"}
    assert body["error"]["message"].endswith((".", "no"))
    assert "Traceback" not in body["error"]["message"]
