"""What outgrows a model is condensed beside the room: nobody waits for it, and nothing goes wrong with it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.conversation.prompt.noted import BEGIN, END
from bot.errors import BadOption, ProviderDown, ProviderError
from bot.messages import Actor, ChatRequest, End, EndReason, Person, Price, Text, ToolCall
from bot.records import RunRecord
from bot.runs import RunKind, RunStatus
from bot.settings import ModelEntry, Settings, SpendLimits
from tests.rig import ANN, BO, MOD, ROOM, Rig, Scripted, rig, settings_for

LONG = "word " * 80
SMALL = 4000
"""Tokens of a window with some five exchanges like these in it."""


@dataclass
class Noting(Scripted):
    """A model whose notes name the questions that it has read, and which reports no tokens."""

    free: asyncio.Event = field(default_factory=asyncio.Event)
    noting: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: ProviderError | None = None
    reason: EndReason = EndReason.STOP

    def __post_init__(self) -> None:
        self.free.set()

    async def chat(self, request: ChatRequest) -> AsyncIterator[Text | ToolCall | End]:
        if not is_for_notes(request):
            self.says(f"answer {LONG}", usage=None)
        elif self.trouble:
            self.fails(self.trouble)
        else:
            known = re.findall(r"question (\d+)|\b(\d+) is known", request.turns[1].text)
            said = "\n".join(f"{one or other} is known" for one, other in known)
            self.says(said, usage=None, reason=self.reason)
            self.noting.set()
            await self.free.wait()
        async for part in super().chat(request):
            yield part


def is_for_notes(request: ChatRequest) -> bool:
    return request.turns[0].text.startswith("You write notes")


def small(
    folder: Path, limits: SpendLimits | None = None, size: int = SMALL, price: Price | None = None
) -> Settings:
    settings = settings_for(folder, ["one"], limits)
    model = ModelEntry(vision=True, context_length=size, price=price)
    return replace(settings, models={"one/m": model})


def noting(folder: Path, model: Noting, settings: Settings | None = None):  # type: ignore[no-untyped-def]  # a rig
    return rig(folder, settings=settings or small(folder), scripts={"one": model})


async def talk(parley: Rig, count: int, first: int = 0, actor: Actor = ANN) -> None:
    for number in range(first, first + count):
        await parley.ask(f"question {number} {LONG}", actor)
        await over(parley)


async def over(parley: Rig) -> list[RunRecord]:
    """The runs that condensed, when all of them have ended, the newest first."""
    while True:
        await asyncio.sleep(0.001)
        found = await parley.store.latest_runs(ROOM, 50)
        condensing = [record for record in found if record.run.kind is RunKind.CONDENSE]
        if all(record.run.status.ended for record in condensing):
            return condensing


def in_window(request: ChatRequest) -> tuple[list[int], list[int]]:
    """The questions that a model knew of: from notes, and from the messages themselves."""
    system, *rest = request.turns
    told = system.text.split(f"\n{BEGIN}\n")[1].split(f"\n{END}")[0] if BEGIN in system.text else ""
    asked = [turn.text.split()[1] for turn in rest if turn.role == "user"]
    return [int(line.split()[0]) for line in told.splitlines()], [int(number) for number in asked]


async def test_a_long_conversation_is_known_whole_from_notes_and_messages(tmp_path: Path) -> None:
    model = Noting()
    async with noting(tmp_path, model) as parley:
        await talk(parley, 16)
        done = await over(parley)

        for asked in (request for request in model.asked if not is_for_notes(request)):
            known, shown = in_window(asked)
            assert known + shown == list(range(shown[-1] + 1))
        assert 3 <= len(done) <= 7
        assert all(record.run.status is RunStatus.COMPLETED for record in done)
        assert [len(parley.glass.texts()), len(await parley.store.entries(ROOM))] == [16, 32]
        style = next(request.style for request in model.asked if is_for_notes(request))
        assert style.temperature == pytest.approx(0.45)


async def test_what_made_an_answer_names_the_notes_it_was_shown(tmp_path: Path) -> None:
    async with noting(tmp_path, Noting()) as parley:
        await talk(parley, 8)
        first = (await over(parley))[-1].run.id
        found = await parley.store.latest_runs(ROOM, 50)
        shown = [one.run.id for one in found if any(step.kind == "notes_shown" for step in one.steps)]

        told = (await parley.command("runs", number=shown[-1])).text
        assert f"Notes of what was said before were shown: of 3 exchanges, from {first}." in told
        told = (await parley.command("runs", number=first)).text
        assert "(condense): completed" in told
        assert "6 messages were condensed; the notes are of 3 exchanges." in told


async def test_nobody_waits_for_notes_and_a_stop_drops_them(tmp_path: Path) -> None:
    model = Noting()
    async with noting(tmp_path, model) as parley:
        model.free.clear()
        for number in range(20):
            await parley.ask(f"question {number} {LONG}")
            if model.noting.is_set():
                break
        await parley.ask("question 98")
    model.free.set()
    async with noting(tmp_path, model) as parley:
        (record,) = await over(parley)
        assert (record.run.status, record.run.last_error) == (RunStatus.FAILED, "interrupted")
        assert [call.outcome for call in record.calls] == ["lost"]

        await talk(parley, 1, 99)
        (again, _) = await over(parley)
        assert again.run.status is RunStatus.COMPLETED
        assert len(parley.glass.texts()) == 1


@pytest.mark.parametrize("reason", [EndReason.STOP, EndReason.REFUSAL])
async def test_notes_that_cannot_be_had_trouble_nobody_and_are_not_asked_for_at_once(
    tmp_path: Path, reason: EndReason
) -> None:
    model = Noting(reason=reason, trouble=None if reason is EndReason.REFUSAL else ProviderDown("gone"))
    async with noting(tmp_path, model) as parley:
        await talk(parley, 9)
        (record,) = await over(parley)

        assert record.run.status is RunStatus.FAILED
        assert record.run.last_error in ("ProviderDown", "refusal")
        assert not any("gone" in text or "wrong" in text for text in parley.glass.texts())


@pytest.mark.parametrize(("limit", "runs"), [("0.065", 0), ("1", 1)])
async def test_without_money_there_are_no_notes_and_no_noise(tmp_path: Path, limit: str, runs: int) -> None:
    price = Price(Decimal(0), Decimal("0.0001"))
    model = Noting()
    limits = SpendLimits(per_person_day=Decimal(limit), output_tokens=200)
    settings = small(tmp_path, limits, 2000, price)
    dear = {name: replace(account, free=False) for name, account in settings.accounts.items()}
    async with noting(tmp_path, model, replace(settings, accounts=dear)) as parley:
        await talk(parley, 7, actor=BO)

        assert len(await over(parley)) == runs
        assert [("limit" in text) for text in parley.glass.texts()] == [False] * 6 + [runs == 0]
        used = await parley.store.used_by(BO.person.id, since=parley.conversation.now().date())
        assert used[0].calls == (8 if runs else 6)


async def test_a_deleted_message_is_in_no_notes_any_more(tmp_path: Path) -> None:
    model = Noting()
    async with noting(tmp_path, model) as parley:
        await talk(parley, 8)
        first = (await parley.store.entries(ROOM))[0]
        await parley.conversation.delete(first.id, MOD, ROOM)
        await talk(parley, 4, 8)

        known, shown = in_window([request for request in model.asked if not is_for_notes(request)][-1])
        assert known
        assert 0 not in known + shown
        assert set(range(1, 12)) - set(known + shown) <= {1, 2}  # until there are notes again


async def test_notes_are_shown_to_moderators_and_to_whom_they_were_written_for(tmp_path: Path) -> None:
    async with noting(tmp_path, Noting()) as parley:
        await talk(parley, 8)
        (record, *_) = await over(parley)

        assert await parley.conversation.inspect(record.run.id, ANN, ROOM)
        with pytest.raises(BadOption):
            await parley.conversation.repeat(record.run.id, RunKind.CHAT, MOD, ROOM)
        assert Person("parley", "Parley", bot=True) not in {
            entry.author for entry in await parley.store.entries(ROOM) if entry.role == "user"
        }
