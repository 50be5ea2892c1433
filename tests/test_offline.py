"""The stand-in: honest, deterministic, in character, and able to show what Parley does."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.errors import ProviderDown
from bot.messages import (
    ChatRequest,
    CompletionRequest,
    Drawn,
    DrawRequest,
    End,
    EndReason,
    Need,
    Picture,
    PictureOptions,
    Text,
    Turn,
)
from bot.providers import build
from bot.providers.offline import Offline, colours
from bot.providers.offline.heard import listen
from bot.providers.offline.parrot import VARIABLE, answer
from bot.providers.offline.speech import tokens
from bot.settings import Account
from bot.text import CONTINUE
from bot.wire.answers import Said
from bot.workers.pool import Workers

PIRATE = (
    "You are a pirate. Only talk like a pirate. You are ONLY allowed to talk about parrots. If someone tries "
    "to talk about something else you'll say 'I can only talk about parrots!' and redirect back onto the "
    "parrot subject."
)
AT_ONCE = Account("offline", "offline", options={"pace": 0})


@pytest.fixture
def offline() -> Offline:
    return Offline(AT_ONCE)


def conversation(*said: str, persona: str = "") -> tuple[Turn, ...]:
    """A conversation so far: the stand-in has answered everything but the last."""
    turns = [Turn("system", persona)] if persona else []
    for text in said:
        turns.append(Turn("user", text))
        turns.append(Turn("assistant", answer(listen(turns))))
    return tuple(turns[:-1])


def reply(*said: str, persona: str = "") -> str:
    return answer(listen(conversation(*said, persona=persona)))


async def heard(stream: AsyncIterator[Said]) -> tuple[str, End]:
    """The whole text and how it ended."""
    parts = [part async for part in stream]
    assert [isinstance(part, End) for part in parts] == [False] * (len(parts) - 1) + [True]
    end = parts[-1]
    assert isinstance(end, End)
    return "".join(part.text for part in parts if isinstance(part, Text)), end


async def chat(offline: Offline, turns: tuple[Turn, ...], max_tokens: int = 5000) -> tuple[str, End]:
    return await heard(offline.chat(ChatRequest("parrot", turns, max_tokens)))


async def drawn(offline: Offline, prompt: str, **options: Any) -> list[bytes]:
    parts = [part async for part in offline.draw(DrawRequest("painter", prompt, PictureOptions(**options)))]
    assert isinstance(parts[-1], End)
    return [part.picture.data for part in parts if isinstance(part, Drawn)]


def painted(colour: str, size: tuple[int, int] = (60, 40), form: str = "PNG") -> Picture:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return Picture(out.getvalue(), f"image/{form.lower()}")


class TestHonesty:
    def test_on_first_contact_it_says_what_it_is_and_what_turns_a_model_on(self) -> None:
        assert "stand-in without intelligence" in reply("Hello")
        assert VARIABLE in reply("Hello")

    def test_it_says_so_once(self) -> None:
        assert "stand-in" not in reply("Hello", "Why is the sky blue?")

    def test_it_says_so_in_costume_too(self) -> None:
        assert "stand-in" in reply("Hello", persona=PIRATE)

    def test_it_admits_what_it_does_not_understand(self) -> None:
        assert "don't know" in reply("Hello", "What is the capital of France?")
        for text in ("I like trains", "Der Himmel ist blau", "x"):
            assert "understand" in reply("Hello", text)


class TestPersona:
    def test_the_pirate_refuses_other_subjects_and_returns_to_parrots(self) -> None:
        said = reply("Hello", "What is the capital of France?", persona=PIRATE)
        assert said.startswith("I can only talk about parrots! Arr!")
        assert "hear about parrots?" in said

    def test_the_pirate_tells_of_parrots_like_a_pirate(self) -> None:
        said = reply("Hello", "Can all parrots fly?", persona=PIRATE)
        assert said.startswith("Arr! ")
        assert "I can only talk" not in said
        assert "kākāpō" in said
        assert " th' " in said

    def test_code_stays_code_in_a_pirates_mouth(self) -> None:
        said = reply("Hello", "write code about parrots", persona=PIRATE)
        assert 'def squawk(words: str, times: int = 2) -> str:\n    """Say it again' in said

    def test_any_other_subject_can_be_the_only_one(self) -> None:
        cheese = "You are a waiter who may only talk about cheese."
        assert reply("Hello", "Is it raining?", persona=cheese).startswith("I can only talk about cheese!")
        assert "Cheese, gladly!" in reply("Hello", "Which cheese is best?", persona=cheese)

    @pytest.mark.parametrize(
        ("persona", "shown"),
        [
            (
                "You are a grumpy librarian who hates noise.",
                "*Speaking as a grumpy librarian who hates noise:*",
            ),
            ("Act as Sherlock Holmes, the detective.", "*Speaking as Sherlock Holmes:*"),
            ("Answer in rhyme.", "“Answer in rhyme.”"),
            ("You answer every message with exactly one haiku.", "haiku"),
            ("You are a cheerful chef.", "kitchen"),
        ],
    )
    def test_every_persona_is_visible(self, persona: str, shown: str) -> None:
        assert shown in reply("Hello", "What now?", persona=persona)

    def test_parleys_own_persona_is_no_costume(self) -> None:
        assert reply("Hi", "x", persona="You are Parley, a friendly assistant.") == reply("Hi", "x")

    def test_the_note_about_speakers_is_not_taken_for_the_persona(self) -> None:
        note = "Several people talk in this room. Each of their messages begins with a name."
        assert listen((Turn("system", f"You are a chef.\n\n{note}"),)).persona == "You are a chef."


class TestHistory:
    def test_it_knows_what_was_said_before(self) -> None:
        assert "“I like trains”" in reply("I like trains", "What did I say before?")
        assert "“first”" in reply("first", "second", "What was the first thing I said?")
        assert "“first”" in reply("first", "second", "What did I say first?")

    def test_it_knows_a_name_it_was_told(self) -> None:
        assert "Your name is Ann." in reply("Hello, my name is Ann!", "I like trains", "What is my name?")
        assert "haven't told me" in reply("What's my name?")

    def test_it_counts_the_messages(self) -> None:
        assert "3 messages to me, this one included, and 2 answers" in reply("a", "b", "How many messages?")

    def test_it_remembers_what_it_is_told(self) -> None:
        assert "blue" in reply("My favourite colour is blue.", "What is my favourite colour?")
        assert "under the mat" in reply(
            "Remember that the key is under the mat", "What did I ask you to remember?"
        )

    @pytest.mark.parametrize("label", ["⟦{}⟧ {}", "[{}]: {}"])
    def test_each_speaker_has_their_own_past(self, label: str) -> None:
        turns = [label.format("Bob", "my name is Robert"), label.format("Ann", "I like tea")]
        assert "Robert" in reply(*turns, label.format("Bob", "what is my name?"))
        assert "Ann" in reply(*turns, label.format("Ann", "what is my name?"))
        assert "“my name is Robert”" in reply(*turns, label.format("Bob", "what did I say before?"))


class TestDemonstrations:
    def test_markdown_shows_code_a_list_and_a_table(self) -> None:
        for wish in ("write some code", "show me a table", "use markdown", "a long answer"):
            said = reply("Hello", wish)
            assert "```python\n" in said
            assert "\n- " in said
            assert "\n|---|" in said

    def test_a_very_long_answer_needs_more_than_one_message(self) -> None:
        assert len(reply("Hello", "Give me a very long answer")) > 2500

    def test_it_counts_and_calculates(self) -> None:
        assert reply("Hello", "count to 5") == "1, 2, 3, 4, 5. Done!"
        assert "5,000 is as far" in reply("Hello", "count to 999999")
        assert "**42**" in reply("Hello", "What is 6 × 7?")
        assert "knows better" in reply("Hello", "1/0")


class TestSpeaking:
    async def test_the_same_conversation_gets_the_same_answer(self, offline: Offline) -> None:
        turns = conversation("Hello", "I like trains")
        assert await chat(offline, turns) == await chat(Offline(AT_ONCE), turns)

    async def test_its_tokens_are_counted_not_estimated(self, offline: Offline) -> None:
        text, end = await chat(offline, conversation("Hello"))
        assert end.reason is EndReason.STOP
        assert end.usage is not None
        assert end.usage.completion_tokens == len(tokens(text))
        assert end.usage.prompt_tokens == 1
        assert not end.usage.estimated

    async def test_a_limit_ends_it_and_continue_goes_on_to_the_end(self, offline: Offline) -> None:
        turns = conversation("Hello", "a very long answer")
        whole, _ = await chat(offline, turns)
        shown = ""
        reasons: list[EndReason] = []
        for _ in range(20):
            more = (*turns, Turn("assistant", shown), Turn("user", CONTINUE)) if shown else turns
            text, end = await chat(offline, more, max_tokens=200)
            shown, reasons = shown + text, [*reasons, end.reason]
            if end.reason is EndReason.STOP:
                break
        assert shown == whole
        assert len(reasons) > 2
        assert set(reasons[:-1]) == {EndReason.LENGTH}

    async def test_it_continues_nobody_elses_words(self, offline: Offline) -> None:
        turns = (*conversation("Hello"), Turn("assistant", "As a large model"), Turn("user", CONTINUE))
        assert (await chat(offline, turns))[0].startswith("I can't go on from there")

    async def test_cancelling_stops_it_at_once(self) -> None:
        stream = Offline(Account("offline", "offline", options={"pace": 0.001})).chat(
            ChatRequest("parrot", conversation("Hello"), 100)
        )
        waiting = asyncio.create_task(heard(stream))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def test_a_pace_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        monkeypatch.setattr("bot.providers.offline.speech.asyncio.sleep", sleep)
        await chat(Offline(Account("offline", "offline")), conversation("Hello"))
        assert 40 <= len(waited) / sum(waited) <= 60

    @given(st.text())
    def test_its_tokens_joined_are_the_text(self, text: str) -> None:
        assert "".join(tokens(text)) == text

    @given(st.text(), st.text())
    def test_it_has_an_answer_to_anything(self, persona: str, text: str) -> None:
        assert reply("Hello", text, persona=persona).strip()

    async def test_a_prompt_is_continued_the_same_way_each_time(self, offline: Offline) -> None:
        request = CompletionRequest("parrot", "Once upon a time", 500)
        text, end = await heard(offline.complete(request))
        assert (text, end) == await heard(offline.complete(request))
        assert text.startswith(" ")
        assert "stand-in" in text
        _, cut = await heard(offline.complete(CompletionRequest("parrot", "Once upon a time", 5)))
        assert cut.reason is EndReason.LENGTH


class TestSight:
    async def test_a_red_picture_is_called_red_and_measured(self, offline: Offline) -> None:
        turns = (Turn("assistant", "x"), Turn("user", "What is this?", (painted("red"),)))
        text, _ = await chat(offline, turns)
        assert "PNG picture of 60 × 40 pixels (landscape format" in text
        assert "Its colour is red (100%)" in text
        assert "can't tell" in text

    async def test_several_pictures_are_told_apart(self, offline: Offline) -> None:
        pair = (painted("#0b1a7a", (10, 30)), painted("white", form="JPEG"))
        text, _ = await chat(offline, (Turn("assistant", "x"), Turn("user", "", pair)))
        assert "2 pictures" in text
        assert "portrait format" in text
        assert "dark blue" in text
        assert "JPEG" in text
        assert "very bright" in text

    async def test_a_broken_picture_is_the_providers_error(self, offline: Offline) -> None:
        with pytest.raises(ProviderDown):
            await chat(offline, (Turn("user", "?", (Picture(b"no picture"),)),))

    @pytest.mark.parametrize(
        ("rgb", "name"),
        [
            ((255, 0, 0), "red"),
            ((255, 165, 0), "orange"),
            ((255, 255, 0), "yellow"),
            ((0, 128, 0), "green"),
            ((64, 224, 208), "turquoise"),
            ((0, 0, 255), "blue"),
            ((128, 0, 128), "purple"),
            ((255, 105, 180), "pink"),
            ((139, 69, 19), "brown"),
            ((0, 0, 0), "black"),
            ((255, 255, 255), "white"),
            ((128, 128, 128), "grey"),
        ],
    )
    def test_colours_have_the_names_people_use(self, rgb: tuple[int, int, int], name: str) -> None:
        assert colours.name(*rgb).removeprefix("dark ").removeprefix("light ") == name


class TestPainting:
    async def test_the_same_prompt_makes_the_same_picture(self, offline: Offline) -> None:
        size = (128, 128)
        (one,) = await drawn(offline, "mountains at sunset", size=size)
        (same,) = await drawn(Offline(AT_ONCE), "mountains at sunset", size=size)
        (seeded,) = await drawn(offline, "mountains at sunset", size=size, seed=7)
        (other,) = await drawn(offline, "a city at night", size=size)
        assert one == same
        assert len({one, seeded, other}) == 3

    async def test_size_and_count_are_honoured_within_reason(self, offline: Offline) -> None:
        pictures = await drawn(offline, "a parrot", size=(96, 64), count=2)
        assert [Image.open(io.BytesIO(data)).size for data in pictures] == [(96, 64)] * 2
        assert pictures[0] != pictures[1]
        (small,) = await drawn(offline, "a parrot", size=(1, 70))
        assert Image.open(io.BytesIO(small)).size == (64, 70)

    async def test_a_picture_is_a_png_of_1024_pixels_by_itself(self, offline: Offline) -> None:
        (data,) = await drawn(offline, "abstract shapes")
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, picture.size) == ("PNG", (1024, 1024))

    @pytest.mark.parametrize("chance", range(6))
    def test_whatever_is_asked_for_something_is_painted(self, chance: int) -> None:
        from bot.providers.offline.painting.painter import paint
        from bot.providers.offline.painting.scene import COLOURS, HOURS, PLACES, SUBJECTS

        words = [*PLACES, *HOURS, *SUBJECTS, *COLOURS]
        pick = random.Random(chance)
        for _ in range(8):
            prompt = " ".join(pick.sample(words, 3))
            size = (pick.randint(64, 160), pick.randint(64, 160))
            assert Image.open(io.BytesIO(paint(prompt, size, "1"))).size == size, prompt
        assert paint("\ud800 \x00 😀", (64, 64), "1")

    async def test_a_lost_painter_is_the_providers_error(self, offline: Offline) -> None:
        offline._studio = Workers("bot.no_such_module", seconds=20)
        with pytest.raises(ProviderDown):
            await drawn(offline, "anything")


async def test_it_offers_a_parrot_a_painter_and_a_magpie_for_nothing() -> None:
    provider = build(AT_ONCE, lambda account: pytest.fail(f"{account.name} needs no network"))
    assert isinstance(provider, Offline)
    parrot, painter, magpie = await provider.models()
    assert [parrot.name, painter.name, magpie.name] == ["parrot", "painter", "magpie"]
    assert parrot.needs == {Need.CHAT, Need.VISION}
    assert painter.needs == {Need.IMAGE}
    assert magpie.needs == {Need.EMBEDDING}
    for facts in (parrot, painter, magpie):
        assert facts.price is not None
        assert facts.price.prompt == facts.price.completion == facts.price.picture == Decimal(0)
