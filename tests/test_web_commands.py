"""Commands over HTTP: the same table for every platform."""

import pytest

from bot.messages import Standing
from tests.web_chat import PNG, chat

ROOM = "/api/rooms/general"


async def test_the_table_is_told_as_it_is() -> None:
    async with chat() as web:
        commands = (await web.client.get("/api/commands")).json()["commands"]
        assert [command["name"] for command in commands] == ["persona", "describe", "help"]
        (text,) = commands[0]["subcommands"][0]["params"]
        assert (text["name"], text["required"], text["long"]) == ("text", True, True)


async def test_a_command_answers_a_moderator_and_refuses_a_member() -> None:
    async with chat() as web:
        path, body = f"{ROOM}/commands/persona/set", {"options": {"text": "A pirate"}}
        refused = await web.client.post(path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        answer = await web.client.post(path, json=body | {"as": "moderator", "event_id": "e"})
        assert answer.status_code == 200
        assert answer.json() == {
            "text": "Done.",
            "pictures": [],
            "private": True,
            "actions": [{"verb": "regenerate", "target": 7}],
        }
        path, call = web.table.ran[-1]
        assert (path, call.options, call.event_id) == ("persona/set", {"text": "A pirate"}, "web:general:e")
        assert call.actor.standing is Standing.MODERATOR


async def test_a_command_that_starts_a_run_says_which() -> None:
    async with chat() as web:
        files = {"files": ("a.png", PNG)}
        data = {"options": '{"prompt": "what is it?"}', "as": "member:ann"}
        answer = await web.client.post(f"{ROOM}/commands/describe", data=data, files=files)
        assert answer.status_code == 202
        body = answer.json()
        assert web.rooms.runs[body["run_id"]].run.question_id == body["message_id"]
        call = web.table.ran[0][1]
        assert (call.options, len(call.pictures)) == ({"prompt": "what is it?"}, 1)


async def test_a_command_needs_no_options() -> None:
    async with chat() as web:
        answer = await web.client.post(f"{ROOM}/commands/help", json={})
        assert (answer.status_code, answer.json()["text"]) == (200, "help, describe, persona")


@pytest.mark.parametrize(
    "path", ["nothing", "persona", "persona/", "persona/explode", "help/me", "persona/set/x", "/help"]
)
async def test_an_unknown_command_is_not_found(path: str) -> None:
    async with chat() as web:
        for answer in (
            await web.client.post(f"{ROOM}/commands/{path}", json={}),
            await web.client.get(f"{ROOM}/complete/{path}"),
        ):
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
        assert web.table.ran == []


@pytest.mark.parametrize("options", [[], "text", 5, {"nothing": 1}])
async def test_options_that_do_not_fit_are_refused(options: object) -> None:
    async with chat() as web:
        body = {"options": options, "as": "moderator"}
        answer = await web.client.post(f"{ROOM}/commands/persona/set", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_option")


async def test_options_are_completed() -> None:
    async with chat() as web:
        answer = await web.client.get(f"{ROOM}/complete/persona/set?param=text&typed=pi&as=moderator")
        assert answer.json() == {"choices": [{"name": "Persona/Set Text Pi", "value": "pirate"}]}
        bad = await web.client.get(f"{ROOM}/complete/persona/set?param=text&typed=%00")
        assert bad.status_code == 400
