"""Moderators see how the answers of their room came about, and of no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.api.runs import run_json
from bot.commands.runs import LONGEST_WORDS, OUTCOMES, SHOWN, _quoted
from bot.errors import BadOption, KeyRefused, NotAllowed, NotFound, UserError
from bot.messages import Actor, Person, RunOptions, ToolCall
from bot.records import Order
from bot.routes import attempts
from bot.strangers import marked, within
from bot.tools import Here, Toolbox, tool
from tests.rig import ANN, BO, MOD, ROOM, rig

OTHER = replace(ROOM, channel="other")


async def look_up(here: Here, word: str) -> str:
    """Look a word up.

    word: The word.
    """
    if word == "nothing":
        raise UserError("There is no such word.")
    return f"{word}: a thing\nof `water` | <@everyone>"


def call(word: str) -> ToolCall:
    return ToolCall("c1", "look_up", json.dumps({"word": word}))


TOOLS = Toolbox([tool(look_up, foreign=True)])


async def test_the_latest_answers_are_a_list_without_their_words(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=TOOLS) as parley:
        parley.one.asks_for(call("fjord"))
        await parley.ask("a secret question")
        await parley.ask("another", BO)
        await parley.ask("elsewhere", BO, OTHER)

        reply = await parley.command("runs", MOD)
        assert reply.private
        head, _, newest, oldest = reply.text.split("\n\n")[1].splitlines()
        assert head == "| number | when (UTC) | asked by | model | tokens | US$ | tools | outcome |"
        assert newest.startswith("| 2 | ")
        assert newest.endswith(" | `Bo` | `one/m` | 110 | 0.00 | – | completed |")
        assert oldest.endswith(" | `Ann` | `one/m` | 220 | 0.00 | `look_up` | completed |")
        assert "secret" not in reply.text


async def test_there_are_not_more_than_the_latest(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for number in range(SHOWN + 1):
            await parley.ask(f"question {number}")

        rows = (await parley.command("runs", MOD)).text.split("\n\n")[1].splitlines()[2:]
        assert [row.split()[1] for row in rows] == [str(number) for number in range(SHOWN + 1, 1, -1)]


async def test_one_answer_is_told_step_by_step(tmp_path: Path) -> None:
    async with rig(tmp_path, models=["one", "two"], tools=TOOLS) as parley:
        parley.one.fails(KeyRefused("no"))
        two = parley.models["two"]
        two.asks_for(call("fjord"), replace(call("nothing"), id="c2"))
        options = RunOptions(instructions="In rhyme.")
        await parley.answer(await parley.say("What is a fjord?", order=Order(options=options)))

        text = (await parley.command("runs", MOD, number=1)).text
        first, chosen, steps, together = text.split("\n\n")
        assert first.startswith("**Answer 1** (chat): completed. Asked by `Ann` on ")
        assert chosen == "For this answer alone: instructions `In rhyme.`."
        assert [line.split(" · ")[0] for line in steps.splitlines()] == [
            "1. `one/m` did not take the key",
            "2. `two/m` answered",
            '3. `look_up` with `{"word": "fjord"}`: `fjord: a thing of ʼwaterʼ | <@everyone>`',
            '4. `look_up` with `{"word": "nothing"}`: failed: `There is no such word.`',
            "5. `two/m` answered",
            "6. The answer was written.",
        ]
        assert " · 100 tokens in, 10 out · US$ 0.00 · " in steps
        assert together == "Together: 220 tokens, US$ 0.00."


async def test_what_strangers_wrote_is_told_without_the_marks_for_models(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=TOOLS) as parley:
        parley.one.asks_for(call("fjord"))
        await parley.ask("What is a fjord?")

        assert "`: `fjord: a thing of" in (await parley.command("runs", MOD, number=1)).text
        (used,) = (
            step
            for step in run_json(await parley.conversation.inspect(1, MOD, ROOM))["steps"]
            if "calls" in step
        )
        assert used["calls"][0]["result"]["text"].startswith("fjord: a thing\nof")


@given(st.text())
def test_a_text_comes_out_of_its_marks_as_it_was(text: str) -> None:
    assert within(marked(text)) == text
    assert within(text) == text


async def test_an_answer_of_another_room_is_none(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("elsewhere", BO, OTHER)
        for number in (1, 99):
            with pytest.raises(NotFound):
                await parley.command("runs", MOD, number=number)
        assert (await parley.command("runs", MOD)).text == "Nobody has asked me anything in this room yet."


async def test_a_private_room_is_its_person_s_alone(tmp_path: Path) -> None:
    alone = replace(ROOM, person=ANN.person.id)
    async with rig(tmp_path) as parley:
        run = await parley.say("between us", ANN, alone)
        await parley.answer(run)
        with pytest.raises(NotFound):
            await parley.command("runs", MOD, alone)
        with pytest.raises(NotFound):
            await parley.conversation.inspect(run, MOD)
        assert (await parley.conversation.inspect(run, ANN)).run.id == run


async def test_members_are_refused_the_list_and_see_their_own(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        run = await parley.say("hello", ANN)
        await parley.answer(run)
        with pytest.raises(NotAllowed, match="Only moderators can see how answers were made here"):
            await parley.command("runs", ANN)
        with pytest.raises(NotAllowed):
            await parley.conversation.inspect(run, BO)
        assert (await parley.conversation.inspect(run, ANN)).run.id == run


@pytest.mark.parametrize("number", [0, -1, 1.5, 2**80, "x"])
async def test_what_is_no_answer_s_number_is_refused(tmp_path: Path, number: object) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(BadOption, match="number"):
            await parley.command("runs", MOD, number=number)


async def test_a_name_stays_in_its_cell(tmp_path: Path) -> None:
    eve = Actor(Person("screen:eve", "Eve | `x` | **bold**\n| 9 |"))
    async with rig(tmp_path) as parley:
        await parley.ask("hello", eve)
        rows = (await parley.command("runs", MOD)).text.split("\n\n")[1].splitlines()
        assert len(rows) == 3
        assert rows[2].count("|") == rows[0].count("|")


def test_every_outcome_of_a_call_has_words() -> None:
    assert OUTCOMES.keys() == {*attempts.OUTCOMES.values(), "ok", "cancelled", "reserved", "lost"}


@given(st.text(max_size=400))
def test_somebody_s_words_are_one_line_of_code_and_short(text: str) -> None:
    shown = _quoted(text, LONGEST_WORDS)
    assert shown == "nothing" or (shown[0] == shown[-1] == "`" and "`" not in shown[1:-1])
    assert len(shown) <= LONGEST_WORDS + 2
    assert len(shown.splitlines()) == 1
