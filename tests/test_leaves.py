"""Long lists: all of them can be seen, a page at a time, by buttons that work on every platform."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Invocation, Offer, Reply
from bot.commands.leaves import LINES, UNITS, _pages
from bot.commands.offers import LONGEST, drawable, named, offered
from bot.delivery.clusters import units
from bot.errors import BadOption, KeptOut, NotFound
from bot.messages import Address
from tests.rig import ANN, BO, MOD, ROOM, Rig, rig

MANY = 200
ONE_MESSAGE = 2000
"""UTF-16 units that the tightest platform takes."""


async def facts(parley: Rig) -> list[str]:
    for number in range(30):
        await parley.command("memory/add", text=f"fact {number} " + "is long " * 20)
    return [f"fact {number} " for number in range(30)]


async def reminders(parley: Rig) -> list[str]:
    for number in range(40):
        when, who = f"in {number + 1} hours", (ANN, BO)[number % 2]
        await parley.command("remind", who, when=when, text=f"thing {number} of many")
    return [f": thing {number} of" for number in range(40)]


async def rules(parley: Rig) -> list[str]:
    for number in range(MANY):
        await parley.command("access/block", who=f"<@{1000 + number}>")
    return [str(1000 + number) for number in range(MANY)]


async def words(parley: Rig) -> list[str]:
    await parley.command("moderation/words", add=", ".join(f"word{number}x" for number in range(MANY)))
    return [f"word{number}x" for number in range(MANY)]


async def versions(parley: Rig) -> list[str]:
    for number in range(50):
        await parley.command("persona/set", text=f"You are number {number}.")
    return [f"You are number {number}." for number in range(50)]


async def runs(parley: Rig) -> list[str]:
    for number in range(25):
        await parley.ask(f"question {number}")
    return [f"| {number} | " for number in range(1, 26)]


async def entries(parley: Rig) -> list[str]:
    for number in range(45):
        await parley.command("persona/set", text=f"You are number {number}.")
    return [f"| {number} | " for number in range(1, 46)]


LISTS = {
    "memory/show": facts, "reminders/list": reminders, "access/show": rules, "moderation/words": words,
    "persona/history": versions, "runs": runs, "audit": entries,
}  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
async def test_everything_in_a_long_list_is_on_one_of_its_pages(tmp_path: Path, path: str) -> None:
    make: Callable[[Rig], Awaitable[list[str]]] = LISTS[path]
    async with rig(tmp_path) as parley:
        wanted = await make(parley)
        of: dict[str, object] = {"of": "channel"} if path == "reminders/list" else {}
        seen = [await parley.command(path, MOD, ROOM, **of)]
        while (on := seen[-1].offers) and on[-1].label.endswith("›"):
            seen.append(await pressed(parley, on[-1]))
        told = "\n".join(reply.text for reply in seen)
        assert [one for one in wanted if one not in told] == []
        assert len(seen) > 1
        assert all(units(reply.text) <= ONE_MESSAGE for reply in seen)


async def pressed(parley: Rig, offer: Offer) -> Reply:
    """Press a button as a platform tells of it."""
    assert drawable([offer])
    meant = offered(named(offer))
    assert meant is not None
    return await parley.commands.run(meant.path, Invocation(MOD, Address(ROOM), meant.options))


async def test_pages_are_turned_back_and_there_are_no_others(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await words(parley)
        first = await parley.command("moderation/words")
        second = await pressed(parley, first.offers[-1])
        assert [offer.label for offer in second.offers] == ["‹ 1", "3 ›"]
        assert await pressed(parley, second.offers[0]) == first
        assert "Page 2 of" in second.text
        with pytest.raises(BadOption, match="There are"):
            await parley.command("moderation/words", page=99)


async def test_a_page_is_of_the_list_that_was_asked_for(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await entries(parley)
        first = await parley.command("audit", who="nobody at all")
        assert first.offers == ()
        (older,) = (await parley.command("audit", who="mod", days=3)).offers
        assert older.options["who"] == "mod"
        assert older.options["days"] == "3"


async def test_a_button_turns_the_pages_of_a_long_name_in_any_letters_also_after_a_restart(
    tmp_path: Path,
) -> None:
    name, short = "Бабушка Анна Каренина у самовара", "ёж"
    async with rig(tmp_path) as parley:
        for number in range(10):
            for each in (name, short):
                await parley.command("persona/save", name=each, text=f"You are number {number}.")
        first = await parley.command("persona/history", name=name)
        (older,) = first.offers
        assert (await parley.command("persona/history", name=short)).offers[0].options["name"] == short
    async with rig(tmp_path) as parley:
        second = await pressed(parley, older)
        assert "You are number 0." in second.text
        assert (await pressed(parley, second.offers[0])).text == first.text
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        with pytest.raises(NotFound, match="give the command again"):
            await pressed(parley, older)


async def test_who_is_kept_out_turns_no_page(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("access/block", who="ann")
        with pytest.raises(KeptOut):
            await parley.commands.run("memory/show", Invocation(ANN, Address(ROOM), {"page": "2"}))


@given(st.lists(st.text(max_size=700), max_size=60), st.integers(1, LINES))
def test_a_page_holds_what_it_can_and_nothing_is_lost_between_pages(lines: list[str], most: int) -> None:
    found = _pages(lines, most)
    assert [line for one in found for line in one] == lines
    for one in found:
        assert len(one) <= most
        assert len(one) < 2 or sum(units(line) + 1 for line in one) <= UNITS


@given(
    st.from_regex(r"[a-z_]{1,15}(/[a-z_]{1,15})?", fullmatch=True),
    st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(st.characters(codec="utf-8"))),
    st.booleans(),
)
def test_a_button_that_can_be_drawn_is_understood_when_it_is_pressed(
    path: str, options: dict[str, str], instead: bool
) -> None:
    offer = Offer("", path, options, instead=instead)
    assert offered(named(offer)) == offer
    if drawable([offer]):
        assert len(named(offer).encode()) <= LONGEST
        assert re.fullmatch(r"[\x21-\x7e]+", named(offer))


@given(st.text(max_size=70))
def test_no_other_button_is_taken_for_one(name: str) -> None:
    found = offered(name)
    assert found is None or re.match("[or]:", name)
