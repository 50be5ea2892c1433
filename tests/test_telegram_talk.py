"""What is said on Telegram: what is meant for Parley is answered once, all else is left alone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram import Message as Told

from bot.conversation.gate.complaints import SILENT
from bot.errors import QueueFull, Refused, StorageError
from bot.governance.authorize import Act
from bot.messages import Actor, Person, Standing
from tests.clock import VirtualClock
from tests.platforms.people import DIRECT, Shown
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.chats import ANONYMOUS
from tests.platforms.telegram.content import text_of
from tests.platforms.telegram.world import Place
from tests.telegram_talk import Ears, listening

MOD = Actor(Person("telegram:1", "Mod"), Standing.MODERATOR)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


@pytest.fixture
async def ears(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Ears]:
    async with listening(telegram, tmp_path) as ears:
        yield ears


async def everyone(ears: Ears, room: str = "general") -> None:
    """Parley is told everything in the groups, and answers it in this room."""
    ears.telegram.privacy = False
    await ears.parley.conversation.change(ears.key(room), Act.SET_LISTENING, "listen", "on", MOD)


async def spoken(ears: Ears, text: str, room: str = "general") -> Shown:
    """A message of the bot's own, as everybody sees it."""
    place = ears.telegram.rooms[room]
    thread = place.thread if place.thread > 1 else None
    await ears.bot.send_message(place.chat.id, text, message_thread_id=thread)
    return await ears.telegram.member("onlooker").sees(text, room=room)


async def test_in_a_private_chat_every_message_is_answered(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    await ann.says("What is a fjord?", room=DIRECT)
    await ears.hears()
    await ears.shows("answer 1", DIRECT, ann)
    assert ears.accepted[0].actor == Actor(Person(f"telegram:{ann.user.id}", "ann"), Standing.MODERATOR)
    assert ears.accepted[0].event_id == f"{ann.user.id}:{ears.accepted[0].address.reply_to}"


async def test_in_a_group_what_nobody_meant_for_parley_is_left_alone(ears: Ears) -> None:
    ears.telegram.privacy = False
    ann = ears.telegram.member("ann")
    await ann.says("hello everybody")
    await ann.says("hello @somebody_else")
    await ann.says("hello @parley_bot_too")
    await ann.sends_sticker()
    await ears.hears()
    await ears.beside.rests()
    assert ears.accepted == []
    assert ears.glass.screen == {}


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("@parley_bot What is a fjord?", "What is a fjord?"),
        ("@Parley_Bot, what is a fjord?", "what is a fjord?"),
        ("What is a fjord, @parley_bot?", "What is a fjord,?"),
        ("🇳🇴 fjords @parley_bot 🇳🇴", "🇳🇴 fjords 🇳🇴"),
        ("one\n@parley_bot\ntwo", "one\n\ntwo"),
    ],
)
async def test_a_mention_is_answered_and_taken_out(ears: Ears, said: str, understood: str) -> None:
    await ears.telegram.member("ann").says(said)
    await ears.hears()
    await ears.shows("answer 1")
    assert ears.accepted[0].text == understood


async def test_a_mention_by_link_is_one(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    me = {"id": ears.bot.id, "is_bot": True, "first_name": "Parley"}
    update = told(ears, ann.user.json(), text="Parley, hello", entities=[
        {"type": "text_mention", "offset": 0, "length": 6, "user": me}
    ])  # fmt: skip
    await ears.talk.heard([update])
    assert ears.accepted[0].text == "hello"


async def test_a_mention_of_nobody_else_by_link_is_one(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    update = told(ears, ann.user.json(), text="Ben, hello", entities=[
        {"type": "text_mention", "offset": 0, "length": 3, "user": ann.user.json()}
    ])  # fmt: skip
    await ears.talk.heard([update])
    assert ears.accepted == []


async def test_a_reply_to_parley_is_answered(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    await ann.says("and then?", reply_to=await spoken(ears, "Once upon a time"))
    await ears.hears()
    await ears.shows("answer 1")
    assert (ears.accepted[0].text, ears.accepted[0].quote) == ("and then?", None)


async def test_a_topic_that_parley_opened_is_no_question_to_it(ears: Ears) -> None:
    ears.telegram.privacy = False
    ann = ears.telegram.member("ann")
    opening = {
        "message_id": 5, "date": 1, "chat": ears.telegram.chat().json(), "from": ears.telegram.bot.json(),
        "forum_topic_created": {"name": "help", "icon_color": 7322096},
    }  # fmt: skip
    update = told(ears, ann.user.json(), text="hello", reply_to_message=opening)
    await ears.talk.heard([update])
    assert ears.accepted == []


async def test_where_parley_listens_everything_is_answered(ears: Ears) -> None:
    await everyone(ears)
    await ears.telegram.member("ann").says("hello everybody")
    await ears.hears()
    await ears.shows("answer 1")


async def test_a_topic_is_a_room_of_its_own_and_inherits_listening(ears: Ears) -> None:
    ears.telegram.group("club", topics=("help", "chatter"))
    ann = ears.telegram.member("ann")
    await everyone(ears, "club")
    await ann.says("in help", room="club/help")
    await ann.says("in chatter", room="club/chatter")
    await ann.says("in general", room="club")
    await ears.hears()
    for room in ("club/help", "club/chatter", "club"):
        await ears.shows("answer", room)
    assert [len(turns) for turns in ears.asked] == [1, 1, 1]
    assert {said.key for said in ears.accepted} == {
        ears.key("club/help"), ears.key("club/chatter"), ears.key("club")
    }  # fmt: skip


async def test_other_bots_channels_posts_and_telegram_itself_are_never_answered(ears: Ears) -> None:
    await everyone(ears)
    await ears.telegram.another_bot("mirror").says("hello", mention=True)
    ears.telegram.posts("news", "@parley_bot read this")
    gifs = {"via_bot": {"id": 7, "is_bot": True, "first_name": "Gifs", "username": "gifs_bot"}}
    place, ann = Place(ears.telegram.chat()), ears.telegram.member("ann").user
    ears.telegram.tell(ears.telegram.write(place, ann, gifs | text_of("@parley_bot hello")))
    await ears.hears()
    assert ears.accepted == []


async def test_who_writes_as_a_channel_is_known_by_it(ears: Ears) -> None:
    ann = ears.telegram.member("ann", channel="Ann's letters")
    await ann.says("hello", mention=True)
    await ears.hears()
    actor = ears.accepted[0].actor
    assert actor.person.name == "Ann's letters"
    assert actor.person.id.startswith("telegram:-100")
    assert actor.standing is Standing.MEMBER


async def test_an_anonymous_administrator_is_known_by_the_group(ears: Ears) -> None:
    mod = ears.telegram.administrator("mod", anonymous=True)
    await mod.says("hello", mention=True)
    await ears.hears()
    assert ears.accepted[0].actor.person.id == f"telegram:{ears.telegram.chat().id}"
    assert ears.accepted[0].actor.standing is Standing.MODERATOR


async def test_an_anonymous_administrator_of_another_group_is_none_here(ears: Ears) -> None:
    """All of them share one account, whatever group they lead."""
    telegram, other = ears.telegram, ears.telegram.group("other")
    said = {"sender_chat": other.json(), "author_signature": "Owner"} | text_of("@parley_bot obey")
    telegram.tell(telegram.write(Place(telegram.chat()), ANONYMOUS, said))
    await ears.hears()
    assert ears.accepted[0].actor.person.id == f"telegram:{other.id}"
    assert ears.accepted[0].actor.standing is Standing.MEMBER


async def test_the_same_message_again_is_answered_once(ears: Ears) -> None:
    await ears.telegram.member("ann").says("hello", mention=True)
    (update,) = await ears.fetches()
    assert update.message
    with capture_logs() as logged:
        await ears.talk.heard([update.message])
        await ears.talk.heard([update.message])
    await ears.shows("answer 1")
    assert [one["event"] for one in logged].count("what was accepted before came again") == 1
    assert len(ears.asked) == 1


async def test_what_is_refused_is_told_once_under_the_message(ears: Ears) -> None:
    async def full(*_: Any) -> None:
        raise QueueFull("Too many messages are waiting here already.")

    ears.parley.conversation.accept = full  # type: ignore[assignment]  # a full room
    await ears.telegram.member("ann").says("hello", mention=True)
    await ears.hears()
    await ears.shows("Too many messages are waiting here already.")


async def test_a_chat_is_told_once_in_five_minutes_that_nothing_can_be_stored(
    telegram: Telegram, tmp_path: Path
) -> None:
    clock = VirtualClock()

    async def out(*_: Any) -> None:
        raise StorageError("disk full")

    async with listening(telegram, tmp_path, clock=clock) as ears:
        ears.parley.conversation.accept = out  # type: ignore[assignment]  # a full disk
        ann = telegram.member("ann")
        for _ in range(3):
            await ann.says("hello", mention=True)
        await ann.says("hello", room=DIRECT)
        await ears.hears()
        await ears.beside.rests()
        assert len(ears.glass.texts(ears.key())) == 1
        assert len(ears.glass.texts(ears.key(DIRECT, ann))) == 1
        await clock.advance(SILENT)
        await ann.says("hello", mention=True)
        await ears.hears()
        await ears.beside.rests()
        assert len(ears.glass.texts(ears.key())) == 2


async def test_a_sticker_alone_is_answered_with_a_sentence(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    await ann.sends_sticker(room=DIRECT)
    await ears.hears()
    await ears.shows("I can't see stickers yet.", DIRECT, ann)
    assert ears.accepted == []


async def test_a_voice_note_alone_is_answered_where_it_was_meant_for_parley(ears: Ears) -> None:
    await everyone(ears)
    ann = ears.telegram.member("ann")
    before = await spoken(ears, "Once upon a time")
    await ann.sends_voice()
    await ann.sends_voice(reply_to=before)
    await ears.hears()
    await ears.shows("I can't hear voice messages yet.")
    await ears.beside.rests()
    assert len(ears.glass.texts(ears.key())) == 1
    assert ears.accepted == []


async def test_who_has_blocked_the_bot_is_not_told_and_nothing_breaks(ears: Ears) -> None:
    async def blocked(*_: Any, **__: Any) -> str:
        raise Refused("the person has blocked the bot")

    ears.glass.post = blocked  # type: ignore[method-assign]  # nobody reads it
    await ears.telegram.member("ann").sends_sticker(room=DIRECT)
    with capture_logs() as logged:
        await ears.hears()
        await ears.beside.rests()
    assert [one["log_level"] for one in logged] == ["warning"]


async def test_a_reply_to_a_message_of_the_bot_keeps_the_words_that_were_picked_out(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    before = await spoken(ears, "Fjords are deep. Fords are not.")
    await ann.says("why?", reply_to=before, quote="Fords are not.")
    await ears.hears()
    assert ears.accepted[0].quote
    assert (ears.accepted[0].quote.author, ears.accepted[0].quote.text) == ("Parley", "Fords are not.")


def told(ears: Ears, author: dict[str, Any], **fields: Any) -> Told:
    """A message of a shape that the people of the tests do not send."""
    now = int(datetime.now(UTC).timestamp())
    body = {"message_id": 77, "date": now, "chat": ears.telegram.chat().json(), "from": author} | fields
    return Told.de_json(body, ears.bot)


async def test_who_asked_long_ago_is_told_why_the_answer_comes_now(
    telegram: Telegram, tmp_path: Path
) -> None:
    clock = VirtualClock()
    ann = telegram.member("ann")
    for number in range(2):
        await ann.says(f"question {number}", room=DIRECT)
    async with listening(telegram, tmp_path, clock=clock) as ears:
        asked = telegram.clock.now()
        await clock.advance(asked + 2.5 * 3600 - clock.now().timestamp())
        await ears.hears()
        await ears.beside.rests()
        key = ears.key(DIRECT, ann)
        away = [text for text in ears.glass.texts(key) if "away" in text]
        assert away == ["I was away when you asked, 2 hours ago. My answer comes now."]
