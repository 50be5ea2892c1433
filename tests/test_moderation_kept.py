"""What a model, or a person, would have Parley say another day is judged like what is said now."""

import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.conversation.moderation.screening import HELD, REFUSED, UNCHECKED, Filtered
from bot.errors import KeptOut
from bot.messages import Actor, Address, Need, Price, ToolCall
from bot.runs import RunKind, RunStatus
from bot.settings import Account, ModelEntry, SpendLimits
from bot.tools.builtin.remind import reminding
from tests.rig import ANN, BO, MOD, ROOM, Rig, Scripted, rig, settings_for
from tests.test_moderation import FAIR, FOUL, MODS, Judge, alert, ever, moderated, steps


@dataclass
class Bell:
    """Reminders that are only written down here."""

    kept: list[str] = field(default_factory=list)

    async def remind(
        self,
        to: Address,
        actor: Actor,
        when: str,
        text: str,
        *,
        place: str = "",
        event_id: str = "",
        worded: bool = False,
    ) -> str:
        self.kept.append(text)
        return "I'll remind you."


@pytest.mark.parametrize(
    ("words", "mode", "kept"),
    [
        ("the badger", "filter", 0),
        ("it will hurt", "filter", 0),
        ("the fox", "filter", 1),
        ("the badger", "report", 1),
    ],
)
async def test_no_reminder_is_set_with_what_the_room_does_not_want(
    tmp_path: Path, words: str, mode: str, kept: int
) -> None:
    bell = Bell()
    async with moderated(tmp_path, mode=mode, judge=Judge(), tools=[reminding(bell)]) as at:
        given = json.dumps({"when": "tomorrow 9:00", "text": words})
        at.one.asks_for(ToolCall("c1", "remind", given))
        at.one.says("Done.")
        said = await at.ask("remind me of the animal")
        assert len(bell.kept) == kept
        assert said.startswith("Done." if kept else HELD)
        assert words not in ever(at)


KEEPING: dict[str, dict[str, object]] = {
    "remind": {"when": "tomorrow 9:00"},
    "memory/add": {},
    "memory/change": {"number": "1"},
    "title": {},
    "persona/set": {},
    "persona/save": {"name": "it"},
}


async def newest(at: Rig) -> int:
    """The run of the latest command that was judged."""
    (found,) = await at.store.latest_runs(ROOM, 1)
    assert found.run.kind is RunKind.KEEP
    return found.run.id


@pytest.mark.parametrize("path", KEEPING)
async def test_what_a_command_keeps_is_judged_at_the_cost_of_who_gives_it(tmp_path: Path, path: str) -> None:
    async with moderated(tmp_path, judge=Judge()) as at:
        at.glass.kind = "thread"
        await at.command("memory/add", MOD, text="a fox")
        with pytest.raises(Filtered, match=REFUSED[:30]):
            await at.command(path, MOD, ROOM, **KEEPING[path], text="it will hurt")
        run = await newest(at)
        assert [step["action"] for step in await steps(at, run)] == ["filtered"]
        record = await at.store.run(run)
        assert record.run.status is RunStatus.COMPLETED
        assert [(call.model, call.outcome) for call in record.calls] == [("law/omni-moderation-latest", "ok")]
        assert record.run.actor.person == MOD.person
        await alert(at)
        assert await at.store.entries(ROOM) == []
        await at.command(path, MOD, ROOM, **KEEPING[path], text="a badge")
        assert at.glass.titles.get(ROOM, "a badge") == "a badge"
        assert "hurt" not in (await at.command("memory/show", MOD)).text


@pytest.mark.parametrize("unavailable", ["open", "closed"])
async def test_where_nobody_can_judge_it_the_room_has_chosen(tmp_path: Path, unavailable: str) -> None:
    async with moderated(tmp_path, judge=Judge(down=True)) as at:
        await at.command("moderation/unavailable", then=unavailable)
        if unavailable == "closed":
            with pytest.raises(Filtered, match=UNCHECKED[:30]):
                await at.command("memory/add", ANN, text="a fox")
        else:
            await at.command("memory/add", ANN, text="a fox")
        kept = (await at.command("memory/show", ANN)).text
        assert ("a fox" in kept) == (unavailable == "open")


async def test_where_moderators_are_only_told_they_are_and_it_is_kept(tmp_path: Path) -> None:
    async with moderated(tmp_path, mode="report", judge=Judge()) as at:
        await at.command("memory/add", ANN, text="it will hurt")
        await alert(at)
        (told,) = at.glass.texts(MODS)
        assert "`Ann`" in told
        assert "it will hurt" in (await at.command("memory/show", ANN)).text


async def test_who_keeps_trying_rests(tmp_path: Path) -> None:
    async with moderated(tmp_path) as at:
        for _ in range(3):
            with pytest.raises(Filtered):
                await at.command("memory/add", ANN, text="badger")
        with pytest.raises(KeptOut):
            await at.command("memory/add", ANN, text="a fox")
        await at.command("memory/add", BO, text="a fox")


async def test_what_was_being_judged_at_a_kill_is_over_after_the_start(tmp_path: Path) -> None:
    async with rig(tmp_path) as at:
        context = await at.store.weigh(ROOM, ANN, at=at.conversation.now())
    async with rig(tmp_path) as at:
        assert (await at.store.run(context.run.id)).run.status is RunStatus.FAILED


@pytest.mark.parametrize("words", [FOUL, FAIR])
async def test_whose_money_is_spent_is_judged_by_who_costs_nothing(tmp_path: Path, words: str) -> None:
    dear, free = Judge(), Scripted()
    free.says(words)
    limits = SpendLimits(per_person_day=Decimal("0.0001"))
    settings = settings_for(tmp_path, ["one"], limits)
    accounts = {
        "dear": Account("dear", "openai", "http://127.0.0.1:9"),
        "free": Account("free", "openai", "http://127.0.0.1:9", free=True),
    }
    judges = {"dear/omni-moderation-latest": Price(Decimal(1)), "free/judge": Price()}
    settings = replace(
        settings,
        accounts={**settings.accounts, **accounts},
        models={**settings.models, **{name: ModelEntry(price=price) for name, price in judges.items()}},
        routes={**settings.routes, Need.MODERATION: tuple(judges)},
    )
    scripts = {"one": Scripted(), "dear": dear, "free": free}
    async with rig(tmp_path, settings=settings, scripts=scripts) as at:  # type: ignore[arg-type]  # one judges
        await at.command("moderation/policy", mode="filter")
        said = await at.ask("it will hurt")
        assert dear.seen == []
        assert (said == REFUSED) == (words == FOUL)
