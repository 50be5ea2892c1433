"""Answers through interactions: as long as they live, and what becomes of what was private."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.asking.faults import Expired
from adapters.discord.outlet.live import LIVES, Live
from bot.delivery.lanes import Lane
from bot.delivery.pace import Budget, Pace
from bot.errors import Gone, Refused, SlowDown, Unreachable
from bot.messages import Verb
from tests.clock import VirtualClock
from tests.discord_outlet import ITS, MESSAGES, Hurried, Stand, said, standing
from tests.platforms.discord import Limits, fails, limited, resets
from tests.platforms.people import DIRECT

FIRST = "/webhooks/*/*/messages/@original"


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made


async def test_an_answer_streams_through_its_interaction_and_follows_up(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    post_id = await stand.outlet.post(stand.to(), said("An", final=False, verbs=(Verb.STOP,)), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("An inlet."))
    more = await stand.outlet.post(stand.to(), said("It is", final=False), nonce="p2")
    await stand.outlet.edit(stand.to(), more, said("It is narrow."))

    assert [one.text for one in ann.screen()] == ["An inlet.", "It is narrow."]
    assert stand.discord.unanswered() == []
    assert stand.discord.transcript.of("POST", MESSAGES) == []
    writes = stand.discord.transcript.of("PATCH", ITS) + stand.discord.transcript.of("POST", ITS)
    assert len(writes) == 4
    assert all("Authorization" not in one.headers for one in writes)


async def test_requests_through_it_are_outside_of_the_bots_budget(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    assert stand.outlet.exempt(stand.to(), 1)
    assert not stand.outlet.exempt(stand.to(), 2)
    stand.clock.ahead = LIVES
    assert not stand.outlet.exempt(stand.to(), 1)


async def test_a_turn_that_is_exempt_takes_nothing_from_the_budget() -> None:
    clock = VirtualClock()
    budget = Budget(10, clock)
    lane = Lane(Pace(0.0), budget, clock, lambda urgent: 0.0)
    await clock.until(lane.turn(urgent=False))
    assert not budget.spend()
    await clock.until(lane.turn(urgent=False, exempt=True))
    lane.give_back(exempt=True)
    assert clock.monotonic() == 0
    assert not budget.spend()


async def test_the_first_post_is_the_interactions_own_however_often_it_is_sent(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    stand.discord.will("PATCH", FIRST, resets(after=True), fails(503))
    with pytest.raises(Unreachable):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert [one.text for one in ann.screen()] == ["Well"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_follow_up_whose_result_is_lost_is_there_once(stand: Stand, after: bool) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    for number in (1, 2):
        await stand.outlet.post(stand.to(), said(f"{number}"), nonce=f"p{number}")
    stand.discord.will("POST", ITS, resets(after=after))
    with pytest.raises(Unreachable):
        await stand.outlet.post(stand.to(), said("3"), nonce="p3")
    await stand.outlet.post(stand.to(), said("3 again"), nonce="p3")
    assert [one.text for one in ann.screen()] == ["1", "2", "3 again"]


async def test_a_private_follow_up_is_never_looked_for_in_the_channel(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann, private=True)
    to = stand.to(private=ann)
    await stand.outlet.post(to, said("Well", final=False), nonce="p1")
    stand.discord.will("POST", ITS, resets())
    with pytest.raises(Unreachable):
        await stand.outlet.post(to, said("met"), nonce="p2")
    await stand.outlet.post(to, said("met"), nonce="p2")
    assert [(one.text, one.private) for one in ann.screen()] == [("Well", True), ("met", True)]
    assert stand.discord.transcript.of("GET", MESSAGES) == []


async def test_an_address_that_names_the_interaction_is_enough(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    one = await stand.runs(ann, run=1)
    to = stand.to(reply_to=one.name)
    await stand.outlet.typing(to)
    await stand.outlet.post(to, said("Well", run=2), nonce="p1")
    assert [one.text for one in ann.screen()] == ["Well"]
    assert stand.discord.sights.typed == []
    stand.clock.ahead = LIVES
    await stand.outlet.post(to, said("met", run=2), nonce="p2")
    assert "message_reference" not in stand.discord.transcript.of("POST", MESSAGES)[-1].body


async def test_nothing_is_sent_before_discord_took_the_acknowledgement(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    one = await stand.runs(ann, defer=False)
    async with asyncio.TaskGroup() as group:
        posting = group.create_task(stand.outlet.post(stand.to(), said("Well"), nonce="p1"))
        for _ in range(3):
            await stand.outlet.typing(stand.to())  # what had been sent before would be there now
        await stand.defers(one, 5)
    assert posting.result().startswith("i:")
    assert len(stand.discord.transcript.of("PATCH", FIRST)) == 1


async def test_one_that_was_never_acknowledged_is_answered_in_the_channel(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    one = await stand.runs(ann, defer=False)
    stand.live.close(one)
    await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert [one.text for one in ann.screen()] == ["Well"]
    stand.discord.broken.clear()


@pytest.mark.parametrize(("status", "code"), [(404, 10015), (401, 50027), (404, 10062), (400, 40094)])
async def test_one_that_discord_has_forgotten_is_answered_in_the_channel(
    stand: Stand, status: int, code: int
) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    stand.discord.will("PATCH", FIRST, fails(status, code))
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert post_id.startswith("c:")
    await ann.sees("Well")


async def test_after_fifteen_minutes_an_answer_carries_on_in_the_channel(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    post_id = await stand.outlet.post(stand.to(), said("An", final=False), nonce="p1")
    stand.clock.ahead = LIVES
    await stand.outlet.edit(stand.to(), post_id, said("An inlet."))
    more = await stand.outlet.post(stand.to(), said("It is narrow."), nonce="p2")
    assert [one.text for one in ann.screen()] == ["An inlet.", "It is narrow."]
    assert more.startswith("c:")


async def test_after_a_restart_a_public_answer_is_changed_in_the_channel(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann)
    post_id = await stand.outlet.post(stand.to(), said("An", final=False), nonce="p1")
    outlet = stand.restarted()
    await outlet.edit(stand.to(), post_id, said("An inlet."))
    assert [one.text for one in ann.screen()] == ["An inlet."]
    await outlet.remove(stand.to(), post_id)
    assert ann.screen() == []


async def test_what_is_private_stays_private_from_first_to_last(stand: Stand) -> None:
    ann, bob = stand.discord.member("ann"), stand.discord.member("bob")
    await stand.runs(ann, private=True)
    to = stand.to(private=ann)
    post_id = await stand.outlet.post(to, said("A", final=False), nonce="p1")
    await stand.outlet.edit(to, post_id, said("A secret."))
    await stand.outlet.post(to, said("And another."), nonce="p2")
    await stand.outlet.typing(to)

    assert [(one.text, one.private) for one in ann.screen()] == [("A secret.", True), ("And another.", True)]
    assert bob.screen() == []
    assert stand.discord.sights.typed == []
    await stand.outlet.remove(to, post_id)
    assert [one.text for one in ann.screen()] == ["And another."]


async def test_a_private_answer_that_outlives_its_interaction_goes_by_direct_message(stand: Stand) -> None:
    ann, bob = stand.discord.member("ann"), stand.discord.member("bob")
    await stand.runs(ann, private=True)
    to = stand.to(private=ann)
    post_id = await stand.outlet.post(to, said("A", final=False), nonce="p1")
    stand.clock.ahead = LIVES
    with pytest.raises(Refused):
        await stand.outlet.edit(to, post_id, said("A sec", final=False))
    for _ in range(2):
        await stand.outlet.edit(to, post_id, said("A secret.", verbs=(Verb.DELETE,)))
    await stand.outlet.post(to, said("And another."), nonce="p2")

    assert [(one.text, one.buttons) for one in ann.screen(DIRECT)] == [
        ("A secret.", ()),
        ("And another.", ()),
    ]
    assert bob.screen() == []
    assert [one.text for one in ann.screen()] == ["A"]
    with pytest.raises(Expired):
        await stand.outlet.remove(to, post_id)


async def test_a_private_answer_never_surfaces_when_nobody_can_be_written_to(stand: Stand) -> None:
    ann, bob = stand.discord.member("ann"), stand.discord.member("bob")
    ann.account.takes_direct = False
    to, outlet = stand.to(private=ann), stand.restarted()
    with pytest.raises(Refused):
        await outlet.post(to, said("A secret."), nonce="p1")
    with pytest.raises(Refused):
        await outlet.edit(to, "i:17", said("A secret."))
    assert bob.screen() == ann.screen() == []


async def test_a_public_interaction_carries_nothing_private_and_the_reverse(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann, run=1, private=False)
    await stand.runs(ann, run=2, private=True)
    await stand.outlet.post(stand.to(private=ann), said("A secret."), nonce="p1")
    await stand.outlet.post(stand.to(), said("No secret.", run=2), nonce="p2")
    assert [one.text for one in ann.screen(DIRECT)] == ["A secret."]
    assert "No secret." in [one.text for one in stand.discord.member("bob").screen()]


async def test_where_the_bot_is_no_member_five_messages_follow_and_the_rest_goes_alone() -> None:
    limits = Limits().with_bucket("POST /webhooks/{webhook_id}/{webhook_token}", 50, 2.0)
    async with standing(limits) as stand:
        ann, bob = stand.discord.member("ann"), stand.discord.member("bob")
        group = stand.discord.elsewhere("group", ann, bob)
        await stand.runs(ann, "group", personal=True)
        stand.live.asked(1, str(ann.id))
        for number in range(8):
            await stand.outlet.post(stand.to(group), said(f"{number}"), nonce=f"p{number}")
        assert [one.text for one in bob.screen("group")] == ["0", "1", "2", "3", "4", "5"]
        assert [one.text for one in ann.screen(DIRECT)] == ["6", "7"]


async def test_patience_costs_no_follow_up(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    one = await stand.runs(ann, personal=True)
    await stand.outlet.post(stand.to(), said("0"), nonce="p0")
    stand.discord.will("POST", ITS, limited(1.0))
    with pytest.raises(SlowDown):
        await stand.outlet.post(stand.to(), said("1"), nonce="p1")
    assert one.left == 5


async def test_a_button_changes_the_message_that_it_stands_under(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann, private=True)
    to = stand.to(private=ann)
    post_id = await stand.outlet.post(to, said("A secret.", verbs=(Verb.REGENERATE,)), nonce="p1")
    stand.clock.ahead = LIVES
    await stand.presses(ann, post_id.removeprefix("i:"), run=2, private=True)
    await stand.outlet.edit(to, post_id, said("Another secret.", run=2))
    assert stand.discord.transcript.of("PATCH", FIRST)[-1].body["content"] == "Another secret."
    assert [one.text for one in ann.screen()] == ["Another secret."]
    await stand.outlet.post(to, said("And more.", run=2), nonce="p2")
    assert [(one.text, one.private) for one in ann.screen()][-1] == ("And more.", True)


async def test_a_message_that_its_reader_dismissed_is_gone(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann, private=True)
    to = stand.to(private=ann)
    post_id = await stand.outlet.post(to, said("A", final=False), nonce="p1")
    stand.discord.channel("general").messages.clear()
    stand.discord.will("PATCH", FIRST, fails(404, 10008))
    with pytest.raises(Gone):
        await stand.outlet.edit(to, post_id, said("A secret."))


def test_what_is_over_is_forgotten() -> None:
    clock = Hurried()
    live = Live(clock, lives=1)
    for number in range(100):
        one = live.open(str(number), "token", "9", original=f"m{number}")
        live.carry(number, one)
        clock.ahead += 0.5
    assert len(live._all) <= 3
    assert len(live._runs) <= 3
    assert len(live._messages) <= 3


def test_no_token_stands_in_a_repr() -> None:
    assert "secret" not in repr(Live(Hurried()).open("1", "secret", "9"))
