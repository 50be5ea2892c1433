"""Rooms keep what is said for as long as their moderators and the operator say, and no longer."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import BadOption, NotAllowed
from bot.messages import ChannelKey
from tests.rig import ANN, BO, MOD, PNG, ROOM, Rig, rig, settings_for
from tests.test_moderation import MODS, Later, alert, moderated

CANARY = "kanarienvogel"
OTHER = replace(ROOM, channel="other")
THREAD = replace(ROOM, thread="7")


def limited(folder: Path, days: int | None) -> object:
    return replace(settings_for(folder, ["one"]), keep_days=days)


async def said(parley: Rig, text: str, key: ChannelKey = ROOM) -> None:
    await parley.ask(text, ANN, key)


async def texts(parley: Rig, key: ChannelKey = ROOM) -> list[str]:
    return [entry.text for entry in await parley.store.entries(key)]


def traces(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if CANARY.encode() in path.read_bytes().lower()]


async def test_what_is_older_goes_and_nothing_else(tmp_path: Path) -> None:
    clock = Later()
    async with rig(tmp_path, clock=clock) as parley:
        ref = await parley.pictures.keep(PNG)
        await parley.answer(await parley.say(f"My {CANARY}.", ANN, pictures=(ref,)))
        await said(parley, "Elsewhere.", OTHER)
        await parley.command("retention/set", MOD, days=3)
        clock.ahead = timedelta(days=2)
        await said(parley, "Yesterday's.")
        await parley.lasting.keeping.sweep()
        assert len(await texts(parley)) == 4

        clock.ahead = timedelta(days=3, hours=1)
        shown = parley.glass.texts()
        await parley.lasting.keeping.sweep()
        assert [each for each in await texts(parley) if "answer" not in each] == ["Yesterday's."]
        assert await texts(parley, OTHER) == ["Elsewhere.", "answer 2"]
        assert traces(tmp_path) == []
        assert list((tmp_path / "media").rglob("*.png")) == []
        assert parley.glass.texts() == shown
        assert (await parley.store.settings(ROOM)).value("keep_days") == "3"
        await parley.lasting.keeping.sweep()


async def test_what_moderators_were_told_of_a_message_goes_with_it(tmp_path: Path) -> None:
    clock = Later()
    async with moderated(tmp_path, clock=clock) as at:
        await at.ask(f"A badger and a {CANARY}.")
        await alert(at)
        await at.command("retention/set", MOD, days=3)
        assert CANARY in "".join(entry.notice for entry in await at.store.entries(MODS))
        clock.ahead = timedelta(days=4)
        await at.lasting.keeping.sweep()
        assert "".join(entry.notice for entry in await at.store.entries(MODS)).startswith("I held back")
        assert traces(tmp_path) == []


async def test_the_operators_days_hold_everywhere_and_nobody_gives_more(tmp_path: Path) -> None:
    clock = Later()
    async with rig(tmp_path, settings=limited(tmp_path, 5), clock=clock) as parley:  # type: ignore[arg-type]
        with pytest.raises(BadOption, match="5 days"):
            await parley.command("retention/set", MOD, days=6)
        with pytest.raises(NotAllowed):
            await parley.command("retention/set", BO, days=2)
        assert "5 days" in (await parley.command("retention/show", BO)).text
        await parley.command("retention/set", MOD, days=2)
        assert "2 days" in (await parley.command("retention/show", BO, THREAD)).text
        assert "5 days" in (await parley.command("retention/show", BO, OTHER)).text
        assert "2 days" in (await parley.command("privacy/show", BO)).text
        await parley.command("retention/set", MOD, THREAD, days=4)
        assert "2 days" in (await parley.command("retention/show", BO, THREAD)).text
        await parley.command("retention/off", MOD)
        assert "5 days" in (await parley.command("retention/show", BO)).text

        await said(parley, f"My {CANARY}.")
        clock.ahead = timedelta(days=6)
        await parley.lasting.keeping.sweep()
        assert await texts(parley) == []
        assert traces(tmp_path) == []


async def test_without_a_word_nothing_ever_goes(tmp_path: Path) -> None:
    clock = Later()
    async with rig(tmp_path, clock=clock) as parley:
        await said(parley, "Old.")
        clock.ahead = timedelta(days=4000)
        await parley.lasting.keeping.sweep()
        assert await texts(parley) == ["Old.", "answer 1"]
        assert "until somebody deletes it" in (await parley.command("retention/show", BO)).text


async def test_files_that_nobody_knows_leave_the_folder(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        ref = await parley.pictures.keep(PNG)
        await parley.answer(await parley.say("Look!", ANN, pictures=(ref,)))
        kept = parley.pictures.path(ref)
        stray, fresh = (kept.parent.parent / (one * 2) / f"{one * 64}.png" for one in "01")
        for path in (stray, fresh):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"left, or on its way")
        for path in (kept, stray):
            os.utime(path, (1, 1))
        await parley.lasting.keeping.sweep()
        assert (kept.exists(), stray.exists(), fresh.exists()) == (True, False, True)
