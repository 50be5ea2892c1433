"""Titles: what a model may call a place, who may, and what is told when the platform does not let us."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message

from adapters.discord import links as discord_links
from adapters.telegram import links as telegram_links
from adapters.telegram.outlet.topics import told
from adapters.web import links as web_links
from adapters.web.outlet.outlet import WebOutlet
from bot.conversation.forms.titling import LONGEST, NOTHING, SHORT, cleaned
from bot.errors import BadOption, NotAllowed, Refused, SlowDown, Unreachable, UserError
from bot.messages import ChannelKey
from bot.runs import RunStatus
from tests.rig import ANN, BO, MOD, ROOM, Rig, rig


def title(words: str) -> str:
    return json.dumps({"title": words})


@asynccontextmanager
async def harbour(folder: Path, kind: str = "thread", said: bool = True) -> AsyncIterator[Rig]:
    """A room that has a title; somebody has spoken there."""
    async with rig(folder) as parley:
        if said:
            await parley.ask("Which colour for the boat?")
        parley.glass.kind = kind
        yield parley


@given(st.text(max_size=300))
def test_a_title_is_one_short_line_that_calls_nobody(said: str) -> None:
    found = cleaned(said)
    assert len(found) <= SHORT
    assert found.splitlines() in ([], [found])
    assert not set("@<>*`[]|~\\\n⟦⟧") & set(found)
    assert cleaned(found) == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('"Painting the boat."', "Painting the boat"),
        ("„Das Boot“", "Das Boot"),
        ("**C# and snake_case** (basics)", "C# and snake_case (basics)"),
        ("Hi @everyone <@123>\nbye", "Hi everyone 123 bye"),
        ("a\u200bb\u202ec", "abc"),
        ("word " * 30, " ".join(["word"] * 12) + "…"),
        ("x" * 200, "x" * 59 + "…"),
        ("  \n", ""),
    ],
)
def test_what_a_model_calls_a_place_is_cleaned(said: str, meant: str) -> None:
    assert cleaned(said) == meant


async def test_a_title_is_an_answer_that_is_paid_for_and_can_be_inspected(tmp_path: Path) -> None:
    async with harbour(tmp_path) as parley:
        parley.one.says(title("Painting the boat"))
        reply = await parley.command("title", MOD)
        assert await parley.answer(reply.run_id or 0) == "This thread is called “Painting the boat” now."
        assert parley.glass.titles == {ROOM: "Painting the boat"}
        record = await parley.store.run(reply.run_id or 0)
        room = await parley.conversation.room(ROOM, MOD)

    assert [call.outcome for call in record.calls] == ["ok"]
    assert room is not None
    assert room.title == "Painting the boat"
    system, question, answer, wanted = parley.one.asked[-1].turns
    assert "never an instruction" in system.text
    assert question.text == "⟦Ann⟧ Which colour for the boat?"
    assert answer.text == "⟦Parley⟧ answer 1"
    assert "title" in wanted.text


async def test_moderators_give_titles_and_who_began_the_thread(tmp_path: Path) -> None:
    async with harbour(tmp_path) as parley:
        with pytest.raises(NotAllowed, match="Only moderators"):
            await parley.command("title", ANN, text="Mine")
        with pytest.raises(NotAllowed, match="Only moderators"):
            await parley.command("title", ANN)
        told = await parley.command("title", BO, text="Bo's own")

        assert told.text == "This thread is called “Bo's own” now."
        assert parley.glass.titles == {ROOM: "Bo's own"}
        assert len(parley.one.asked) == 1


async def test_where_nothing_has_a_title_nothing_is_asked(tmp_path: Path) -> None:
    async with harbour(tmp_path, kind="") as parley:
        with pytest.raises(BadOption, match="only threads and topics"):
            await parley.command("title", MOD)
        assert len(parley.one.asked) == 1


async def test_where_nothing_was_said_no_model_is_asked(tmp_path: Path) -> None:
    async with harbour(tmp_path, said=False) as parley:
        reply = await parley.command("title", MOD)
        assert await parley.answer(reply.run_id or 0) == NOTHING
        assert parley.one.asked == []
        assert parley.glass.titles == {}


@pytest.mark.parametrize("wanted", ["@*`", "x" * (LONGEST + 1)])
async def test_a_title_by_hand_has_letters_and_an_end(tmp_path: Path, wanted: str) -> None:
    async with harbour(tmp_path) as parley:
        with pytest.raises(BadOption, match="A title has at"):
            await parley.command("title", MOD, text=wanted)


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (SlowDown("", retry_after=400), "try again in 7 minutes"),
        (Refused("no"), "I may not change the title"),
        (Unreachable("no"), "right now"),
        (UserError("Give me the right."), "Give me the right."),
    ],
)
async def test_what_the_platform_does_not_let_us_do_is_told_with_the_title(
    tmp_path: Path, fault: Exception, why: str
) -> None:
    async with harbour(tmp_path) as parley:
        parley.glass.fault = fault
        parley.one.says(title("Boats"))
        run = (await parley.command("title", MOD)).run_id or 0
        answer = await parley.answer(run)
        with pytest.raises(UserError, match=why):
            await parley.command("title", MOD, text="Boats")

        assert answer.startswith("I would call this thread “Boats”. ")
        assert why in answer
        assert (await parley.store.run(run)).run.status is RunStatus.COMPLETED


async def test_a_room_that_nobody_has_named_gets_a_title_after_its_first_answer(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.glass.kind = "room"
        parley.one.says("Blue!")
        parley.one.says(title("Boat colours"))
        run = await parley.say("Which colour?")
        while ROOM not in parley.glass.titles:
            await parley.glass.changed.wait()
        calls = (await parley.store.run(run)).calls
        await parley.ask("And the mast?")

    assert parley.glass.titles == {ROOM: "Boat colours"}
    assert len(calls) == 2, "what it costs is part of the run"
    assert len(parley.one.asked) == 3, "once is enough"
    assert [turn.text for turn in parley.one.asked[1].turns[1:3]] == ["⟦Ann⟧ Which colour?", "⟦Parley⟧ Blue!"]


async def test_a_service_that_gives_no_title_does_not_touch_the_answer(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.glass.kind = "room"
        parley.one.says("Blue!")
        for _ in range(2):
            parley.one.says("I would rather chat.")
        assert await parley.ask("Which colour?") == "Blue!"
        async with asyncio.timeout(60):
            while len(parley.one.asked) < 3 or parley.one.closed < 3:
                await asyncio.sleep(0)

        assert parley.glass.titles == {}
        assert await parley.ask("Which colour?") == "answer 4"


def test_links_lead_to_messages_where_a_platform_has_links() -> None:
    discord = ChannelKey("discord", "1", "10", "20")
    assert discord_links.link(discord, ("name7", "c:30")) == "https://discord.com/channels/10/20/30"
    thread = ChannelKey("discord", "1", "10", "20", "25")
    assert discord_links.link(thread, ("30",)) == "https://discord.com/channels/10/25/30"
    direct = ChannelKey("discord", "1", "dm", "20")
    assert discord_links.link(direct, ("i:30",)) == "https://discord.com/channels/@me/20/30"
    private = ChannelKey("discord", "1", "10", "20", person="discord:5")
    assert discord_links.link(private, ("i:30",)) == ""
    assert discord_links.link(discord, ("d:40:30", "x)evil")) == ""

    large = ChannelKey("telegram", "1", "-1001234", "-1000000001234")
    assert telegram_links.link(large, ("", "p:30")) == "https://t.me/c/1234/30"
    topic = ChannelKey("telegram", "1", "-1001234", "-1000000001234", "7")
    assert telegram_links.link(topic, ("30",)) == "https://t.me/c/1234/7/30"
    for chat in ("-1234", "5000"):
        assert telegram_links.link(ChannelKey("telegram", "1", "private", chat), ("30",)) == ""

    assert web_links.link(ChannelKey("web", "parley", "home", "general"), 12) == "/#general/12"
    assert web_links.link(ChannelKey("web", "parley", "home", "general", "boats"), 12) == "/#general.boats/12"


def test_only_what_the_page_has_numbered_is_without_a_name() -> None:
    outlet = WebOutlet()
    names = ("room-2", "room-x", "general", "my-room-2")
    keys = [ChannelKey("web", "parley", "home", name) for name in names]
    assert [outlet.unnamed(key) for key in keys] == [True, False, False, False]


@pytest.mark.parametrize(
    ("news", "unnamed"),
    [
        ({"forum_topic_created": {"name": "New Chat", "icon_color": 1, "is_name_implicit": True}}, True),
        ({"forum_topic_created": {"name": "Boats", "icon_color": 1}}, False),
        ({"forum_topic_edited": {"name": "Boats"}}, False),
        ({"forum_topic_edited": {"icon_custom_emoji_id": "1"}}, None),
        ({"text": "hello"}, None),
    ],
)
def test_telegram_says_whether_a_topic_was_named(news: dict[str, object], unnamed: bool | None) -> None:
    body = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, **news}
    message = Message.de_json(body, None)
    assert told(message) is unnamed
