"""Who leads a group on Telegram: asked live, believed for a minute, and never assumed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram import Chat

from adapters.telegram.talk.members import AT_HAND, BELIEVED, Members
from bot.errors import UserError
from bot.messages import Actor, ChannelKey, Person, Standing
from tests.clock import VirtualClock
from tests.platforms.telegram import Person as Somebody
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import page, too_many
from tests.telegram_talk import connected


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


class World:
    """Members, a clock, and a group."""

    def __init__(self, telegram: Telegram, members: Members, clock: VirtualClock) -> None:
        self.telegram = telegram
        self.members = members
        self.clock = clock

    async def live(self, who: Somebody, room: str = "general") -> Standing:
        chat = str(self.telegram.chat(room).id)
        actor = Actor(Person(f"telegram:{who.user.id}", who.name))
        found = await self.members.live(actor, ChannelKey("telegram", "1", chat, chat), Chat.SUPERGROUP)
        assert found.person == actor.person
        return found.standing

    @property
    def asked(self) -> int:
        return len(self.telegram.asked("getChatMember"))


@pytest.fixture
async def world(telegram: Telegram, tmp_path: Path) -> AsyncIterator[World]:
    clock = VirtualClock()
    async with connected(telegram, tmp_path) as bot:
        yield World(telegram, Members(bot, clock), clock)


async def test_administrators_are_moderators_and_others_are_not(world: World) -> None:
    ann, mod = world.telegram.member("ann"), world.telegram.administrator("mod")
    assert await world.live(ann) is Standing.MEMBER
    assert await world.live(mod) is Standing.MODERATOR
    await mod.becomes("creator", by=mod)
    world.members.forget(world.telegram.chat().id)
    assert await world.live(mod) is Standing.MODERATOR


async def test_who_was_thrown_out_may_do_nothing(world: World) -> None:
    ann, mod = world.telegram.member("ann"), world.telegram.administrator("mod")
    await ann.becomes("kicked", by=mod)
    assert await world.live(ann) is Standing.BLOCKED


async def test_an_answer_is_believed_for_a_minute_and_no_longer(world: World) -> None:
    ann, mod = world.telegram.member("ann"), world.telegram.administrator("mod")
    assert await world.live(ann) is Standing.MEMBER
    await ann.becomes("administrator", by=mod)
    await world.clock.advance(BELIEVED - 1)
    assert await world.live(ann) is Standing.MEMBER
    assert world.asked == 1
    await world.clock.advance(1)
    assert await world.live(ann) is Standing.MODERATOR
    assert world.asked == 2


async def test_an_answer_is_believed_of_that_person_in_that_group_alone(world: World) -> None:
    world.telegram.group("club")
    mod, ann = world.telegram.administrator("mod"), world.telegram.member("ann")
    await mod.becomes("member", by=mod, room="club")
    assert await world.live(mod) is Standing.MODERATOR
    assert await world.live(mod, "club") is Standing.MEMBER
    assert await world.live(ann) is Standing.MEMBER


async def test_what_changed_in_a_chat_is_asked_anew(world: World) -> None:
    world.telegram.group("club")
    mod = world.telegram.administrator("mod")
    await world.live(mod)
    await world.live(mod, "club")
    world.members.forget(world.telegram.chat().id)
    await world.live(mod)
    await world.live(mod, "club")
    assert world.asked == 3


@pytest.mark.parametrize("fault", [page(502), too_many(33)])
async def test_no_answer_is_no_right_and_is_not_remembered(world: World, fault: object) -> None:
    mod = world.telegram.administrator("mod")
    world.telegram.will("getChatMember", fault)  # type: ignore[arg-type]  # one of its faults
    with capture_logs() as logged, pytest.raises(UserError, match="Telegram did not tell me"):
        await world.live(mod)
    assert world.telegram.token not in str(logged)
    assert await world.live(mod) is Standing.MODERATOR


async def test_nobody_is_asked_about_whose_standing_is_known(world: World) -> None:
    ann = world.telegram.member("ann")
    chat = str(world.telegram.chat().id)
    key, alone = ChannelKey("telegram", "1", chat, chat), ChannelKey("telegram", "1", "private", "7")
    person = Person(f"telegram:{ann.user.id}", "ann")
    for actor, where, kind in (
        (Actor(person, Standing.OPERATOR), key, Chat.SUPERGROUP),
        (Actor(person, Standing.MODERATOR), alone, Chat.PRIVATE),
        (Actor(Person(f"telegram:{chat}", "Club"), Standing.MODERATOR), key, Chat.SUPERGROUP),
        (Actor(Person("telegram:-100777", "Letters")), key, Chat.SUPERGROUP),
    ):
        assert await world.members.live(actor, where, kind) == actor
    assert world.asked == 0


async def test_answers_are_kept_for_so_many_and_no_more(world: World) -> None:
    ann = world.telegram.member("ann")
    world.members._told = {(1, number): (0.0, Standing.MEMBER) for number in range(AT_HAND)}
    await world.live(ann)
    await world.live(ann)
    assert world.asked == 2
    assert len(world.members._told) == AT_HAND
    await world.clock.advance(BELIEVED)
    await world.live(ann)
    assert len(world.members._told) == 1
