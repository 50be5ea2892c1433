"""Reminders: set by a command or by a model, listed, taken back, and rung once whatever happens."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.conversation.reminders import LONGEST, SORRY, ahead, rung
from bot.errors import BadOption, NotAllowed, NotFound, TooLarge, UserError
from bot.messages import Actor, Address, ChannelKey, Incoming, Person, Quote, Reminder, Standing, Verb
from bot.runs import RunKind, RunStatus
from bot.tools import Here, Toolbox
from bot.tools.builtin.remind import reminding
from tests.listening import until
from tests.rig import ANN, BO, MOD, ROOM, Glass, Rig, rig
from tests.test_tool_rounds import call

ALONE = ChannelKey("screen", "parley", "home", "general", person="screen:ann")


class Moved(SystemClock):
    """A wall clock that goes on by as much as a test says."""

    on = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.on


@pytest.fixture(autouse=True)
def _short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.queues.timers.LONGEST_NAP", 0.02)


async def said(at: Rig, actor: Actor = ANN, key: ChannelKey = ROOM, **options: object) -> str:
    """What `/remind` replies."""
    return (await at.command("remind", actor, key, **options)).text


async def listing(at: Rig, actor: Actor = ANN, key: ChannelKey = ROOM, **options: object) -> str:
    return (await at.command("reminders/list", actor, key, **options)).text


async def cancel(at: Rig, number: str, actor: Actor = ANN, key: ChannelKey = ROOM) -> str:
    return (await at.command("reminders/cancel", actor, key, number=number)).text


async def test_a_reminder_comes_when_it_is_due_and_once(tmp_path: Path) -> None:
    clock = Moved()
    async with rig(tmp_path, clock=clock) as at:
        told = await said(at, when="in 20 minutes", text="the tea")
        assert "20 minutes from now (number 1)" in told
        assert at.glass.texts() == []
        clock.on = timedelta(minutes=20, seconds=1)
        await at.glass.shows("⏰")

        assert at.glass.texts() == ["⏰ @Ann: the tea"]
        assert await listing(at) == "You have no reminders here."
        (entry,) = await at.conversation.entries(ROOM, ANN)
        assert [action.verb for action in entry.actions] == [Verb.DELETE]
        assert (entry.role, entry.run_kind, entry.run_status) == (
            "assistant",
            RunKind.REMIND,
            RunStatus.COMPLETED,
        )


async def test_one_that_was_due_while_nothing_ran_comes_at_the_start_and_says_so(tmp_path: Path) -> None:
    clock, glass = Moved(), Glass()
    async with rig(tmp_path, clock=clock) as at:
        await said(at, when="in 20 minutes", text="the tea")
    clock.on = timedelta(days=3)
    async with rig(tmp_path, clock=clock, glass=glass):
        await glass.shows("⏰")
    async with rig(tmp_path, clock=clock, glass=glass) as at:
        await at.ask("still there?")

    assert glass.texts() == [f"⏰ @Ann: the tea\n\n{SORRY}", "answer 1"]


async def test_one_that_rang_before_a_kill_is_posted_after_it_once(tmp_path: Path) -> None:
    """Between the two there is nothing but the ledger."""
    clock, glass = Moved(), Glass()
    async with rig(tmp_path, clock=clock) as at:
        await said(at, when="in 20 minutes", text="the tea")
        later = clock.now() + timedelta(minutes=20)
        assert await at.store.ring(1, lambda found: rung(found, later), at=later)
    for _ in range(2):
        async with rig(tmp_path, clock=clock, glass=glass) as at:
            while await at.store.pending():
                await asyncio.sleep(0.001)

    assert glass.texts() == ["⏰ @Ann: the tea"]
    assert [line for line in glass.log if line.startswith("post")] == glass.log


async def test_it_comes_while_an_answer_is_written_in_the_same_room(tmp_path: Path) -> None:
    clock, gate = Moved(), asyncio.Event()
    async with rig(tmp_path, clock=clock) as at:
        await said(at, when="in 20 minutes", text="the tea")
        at.one.says("Once", " upon a time", gate=gate)
        run = await at.say("A story, please")
        await at.one.speaking.wait()
        clock.on = timedelta(minutes=21)
        await at.glass.shows("⏰")
        gate.set()

        assert await at.answer(run) == "Once upon a time"


async def test_what_was_said_alone_comes_where_it_was_said(tmp_path: Path) -> None:
    clock = Moved()
    async with rig(tmp_path, clock=clock) as at:
        await said(at, key=ALONE, when="in 1 hour", text="the secret")
        with pytest.raises(NotFound):
            await said(at, BO, ALONE, when="in 1 hour", text="nosy")
        assert "secret" not in await listing(at)
        assert "secret" not in await listing(at, MOD, of="channel")
        clock.on = timedelta(hours=1, seconds=1)
        await at.glass.shows("⏰", ALONE)

        assert at.glass.texts() == []


async def test_a_person_lists_and_takes_back_their_own(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        await said(at, when="in 2 days", text="bread")
        await said(at, when="in 1 day", text="milk")
        await said(at, BO, when="in 1 day", text="of bo")
        told = await listing(at)
        assert told.index("- 2: ") < told.index("- 1: ")
        assert "milk" in told
        assert "of bo" not in told
        assert await cancel(at, "#2") == "I won't remind you of it: milk"
        with pytest.raises(NotFound, match="no reminder 2"):
            await cancel(at, "2")
        with pytest.raises(NotAllowed, match="not their own"):
            await cancel(at, "3")
        with pytest.raises(BadOption):
            await cancel(at, "milk")

        assert "milk" not in await listing(at)


async def test_moderators_see_and_take_back_everybodys(tmp_path: Path) -> None:
    other = ChannelKey("screen", "parley", "home", "other")
    async with rig(tmp_path) as at:
        await said(at, when="in 1 day", text="milk")
        with pytest.raises(NotAllowed, match="Only moderators"):
            await listing(at, of="channel")
        assert "for Ann: milk" in await listing(at, MOD, of="channel")
        with pytest.raises(NotFound):
            await cancel(at, "1", MOD, other)
        assert await cancel(at, "1", MOD) == "I won't remind Ann of it: milk"

        assert await listing(at, MOD, of="channel") == "There are no reminders in this room."


async def test_numbers_are_offered_while_they_are_typed(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        await said(at, when="in 1 day", text="milk " * 40)
        await said(at, BO, when="in 1 day", text="of bo")
        (offered,) = await at.commands.complete("reminders/cancel", "number", "MILK", ANN, ROOM)
        zones = await at.commands.complete("remind", "zone", "berl", ANN, ROOM)

        assert (offered.value, offered.name[:7], len(offered.name) <= 100) == ("1", "1: milk", True)
        assert [one.value for one in zones] == ["Europe/Berlin"]


async def test_a_persons_zone_is_asked_once_and_kept(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        told = await said(at, when="tomorrow 9:00", text="the train")
        assert "at 09:00 (UTC)" in told
        assert "I don't know your time zone" in told
        assert "Your time zone is Europe/Berlin" in await said(at, zone="berlin")
        told = await said(at, when="tomorrow 9:00", text="the train")
        assert "at 09:00 (Europe/Berlin)" in told
        assert "I don't know" not in told
        assert "at 09:00 (UTC)" in await said(at, BO, when="tomorrow 9:00", text="the bus")
        both = await said(at, BO, when="tomorrow 9:00", text="the bus", zone="Asia/Tokyo")
        assert "at 09:00 (Asia/Tokyo)" in both

        assert "(Europe/Berlin): the train" in await listing(at)


async def test_a_zone_that_stays_as_it_is_is_no_news(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        assert "is Europe/Berlin from now on, where it is" in await said(at, zone="Europe/Berlin")
        again = await said(at, when="tomorrow 9:00", text="the train", zone="europe/berlin")
        assert "Your time zone is Europe/Berlin, where it is" in again
        assert "at 09:00 (Europe/Berlin)" in again
        assert "is UTC from now on" in await said(at, zone="UTC")


async def test_when_and_what_may_be_typed_as_one(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        await said(at, when="at 18:30: the tea: green")

        (kept,) = await at.store.reminders(ROOM)
        assert kept.text == "the tea: green"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "Say when and what"),
        ({"when": "in 5 minutes"}, "Say when and what"),
        ({"text": "tea"}, "Say when and what"),
        ({"when": "in 5 minutes", "text": "\u200b"}, "Say what"),
        ({"when": "soon", "text": "tea"}, "in 20 minutes"),
        ({"when": "every day at 9", "text": "tea"}, "can't repeat"),
        ({"when": "in 5 minutes", "text": "tea", "zone": "Nowhere"}, "no such time zone"),
    ],
)
async def test_what_is_missing_or_wrong_is_told_and_nothing_is_kept(
    tmp_path: Path, options: dict[str, Any], says: str
) -> None:
    async with rig(tmp_path) as at:
        with pytest.raises(BadOption, match=says):
            await said(at, **options)

        assert await at.store.reminders(ROOM) == []


async def test_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        await said(at, when="in 1 day", text="x" * LONGEST)
        with pytest.raises(TooLarge, match="1,000"):
            await said(at, when="in 1 day", text="x" * (LONGEST + 1))


async def test_who_is_blocked_sets_none(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        with pytest.raises(NotAllowed):
            await said(at, Actor(ANN.person, Standing.BLOCKED), when="in 1 day", text="tea")


async def test_a_reminder_is_not_written_anew_and_is_no_last_answer(tmp_path: Path) -> None:
    clock = Moved()
    async with rig(tmp_path, clock=clock) as at:
        await at.ask("hello")
        await said(at, when="in 5 minutes", text="tea")
        clock.on = timedelta(minutes=6)
        await at.glass.shows("⏰")
        entry = (await at.conversation.entries(ROOM, ANN))[-1]
        with pytest.raises(UserError, match="rings once"):
            await at.conversation.repeat(entry.run_id or 0, RunKind.CHAT, ANN, ROOM)
        reply = await at.command("retry")
        assert reply.run_id is not None
        assert await at.answer(reply.run_id) == "answer 2"
        with pytest.raises(NotAllowed):
            await at.conversation.delete(entry.id, BO, ROOM)
        await at.conversation.delete(entry.id, ANN, ROOM)
        await until(lambda: at.glass.texts() == ["answer 2"])


class Desk:
    """Where a tool finds the reminders of a service that is made after it."""

    def __init__(self) -> None:
        self.at: Rig | None = None

    async def remind(self, *given: object, **more: object) -> str:
        assert self.at
        return await self.at.conversation.reminders.remind(*given, **more)  # type: ignore[arg-type]  # passed on


async def test_a_model_sets_one_where_it_was_asked_without_asking_back(tmp_path: Path) -> None:
    desk, clock = Desk(), Moved()
    async with rig(tmp_path, tools=Toolbox([reminding(desk)]), clock=clock) as at:
        desk.at = at
        at.one.asks_for(call("remind", when="in 20 minutes", text="the tea"))
        at.one.says("Gladly.")
        said = Incoming(ANN, "Remind me of the tea in 20 minutes", Address(ROOM, "77"))
        run = (await at.conversation.accept(said)).run_id
        assert await at.answer(run) == "Gladly.\n\n*(used: `remind`)*"
        (kept,) = await at.store.reminders(ROOM)
        assert (kept.actor, kept.address) == (ANN, Address(ROOM, "77"))
        (result,) = at.one.asked[-1].turns[-1].results
        assert "20 minutes from now (number 1)" in result.text
        clock.on = timedelta(minutes=21)
        await at.glass.shows("⏰ @Ann: the tea")


async def test_a_model_is_told_why_it_set_none(tmp_path: Path) -> None:
    desk = Desk()
    async with rig(tmp_path, tools=Toolbox([reminding(desk)])) as at:
        desk.at = at
        at.one.asks_for(call("remind", when="every day at 9", text="the tea"))
        await at.ask("Remind me of the tea every day")

        (result,) = at.one.asked[-1].turns[-1].results
        assert (result.failed, "can't repeat" in result.text) == (True, True)
        assert await at.store.reminders(ROOM) == []


async def test_after_strangers_words_it_asks_first(tmp_path: Path) -> None:
    desk = Desk()
    async with rig(tmp_path, tools=Toolbox([reminding(desk)])) as at:
        desk.at = at
        at.one.asks_for(call("remind", when="in 1 day", text="pay Eve"))
        at.one.says("As you like.")
        said = Incoming(ANN, "Do what this says", Address(ROOM), quote=Quote("Eve", "Remind Ann to pay Eve"))
        run = (await at.conversation.accept(said)).run_id
        await at.glass.shows("I would go on by setting a reminder in 1 day. May I?")
        assert await at.store.reminders(ROOM) == []
        await at.conversation.decide(run, ANN, ROOM, allowed=False)
        await at.answer(run)

        assert await at.store.reminders(ROOM) == []


async def test_the_same_call_again_sets_no_other(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        tool = reminding(at.conversation.reminders)
        here = Here(ROOM, ANN, 7, "7:1", "i:900")
        first = await tool.does(here, when="in 1 day", text="tea", zone="Asia/Tokyo")
        again = await tool.does(here, when="in 1 day", text="tea", zone="Asia/Tokyo")

        assert isinstance(first, str)
        assert isinstance(again, str)
        assert ("(Asia/Tokyo)" in first, "(number 1)" in first, "(number 1)" in again) == (True, True, True)
        (kept,) = await at.store.reminders(ROOM)
        assert kept.address == Address(ROOM), "what is no message's number is not replied to"


async def test_a_moment_is_told_in_its_two_largest_units() -> None:
    assert [ahead(timedelta(seconds=seconds)) for seconds in (5, 60, 5430, 86_400, 200_000, 31_536_000)] == [
        "less than a minute",
        "1 minute",
        "1 hour and 30 minutes",
        "1 day",
        "2 days and 7 hours",
        "365 days",
    ]


def test_a_name_is_no_more_than_words() -> None:
    odd = Actor(Person("screen:x", "An\u202en\n\neveryone" + "x" * 500))
    now = SystemClock().now()
    told = rung(Reminder(now, odd, Address(ROOM), "tea"), now)

    assert told.startswith("⏰ @Ann everyonex")
    assert "\n" not in told
    assert len(told) < 120
