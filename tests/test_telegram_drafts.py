"""Answers in the making in private chats: drafts, which need no message, then the message."""

from collections.abc import AsyncIterator

import pytest

from adapters.telegram.outlet.outlet import draft_id
from bot.errors import Refused, SlowDown
from bot.messages import Verb
from tests.discord_outlet import said
from tests.platforms.people import DIRECT
from tests.platforms.telegram.faults import refuses, too_many
from tests.telegram_outlet import Stand, standing


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made


async def test_text_in_the_making_is_a_draft_and_then_a_message(stand: Stand) -> None:
    ann = stand.telegram.member("ann")
    to = await stand.alone(ann)
    assert await stand.outlet.draft(to, said("An", final=False), 0)
    assert await stand.outlet.draft(to, said("An **inlet**", final=False), 0)
    first, second = stand.telegram.asked("sendMessageDraft")
    assert first.params["draft_id"] == second.params["draft_id"] != 0
    assert (await ann.sees("An inlet", room=DIRECT)).buttons == ()

    post_id = await stand.outlet.post(to, said("An **inlet**.", verbs=(Verb.REGENERATE,)), nonce="p1")
    shown = await ann.sees_final("An inlet.", room=DIRECT)
    assert shown.id.endswith(f":{post_id}")
    assert [one.text for one in ann.screen(DIRECT) if one.author != ann.name] == ["An inlet."]


async def test_nobody_is_replied_to_where_two_are_alone(stand: Stand) -> None:
    to = await stand.alone(stand.telegram.member("ann"))
    await stand.outlet.post(to, said("Hello"), nonce="p1")
    assert "reply_parameters" not in stand.telegram.asked("sendMessage")[0].params


async def test_groups_have_no_drafts(stand: Stand) -> None:
    assert not await stand.outlet.draft(stand.to(), said("An", final=False), 0)
    assert stand.telegram.requests == []


async def test_drafts_can_be_switched_off() -> None:
    async with standing(streaming="edits") as stand:
        to = await stand.alone(stand.telegram.member("ann"))
        assert not await stand.outlet.draft(to, said("An", final=False), 0)
        assert stand.telegram.asked("sendMessageDraft") == []


async def test_where_drafts_are_refused_messages_take_their_place(stand: Stand) -> None:
    ann, ben = stand.telegram.member("ann"), stand.telegram.member("ben")
    to, other = await stand.alone(ann), await stand.alone(ben)
    stand.telegram.will("sendMessageDraft", refuses(400, "Bad Request: TEXTDRAFT_PEER_INVALID"))
    assert not await stand.outlet.draft(to, said("An", final=False), 0)
    assert not await stand.outlet.draft(to, said("An inlet", final=False), 0)
    assert len(stand.telegram.asked("sendMessageDraft")) == 1
    assert await stand.outlet.draft(other, said("An", final=False), 0)


async def test_who_blocks_the_bot_for_a_while_has_drafts_again(stand: Stand) -> None:
    to = await stand.alone(stand.telegram.member("ann"))
    stand.telegram.will("sendMessageDraft", refuses(403, "Forbidden: bot was blocked by the user"))
    with pytest.raises(Refused):
        await stand.outlet.draft(to, said("An", final=False), 0)
    assert await stand.outlet.draft(to, said("An", final=False), 0)


async def test_a_draft_that_is_told_to_wait_closes_the_chat(stand: Stand) -> None:
    to = await stand.alone(stand.telegram.member("ann"))
    stand.telegram.will("sendMessageDraft", too_many(40))
    with pytest.raises(SlowDown):
        await stand.outlet.draft(to, said("An", final=False), 0)
    assert stand.outlet.wait(to.key, urgent=True) == 40


async def test_a_draft_that_telegram_cannot_parse_is_shown_plain(stand: Stand) -> None:
    ann = stand.telegram.member("ann")
    to = await stand.alone(ann)
    stand.telegram.will("sendMessageDraft", refuses(400, "Bad Request: can't parse entities: no"))
    assert await stand.outlet.draft(to, said("An **inlet", final=False), 0)
    await ann.sees("An **inlet", room=DIRECT)


def test_every_message_of_every_answer_has_a_draft_of_its_own() -> None:
    numbers = [draft_id(run, seq) for run in range(1, 200) for seq in range(60)]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < draft_id(run, 3) < 2**31 for run in (1, 2**31, 2**62))
