"""Answers on Discord: in channels and threads, whatever goes wrong there."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.discord.asking.faults import Blocked, Elsewhere, Everywhere, Unwelcome
from adapters.discord.outlet.payloads import BLOCKED, NO_FILES
from bot.errors import DeliveryError, Gone, Refused, SlowDown, Unreachable
from bot.messages import Verb
from tests.discord_outlet import ITS, MESSAGES, Stand, said, standing
from tests.platforms.discord import Limits, Right, fails, hangs, limited, resets

HARM = "@everyone <@1> <@&2> [https://discord.com](https://evil.example/q) https://evil.example/secret \u202e"
TYPING = "/channels/*/typing"


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made


async def test_an_answer_is_a_reply_that_people_see_with_its_buttons(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    asked = await ann.says("What is a fjord?")
    post_id = await stand.outlet.post(
        stand.to(reply_to=asked.id), said("An inlet.", verbs=(Verb.STOP,)), nonce="p1"
    )
    shown = await ann.sees("An inlet.")
    (body,) = [one.body for one in stand.discord.transcript.of("POST", MESSAGES)]

    assert post_id == f"c:{shown.id}"
    assert shown.buttons == ("Stop",)
    assert body["message_reference"] == {"message_id": asked.id, "fail_if_not_exists": False}
    assert body["enforce_nonce"] is True
    assert len(body["nonce"]) <= 25


async def test_an_answer_whose_question_is_gone_is_given_all_the_same(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    asked = await ann.says("What is a fjord?")
    await ann.deletes(asked)
    await stand.outlet.post(stand.to(reply_to=asked.id), said("An inlet."), nonce="p1")
    await ann.sees("An inlet.")


async def test_a_post_whose_result_was_lost_shows_in_the_end_what_was_wanted_last(stand: Stand) -> None:
    first = await stand.outlet.post(stand.to(), said("An", verbs=(Verb.STOP,), final=False), nonce="p1")
    again = await stand.restarted().post(stand.to(), said("An inlet.", verbs=(Verb.REGENERATE,)), nonce="p1")
    await stand.restarted().post(stand.to(), said("An inlet.", verbs=(Verb.REGENERATE,)), nonce="p1")

    assert again == first
    (shown,) = stand.discord.member("ann").screen()
    assert (shown.text, shown.buttons) == ("An inlet.", ("Regenerate",))
    assert len(stand.discord.transcript.of("PATCH", "/channels/*/messages/*")) == 1
    assert stand.discord.transcript.unguarded() == []


async def test_the_same_nonce_is_the_same_message_even_after_a_restart(stand: Stand) -> None:
    first = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    again = await stand.restarted().post(stand.to(), said("Well"), nonce="p1")
    other = await stand.outlet.post(stand.to(reply_to="5"), said("Well"), nonce="p1")
    assert first == again != other


async def test_nothing_pings_unfurls_or_deceives_whatever_is_done(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    harm = HARM.replace("<@1>", ann.mention)
    await stand.runs(ann, run=2)
    for run in (1, 2):
        post_id = await stand.outlet.post(stand.to(), said(harm, run=run, final=False), nonce=f"p{run}")
        await stand.outlet.post(stand.to(), said(harm + "more", run=run), nonce=f"q{run}")
        await stand.outlet.edit(stand.to(), post_id, said(harm + "edited", run=run))

    writes = [one for one in stand.discord.transcript.requests if "content" in (one.body or {})]
    assert len(writes) == 6
    assert all(one.body["allowed_mentions"] == {"parse": []} and one.body["flags"] & 4 for one in writes)
    assert all("<https://evil.example/q>" in one.body["content"] for one in writes)
    assert all("\u202e" not in one.body["content"] for one in writes)
    assert stand.discord.sights.pings == []
    assert stand.discord.sights.unfurled == []


async def test_pictures_are_attached_kept_replaced_and_taken_away(stand: Stand) -> None:
    ann, outlet, to = stand.discord.member("ann"), stand.outlet, stand.to()
    one, two = stand.shelf.put("one", b"1" * 9), stand.shelf.put("two", b"2" * 9)
    post_id = await outlet.post(to, said("A fjord", pictures=(one,)), nonce="p1")
    assert (await ann.sees("A fjord")).pictures == (b"1" * 9,)

    await outlet.edit(to, post_id, said("The fjord", pictures=(one,), verbs=(Verb.VARY,)))
    kept = stand.discord.transcript.of("PATCH", "/channels/*/messages/*")[-1]
    assert (await ann.sees("The fjord")).pictures == (b"1" * 9,)
    assert kept.files == ()

    await outlet.edit(to, post_id, said("Two fjords", pictures=(one, two)))
    assert (await ann.sees("Two fjords")).pictures == (b"1" * 9, b"2" * 9)
    await outlet.edit(to, post_id, said("No fjord"))
    assert (await ann.sees("No fjord")).pictures == ()


async def test_after_a_restart_a_picture_is_there_once(stand: Stand) -> None:
    ann, one = stand.discord.member("ann"), stand.shelf.put("one", b"1" * 9)
    post_id = await stand.outlet.post(stand.to(), said("A fjord", pictures=(one,)), nonce="p1")
    await stand.restarted().edit(stand.to(), post_id, said("The fjord", pictures=(one,)))
    assert (await ann.sees("The fjord")).pictures == (b"1" * 9,)


async def test_a_picture_that_is_too_large_is_made_smaller(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    large = stand.shelf.put("large", b"1" * (11 * 1024 * 1024))
    await stand.outlet.post(stand.to(), said("A fjord", pictures=(large,)), nonce="p1")
    assert (await ann.sees("A fjord")).pictures == (b"small",)


async def test_pictures_that_are_too_large_together_are_made_smaller(stand: Stand) -> None:
    many = tuple(stand.shelf.put(f"{n}", b"1" * (9 * 1024 * 1024)) for n in range(3))
    await stand.outlet.post(stand.to(), said("Fjords", pictures=many), nonce="p1")
    assert stand.shelf.shrunk == 3


async def test_a_picture_that_is_not_kept_any_more_is_refused(stand: Stand) -> None:
    lost = stand.shelf.put("lost", b"1")
    stand.shelf.kept.clear()
    with pytest.raises(Refused):
        await stand.outlet.post(stand.to(), said("A fjord", pictures=(lost,)), nonce="p1")


async def test_a_thread_is_answered_in_the_thread(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await ann.opens_thread("fjords", text="What is a fjord?")
    await stand.outlet.post(stand.to("fjords"), said("An inlet."), nonce="p1")
    await ann.sees("An inlet.", room="fjords")
    assert ann.screen() == []


async def test_a_request_whose_answer_was_lost_counts_against_the_limit() -> None:
    limits = Limits().with_bucket("PATCH /channels/{channel_id}/messages/{message_id}", 2, 9.0)
    async with standing(limits) as stand:
        post_id = await stand.outlet.post(stand.to(), said("1"), nonce="p1")
        await stand.outlet.edit(stand.to(), post_id, said("2"))
        stand.discord.will("PATCH", "/channels/*/messages/*", fails(502, after=True))
        with pytest.raises(SlowDown):
            await stand.outlet.edit(stand.to(), post_id, said("3"))
        assert len(stand.discord.transcript.of("PATCH", "/channels/*/messages/*")) == 2


async def test_an_empty_bucket_is_told_before_it_is_asked_again() -> None:
    limits = Limits().with_bucket("PATCH /channels/{channel_id}/messages/{message_id}", 2, 9.0)
    async with standing(limits) as stand:
        post_id = await stand.outlet.post(stand.to(), said("1"), nonce="p1")
        await stand.outlet.edit(stand.to(), post_id, said("2"))
        await stand.outlet.edit(stand.to(), post_id, said("3"))
        with pytest.raises(SlowDown) as caught:
            await stand.outlet.edit(stand.to(), post_id, said("4"))
        assert 0 < caught.value.retry_after <= 9.0
        assert len(stand.discord.transcript.of("PATCH", "/channels/*/messages/*")) == 2
        stand.clock.ahead = 9.0
        stand.discord.core.transcript.requests.clear()
        with pytest.raises(SlowDown):  # the server's own time has not passed: it is asked, and says so
            await stand.outlet.edit(stand.to(), post_id, said("5"))
        assert len(stand.discord.transcript.requests) == 1
        stand.discord.broken.clear()


@pytest.mark.parametrize(("scope", "elsewhere"), [("user", 1), ("shared", 1), ("global", 0)])
async def test_whoever_is_asked_for_patience_does_not_ask(stand: Stand, scope: str, elsewhere: int) -> None:
    stand.discord.room("other")
    stand.discord.will("POST", MESSAGES, limited(7.5, scope=scope))
    for _ in range(3):
        with pytest.raises(SlowDown) as caught:
            await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
        assert 7.0 < caught.value.retry_after <= 7.5
    here = stand.discord.channel("general").id
    assert len(stand.discord.transcript.of("POST", f"/channels/{here}/messages")) == 1

    if elsewhere:
        await stand.outlet.post(stand.to("other"), said("Well"), nonce="p2")
    else:
        with pytest.raises(SlowDown):
            await stand.outlet.post(stand.to("other"), said("Well"), nonce="p2")
    stand.clock.ahead = 8.0
    assert await stand.outlet.post(stand.to(), said("Well"), nonce="p1")


async def test_interactions_go_on_while_all_of_discord_asks_for_patience(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await stand.runs(ann, run=2)
    stand.discord.will("POST", MESSAGES, limited(60, via=False))
    with pytest.raises(Everywhere):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.post(stand.to(), said("Well met", run=2), nonce="p2")
    await ann.sees("Well met")


@pytest.mark.parametrize(
    "fault", [fails(500), fails(502), fails(504), resets(), resets(after=True), fails(502, after=True)]
)
async def test_a_passing_fault_is_tried_again_and_leaves_one_message(stand: Stand, fault: object) -> None:
    stand.discord.will("POST", MESSAGES, fault, fault)  # type: ignore[arg-type]  # a Fault
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("Well met"))
    assert [one.text for one in stand.discord.member("ann").screen()] == ["Well met"]
    assert stand.clock.slept == [0.3, 1.0]


async def test_a_fault_that_does_not_pass_is_left_to_delivery(stand: Stand) -> None:
    stand.discord.will("POST", MESSAGES, *[fails(500)] * 3)
    with pytest.raises(Unreachable):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert len(stand.discord.transcript.of("POST", MESSAGES)) == 3


@pytest.mark.parametrize("fault", [fails(503), fails(503, 130000)])
async def test_one_that_is_overloaded_is_not_pressed(stand: Stand, fault: object) -> None:
    stand.discord.will("POST", MESSAGES, fault)  # type: ignore[arg-type]  # a Fault
    with pytest.raises(Unreachable):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert len(stand.discord.transcript.of("POST", MESSAGES)) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_a_request_that_hangs_is_given_up(after: bool) -> None:
    async with standing(within=0.2) as stand:
        stand.discord.will("POST", MESSAGES, hangs(after=after))
        with pytest.raises(Unreachable):
            await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
        assert [one.text for one in stand.discord.member("ann").screen()] == ["Well"]


async def test_a_token_that_is_not_taken_is_not_shown_again(stand: Stand) -> None:
    stand.discord.will("POST", MESSAGES, fails(401, 0))
    with pytest.raises(Unwelcome):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    with pytest.raises(DeliveryError):
        await stand.outlet.typing(stand.to())
    assert len(stand.discord.transcript.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, Gone),
        (403, 50001, Elsewhere),
        (403, 50013, Elsewhere),
        (400, 200000, Blocked),
        (400, 50035, Refused),
        (429, 30046, SlowDown),
        (403, 20001, Refused),
    ],
)
async def test_every_refusal_arrives_as_what_it_means(
    stand: Stand, status: int, code: int, kind: type[DeliveryError]
) -> None:
    stand.discord.will("POST", MESSAGES, fails(status, code))
    with pytest.raises(kind):
        await stand.outlet.post(stand.to(), said("Well", final=False), nonce="p1")


async def test_a_message_or_channel_that_was_deleted_is_gone(stand: Stand) -> None:
    mod = stand.discord.moderator("mod")
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await mod.deletes(await mod.sees("Well"))
    with pytest.raises(Gone):
        await stand.outlet.edit(stand.to(), post_id, said("Well met"))
    to = stand.to()
    stand.discord.removes("general")
    with pytest.raises(Gone):
        await stand.outlet.post(to, said("Well"), nonce="p2")
    with pytest.raises(Gone):
        await stand.outlet.edit(to, "w17", said("an id of another platform's"))


async def test_who_may_not_read_history_answers_without_a_reply(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    asked = await ann.says("What is a fjord?")
    stand.discord.overwrites("general", None, deny=Right.HISTORY)
    await stand.outlet.post(stand.to(reply_to=asked.id), said("An inlet."), nonce="p1")
    await ann.sees("An inlet.")


async def test_a_thread_that_was_archived_is_opened_again(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    await ann.opens_thread("fjords", text="What is a fjord?")
    stand.discord.overwrites("general", None, allow=Right.MANAGE_THREADS)
    post_id = await stand.outlet.post(stand.to("fjords"), said("An inlet."), nonce="p1")
    stand.discord.archives("fjords")
    await stand.outlet.edit(stand.to("fjords"), post_id, said("A narrow inlet."))
    await ann.sees("A narrow inlet.", room="fjords")


async def test_what_automoderation_blocks_is_told_in_its_place(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    stand.discord.core.moderated.append("rude")
    with pytest.raises(Blocked):
        await stand.outlet.post(stand.to(), said("rude", final=False), nonce="p1")
    post_id = await stand.outlet.post(stand.to(), said("rude"), nonce="p1")
    await ann.sees(BLOCKED)
    await stand.outlet.edit(stand.to(), post_id, said("Well"))
    await stand.outlet.edit(stand.to(), post_id, said("rude again"))
    assert [one.text for one in ann.screen()] == [BLOCKED]


async def test_who_asked_where_the_bot_may_not_write_is_answered_alone(stand: Stand) -> None:
    ann, bob = stand.discord.member("ann"), stand.discord.member("bob")
    stand.discord.overwrites("general", None, deny=Right.SEND)
    stand.live.asked(1, f"discord:{ann.id}")
    post_id = await stand.outlet.post(stand.to(), said("An inlet.", verbs=(Verb.DELETE,)), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("A narrow inlet."))

    shown = await ann.sees("A narrow inlet.", room="direct")
    direct = stand.discord.core.world.direct(stand.discord.bot, ann.account)
    assert post_id == f"d:{direct.id}:{shown.id}"
    assert shown.buttons == ()
    assert bob.screen("direct") == []
    with pytest.raises(Elsewhere):
        await stand.outlet.post(stand.to(), said("Well", run=2), nonce="p2")


async def test_a_picture_that_may_not_be_attached_is_at_least_spoken_of(stand: Stand) -> None:
    ann, one = stand.discord.member("ann"), stand.shelf.put("one", b"1")
    stand.discord.overwrites("general", None, deny=Right.ATTACH)
    await stand.outlet.post(stand.to(), said("A fjord", pictures=(one,)), nonce="p1")
    await ann.sees(NO_FILES)


async def test_a_final_text_that_may_not_be_changed_any_more_goes_to_who_asked(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    stand.live.asked(1, str(ann.id))
    post_id = await stand.outlet.post(stand.to(), said("An"), nonce="p1")
    stand.discord.overwrites("general", None, deny=Right.VIEW)
    with pytest.raises(Elsewhere):
        await stand.outlet.edit(stand.to(), post_id, said("An in", final=False))
    for _ in range(2):
        await stand.outlet.edit(stand.to(), post_id, said("An inlet."))
    assert [one.text for one in ann.screen("direct")] == ["An inlet."]


async def test_an_answer_is_taken_away(stand: Stand) -> None:
    ann = stand.discord.member("ann")
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    shown = await ann.sees("Well")
    await stand.outlet.remove(stand.to(), post_id)
    await ann.sees_gone(shown)
    with pytest.raises(Gone):
        await stand.outlet.remove(stand.to(), post_id)


async def test_typing_is_seen_in_the_channel_and_not_repeated_when_it_fails(stand: Stand) -> None:
    await stand.outlet.typing(stand.to())
    assert stand.discord.sights.typed == [stand.discord.channel("general").id]
    stand.discord.will("POST", TYPING, fails(500))
    with pytest.raises(Unreachable):
        await stand.outlet.typing(stand.to())
    assert len(stand.discord.transcript.of("POST", TYPING)) == 2


async def test_many_answers_go_out_side_by_side(stand: Stand) -> None:
    rooms = [stand.discord.room(f"room{n}").name for n in range(20)]
    await asyncio.gather(
        *(stand.outlet.post(stand.to(room), said(room), nonce=f"p{n}") for n, room in enumerate(rooms))
    )
    ann = stand.discord.member("ann")
    assert [ann.screen(room)[0].text for room in rooms] == rooms
    assert stand.discord.transcript.of("POST", ITS) == []
