"""Commands on Discord: given, completed, filled in, refused, and answered where they should be."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messages import EndReason
from tests.discord_commands import PATIENT, Stage, staged
from tests.platforms.discord import discord_server
from tests.platforms.people import DIRECT
from tests.rig import PNG

PIRATE = "You are a pirate."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with discord_server(PATIENT) as discord, staged(discord, tmp_path) as made:
        yield made


async def test_an_answer_to_a_command_streams_through_its_interaction(stage: Stage) -> None:
    stage.model.says("An inlet,", " narrow and deep.")
    await stage.ann.runs("/chat", message="What is a fjord?")
    answer = await stage.bo.sees_final("An inlet, narrow and deep.")
    assert answer.buttons == ("Regenerate", "Delete")
    assert stage.asked[-1].text == "What is a fjord?"
    assert stage.discord.transcript.of("POST", "/channels/*/messages") == []
    assert stage.discord.unanswered() == []


async def test_what_is_private_is_seen_by_its_person_alone_and_kept_out_of_the_room(stage: Stage) -> None:
    stage.model.says("A secret answer.")
    await stage.ann.runs("/chat", message="a secret question", private=True)
    answer = await stage.ann.sees_final("A secret answer.")
    assert answer.private
    assert stage.bo.screen() == []

    await stage.bo.runs("/chat", message="What did ann say?")
    await stage.bo.sees_final("answer 2")
    assert [turn.text for turn in stage.asked] == ["What did ann say?"]

    await stage.ann.runs("/chat", message="and now?", private=True)
    await stage.ann.sees_final("answer 3")
    assert [turn.text for turn in stage.asked] == ["a secret question", "A secret answer.", "and now?"]


async def test_a_picture_comes_with_its_question(stage: Stage) -> None:
    await stage.ann.runs("/describe", picture=PNG, question="Which colour?")
    await stage.ann.sees_final("answer 1")
    assert stage.asked[-1].text == "Which colour?"
    assert len(stage.asked[-1].pictures) == 1

    await stage.ann.runs("/chat", picture=PNG)
    await stage.ann.sees_final("answer 2")
    assert len(stage.asked[-1].pictures) == 1


async def test_a_moderator_changes_the_room_before_everybodys_eyes(stage: Stage) -> None:
    await stage.mod.runs("/persona set", text=PIRATE)
    changed = await stage.bo.sees("I follow the new persona")
    assert not changed.private
    await stage.ann.runs("/persona show")
    shown = await stage.ann.sees(PIRATE)
    assert shown.private
    assert stage.discord.transcript.unguarded() == []


async def test_who_wants_everything_answered_is_told_what_discord_keeps_back(stage: Stage) -> None:
    await stage.mod.runs("/listen", to="everyone")
    told = await stage.mod.sees("I answer every message")
    assert told.text.endswith("until my operator switches message_content on.")

    await stage.mod.runs("/listen", to="mentions")
    told = await stage.mod.sees("when I am mentioned")
    assert "message_content" not in told.text

    await stage.mod.runs("/listen", to="everyone", room=DIRECT)
    told = await stage.mod.sees("I answer every message", room=DIRECT)
    assert "message_content" not in told.text


async def test_who_may_not_change_the_room_is_told_so_alone(stage: Stage) -> None:
    await stage.ann.runs("/persona set", text=PIRATE)
    refused = await stage.ann.sees("Only moderators can change the persona here.")
    assert refused.private
    await stage.ann.runs("/persona set")
    assert stage.ann.window is None
    await stage.ann.runs("/persona show")
    await stage.ann.sees("just Parley")


async def test_alone_with_parley_everybody_moderates(stage: Stage) -> None:
    await stage.ann.runs("/persona set", room=DIRECT, text=PIRATE)
    await stage.ann.sees("I follow the new persona", room=DIRECT)
    await stage.ann.runs("/persona show", room=DIRECT)
    await stage.ann.sees(PIRATE, room=DIRECT)


async def test_a_thread_has_the_persona_of_its_channel_until_it_has_its_own(stage: Stage) -> None:
    await stage.mod.runs("/persona set", text=PIRATE)
    await stage.mod.opens_thread("aside")
    await stage.mod.runs("/persona show", room="aside")
    await stage.mod.sees(PIRATE, room="aside")


async def test_long_text_is_edited_in_a_window_that_shows_what_it_is_now(stage: Stage) -> None:
    await stage.mod.runs("/persona set")
    assert stage.mod.window == {"text": "", "model": "", "style": "", "tools": ""}
    await stage.mod.fills(text=PIRATE, style="creative", tools="none")
    await stage.mod.sees("I follow the new persona")

    await stage.mod.runs("/persona set")
    assert stage.mod.window == {"text": PIRATE, "model": "", "style": "creative", "tools": "none"}
    await stage.mod.fills(text=f"{PIRATE} You rhyme.")
    await stage.mod.runs("/persona show")
    await stage.mod.sees("You rhyme.")


async def test_a_window_keeps_the_options_that_were_given_before(stage: Stage) -> None:
    await stage.ann.runs("/complete", model="one/m")
    assert stage.ann.window == {"prompt": "", "model": "one/m"}
    await stage.ann.fills(model="no/such", prompt="Once upon")
    await stage.ann.sees("no/such")


async def test_a_model_is_completed_while_its_name_is_typed(stage: Stage) -> None:
    [name] = await stage.ann.completes("/chat", "model", "on")
    assert name.startswith("one/m")
    assert await stage.ann.completes("/chat", "model", "nothing like it") == []


async def test_nothing_is_completed_for_who_may_not_use_the_command(stage: Stage) -> None:
    assert len(await stage.mod.completes("/model set", "model", "")) == 1
    assert await stage.ann.completes("/model set", "model", "") == []


async def test_what_a_command_is_given_wrongly_is_told_in_a_sentence(stage: Stage) -> None:
    await stage.ann.runs("/chat")
    told = await stage.ann.sees("What would you like to say?")
    assert told.private
    await stage.ann.runs("/chat", message="hello", model="no/such")
    await stage.bo.sees_final("no/such")


async def test_the_latest_question_is_answered_again_in_its_place(stage: Stage) -> None:
    await stage.ann.runs("/chat", message="Toss a coin.")
    first = await stage.ann.sees_final("answer 1")
    await stage.ann.runs("/retry")
    second = await stage.ann.sees_final("answer 2")
    assert second.id == first.id
    assert stage.discord.unanswered() == []


async def test_tables_become_columns(stage: Stage) -> None:
    await stage.mod.runs("/style set", purpose="factual")
    told = await stage.mod.sees("temperature")
    assert "|" not in told.text
    assert "```" in told.text


async def test_help_is_shown_to_who_asks(stage: Stage) -> None:
    await stage.ann.runs("/help")
    told = await stage.ann.sees("Remembering")
    assert told.private
    assert re.search(r"</imagine:\d+>", told.text)
    await stage.ann.presses("Character", told)
    persona = await stage.ann.sees("Tell me who to be in this room")
    assert (persona.id, persona.buttons) == (told.id, ("‹ All areas",))
    assert re.search(r"</persona set:\d+> – Tell me who", persona.text)
    assert (await stage.ann.completes("/help", "command", "pers"))[:3] == [
        "/persona show",
        "/persona set",
        "/persona preset",
    ]


async def test_a_message_is_asked_about_in_a_window(stage: Stage) -> None:
    said = await stage.bo.says("Fjords are overrated.", pictures=[PNG])
    await stage.ann.picks("Ask about this", said)
    await stage.ann.fills(question="Is that so?")
    await stage.bo.sees_final("answer 1")
    assert "Is that so?" in stage.asked[-1].text
    assert "Fjords are overrated." in stage.asked[-1].text
    assert len(stage.asked[-1].pictures) == 1


async def test_a_question_about_a_message_that_is_forgotten_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async with discord_server(PATIENT) as discord:
        async with staged(discord, tmp_path) as stage:
            said = await stage.bo.says("Fjords are overrated.")
            await stage.ann.picks("Ask about this", said)
        async with staged(discord, tmp_path) as stage:
            await stage.ann.fills(question="Is that so?")
            told = await stage.ann.sees("Please choose it again")
            assert told.private


async def test_a_messages_picture_is_described(stage: Stage) -> None:
    said = await stage.bo.says("look", pictures=[PNG])
    await stage.ann.picks("Describe picture", said)
    await stage.ann.sees_final("answer 1")
    assert len(stage.asked[-1].pictures) == 1
    assert "look" not in stage.asked[-1].text


async def test_a_message_without_a_picture_cannot_be_described(stage: Stage) -> None:
    said = await stage.bo.says("nothing to look at")
    await stage.ann.picks("Describe picture", said)
    told = await stage.ann.sees("There is no picture")
    assert told.private


async def test_who_has_parley_for_themselves_uses_it_elsewhere(stage: Stage) -> None:
    stage.discord.elsewhere("friends", stage.ann, stage.bo)
    await stage.ann.runs("/chat", message="hello", room="friends")
    await stage.bo.sees_final("answer 1", room="friends")
    await stage.ann.runs("/persona set", text=PIRATE, room="friends")
    await stage.ann.sees("Only moderators", room="friends")


async def test_it_is_used_in_a_server_that_it_is_not_in(stage: Stage) -> None:
    away = stage.discord.server("Away", joined=False)
    stage.discord.room("lounge", server=away)
    stage.model.says("word " * 700, "the end")
    await stage.ann.runs("/chat", message="hello", room="lounge")
    await stage.bo.sees_final("the end", room="lounge")
    await stage.ann.runs("/help", room="lounge")
    await stage.ann.sees("/imagine", room="lounge")


async def test_a_long_answer_goes_on_in_further_messages(stage: Stage) -> None:
    stage.model.says("word " * 700, "the end", reason=EndReason.STOP)
    await stage.ann.runs("/chat", message="Tell me much.")
    await stage.ann.sees_final("the end")
    assert len(stage.ann.screen()) == 2


async def test_the_next_page_of_what_one_alone_sees_is_of_the_same_channel(stage: Stage) -> None:
    for number in range(21):
        await stage.ann.runs("/memory add", text=f"I like fjord {number}x")
        await stage.ann.sees(f"fjord {number}x")
    await stage.ann.runs("/memory show")
    shown = await stage.ann.sees("Page 1 of 2")
    await stage.ann.presses("2 ›", shown)
    page = await stage.ann.sees("Page 2 of 2")
    assert (page.id, page.private) == (shown.id, True)
    assert "fjord 0x" in page.text
