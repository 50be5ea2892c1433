"""Every way in passes the one gate: a new way fails here until it does."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from bot.commands import COMMANDS, Invocation
from bot.commands.buttons import press
from bot.conversation import Conversation
from bot.conversation.gate.access import RIGHTS
from bot.errors import KeptOut
from bot.governance.authorize import Act
from bot.messages import Action, Address, Incoming, Verb
from bot.runs import RunKind
from tests.dialogues.stage import Stage, staged
from tests.platforms.discord import Discord
from tests.platforms.discord.world import Right
from tests.rig import ANN, BO, ROOM, Rig, rig

THROUGH = {
    "access.admit", "access.may", "access.tells", "access.decide", "access.permit",
    "audit.visit", "knowledge.excerpt", "made.file", "moderation.about", "ratings.of", "ratings.rate",
    "ratings.react",
}  # fmt: skip
"""What adapters ask of a part of the conversation, past its own methods. `about` tells a room of an alert of
the same room, to be pressed there."""
UNSAID = {"withdraw", "withdraw_post", "shows_answer", "last_heard", "move", "place"}
"""What a platform itself tells or asks, and no person."""


async def blocked(parley: Rig) -> int:
    """ann has asked something, and is blocked since: her run."""
    run = await parley.say("hello")
    await parley.answer(run)
    await parley.command("access/block", who="ann")
    return run


async def test_no_command_is_run_completed_or_shown_past_the_gate(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await blocked(parley)
        for command in COMMANDS:
            if command.act in RIGHTS:
                continue
            options = {p.name: p.choices[0].value if p.choices else "1" for p in command.params if p.required}
            with pytest.raises(KeptOut):
                await parley.commands.run(command.path, Invocation(ANN, Address(ROOM), options))
            with pytest.raises(KeptOut):
                parley.commands.params(command.path, ANN, ROOM, {})
            for param in command.params:
                with pytest.raises(KeptOut):
                    await parley.commands.complete(command.path, param.name, "", ANN, ROOM)
                with pytest.raises(KeptOut):
                    await parley.commands.current(command.path, param.name, ANN, ROOM)


@pytest.mark.parametrize("verb", Verb)
async def test_no_button_is_pressed_past_the_gate(tmp_path: Path, verb: Verb) -> None:
    async with rig(tmp_path) as parley:
        run = await blocked(parley)
        with pytest.raises(KeptOut):
            await press(parley.conversation, Action(verb, run), ANN, ROOM, "")


async def test_nothing_that_a_platform_asks_for_somebody_gets_past_the_gate(tmp_path: Path) -> None:
    """Every method of the conversation that takes an actor, or what somebody said."""
    async with rig(tmp_path) as parley:
        run = await blocked(parley)
        given: dict[str, Any] = {
            "said": Incoming(ANN, "again", Address(ROOM), "x"), "of": "", "actor": ANN, "key": ROOM,
            "run_id": run, "message_id": 1, "kind": RunKind.CHAT, "step_id": run, "allowed": True,
            "limit": 1, "skip": 0, "after": 0, "act": Act.SET_PERSONA, "name": "persona", "value": "x",
        }  # fmt: skip
        walked = set()
        for name, method in inspect.getmembers(Conversation, inspect.iscoroutinefunction):
            signature = inspect.signature(method).parameters
            if name.startswith("_") or name in UNSAID or not {"actor", "said"} & signature.keys():
                assert name.startswith("_") or name in UNSAID, f"{name}: who asks?"
                continue
            needed = [p.name for p in signature.values() if p.default is p.empty and p.name != "self"]
            if "step_id" in needed or name == "rooms":  # nothing to find; of no room
                continue
            with pytest.raises(KeptOut):
                await method(parley.conversation, **{name: given[name] for name in needed})
            walked.add(name)
        assert walked >= {
            "accept",
            "revise",
            "repeat",
            "vary",
            "cancel",
            "decide",
            "delete",
            "entries",
            "forget",
        }


def test_adapters_go_through_the_gate_and_past_it_nowhere() -> None:
    """They ask the conversation, or a part of it that is known here."""
    used = set()
    for path in Path("adapters").rglob("*.py"):
        used |= set(re.findall(r"\bconversation\.(\w+\.\w+)\(", path.read_text()))
    assert used <= THROUGH


async def test_parts_that_adapters_ask_keep_out_who_is_kept_out(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await blocked(parley)
        talk = parley.conversation
        for asked in (
            talk.ratings.rate(ROOM, 1, ANN, 1),
            talk.ratings.of(ROOM, ANN),
            talk.knowledge.excerpt(ROOM, ANN, 1, 0),
            talk.made.file(ROOM, 1, 0, ANN),
        ):
            with pytest.raises(KeptOut):
                await asked
        await parley.ask("hello", BO)


async def test_on_discord_no_interaction_gets_past_the_gate_and_rights_are_those_of_now(
    tmp_path: Path,
) -> None:
    async with staged("discord", tmp_path) as stage:
        discord = stage.place.town
        assert isinstance(discord, Discord)
        ann: Any = stage.ann
        mod: Any = stage.mod
        answer = await _answered(stage)
        await ann.runs("/chat")  # a window opens
        await ann.picks("Ask about this", answer)
        await mod.runs("/access block", who=ann)
        await mod.sees("is blocked")
        asked = len(stage.asked)

        await ann.fills(question="And why?")
        await ann.sees("have blocked you here")
        await ann.runs("/chat", message="hello")
        await ann.picks("Ask about this", answer)
        assert ann.window is None
        await ann.presses("Regenerate", answer)
        assert await ann.completes("/help", "command", "ch") == []
        refused = [one for one in ann.screen() if "have blocked you here" in one.text]
        assert len(refused) == 4
        assert all(one.private for one in refused)
        assert len(stage.asked) == asked

        discord.overwrites("general", mod, deny=Right.MANAGE_CHANNELS)  # no moderator any more
        await mod.presses("Delete", answer)
        told = await mod.sees("Only moderators can delete a message here that is not their own.")
        assert "who manages the server can let you" in told.text
        discord.overwrites("general", mod, allow=Right.MANAGE_CHANNELS | Right.MANAGE_GUILD)
        await mod.runs("/access mode", to="only", **{"in": "server"})
        await mod.sees("on this server")


async def _answered(stage: Stage):  # type: ignore[no-untyped-def]  # what is shown
    await stage.ann.says("What is a fjord?", mention=True)
    return await stage.ann.sees_final("Hello world")
