"""What the operator's page shows: tables that are sorted, filtered and paged, and nobody's words."""

import csv
import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from adapters.web.admin.reading import part, view
from adapters.web.admin.rows import run_without_words
from bot.errors import ProviderDown
from bot.messages import (
    Actor,
    Address,
    ChannelKey,
    Incoming,
    Names,
    Person,
    Price,
    RunOptions,
    Standing,
    ToolCall,
    ToolResult,
)
from bot.records import Order, Round, Run, RunRecord, RunStep
from bot.runs import RunKind, RunStatus
from bot.settings import ModelEntry, Moderation, SpendLimits
from bot.store import overview
from tests.operators_page import Desk, desk
from tests.rig import ANN, BO, ROOM, settings_for

CANARY = "canary-7431"
SIDE = replace(ROOM, channel="side")
ALONE = replace(ROOM, space="dm", channel="ann", person=ANN.person.id)
DIRECT = ChannelKey("screen", "parley", "dm", "bo")
TABLES = (
    "overview", "rooms", "runs", "spending", "budgets", "providers", "models", "audit", "moderation",
    "personas",
)  # fmt: skip
PAGES = ("/admin", "/admin/rooms", "/admin/runs", "/admin/api/audit/export")


async def everything(at: Desk) -> str:
    """All that the page asks for by itself."""
    answers = [await at.operator.get(path) for path in PAGES]
    answers += [await at.operator.get(f"/admin/api/{name}?by=person") for name in TABLES]
    runs = (await at.table("runs"))["rows"]
    answers += [await at.operator.get(f"/admin/api/runs/{row['id']}") for row in runs]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.text for answer in answers)


async def test_rooms_and_answers_are_told_of_without_a_word_of_anybody(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.at.one.says(f"{CANARY} is what you said.")
        run = await at.at.say(f"I say {CANARY}")
        assert CANARY in await at.at.answer(run)
        assert CANARY not in await everything(at)

        answer = await at.operator.post(f"/admin/api/runs/{run}/words")
        assert [one["text"] for one in answer.json()["said"]] == [
            f"I say {CANARY}",
            f"{CANARY} is what you said.",
        ]
        (entry,) = (await at.table("audit", act="read_private"))["rows"]
        assert (entry["subject"], entry["door"]) == (f"answer {run}", "operator's page")


@pytest.mark.parametrize("key", [ALONE, DIRECT], ids=["private", "direct"])
async def test_what_is_said_to_parley_alone_is_counted_and_not_listed(
    tmp_path: Path, key: ChannelKey
) -> None:
    who = ANN if key.person else BO
    async with desk(tmp_path) as at:
        private = await at.at.say(CANARY, who, key)
        await at.at.answer(private)
        await at.at.command(
            "persona/set", Actor(who.person, Standing.MODERATOR), key, text=f"You are {CANARY}."
        )
        await at.at.ask("hello")
        assert [row["place"] for row in (await at.table("rooms"))["rows"]] == ["general"]
        runs = (await at.table("runs"))["rows"]
        assert [row["room"] for row in runs] == ["general"]
        seen = await at.table("overview")
        assert (seen["rooms"], seen["private"], seen["private_today"]) == (1, 1, 1)
        assert CANARY not in await everything(at)
        assert (await at.operator.get(f"/admin/api/runs/{private}")).status_code == 404
        history = {"scope": key.scope, "name": "persona"}
        assert (await at.operator.get("/admin/api/personas/history", params=history)).status_code == 404
        assert (await at.operator.post(f"/admin/api/runs/{private}/words")).status_code == 200
        assert (await at.table("audit", act="read_private"))["rows"][0]["scope"].startswith("room/")


async def test_tables_are_sorted_filtered_and_paged_by_the_address(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for number in range(27):
            await at.at.ask("hello", ANN if number % 2 else BO, ROOM if number % 3 else SIDE)
        first, second = await at.table("runs"), await at.table("runs", page=2)
        assert [row["id"] for row in first["rows"] + second["rows"]] == list(range(27, 0, -1))
        assert (first["more"], second["more"], second["page"]) == (True, False, 2)
        assert (await at.table("runs", sort="id"))["rows"][0]["id"] == 1
        mine = await at.table("runs", filter="ANN", sort="-created_at")
        assert {row["person"] for row in mine["rows"]} == {"Ann"}
        assert len(mine["rows"]) == 13
        side = next(row for row in (await at.table("rooms", sort="name"))["rows"] if row["name"] == "side")
        assert len((await at.table("runs", room_id=side["id"]))["rows"]) == 9
        assert (await at.table("runs", status="failed"))["rows"] == []
        assert (await at.table("runs", filter="%"))["rows"] == []
        assert [row["place"] for row in (await at.table("rooms", sort="-name"))["rows"]] == [
            "side",
            "general",
        ]
        assert side["messages"] == 9
        assert (await at.table("runs", created_at="yesterday", cost="much"))["rows"] == []
        for column in ("cost", "tokens", "took"):
            found = [row[column] for row in (await at.table("runs", sort=f"-{column}"))["rows"]]
            assert all(one >= other - 2 for one, other in pairwise(found))  # SQLite's days have milliseconds
        for asked in ("sort=secret", "page=0", "page=401", "page=x", f"filter={'a' * 101}", "filter=%00"):
            assert (await at.operator.get(f"/admin/api/runs?{asked}")).status_code == 400, asked


async def test_spending_is_added_up_by_model_person_and_day(tmp_path: Path) -> None:
    unlimited = SpendLimits(per_person_day=None, per_channel_day=None)
    price = Price(Decimal("0.01"), Decimal("0.1"))
    settings = settings_for(tmp_path, ("one",), unlimited)
    settings = replace(settings, models={"one/m": ModelEntry(price=price, context_length=8000)})
    async with desk(tmp_path, settings=settings) as at:
        await at.at.ask("hello")
        await at.at.ask("hello", BO)
        await at.at.ask("hello", BO)
        by_person = (await at.table("spending", by="person"))["rows"]
        assert [(row["name"], row["calls"], row["cost"]) for row in by_person] == [
            ("Bo", 2, 4.0),
            ("Ann", 1, 2.0),
        ]
        by_model = await at.table("spending")
        assert [(row["name"], row["cost"]) for row in by_model["rows"]] == [("one/m", 6.0)]
        assert by_model["parts"][0]["cost"] == by_model["days"][-1]["cost"] == 6.0
        assert len(by_model["days"]) == 30
        seen = await at.table("overview")
        assert (seen["today"]["cost"], seen["month"]["requests"]) == (6.0, 3)
        assert (await at.table("rooms"))["rows"][0]["spent"] == 6.0
        await at.at.ask("hello", key=replace(ROOM, channel="a/side", thread="7"))
        for sort, costs in (("spent", [2.0, 6.0]), ("-spent", [6.0, 2.0])):
            assert [row["spent"] for row in (await at.table("rooms", sort=sort))["rows"]] == costs
        await at.at.command("budget/set", dollars=1.5)
        (budget,) = (await at.table("budgets"))["rows"]
        assert (budget["today"], budget["limits"]) == (6.0, ["this channel: US$ 1.50 a day"])


async def test_providers_show_how_fast_they_are_and_what_failed_last(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.at.one.fails(ProviderDown("it is away", sent=True))
        await at.at.ask("hello")
        (account,) = (await at.table("providers"))["rows"]
        assert (account["name"], account["state"], account["last_error"]) == ("one", "well", "down")
        assert (account["calls"], account["failed"]) == (2, 1)
        (model,) = (await at.table("models"))["rows"]
        assert model["p95"] >= model["p50"] >= 0


def titled(folder: Path, many: int) -> None:
    """So many conversations have got a title since."""
    with closing(sqlite3.connect(folder / "parley.db")) as raw, raw:
        raw.executemany(
            "INSERT INTO settings (scope, name, value, person_id, person_name, person_bot, at, reason)"
            " VALUES (?, 'title', 'Tea', 'parley', '', 1, '2026-11-21 00:00:00.000000', '')",
            [(f"screen/acct/home/{number}",) for number in range(many)],
        )


async def test_places_are_called_as_people_know_them_however_much_is_set(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        thread, unknown = replace(ROOM, thread="7"), replace(ROOM, space="elsewhere")
        for key, name in ((ROOM, "lobby"), (thread, "details")):
            said = Incoming(ANN, "hello", Address(key, names=Names(name, "The Club")))
            await at.at.answer((await at.at.conversation.accept(said, Order())).run_id)
        for key in (ROOM, thread, unknown):
            await at.at.command("persona/set", key=key, text="You are kind.")
        await at.at.command("budget/set", of="server", dollars=1)
        titled(tmp_path, overview.WINDOW)
        places = {row["scope"]: row["place"] for row in (await at.table("personas"))["rows"]}
        assert places == {
            ROOM.scope: "lobby · The Club",
            thread.scope: "details · The Club",
            unknown.scope: "",
        }
        assert [row["place"] for row in (await at.table("budgets"))["rows"]] == ["The Club"]
        assert {row["place"] for row in (await at.table("audit", filter="lobby"))["rows"]} == {
            "lobby · The Club"
        }


async def test_personas_have_a_history_with_what_each_version_changed(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await at.at.ask("hello")
        for text in ("You are a pirate. You sing.", "You are a pirate. You dance."):
            await at.at.command("persona/set", text=text)
        (persona,) = (await at.table("personas"))["rows"]
        assert (persona["versions"], persona["by"]) == (2, "Mod")
        asked = {"scope": persona["scope"], "name": persona["setting"]}
        answer = await at.operator.get("/admin/api/personas/history", params=asked)
        newest, oldest = answer.json()["versions"]
        assert "-You sing.\n+You dance." in newest["diff"]
        assert (oldest["number"], newest["number"]) == (1, 2)
        other = {"scope": persona["scope"], "name": "model"}
        assert (await at.operator.get("/admin/api/personas/history", params=other)).status_code == 404


async def test_an_alert_is_decided_as_by_its_buttons(tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path, ("one",)), moderation=Moderation(words=("badger",)))
    mods = replace(ROOM, channel="mods")
    async with desk(tmp_path, settings=settings) as at:
        await at.at.command("moderation/policy", mode="filter")
        await at.at.command("moderation/alerts", key=mods)
        await at.at.ask(f"a badger {CANARY}")
        while not at.at.glass.screen.get(mods):
            await at.at.glass.changed.wait()
        (alert,) = (await at.table("moderation", state="open"))["rows"]
        assert (alert["person"], alert["verbs"]) == ("Ann", ["dismiss", "wipe", "block"])
        assert CANARY not in await everything(at)
        bad = await at.operator.post(f"/admin/api/moderation/{alert['id']}", json={"verb": "delete"})
        assert bad.status_code == 400
        for verb in ("block", "dismiss"):
            done = await at.operator.post(f"/admin/api/moderation/{alert['id']}", json={"verb": verb})
            assert done.status_code == 200, done.text
        assert (await at.table("moderation", state="open"))["rows"] == []
        (closed,) = (await at.table("moderation", state="closed"))["rows"]
        assert closed["done"] == ["block", "dismiss"]
        assert {bar.person_id for bar in await at.at.store.bars(at.clock.now())} == {ANN.person.id}
        doors = {row["door"] for row in (await at.table("audit", act="moderate"))["rows"]}
        assert doors == {"operator's page"}


async def test_the_audit_is_exported_as_it_is_filtered_and_holds_no_formula(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        evil = Actor(Person("screen:eve", '=HYPERLINK("http://evil")'), Standing.MODERATOR)
        await at.at.command("persona/set", evil, text="You are a pirate.")
        file = await at.operator.get("/admin/api/audit/export?filter=HYPERLINK")
        assert file.headers["content-disposition"].startswith("attachment")
        (row,) = csv.DictReader(io.StringIO(file.text))
        assert row["person_name"] == "'" + evil.person.name
        assert row["act"] == "set_persona"


async def test_whoever_speaks_for_another_is_not_the_operator(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        for who in ("member:eve", "moderator:mo"):
            for name in TABLES:
                answer = await at.operator.get(f"/admin/api/{name}", params={"as": who})
                assert answer.status_code == 403, name


def test_steps_show_no_words_of_tools_nor_of_a_kind_that_nobody_knows() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    actor, address = ANN, Address(ROOM)
    chosen = RunOptions(persona=CANARY, instructions=CANARY, style="brief")
    run = Run(1, ROOM, RunKind.CHAT, RunStatus.COMPLETED, actor, address, chosen, 1, 2, 1, at)
    call = ToolCall("c1", "calculate", CANARY)
    used = Round(CANARY, (call,), (ToolResult(call, CANARY, failed=True),))
    steps = (
        RunStep("tool_calls", {}, at, used=used),
        RunStep("novelty", {"words": CANARY, "count": 3, "found": [CANARY]}, at),
    )
    shown = run_without_words(RunRecord(run, steps, ()))
    assert CANARY not in str(shown)
    assert shown["chosen"] == {"style": "brief"}
    assert shown["steps"][0]["calls"] == [{"name": "calculate", "failed": True}]
    assert shown["steps"][1]["count"] == 3


def test_rows_in_memory_are_ordered_and_cut_like_a_table() -> None:
    rows = [{"name": f"m{number}", "cost": number / 2} for number in range(30)] + [
        {"name": "x", "cost": None}
    ]
    columns = ("name", "cost")
    found, more = part(rows, view({}, columns, "-cost"))
    assert (found[0]["name"], len(found), more) == ("m29", 25, True)
    assert part(rows, view({"page": "2"}, columns, "cost"))[0][-1]["name"] == "m29"
    assert part(rows, view({"filter": "M1"}, columns, "name"))[0][0]["name"] == "m1"
    assert part(rows, view({"name": "m7"}, columns, "name")) == ([rows[7]], False)
