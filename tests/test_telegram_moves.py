"""A group that becomes a supergroup: its people go on where they were, whatever is under way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.telegram.asking.pacing import Pacing
from adapters.telegram.asking.sending import Sending
from adapters.telegram.keys import Keys
from adapters.telegram.outlet.outlet import TelegramOutlet
from adapters.telegram.talk.inbound import Inbound
from adapters.telegram.talk.moves import Moves
from bot.clock import SystemClock
from bot.errors import Gone, SlowDown
from bot.governance.authorize import Act
from bot.media.folder import MediaFolder
from bot.messages import Actor, Address, ChannelKey, Incoming, Person, Post, Standing
from bot.runs import RunKind, RunStatus
from tests.platforms.telegram import Person as Member
from tests.platforms.telegram import Telegram, serving
from tests.rig import Glass, Rig, Saying, rig
from tests.telegram_talk import KINDS, Ears, connected, listening

LEADS = Actor(Person("telegram:1", "Mod"), Standing.MODERATOR)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        telegram.group("club", basic=True)
        yield telegram


async def moved(telegram: Telegram, ears: Ears, ann: Member) -> tuple[ChannelKey, ChannelKey]:
    """The group is a supergroup now, and Parley has heard of it: its keys before and after."""
    before = ears.key("club")
    telegram.migrate("club", ann.user)
    await ears.hears()
    return before, ears.key("club")


async def test_the_conversation_goes_on_in_the_supergroup(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.says("What is a fjord?", room="club", mention=True)
        await ears.hears()
        await ears.shows("answer 1", "club")
        before, after = await moved(telegram, ears, ann)
        await ann.says("And a ford?", room="club", mention=True)
        await ears.hears()
        await ears.shows("answer 2", "club")
        assert [turn.text for turn in ears.asked[-1]] == ["What is a fjord?", "answer 1", "And a ford?"]
        assert before.channel != after.channel
        assert await ears.parley.conversation.room(before, LEADS) is None


async def test_persona_and_listening_move_along(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        talk = ears.parley.conversation
        await talk.change(ears.key("club"), Act.SET_PERSONA, "persona", "You are a pirate.", LEADS)
        await talk.change(ears.key("club"), Act.SET_LISTENING, "listen", "on", LEADS)
        await moved(telegram, ears, ann)
        telegram.privacy = False
        await ann.says("Who are you?", room="club")
        await ears.hears()
        await ears.shows("answer 1", "club")
        assert "You are a pirate." in ears.parley.one.asked[0].turns[0].text


async def test_what_waited_is_answered_in_the_supergroup(telegram: Telegram, tmp_path: Path) -> None:
    ann, gate = telegram.member("ann"), asyncio.Event()
    async with listening(telegram, tmp_path) as ears:
        ears.parley.one.says("one", " and all", gate=gate)
        for question in ("first", "second", "third"):
            await ann.says(question, room="club", mention=True)
        await ears.hears()
        await ears.parley.one.speaking.wait()
        _, after = await moved(telegram, ears, ann)
        gate.set()
        await ears.glass.shows("answer 3", after)
        assert [turns[-1].text for turns in ears.asked] == ["first", "second", "third"]
        assert ears.glass.texts(after) == ["answer 2", "answer 3"]


async def test_who_speaks_there_first_finds_the_conversation_all_the_same(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.says("before", room="club", mention=True)
        await ears.hears()
        await ears.shows("answer 1", "club")
        telegram.migrate("club", ann.user)
        await ann.says("between", room="club", mention=True)
        told, telling, between = await ears.fetches()
        assert between.message
        assert told.message
        assert telling.message
        await ears.talk.heard([between.message])
        await ears.shows("answer 2", "club")
        await ears.moves.moved(told.message)
        await ears.moves.moved(telling.message)
        await ann.says("after", room="club", mention=True)
        await ears.hears()
        await ears.shows("answer 3", "club")
        assert [turn.text for turn in ears.asked[-1]][::2] == ["before", "between", "after"]


class Swift(SystemClock):
    """A hundred seconds of pace are one."""

    def monotonic(self) -> float:
        return 100 * super().monotonic()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100)


@pytest.mark.parametrize("told", ["by Telegram first", "by an error first"])
async def test_an_answer_that_is_being_written_is_seen_whole_in_the_supergroup(
    telegram: Telegram, tmp_path: Path, told: str
) -> None:
    ann, mod, gate, clock = telegram.member("ann"), telegram.administrator("mod"), asyncio.Event(), Swift()
    async with connected(telegram, tmp_path) as door:
        sending = Sending(door, Pacing(clock))
        outlet = TelegramOutlet(sending, MediaFolder(tmp_path, none_kept))
        async with rig(tmp_path, clock=clock, outlets={"telegram": outlet}) as parley:
            keys = Keys(str(door.id))
            talk = Inbound(
                parley.conversation, keys, outlet, clock, me=door.bot, beside=lambda work: work.close()
            )
            moving = Moves(parley.conversation, keys, sending.moved)
            parley.one.says("The first half", ", the second half.", gate=gate)
            await ann.says("A long story?", room="club", mention=True)
            (update,) = await door.get_updates(timeout=0, allowed_updates=KINDS)
            assert update.message
            await talk.heard([update.message])
            await ann.sees("The first half", room="club")
            before = keys.room(update.message)
            telegram.migrate("club", mod.user)
            left, came = await door.get_updates(update.update_id + 1, timeout=0, allowed_updates=KINDS)
            if told == "by an error first":
                gate.set()
                await telegram.clock.until(lambda: bool(telegram.asked("editMessageText")))
            for news in (left, came):
                assert news.message
                await moving.moved(news.message)
            assert sending.chat(before) == telegram.chat("club").id
            gate.set()
            await ann.sees_final("The first half, the second half.", room="club")
            assert [one.author for one in ann.screen("club")].count("Parley") == 1


async def none_kept(_: object) -> None:
    """No picture is kept here."""


# What is under way, at the core itself.

OLD = ChannelKey("screen", "parley", "-5", "-5")
NEW = ChannelKey("screen", "parley", "-1005", "-1005")
ANN = Actor(Person("screen:ann", "Ann"))


class Upgraded(Glass):
    """A screen on which nothing of a chat can be edited any more once it is another one."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = replace(self.limits, interval=0.0)
        self.left: set[ChannelKey] = set()
        self.patience = 0.0
        """Seconds that it asks for."""
        self.parked: Callable[[], object] = lambda: None
        """Called when it has asked for them."""

    def leave(self, key: ChannelKey) -> None:
        """This chat is another one from now on."""
        self.left.add(key)

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        self._rest()
        return await super().post(replace(to, key=self._today(to.key)), post, nonce=nonce)

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        self._rest()
        key = self._today(to.key)
        if post_id not in self.screen.get(key, {}):
            raise Gone("message to edit not found")
        await super().edit(replace(to, key=key), post_id, post)

    def _rest(self) -> None:
        if patience := self.patience:
            self.parked()
            raise SlowDown(retry_after=patience)

    def _today(self, key: ChannelKey) -> ChannelKey:
        return NEW if key in self.left else key


async def say(parley: Rig, text: str, key: ChannelKey = OLD) -> int:
    return (await parley.conversation.accept(Incoming(ANN, text, Address(key, "7")))).run_id


async def parked(parley: Rig, key: ChannelKey) -> None:
    """Return when an answer of this room is left for later."""
    while not (await parley.store.pending(key) and await parley.store.next_timer()):
        await asyncio.sleep(0)


async def test_an_answer_in_the_making_is_whole_in_the_new_chat(tmp_path: Path) -> None:
    glass, gate = Upgraded(), asyncio.Event()
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.says("the first half", ", the second half", gate=gate)
        await say(parley, "hello")
        await glass.shows("the first half", OLD)
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        gate.set()
        await glass.shows("the first half, the second half", NEW)
        entries = await parley.conversation.entries(NEW, ANN)
        assert [entry.text for entry in entries] == ["hello", "the first half, the second half"]


async def test_who_waits_behind_it_is_answered_after_it(tmp_path: Path) -> None:
    glass, gate = Upgraded(), asyncio.Event()
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.says("one", "!", gate=gate)
        await say(parley, "first")
        await glass.shows("one", OLD)
        await say(parley, "second")
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        await say(parley, "third", NEW)
        gate.set()
        await glass.shows("answer 3", NEW)
        assert [request.turns[-1].text for request in parley.one.asked] == ["first", "second", "third"]


async def test_who_was_told_to_wait_is_answered_in_the_new_chat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.queues.waiting.LONG", 0.01)
    glass, gate = Upgraded(), asyncio.Event()
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.says("one", "!", gate=gate)
        await say(parley, "first")
        await parley.one.speaking.wait()
        await say(parley, "second")
        await glass.shows("*One answer comes before yours.*", OLD)
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        await glass.shows("*One answer comes before yours.*", NEW)
        gate.set()
        await glass.shows("answer 2", NEW)


async def test_what_could_not_be_delivered_is_delivered_in_the_new_chat(tmp_path: Path) -> None:
    glass = Upgraded()
    async with rig(tmp_path, glass=glass) as parley:
        glass.patience = 1000.0
        run = await say(parley, "hello")
        await parked(parley, OLD)
        glass.patience = 0.0
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        await glass.shows("answer 1", NEW)
        assert (await parley.conversation.run(run, ANN)).run.key == NEW


async def test_what_is_parked_while_the_chat_moves_is_delivered_there(tmp_path: Path) -> None:
    glass, gate = Upgraded(), asyncio.Event()
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.says("half", " and half", gate=gate)
        await say(parley, "hello")
        await glass.shows("half", OLD)
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        glass.patience = 1000.0
        glass.parked = lambda: setattr(glass, "patience", 0.0)
        gate.set()
        await glass.shows("half and half", NEW)


async def test_two_rooms_that_become_one_while_both_are_answered_answer_both(tmp_path: Path) -> None:
    glass, gates = Upgraded(), (asyncio.Event(), asyncio.Event())
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.sayings += [Saying(("one", "!"), gate=gates[0]), Saying(("two", "!"), gate=gates[1])]
        first = await say(parley, "there", NEW)
        await glass.shows("one", NEW)
        second = await say(parley, "here", OLD)
        await glass.shows("two", OLD)
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        for gate in gates:
            gate.set()
        await say(parley, "next", NEW)
        await glass.shows("answer 3", NEW)
        for run in (first, second):
            assert (await parley.conversation.run(run, ANN)).run.status.ended


async def test_a_kill_while_a_chat_moves_loses_no_answer(tmp_path: Path) -> None:
    glass = Upgraded()
    async with rig(tmp_path, glass=glass) as parley:
        parley.one.says("the first half", "!", gate=asyncio.Event())
        run = await say(parley, "hello")
        await glass.shows("the first half", OLD)
        await say(parley, "and then?")
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
    async with rig(tmp_path, glass=glass) as parley:
        await glass.shows("answer 2", NEW)
        record = await parley.conversation.run(run, ANN)
        assert (record.run.key, record.run.status) == (NEW, RunStatus.COMPLETED)


async def test_an_old_answer_is_written_anew_as_a_new_message(tmp_path: Path) -> None:
    glass = Upgraded()
    async with rig(tmp_path, glass=glass) as parley:
        run = await say(parley, "hello")
        await glass.shows("answer 1", OLD)
        await parley.conversation.run(run, ANN)
        glass.leave(OLD)
        await parley.conversation.move(OLD, NEW)
        await parley.conversation.repeat(run, RunKind.CHAT, ANN, NEW)
        await glass.shows("answer 2", NEW)
        assert glass.texts(OLD) == ["answer 1"]
