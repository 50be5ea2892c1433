"""A table from what was said, or from a file: what a model is shown, piece by piece, and what comes of it."""

import csv
import io
import json
from pathlib import Path

import pytest

from bot.commands import Invocation
from bot.commands.extract import columns
from bot.conversation.forms.extracting import LINES, NOTHING, PICTURED
from bot.errors import BadOption, NotFound
from bot.messages import Address, Document, Made, PictureRef
from bot.runs import RunKind, RunStatus
from bot.settings import Settings, SpendLimits
from tests.rig import ANN, BO, PNG, ROOM, Rig, rig, settings_for


def table(names: list[str], *rows: tuple[list[str], list[int]]) -> str:
    return json.dumps({"columns": names, "rows": [{"cells": c, "messages": m} for c, m in rows]})


def brief(folder: Path) -> Settings:
    """A model that may say little at once."""
    return settings_for(folder, ["one"], SpendLimits(output_tokens=300))


async def extracted(
    parley: Rig, what: str, pictures: tuple[PictureRef, ...] = (), documents: tuple[Document, ...] = ()
) -> tuple[str, tuple[Made, ...]]:
    """What is said of a table, and its files."""
    given = Invocation(ANN, Address(ROOM), {"what": what}, pictures, documents=documents)
    reply = await parley.commands.run("extract", given)
    assert reply.run_id is not None
    entry = await parley.ended(reply.run_id)
    places = range(len(entry.made))
    return entry.text, tuple([await parley.store.made_file(entry.key, entry.id, place) for place in places])


def read(file: Made) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"), newline="")))


async def test_a_table_of_what_was_said_comes_as_a_file_with_its_first_rows_in_sight(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("I paid 12.50 for paint", ANN)
        await parley.ask("and I 3 for nails", BO)
        rows = (["Ann", "12.50"], [1]), (["Bo", "=3"], [3, 99])
        parley.one.says(table(["name", "amount"], *rows))
        text, (file,) = await extracted(parley, what="name, amount in euros")
        asked = parley.one.asked[-1].turns

    assert (file.name, file.media_type) == ("extract.csv", "text/csv")
    assert read(file) == [["name", "amount"], ["Ann", "12.50"], ["Bo", "'=3"]]
    assert "Ann   12.50" in text
    assert "**2 rows** from 2 messages: `extract.csv`" in text
    assert asked[-1].text == "Make a table: name, amount in euros"
    assert any("⟦1 Ann 20" in turn.text and "12.50 for paint" in turn.text for turn in asked)


async def test_long_material_goes_in_pieces_under_the_columns_of_the_first(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=brief(tmp_path)) as parley:
        for number in range(6):
            await parley.ask(f"number {number} " + "word " * 60, ANN)
        parley.one.says(table(["n", "said"], (["0", "a"], [1])))
        for _ in range(11):
            parley.one.says(table(["said", "n"], (["b", "x"], [1])))
        text, (file,) = await extracted(parley, what="n, said")
        asked = [each for each in parley.one.asked if "You make a table" in each.turns[0].text]

    assert len(asked) > 1
    assert 'exactly these: ["n", "said"]' in asked[1].turns[-1].text
    assert read(file)[:3] == [["n", "said"], ["0", "a"], ["x", "b"]]
    shown = [
        turn.text.partition("⟧ ")[2] for each in asked for turn in each.turns if turn.text.startswith("⟦")
    ]
    assert len(shown) == len(set(shown)), "nothing is read twice"
    assert "rest is missing" not in text


async def test_what_was_not_read_is_said(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=brief(tmp_path)) as parley:
        for number in range(4):
            await parley.ask(f"number {number} " + "word " * 150, ANN)
        parley.one.says(table(["n"], (["0"], [1])))
        for _ in range(2):
            parley.one.says("no table")
        text, (file,) = await extracted(parley, what="n")

    assert read(file) == [["n"], ["0"]]
    assert "I read the first" in text
    assert "the rest is missing" in text


async def test_a_file_is_read_instead_of_the_room(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("a secret of the room", ANN)
        parley.one.says(table(["name"], (["Ann"], [1])))
        files = (Document("list.txt", "Ann\nBo"),)
        text, (file,) = await extracted(parley, what="names", documents=files)
        asked = "\n".join(turn.text for turn in parley.one.asked[-1].turns)

    assert "⟦1 list.txt part⟧ Ann\nBo" in asked
    assert "a secret of the room" not in asked
    assert "from `list.txt`" in text
    assert read(file) == [["name"], ["Ann"]]


async def test_rows_that_do_not_fit_their_columns_are_mended_once(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", ANN)
        parley.one.says(table(["a", "b"], (["1"], [1])))
        parley.one.says(table(["a", "b"], (["1", ""], [1])))
        _, (file,) = await extracted(parley, what="a and b")
        mend = parley.one.asked[-1].turns[-1].text

    assert "row 1 has 1 cells for 2 columns" in mend
    assert read(file) == [["a", "b"], ["1", ""]]


async def test_short_lines_go_in_pieces_whose_rows_an_answer_can_hold(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=brief(tmp_path)) as parley:
        for _ in range(12):
            parley.one.says(table(["n"], (["x"], [1])))
        lines = "\n".join(f"Ann {number}" for number in range(100))
        await extracted(parley, what="n", documents=(Document("list.txt", lines),))
        pieces = [
            [turn.text for turn in each.turns if turn.text.startswith("⟦")] for each in parley.one.asked
        ]

    assert sum(len(piece) for piece in pieces) == 3
    assert max("".join(piece).count("Ann ") for piece in pieces) <= LINES


async def test_when_an_answer_was_too_long_less_is_read_at_once(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=brief(tmp_path)) as parley:
        for number in range(4):
            await parley.ask(f"number {number}", ANN)
        parley.one.says(table(["n"], (["x" * 6000], [1])))
        for _ in range(12):
            parley.one.says(table(["n"], (["x"], [1])))
        text, (file,) = await extracted(parley, what="n")
        asked = [each for each in parley.one.asked if "You make a table" in each.turns[0].text]
        pieces = [sum(turn.text.startswith("⟦") for turn in each.turns) for each in asked]

    assert pieces[0] > pieces[1] >= 1
    assert sum(pieces[1:]) == 8, "nothing is left out"
    assert len(read(file)) == len(pieces)
    assert "missing" not in text


async def test_columns_of_one_name_and_of_none_keep_what_stands_under_them(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", ANN)
        parley.one.says(table(["a", "a", ""], (["1", "2", "3"], [1])))
        _, (file,) = await extracted(parley, what="a, a and the rest")

    assert read(file) == [["a", "a 2", "column 3"], ["1", "2", "3"]]


@pytest.mark.parametrize(("pictures", "said"), [((), NOTHING), ((PNG,), PICTURED)])
async def test_where_there_is_nothing_no_model_is_asked(
    tmp_path: Path, pictures: tuple[bytes, ...], said: str
) -> None:
    async with rig(tmp_path) as parley:
        kept = tuple([await parley.pictures.keep(one) for one in pictures])
        assert await extracted(parley, what="names", pictures=kept) == (said, ())
        assert parley.one.asked == []


async def test_without_rows_there_is_no_file(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", ANN)
        parley.one.says(table(["name"]))
        assert await extracted(parley, what="names") == (
            "I found nothing for such a table in 2 messages.",
            (),
        )


async def test_an_answer_written_anew_brings_the_new_file_alone_and_a_deleted_one_none(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", ANN)
        parley.one.says(table(["n"], (["1"], [1])))
        reply = await parley.command("extract", ANN, what="n")
        entry = await parley.ended(reply.run_id or 0)
        parley.one.says(table(["n"], (["2"], [1])))
        again = await parley.conversation.repeat(reply.run_id or 0, RunKind.CHAT, ANN, ROOM)
        entry = await parley.ended(again.run_id)
        assert entry.run_status is RunStatus.COMPLETED
        assert [one.name for one in entry.made] == ["extract.csv"]
        assert read(await parley.store.made_file(entry.key, entry.id, 0)) == [["n"], ["2"]]
        await parley.conversation.delete(entry.id, ANN, entry.key)
        with pytest.raises(NotFound):
            await parley.store.made_file(entry.key, entry.id, 0)


def test_columns_are_named_with_commas_and_not_too_many() -> None:
    assert columns(" name ,date;  amount  in euros,,name") == ["name", "date", "amount in euros"]
    assert columns("") == []
    with pytest.raises(BadOption):
        columns(",".join(map(str, range(21))))
    with pytest.raises(BadOption):
        columns("x" * 61)
