"""A table from a whole book: all of it is read, a piece at a time, and what was read is never lost."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from bot.commands import Invocation
from bot.conversation.forms.extracting import PIECES
from bot.errors import ProviderDown
from bot.messages import Address, ChatRequest, Document, End, EndReason, Text
from bot.runs import RunStatus
from bot.settings import SpendLimits
from tests.rig import ANN, ROOM, Rig, Scripted, rig, settings_for
from tests.test_extract import extracted, read, table

FILLER = "Nothing that belongs into a table is said in this sentence, and it goes on for a while. "


@dataclass
class Reader(Scripted):
    """Writes down every invoice that it is shown, and breaks off where that is too long. `breaks`: at which
    request; `gate`: what it waits for before the third."""

    breaks: int = 0
    gate: asyncio.Event | None = None
    pieces: list[int] = field(default_factory=list)

    async def chat(self, request: ChatRequest) -> AsyncIterator[Text | End]:
        shown = "".join(turn.text for turn in request.turns if turn.text.startswith("⟦"))
        self.pieces.append(len(shown))
        if self.breaks and len(self.pieces) >= self.breaks:
            raise ProviderDown("gone")
        if self.gate and len(self.pieces) == 3:
            self.speaking.set()
            await self.gate.wait()
        rows = [([number, amount], [1]) for number, amount in re.findall(r"Invoice (\d+): ([\d.]+)", shown)]
        said = table(["number", "amount"], *rows)
        most = request.max_tokens * 4
        yield Text(said[:most])
        yield End(EndReason.LENGTH if len(said) > most else EndReason.STOP)


def book(pages: int, first: int = 0) -> str:
    return "".join(
        f"Invoice {first + page}: {page}.50 is to be paid.\n{FILLER * 28}\n" for page in range(pages)
    )


async def asks(parley: Rig, text: str) -> int:
    given = Invocation(ANN, Address(ROOM), {"what": "invoices"}, documents=(Document("book.txt", text),))
    return (await parley.commands.run("extract", given)).run_id or 0


async def test_a_book_of_300_pages_is_read_to_its_end(tmp_path: Path) -> None:
    one = Reader()
    async with rig(tmp_path, scripts={"one": one}) as parley:
        dense = "".join(f"Invoice {1000 + number}: 7.00\n" for number in range(400))
        text, (file,) = await extracted(
            parley, what="invoices", documents=(Document("book.txt", book(300) + dense),)
        )
    numbers = [int(number) for number, _ in read(file)[1:]]
    assert numbers == [*range(300), *range(1000, 1400)]
    assert "700 rows" in text
    assert "missing" not in text
    assert len(one.pieces) < PIECES // 2
    assert max(one.pieces) > 2 * one.pieces[0]  # it reads faster where there is little


async def test_a_budget_that_ends_in_the_middle_is_told_with_what_was_read(tmp_path: Path) -> None:
    one = Reader()
    limits = SpendLimits(unknown_call=Decimal("0.1"), per_person_day=Decimal("0.35"), per_channel_day=None)
    settings = settings_for(tmp_path, ["one"], limits)
    settings = replace(settings, accounts={"one": replace(settings.accounts["one"], free=False)})
    async with rig(tmp_path, settings=settings, scripts={"one": one}) as parley:
        text, (file,) = await extracted(parley, what="invoices", documents=(Document("book.txt", book(60)),))
    assert len(one.pieces) == 3
    assert len(read(file)) > 1
    assert "the rest is missing" in text
    assert "used up" in text


async def test_people_see_how_far_it_is_and_the_room_goes_on_meanwhile(tmp_path: Path) -> None:
    one = Reader(gate=asyncio.Event())
    async with rig(tmp_path, scripts={"one": one}) as parley:
        run = await asks(parley, book(20))
        await one.speaking.wait()
        await parley.glass.shows("parts, ")
        assert "rows so far" in "".join(parley.glass.texts())
        assert await parley.ask("And meanwhile?", ANN)  # the room is free
        one.gate.set()  # type: ignore[union-attr]
        assert "20 rows" in await parley.answer(run)


async def test_what_was_read_before_it_was_stopped_or_broke_off_stays(tmp_path: Path) -> None:
    one = Reader(gate=asyncio.Event())
    async with rig(tmp_path, scripts={"one": one}) as parley:
        run = await asks(parley, book(20))
        await one.speaking.wait()
        await parley.conversation.cancel(run, ANN, ROOM)
        entry = await parley.ended(run)
        assert entry.run_status is RunStatus.CANCELLED
        assert "the rest is missing" in entry.text
        rows = read(await parley.store.made_file(ROOM, entry.id, 0))
        assert rows[:2] == [["number", "amount"], ["0", "0.50"]]

        one.gate, one.breaks, one.pieces = None, 4, []
        entry = await parley.ended(await asks(parley, book(20)))
        assert "the rest is missing" in entry.text
        assert len(read(await parley.store.made_file(ROOM, entry.id, 0))) > 1
