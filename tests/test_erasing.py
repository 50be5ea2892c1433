"""Who asks to be forgotten is: no file has a trace of their words afterwards, whatever table held them."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, Table, insert

from bot.errors import BadOption, NotAllowed, NotFound
from bot.messages import Actor, Address, ChannelKey, Incoming, Person, Quote, Standing
from bot.records import Order
from bot.runs import RunKind
from bot.store.tables import metadata
from bot.store.types import Json, Words
from tests.rig import ANN, BO, MOD, PNG, ROOM, Rig, rig
from tests.test_moderation import Later

CANARY = "kanarienvogel"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
DIRECT = ChannelKey("screen", "parley", "dm", "ann-alone")

WORDLESS = {
    "calibrations": "of models",
    "catalogues": "of models",
    "changes": "numbers",
    "deliveries": "what the platform calls its messages",
    "erasures": "who is being forgotten: checked by itself",
    "events": "what the platform calls what happened",
    "message_pictures": "names of contents",
    "offences": "that moderation found fault",
    "pictures": "names of contents",
    "spent": "sums",
    "tunings": "of models",
}
"""Tables in which nobody's words are."""

STAYS = {
    ("knowledge_files", "name"),
    ("knowledge_chunks", "section"),
    ("knowledge_chunks", "text"),
    ("knowledge_chunks", "model"),
    ("knowledge_chunks", "vector"),
    ("settings", "value"),
}
"""What belongs to a room, and not to who gave it: where it is in a room of others."""


def rows(room: int, alone: int, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A row of ann's in every table that can hold words, in an order in which they can be stored."""
    ann = {"person_id": ANN.person.id, "person_bot": False}
    ours = {"person_id": "parley", "person_name": "Parley", "person_bot": True}
    q, a, r = number, number + 1, number
    common = {"room_id": room, "created_at": AT}
    yield "messages", {"id": q, "role": "user", **common, **ann}
    yield "messages", {"id": a, "role": "assistant", "question_id": q, "run_id": r, **common, **ours}
    run = {"kind": "chat", "takes_room": True, "status": "completed", "question_id": q, "replaces": False}
    given = {"standing": 1, "reply_to": "", "ended_at": AT, "attempts": 1, "delivery": "delivered"}
    yield "runs", {"id": r, "person_name": CANARY, **run, **given, **common, **ann}
    yield "run_steps", {"run_id": r, "kind": "tool_calls", "at": AT}
    yield "calls", call(room, r)
    yield "notes", {"upto": q, "exchanges": 1, "strangers": False, "run_id": r, **common}
    for message in (q, a):
        yield "documents", {"message_id": message, "position": 0, "pages": 0, "read": 0, "whole": True}
        yield "made_files", {"message_id": message, "position": 0, "media_type": "text/csv"}
        yield "vectors", {"room_id": room, "message_id": message, "model": "m"}
    yield from belongings(a, r, alone, common, ann)


def belongings(
    a: int, r: int, alone: int, common: Mapping[str, Any], ann: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is hers beside what she said."""
    scope = f"person/{ANN.person.id.replace(':', '%3A')}"
    yield "facts", {"person_id": ANN.person.id, "number": 7, **common}
    yield (
        "ratings",
        {"answer_id": a, "person_id": ANN.person.id, "run_id": r, "value": 1, "sign": "x", "at": AT},
    )
    yield "settings", {"scope": scope, "name": "tuning", "at": AT, **ann}
    yield "settings", {"scope": ROOM.scope, "name": "persona", "at": AT, "value": "Be kind.", **ann}
    told = {"key": str(ROOM), "person": ANN.person.id, "name": CANARY, "text": CANARY}
    yield "timers", {"due": AT + timedelta(days=900), "kind": "remind", "payload": told}
    body = json.dumps({"message": {"from": {"id": "ann"}, "text": CANARY}})
    box = {"platform": "screen", "account": "parley", "update_id": 5, "at": AT}
    yield "inbox", {"state": "aside", "body": body, **box}
    file = {"sha256": "0", "run_id": r, "pages": 0, "read": 0, "whole": True, "size": 1, "created_at": AT}
    yield "knowledge_files", {"id": 1, "scope": DIRECT.scope, "person_id": ANN.person.id, **file}
    yield "knowledge_chunks", {"file_id": 1, "position": 0, "page": 0}
    yield "rooms", {**named(DIRECT), "id": alone}
    yield "messages", {"role": "user", **common, **ann, "room_id": alone, "attachments": None}
    yield "alerts", {"run_id": r, "message_id": a, "of_run": r, "person_id": ANN.person.id}
    where: dict[str, object] = {
        "scope": "s",
        "door": "screen",
        "subject": "persona",
        "target": ANN.person.id,
        "count": 1,
    }
    decided = {"act": "x", "decision": "done", "before": None, "after": None, "at": AT}
    yield "offered", {"token": "t", "at": AT}
    yield "audit", {"person_id": ANN.person.id, **where, **decided}
    yield (
        "barred",
        {"scope": "s", "person_id": "x", "why": "y", "until": AT, "strikes": 0, "by_id": "z", "at": AT},
    )


def named(key: ChannelKey) -> dict[str, Any]:
    times = {"created_at": AT, "last_at": AT}
    return {"key": str(key), "platform": key.platform, "thread": "", "person": "", **times}


def call(room: int, run: int) -> dict[str, Any]:
    spent = {"day": date(2026, 11, 21), "cost": Decimal("0.25"), "model": "m", "outcome": "completed"}
    return {"run_id": run, "room_id": room, "person_id": ANN.person.id, "at": AT, **spent}


def filled(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    """A row with the canary in every column for words that is not given."""
    made = dict(given)
    for column in table.columns:
        if column.name in made:
            continue
        if isinstance(column.type, Words):
            made[column.name] = CANARY
        elif isinstance(column.type, Json):
            made[column.name] = {"said": CANARY}
        elif isinstance(column.type, LargeBinary):
            made[column.name] = CANARY.encode()
    return made


def seed(db: Connection, room: int) -> None:
    for name, given in rows(room, 900, 5000):
        table = metadata.tables[name]
        db.execute(insert(table), filled(table, given))


def traces(folder: Path, *words: str) -> list[str]:
    """Files in which one of the words stands, as bytes."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes().lower()
            found += [f"{path.name}: {word}" for word in words if word.lower().encode() in data]
    return found


def test_every_table_is_thought_of() -> None:
    """A table that is new is to be forgotten, too: give it a row above, or say why it has no words."""
    seeded = {name for name, _ in rows(1, 2, 3)}
    assert seeded | WORDLESS.keys() == set(metadata.tables)
    assert not seeded & WORDLESS.keys()
    for name in WORDLESS.keys() - {"erasures", "catalogues"}:
        kinds = {
            type(column.type) for column in metadata.tables[name].columns if column.name not in TECHNICAL
        }
        assert not kinds & {Json, LargeBinary, Words}, name


TECHNICAL = {"post_id", "train_file", "validation_file", "job", "model"}


async def test_no_file_has_a_trace_of_who_was_forgotten(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask(f"My {CANARY} is yellow.", ANN)
        await parley.ask("What else?", BO)
        room = await parley.store._read(lambda db: db.exec_driver_sql("SELECT id FROM rooms").scalar_one())
        await parley.store._writer.write(lambda db: seed(db, room))
        assert traces(tmp_path, CANARY)

        reply = await parley.command("privacy/delete", ANN, confirm="Delete")
        assert "deleting all" in reply.text
        await parley.lasting.erasing.over()

        assert traces(tmp_path, CANARY, "screen:ann") == []
        entries = await parley.store.entries(ROOM)
        assert [entry.text for entry in entries] == ["What else?", "answer 2"]
        assert await parley.store.erasures() == []
    assert traces(tmp_path, CANARY, "screen:ann") == []


async def other_room(parley: Rig, text: str) -> None:
    """bo points at what somebody wrote, and says something himself."""
    said = Incoming(BO, text, Address(ROOM), quote=Quote("Ann", f"my {CANARY}…"))
    run = await parley.conversation.accept(said)
    await parley.answer(run.run_id)


async def test_what_others_hold_of_their_words_goes_and_what_is_others_own_stays(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        ref = await parley.pictures.keep(PNG)
        parley.one.says(f"I see: {CANARY}, a long answer to her.")
        await parley.answer(await parley.say(f"My {CANARY} sings all day long.", ANN, pictures=(ref,)))
        alias = Incoming(BO, "Look at this.", Address(ROOM), quote=Quote("", f"**I see: {CANARY}**, a long"))
        await parley.answer((await parley.conversation.accept(alias)).run_id)
        await other_room(parley, "I am Bo.")
        parley.one.says(f"Summary: ann has a {CANARY}.")
        summary = Order(RunKind.SUMMARIZE)
        await parley.until(await parley.say("", BO, order=summary), lambda status: status.ended)
        assert list((tmp_path / "media").rglob("*.png"))

        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        assert traces(tmp_path, CANARY, "screen:ann") == []
        assert list((tmp_path / "media").rglob("*.png")) == []
        entries = await parley.store.entries(ROOM)
        assert {"Look at this.", "I am Bo."} <= {entry.text for entry in entries}
        assert not any(CANARY in text for text in parley.glass.texts())


async def test_a_picture_that_somebody_else_shows_stays(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        ref = await parley.pictures.keep(PNG)
        for actor in (ANN, BO):
            await parley.answer(await parley.say("Look!", actor, pictures=(ref,)))
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        assert (await parley.pictures.load(ref)).data


async def test_who_is_being_answered_is_answered_no_more(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says(f"It is a {CANARY}", " and yellow.", gate=gate)
        run = await parley.say(f"What is a {CANARY}?", ANN)
        await parley.one.speaking.wait()
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        assert (await parley.store.run(run)).run.status.ended
        assert traces(tmp_path, CANARY) == []
        assert parley.glass.texts() == []


async def test_a_clock_that_was_set_back_keeps_nothing_of_who_is_forgotten(tmp_path: Path) -> None:
    clock = Later()
    async with rig(tmp_path, clock=clock) as parley:
        ref = await parley.pictures.keep(PNG)
        clock.ahead = timedelta(days=30)
        await parley.command("memory/add", ANN, text=f"a {CANARY}")
        await parley.answer(await parley.say("One.", ANN, pictures=(ref,)))
        await parley.command("persona/set", replace(ANN, standing=Standing.MODERATOR), text="You sing.")
        clock.ahead = timedelta()
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        assert traces(tmp_path, CANARY, "screen:ann") == []
        assert list((tmp_path / "media").rglob("*.png")) == []


async def test_what_is_said_afterwards_is_new(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("One.", ANN)
        for _ in range(2):
            await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        await parley.ask("Two.", ANN)
        assert next(iter(await parley.store.entries(ROOM))).text == "Two."
        spent = await parley.store.used_by(ANN.person.id, since=date(2000, 1, 1))
        assert sum(used.calls for used in spent) == 1


@pytest.mark.parametrize("phase", ["echoes", "words", "rest", "pictures", "file", "posts"])
async def test_a_kill_in_between_forgets_nothing_of_it(tmp_path: Path, phase: str) -> None:
    async with rig(tmp_path) as parley:
        ref = await parley.pictures.keep(PNG)
        await parley.answer(await parley.say(f"My {CANARY}.", ANN, pictures=(ref,)))
        await other_room(parley, "I am Bo.")
        erasing, store = parley.lasting.erasing, parley.store
        reached = asyncio.Event()

        async def hang(*_: object, **__: object) -> None:
            reached.set()
            await asyncio.Event().wait()

        setattr(store, HANGS[phase], hang)
        await erasing.begin(ANN.person)
        await reached.wait()
        assert len(await store.erasures()) == 1
    async with rig(tmp_path) as parley:
        await parley.lasting.erasing.over()
        assert await parley.store.erasures() == []
        assert traces(tmp_path, CANARY, "screen:ann") == []
        assert list((tmp_path / "media").rglob("*.png")) == []


HANGS = {
    "echoes": "forget_echoes",
    "words": "forget_words",
    "rest": "forget_rest",
    "pictures": "pictures_gone",
    "file": "file_cleaned",
    "posts": "erased",
}


async def test_limits_hold_for_who_was_forgotten(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("One.", ANN)
        sums = "SELECT scope, sum(requests) FROM spent GROUP BY scope ORDER BY scope"
        before = await parley.store._read(lambda db: db.exec_driver_sql(sums).fetchall())
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        after = await parley.store._read(lambda db: db.exec_driver_sql(sums).fetchall())
        assert after == before != []


async def test_nothing_is_deleted_before_the_word_is_given(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("One.", ANN)
        with pytest.raises(BadOption, match="Nothing was deleted"):
            await parley.command("privacy/delete", ANN, confirm="yes")
        assert await parley.store.erasures() == []


async def test_an_export_that_nobody_took_goes_with_the_rest_and_others_stay(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask(f"My {CANARY}.")
        privacy = parley.conversation.privacy
        hers, his = [await privacy.export(ROOM, who, at_most=10**6) for who in (ANN, BO)]
        assert all(one.files[0].exists() for one in (hers, his))
        await privacy.delete(ROOM, ANN, "delete")
        assert not hers.folder.exists()
        assert his.files[0].exists()


async def test_only_the_operator_reads_what_is_private_and_never_unseen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = ChannelKey("screen", "parley", "home", "general", person=ANN.person.id)
    async with rig(tmp_path) as parley:
        await parley.ask(f"My {CANARY}.", ANN, private)
        for actor in (BO, MOD):
            with pytest.raises(NotFound):
                await parley.conversation.entries(private, actor)
            with pytest.raises(NotAllowed):
                await parley.conversation.privacy.read_private(private, actor)
        capsys.readouterr()
        operator = Actor(Person("web:operator", "Op"), Standing.OPERATOR)
        found = await parley.conversation.privacy.read_private(private, operator)
        assert found[0].text == f"My {CANARY}."
        told = capsys.readouterr().out
        assert "a private room was read" in told
        assert "web:operator" in told
        assert CANARY not in told
