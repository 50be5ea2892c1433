"""Answers on Telegram: in groups, topics and private chats, whatever goes wrong there."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.telegram.keys import PLATFORM
from bot.delivery import Deliveries, Open
from bot.errors import Gone, Refused, SlowDown, Unreachable
from bot.messages import Action, Verb
from tests.discord_outlet import said
from tests.fake_platform import FakeLedger
from tests.platforms.telegram import Pace
from tests.platforms.telegram.faults import hangs, page, refuses, resets, sends, too_many, unauthorized
from tests.telegram_outlet import Stand, standing

HARM = "@ann_1 /ban [x](tg://user?id=7) [https://telegram.org](https://evil.example/q) \u202e"
CLICKABLE = {"mention", "text_mention", "bot_command"}


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made


async def test_an_answer_in_a_group_is_a_reply_that_people_see_with_its_buttons(stand: Stand) -> None:
    ann = stand.telegram.member("ann")
    asked = await ann.says("What is a fjord?")
    number = asked.id.rpartition(":")[2]
    post_id = await stand.outlet.post(
        stand.to(reply_to=number), said("An **inlet**.", verbs=(Verb.STOP,)), nonce="p1"
    )
    shown = await ann.sees("An inlet.")
    (call,) = stand.telegram.asked("sendMessage")

    assert shown.id.endswith(f":{post_id}")
    assert shown.buttons == ("Stop",)
    assert call.params["reply_parameters"] == {
        "message_id": int(number),
        "allow_sending_without_reply": True,
    }
    assert [entity["type"] for entity in call.params["entities"]] == ["bold"]


async def test_what_goes_on_with_an_answer_replies_to_nothing(stand: Stand) -> None:
    await stand.outlet.post(stand.to(reply_to="1"), replace(said("more"), further=True), nonce="p1")
    assert "reply_parameters" not in stand.telegram.asked("sendMessage")[0].params


async def test_an_answer_whose_question_is_gone_is_given_all_the_same(stand: Stand) -> None:
    ann = stand.telegram.member("ann")
    asked = await ann.says("What is a fjord?")
    await ann.deletes(asked)
    await stand.outlet.post(stand.to(reply_to=asked.id.rpartition(":")[2]), said("An inlet."), nonce="p1")
    await ann.sees("An inlet.")


async def test_an_answer_in_a_topic_stays_there(stand: Stand) -> None:
    stand.telegram.group("club", topics=("help",))
    ann = stand.telegram.member("ann")
    post_id = await stand.outlet.post(stand.to("club/help"), said("Here", final=False), nonce="p1")
    await stand.outlet.edit(stand.to("club/help"), post_id, said("Here you are."))
    await ann.sees("Here you are.", room="club/help")
    await stand.outlet.typing(stand.to("club/help"))
    assert stand.telegram.actions[-1][0].thread


async def test_edits_that_change_nothing_are_successes(stand: Stand) -> None:
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("Well"))
    await stand.outlet.edit(stand.to(), post_id, said("Well, *then*."))
    await stand.telegram.member("ann").sees("Well, then.")


async def test_an_edit_takes_the_buttons_away_when_there_are_none_any_more(stand: Stand) -> None:
    post_id = await stand.outlet.post(stand.to(), said("Well", verbs=(Verb.STOP,)), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("Well."))
    assert (await stand.telegram.member("ann").sees("Well.")).buttons == ()


async def test_nothing_pings_unfurls_or_deceives_whatever_is_done(stand: Stand) -> None:
    ann = stand.telegram.member("ann")
    alone = await stand.alone(ann)
    post_id = await stand.outlet.post(stand.to(), said(HARM), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said(HARM + "edited"))
    await stand.outlet.draft(alone, said(HARM, final=False), 0)

    writes = stand.telegram.asked("sendMessage") + stand.telegram.asked("editMessageText")
    assert all(one.params["link_preview_options"] == {"is_disabled": True} for one in writes)
    assert all("https://evil.example/q" in one.params["text"] for one in writes)
    assert not any("tg://" in str(one.params) for one in writes)
    for message in stand.telegram.chat().messages.values():
        assert CLICKABLE.isdisjoint(entity["type"] for entity in message.body.get("entities", ()))
    (draft,) = stand.telegram.chats[ann.user.id].drafts.values()
    assert CLICKABLE.isdisjoint(entity["type"] for entity in draft.text.entities)


async def test_what_is_gone_is_gone(stand: Stand) -> None:
    post_id = await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    await stand.outlet.remove(stand.to(), post_id)
    with pytest.raises(Gone):
        await stand.outlet.edit(stand.to(), post_id, said("more"))
    with pytest.raises(Gone):
        await stand.outlet.remove(stand.to(), post_id)
    with pytest.raises(Gone):
        await stand.outlet.edit(stand.to(), "c:12", said("of another platform"))


async def test_a_topic_that_was_deleted_is_gone(stand: Stand) -> None:
    stand.telegram.group("club", topics=("help",))
    to = stand.to("club/help")
    stand.telegram.will("sendMessage", refuses(400, "Bad Request: message thread not found"))
    with pytest.raises(Gone):
        await stand.outlet.post(to, said("Well"), nonce="p1")


@pytest.mark.parametrize("how", ["kicked", "left", "restricted"])
async def test_where_the_bot_is_not_welcome_it_is_refused(stand: Stand, how: str) -> None:
    stand.telegram.chat().bot = how
    with pytest.raises(Refused):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")


async def test_markup_that_telegram_refuses_goes_out_plain_once(stand: Stand) -> None:
    stand.telegram.will("sendMessage", refuses(400, "Bad Request: can't parse entities: no"))
    await stand.outlet.post(stand.to(), said("`/ban` **@ann_1**"), nonce="p1")
    first, second = stand.telegram.asked("sendMessage")
    assert first.params["entities"]
    assert not second.params["entities"]
    message = next(one for one in stand.telegram.chat().messages.values() if one.by_bot)
    assert message.text == "/\u2060ban @\u2060ann_1"
    assert "entities" not in message.body


async def test_plain_words_that_are_refused_too_are_refused(stand: Stand) -> None:
    stand.telegram.always("sendMessage", refuses(400, "Bad Request: can't parse entities: no"))
    with pytest.raises(Refused):
        await stand.outlet.post(stand.to(), said("**Well**"), nonce="p1")
    assert len(stand.telegram.asked("sendMessage")) == 2


async def test_a_text_in_the_making_that_telegram_finds_too_long_is_shown_shorter(stand: Stand) -> None:
    stand.telegram.will("sendMessage", refuses(400, "Bad Request: MESSAGE_TOO_LONG"))
    await stand.outlet.post(stand.to(), said("word " * 100, final=False), nonce="p1")
    first, second = stand.telegram.asked("sendMessage")
    assert second.params["text"].endswith("…")
    assert len(second.params["text"]) < len(first.params["text"])


async def test_no_word_of_an_answer_is_lost_where_telegram_takes_less_than_it_says(stand: Stand) -> None:
    stand.telegram.takes = 900
    ledger = FakeLedger([])
    deliveries = Deliveries({PLATFORM: stand.outlet}, ledger, Open(), stand.clock)
    text = "\n\n".join(f"**Point {number}** is `made` here, and at length." for number in range(100))
    answer = deliveries.open(1, stand.to(), [ledger.slot()])
    await answer.finish(text, actions=(Action(Verb.REGENERATE, 1),))

    shown = [one for one in stand.telegram.member("ann").screen() if one.author == "Parley"]
    words = "\n\n".join(one.text for one in shown)
    assert re.findall(r"\d+", words) == [str(number) for number in range(100)]
    assert [one.buttons for one in shown if one.buttons] == [shown[-1].buttons] == [("Regenerate",)]
    assert ledger.ended == {1: "delivered"}
    kept = sorted(ledger.slots.values(), key=lambda slot: slot.seq)
    assert [slot.post_id for slot in kept] == [one.id.rpartition(":")[2] for one in shown]


async def test_a_chat_that_asks_for_patience_is_left_alone_and_others_are_not(stand: Stand) -> None:
    stand.telegram.group("club")
    stand.telegram.will("sendMessage", too_many(33))
    with pytest.raises(SlowDown) as caught:
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")
    assert caught.value.retry_after == 33
    assert stand.outlet.wait(stand.to().key, urgent=True) == 33
    with pytest.raises(SlowDown):
        await stand.outlet.post(stand.to(), said("Well"), nonce="p1")

    assert stand.outlet.wait(stand.to("club").key, urgent=True) == 0
    await stand.outlet.post(stand.to("club"), said("Elsewhere"), nonce="p2")
    assert len(stand.telegram.asked("sendMessage")) == 2


async def test_a_group_that_became_a_supergroup_is_followed(stand: Stand) -> None:
    stand.telegram.group("old", basic=True)
    to = stand.to("old")
    ann = stand.telegram.member("ann")
    to = replace(to, reply_to="1")
    await stand.outlet.post(to, said("before"), nonce="p1")
    stand.telegram.migrate("old", ann.user)
    await stand.outlet.post(to, said("after"), nonce="p2")
    await stand.outlet.post(to, said("later"), nonce="p3")
    await ann.sees("later", room="old")
    assert len(stand.telegram.asked("sendMessage")) == 4
    assert "reply_parameters" not in stand.telegram.asked("sendMessage")[-1].params


async def test_a_message_that_stayed_in_the_old_group_is_gone(stand: Stand) -> None:
    stand.telegram.group("old", basic=True)
    to = stand.to("old")
    ann = stand.telegram.member("ann")
    post_id = await stand.outlet.post(to, said("before"), nonce="p1")
    stand.telegram.migrate("old", ann.user)
    with pytest.raises(Gone):
        await stand.outlet.edit(to, post_id, said("of a message that stayed behind"))
    with pytest.raises(Gone):
        await stand.outlet.remove(to, post_id)


@pytest.mark.parametrize(
    "fault", [page(502), resets(), unauthorized(), refuses(500, "Internal Server Error")]
)
async def test_what_may_pass_is_unreachable_and_says_nothing_of_the_words(
    stand: Stand, fault: object
) -> None:
    stand.telegram.will("sendMessage", fault)  # type: ignore[arg-type]
    with pytest.raises(Unreachable) as caught:
        await stand.outlet.post(stand.to(), said("a secret"), nonce="p1")
    assert "secret" not in repr(caught.value)
    assert stand.telegram.token not in repr(caught.value)


async def test_silence_is_unreachable() -> None:
    async with standing(within=0.3) as stand:
        stand.telegram.will("sendMessage", hangs())
        with pytest.raises(Unreachable):
            await stand.outlet.post(stand.to(), said("Well"), nonce="p1")


async def test_typing_waits_for_nobody(stand: Stand) -> None:
    stand.telegram.will("sendChatAction", too_many(5))
    with pytest.raises(SlowDown):
        await stand.outlet.typing(stand.to())
    await stand.outlet.typing(stand.to())
    assert len(stand.telegram.asked("sendChatAction")) == 1
    stand.clock.later(5)
    await stand.outlet.typing(stand.to())
    assert len(stand.telegram.asked("sendChatAction")) == 2


async def test_every_pressed_button_can_be_answered_once_and_briefly(stand: Stand) -> None:
    stand.telegram.will("answerCallbackQuery", refuses(400, "Bad Request: query is too old"))
    with pytest.raises(Refused):
        await stand.sending.answer("1", "Too late")
    stand.telegram.will("answerCallbackQuery", refuses(400, "Bad Request: query is too old"))
    with pytest.raises(Refused):
        await stand.sending.answer("1", "x" * 500, alert=True)
    assert len(stand.telegram.asked("answerCallbackQuery")[-1].params["text"]) == 200


async def test_telegram_never_has_to_ask_for_patience() -> None:
    """The server counts what it is asked, and reports a single request too many."""
    async with standing(pace=Pace(slack=0.0)) as stand:
        stand.telegram.group("club", topics=("help", "talk"))
        rooms = [stand.to(), stand.to("club/help"), stand.to("club/talk")]
        alone = await stand.alone(stand.telegram.member("ann"))
        posts = [await stand.outlet.post(room, said("0", final=False), nonce="p") for room in rooms]
        for count in range(1, 12):
            await stand.outlet.draft(alone, said(f"{count}", final=False), count)
            await stand.outlet.post(alone, said(f"{count}"), nonce="p")
            for room, post_id in zip(rooms, posts, strict=True):
                while (wait := stand.outlet.wait(room.key, urgent=count == 11)) > 0:
                    await stand.clock.sleep(wait)
                await stand.outlet.edit(room, post_id, said(f"{count}", final=count == 11))
        stand.telegram.requests.clear()
        for count in range(60):
            while (wait := stand.outlet.wait(rooms[0].key, urgent=True)) > 0:
                await stand.clock.sleep(wait)
            await stand.outlet.post(rooms[0], said(f"{count}"), nonce="p")
    assert stand.telegram.broken == []


@pytest.mark.parametrize("result", ["7", "[]", "{}", '{"message_id": "x"}', "null"])
async def test_an_answer_that_nobody_can_read_is_asked_for_again_and_breaks_nothing(
    stand: Stand, result: str
) -> None:
    stand.telegram.will("sendMessage", sends(b'{"ok":true,"result":' + result.encode() + b"}"))
    with pytest.raises(Unreachable):
        await stand.outlet.post(stand.to(), said("Hello"), nonce="p1")
