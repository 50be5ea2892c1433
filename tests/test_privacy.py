"""What is kept of people, what their words may be used for, and what they think of answers."""

from pathlib import Path

import pytest

from bot.commands.buttons import press
from bot.conversation.ratings import TONES, meaning
from bot.errors import NotFound, UserError
from bot.messages import Action, Actor, ChannelKey, Person, Standing, Verb
from bot.runs import RunKind
from bot.store.tables import metadata
from tests.rig import ANN, BO, ROOM, Rig, rig

OTHER = ChannelKey("screen", "parley", "home", "other")
THREAD = ChannelKey("screen", "parley", "home", "general", "7")
OWN = ChannelKey("screen", "parley", "home", "general", person=ANN.person.id)

OF_PEOPLE = {
    "messages", "documents", "message_pictures", "pictures", "facts", "settings", "runs", "run_steps",
    "calls", "timers", "ratings", "events", "inbox",
}  # fmt: skip
"""Tables with something of people in them, all of which `/privacy show` tells of."""


async def shown(parley: Rig, actor: Actor = ANN, key: ChannelKey = ROOM) -> str:
    return (await parley.command("privacy/show", actor, key)).text


async def test_nobodys_words_are_learned_from_until_they_say_so(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        assert "**not used for tuning**" in await shown(parley)
        reply = await parley.command("privacy/tuning", ANN, allow="yes")
        assert "may be used for tuning" in reply.text
        assert reply.private

        assert "**may be used for tuning**" in await shown(parley, ANN, OTHER), "everywhere"
        assert "**not used for tuning**" in await shown(parley, BO), "for nobody else"
        reply = await parley.command("privacy/tuning", ANN, allow="no")
        assert "not used for tuning" in reply.text
        assert "**not used for tuning**" in await shown(parley)


async def test_every_consent_is_kept_with_its_time_and_its_person(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for allow in ("yes", "no", "yes"):
            await parley.command("privacy/tuning", ANN, allow=allow)
        setting = (await parley.store.settings_of_person(ANN.person)).found["tuning"]
        assert (setting.value, setting.by, setting.version) == ("yes", ANN.person, 3)


async def test_what_is_kept_is_told_without_a_file_that_it_forgets(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        told = await shown(parley)
    for word in (
        "What you say",
        "files",
        "pictures",
        "remember",
        "Reminders",
        "set",
        "cost",
        "ratings",
        "two days",
    ):
        assert word in told
    assert metadata.tables.keys() >= OF_PEOPLE


async def test_an_answer_is_rated_changed_and_taken_back(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("What is a fjord?")
        ratings = parley.conversation.ratings
        (answer,) = [e for e in await parley.store.entries(ROOM) if e.question_id]

        await parley.command("rate", ANN, it="good")
        await parley.command("rate", BO, it="bad")
        assert await ratings.of(ROOM, ANN) == {answer.id: 1}
        assert await ratings.of(ROOM, BO) == {answer.id: -1}
        await parley.command("rate", ANN, it="bad")
        assert await ratings.of(ROOM, ANN) == {answer.id: -1}

        await ratings.rate(ROOM, answer.id, ANN, 0, "👍")
        assert await ratings.of(ROOM, ANN) == {answer.id: -1}, "another sign was taken away"
        await ratings.rate(ROOM, answer.id, ANN, 0, "word")
        assert await ratings.of(ROOM, ANN) == {}


async def test_a_repeated_event_rates_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("What is a fjord?")
        ratings = parley.conversation.ratings
        await ratings.rate_last(ROOM, ANN, 1, event_id="one")
        await ratings.rate_last(ROOM, ANN, -1, event_id="two")
        await ratings.rate_last(ROOM, ANN, 1, event_id="one")
        assert list((await ratings.of(ROOM, ANN)).values()) == [-1]


async def test_other_words_are_not_rated_yet(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        run_id = await parley.say("What is a fjord?")
        await parley.answer(run_id)
        ratings = parley.conversation.ratings
        await ratings.rate_last(ROOM, ANN, 1)
        again = await parley.conversation.repeat(run_id, RunKind.CHAT, ANN, ROOM)
        await parley.answer(again.run_id)
        assert await ratings.of(ROOM, ANN) == {}

        await ratings.rate_last(ROOM, ANN, 1)
        await press(parley.conversation, Action(Verb.DELETE, again.run_id), ANN, ROOM, "")
        assert await ratings.of(ROOM, ANN) == {}
        with pytest.raises(NotFound, match="no answer of mine"):
            await ratings.rate_last(ROOM, ANN, 1)


async def test_only_who_may_talk_in_a_room_rates_its_answers(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("What is a fjord?")
        await parley.ask("And a skerry?", ANN, OWN)
        ratings = parley.conversation.ratings
        (answer,) = [e for e in await parley.store.entries(ROOM) if e.question_id]
        (private,) = [e for e in await parley.store.entries(OWN) if e.question_id]
        for actor in (
            Actor(Person("screen:bot", "Bot", bot=True)),
            Actor(Person("screen:ann", "Ann"), Standing.BLOCKED),
            Actor(Person("elsewhere:ann", "Ann")),
        ):
            with pytest.raises(UserError):
                await ratings.rate(ROOM, answer.id, actor, 1)
        for actor, key, answer_id in (
            (BO, OWN, private.id),
            (ANN, OTHER, answer.id),
            (ANN, ROOM, private.id),
        ):
            with pytest.raises(NotFound):
                await ratings.rate(key, answer_id, actor, 1)
        (slot,) = private.posts
        with pytest.raises(NotFound):
            await ratings.react(ROOM, [slot.post_id], BO, 1, "👍")
        assert await ratings.of(ROOM, BO) == {}


async def test_a_sign_on_a_post_of_a_thread_is_found_by_its_chat_and_by_no_other(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("What is a fjord?", ANN, THREAD)
        ratings = parley.conversation.ratings
        (answer,) = [e for e in await parley.store.entries(THREAD) if e.question_id]
        (slot,) = answer.posts
        assert not await ratings.react(OTHER, [slot.post_id], ANN, 1, "👍")
        assert not await ratings.react(ROOM, ["unheard of"], ANN, 1, "👍")
        assert await ratings.react(ROOM, [slot.post_id], ANN, 1, "👍")
        assert await ratings.of(THREAD, ANN) == {answer.id: 1}


def test_hands_of_every_colour_mean_the_same() -> None:
    assert {meaning(f"👍{tone}") for tone in ("", *TONES)} == {1}
    assert {meaning(f"👎{tone}") for tone in ("", *TONES)} == {-1}
    assert (meaning("❤"), meaning("❤\ufe0f")) == (1, 1)
    assert [meaning(sign) for sign in ("", "😀", "👍👎", "🏽", "thumbsup")] == [0] * 5
