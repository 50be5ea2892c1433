"""What becomes of messages on Telegram that were edited: their last words count."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.messages import Actor, Address, Incoming, Person
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.rig import PNG
from tests.telegram_talk import Ears, listening


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


@pytest.fixture
async def ears(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Ears]:
    async with listening(telegram, tmp_path) as ears:
        yield ears


async def hears(ears: Ears) -> None:
    """Everything is heard, and albums are whole."""
    await ears.hears()
    await ears.beside.rests()


async def test_an_edited_last_question_is_answered_anew_in_place(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says("What is a ford?", mention=True)
    await ears.hears()
    await ears.shows("answer 1")
    await ann.edits(said, "@parley_bot What is a fjord?")
    await ears.hears()
    await ears.shows("answer 2")
    assert ears.last == "What is a fjord?"
    assert [len(turns) for turns in ears.asked] == [1, 1]
    assert ears.glass.texts(ears.key()) == ["answer 2"]


async def test_an_edit_while_the_answer_is_written_begins_it_anew(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    ears.parley.one.says("half of it", gate=asyncio.Event())
    said = await ann.says("What is a ford?", room=DIRECT)
    await ears.hears()
    await ears.parley.one.speaking.wait()
    await ann.edits(said, "What is a fjord?")
    await ears.hears()
    await ears.shows("answer 2", DIRECT, ann)
    assert ears.last == "What is a fjord?"


async def test_only_the_last_question_is_answered_anew(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says("one", room=DIRECT)
    await ann.says("two", room=DIRECT)
    await ears.hears()
    await ears.shows("answer 2", DIRECT, ann)
    await ann.edits(said, "one and a half")
    await ears.hears()
    await ann.says("three", room=DIRECT)
    await ears.hears()
    await ears.shows("answer 3", DIRECT, ann)
    assert [turns[-1].text for turns in ears.asked] == ["one", "two", "three"]


async def test_an_edit_that_changes_no_words_changes_nothing(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says("What is a fjord?", mention=True)
    await ears.hears()
    await ears.shows("answer 1")
    await ann.edits(said, "@parley_bot What is a fjord?")
    await ann.edits(said, "@parley_bot  What is a fjord?")
    await ears.hears()
    await ann.says("next", mention=True)
    await ears.hears()
    await ears.shows("answer 2")
    assert len(ears.asked) == 2


async def test_the_same_edit_again_changes_nothing(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says("one", room=DIRECT)
    await ears.hears()
    await ears.shows("answer 1", DIRECT, ann)
    await ann.edits(said, "two")
    (update,) = await ears.fetches()
    assert update.edited_message
    await ears.talk.edited(update.edited_message)
    await ears.shows("answer 2", DIRECT, ann)
    await ears.talk.edited(update.edited_message)
    await ann.says("three", room=DIRECT)
    await ears.hears()
    await ears.shows("answer 3", DIRECT, ann)
    assert len(ears.asked) == 3


async def test_what_was_not_meant_for_parley_is_not_when_edited(ears: Ears) -> None:
    ears.telegram.privacy = False
    ann = ears.telegram.member("ann")
    said = await ann.says("hello everybody")
    await ann.edits(said, "@parley_bot hello")
    await ears.hears()
    await ears.beside.rests()
    assert ears.asked == []
    assert ears.glass.screen == {}


async def test_edits_change_nothing_when_nobody_wants_that(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path, rerun=False) as ears:
        said = await ann.says("one", room=DIRECT)
        await ears.hears()
        await ears.shows("answer 1", DIRECT, ann)
        await ann.edits(said, "two")
        await ears.hears()
        await ann.says("three", room=DIRECT)
        await ears.hears()
        await ears.shows("answer 2", DIRECT, ann)
        assert ears.last == "three"


async def test_another_bots_edits_change_nothing(ears: Ears) -> None:
    mirror = ears.telegram.another_bot("mirror")
    said = await mirror.says("one", mention=True)
    await mirror.edits(said, "@parley_bot two")
    await ears.hears()
    assert ears.asked == []


async def test_an_edited_caption_keeps_all_pictures_of_its_album(ears: Ears) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says("Which is older?", room=DIRECT, pictures=[PNG, PNG, PNG])
    await hears(ears)
    await ears.shows("answer 1", DIRECT, ann)
    await ann.edits(said, "Which is younger?")
    await ears.hears()
    await ears.shows("answer 2", DIRECT, ann)
    assert (ears.last, len(ears.asked[1][-1].pictures)) == ("Which is younger?", 3)


async def test_an_edited_caption_of_an_album_that_nobody_remembers_changes_nothing(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        said = await ann.says("Which is older?", room=DIRECT, pictures=[PNG, PNG])
        await hears(ears)
        await ears.shows("answer 1", DIRECT, ann)
    async with listening(telegram, tmp_path) as ears:
        await ann.edits(said, "Which is younger?")
        await ears.hears()
        entries = await ears.parley.conversation.entries(
            ears.key(DIRECT, ann), Actor(Person(f"telegram:{ann.user.id}", "ann"))
        )
        assert [entry.text for entry in entries if entry.role == "user"] == ["Which is older?"]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("/chat What is a ford?", "/chat What is a fjord?", "What is a fjord?"),
        ("/chat@parley_bot a ford?", '/chat@parley_bot message="a fjord?"', "a fjord?"),
        ("/chat What is a ford?", "/help", None),
        ("/chat What is a ford?", "/chat@other_bot What is a fjord?", None),
        ("/chat What is a ford?", '/chat model="What is', None),
    ],
)
async def test_an_edited_command_to_chat_is_answered_anew(
    ears: Ears, before: str, after: str, words: str | None
) -> None:
    ann = ears.telegram.member("ann")
    said = await ann.says(before, room=DIRECT)
    (update,) = await ears.fetches()
    assert update.message
    to = Address(ears.key(DIRECT, ann), said.id.rpartition(":")[2])
    first = Incoming(ears.talk._keys.author(update.message), "What is a ford?", to, said.id)
    await ears.parley.conversation.accept(first)
    await ears.shows("answer 1", DIRECT, ann)
    await ann.edits(said, after)
    await ears.hears()
    await ears.parley.conversation.accept(replace(first, text="next", event_id="next"))
    await ears.shows(f"answer {3 if words else 2}", DIRECT, ann)
    assert [turns[-1].text for turns in ears.asked] == [
        "What is a ford?",
        *([words] if words else []),
        "next",
    ]
