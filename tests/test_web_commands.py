"""Commands over HTTP: the same table for every platform."""

import pytest

from bot.runs import RunKind
from tests.web_chat import PNG, chat

ROOM = "/api/rooms/general"


async def test_the_table_is_told_as_it_is() -> None:
    async with chat() as web:
        commands = {c["name"]: c for c in (await web.client.get("/api/commands")).json()["commands"]}
        assert {"chat", "imagine", "describe", "complete", "persona", "model", "new", "stop", "help"} <= set(
            commands
        )
        persona = {sub["name"]: sub for sub in commands["persona"]["subcommands"]}
        assert {"show", "set", "preset", "clear"} <= set(persona)
        assert [persona[name]["standing"] for name in ("show", "set")] == ["member", "moderator"]
        assert commands["stop"]["standing"] == "member"
        text, *along = persona["set"]["params"]
        assert [(one["name"], one["required"], one["current"]) for one in along] == [
            *((name, False, True) for name in ("model", "style", "tools")),
            ("reason", False, False),
        ]
        assert (text["kind"], text["required"], text["long"], text["current"]) == ("text", True, True, True)
        name, _ = persona["preset"]["params"]
        assert name["kind"] == "choice"
        assert {"name": "pirate", "value": "pirate"} in name["choices"]
        assert [param["kind"] for param in commands["describe"]["params"]][:1] == ["picture"]


async def test_a_command_answers_a_moderator_and_refuses_a_member() -> None:
    async with chat() as web:
        path, body = f"{ROOM}/commands/persona/set", {"options": {"text": "A pirate"}, "event_id": "e"}
        refused = await web.client.post(path, json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        assert web.rooms.calls == []
        answer = await web.client.post(path, json=body | {"as": "moderator"})
        assert answer.status_code == 200
        assert answer.json().keys() == {"text", "pictures", "private", "actions"}
        assert web.rooms.calls == [("change", "persona", "A pirate", "web:general:e")]


async def test_a_command_that_starts_a_run_says_which() -> None:
    async with chat() as web:
        data = {"options": '{"question": "what is it?"}', "as": "member:ann"}
        answer = await web.client.post(
            f"{ROOM}/commands/describe", data=data, files={"files": ("a.png", PNG)}
        )
        assert answer.status_code == 202
        body = answer.json()
        run = web.rooms.runs[body["run_id"]].run
        assert (run.question_id, run.kind) == (body["message_id"], RunKind.DESCRIBE)
        (said,) = web.rooms.said
        assert (said.text, len(said.pictures), said.actor.person.id) == ("what is it?", 1, "web:ann")


async def test_a_command_needs_no_options() -> None:
    async with chat() as web:
        answer = await web.client.post(f"{ROOM}/commands/help", json={})
        assert answer.status_code == 200
        assert "`/persona`" in answer.json()["text"]


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


@pytest.mark.parametrize("options", [[], "text", 5, {}, {"nothing": 1}, {"text": True}, {"text": ""}])
async def test_options_that_do_not_fit_are_refused(options: object) -> None:
    async with chat() as web:
        body = {"options": options, "as": "moderator"}
        answer = await web.client.post(f"{ROOM}/commands/persona/set", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_option")
        assert web.rooms.calls == []


async def test_options_are_completed() -> None:
    async with chat() as web:
        path = f"{ROOM}/complete/persona/preset?param=name&as=moderator&typed="
        choices = (await web.client.get(f"{path}pir")).json()["choices"]
        assert [choice["value"] for choice in choices] == ["pirate"]
        assert (await web.client.get(f"{path}%00")).status_code == 400


async def test_the_present_value_of_an_option_is_told() -> None:
    async with chat() as web:
        path = f"{ROOM}/complete/persona/set?param=text&as=moderator"
        assert (await web.client.get(path)).json() == {"choices": [], "current": ""}
        body = {"options": {"text": "A pirate"}, "as": "moderator"}
        await web.client.post(f"{ROOM}/commands/persona/set", json=body)
        assert (await web.client.get(path)).json()["current"] == "A pirate"


async def test_options_that_depend_on_others_are_told_for_those_that_are_chosen() -> None:
    async with chat() as web:
        table = (await web.client.get("/api/commands")).json()["commands"]
        imagine = next(command for command in table if command["name"] == "imagine")
        depending = [param["name"] for param in imagine["params"] if param["depends"]]
        assert depending == ["count", "size", "steps", "guidance", "seed", "negative"]
        for model, names in (("", ["count", "size", "seed"]), ("nobody/x", [])):
            body = {"options": {"prompt": "a cat", "model": model}}
            answer = await web.client.post(f"{ROOM}/params/imagine", json=body)
            assert [param["name"] for param in answer.json()["params"]] == ["prompt", "model", *names]


async def test_the_options_of_a_command_are_told_to_who_may_give_it() -> None:
    async with chat() as web:
        path = f"{ROOM}/params/persona/set"
        assert (await web.client.post(path, json={})).status_code == 403
        answer = await web.client.post(path, json={"as": "moderator"})
        assert [param["name"] for param in answer.json()["params"]][:2] == ["text", "model"]
        assert (await web.client.post(f"{ROOM}/params/nothing", json={})).status_code == 404
        assert (await web.client.post(path, json={"options": 5, "as": "moderator"})).status_code == 400


async def test_an_option_of_a_picture_that_its_model_does_not_take_is_refused_with_a_sentence() -> None:
    async with chat() as web:
        body = {"options": {"prompt": "a cat", "steps": 4}}
        answer = await web.client.post(f"{ROOM}/commands/imagine", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_option")
        assert "takes no steps" in answer.json()["error"]["message"]
        assert answer.json()["error"]["field"] == "steps"
        assert web.rooms.said == []
