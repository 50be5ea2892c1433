"""Moderators choose how a room's answers are written, and everybody can see what holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import Invocation
from bot.errors import BadOption, NotAllowed
from bot.governance import styles
from bot.messages import Address, Style
from tests.rig import ANN, MOD, ROOM, Rig, rig

THREAD = replace(ROOM, thread="t")


async def kept(parley: Rig) -> Style:
    return styles.resolve("", (await parley.store.settings(ROOM)).value("style"))


async def test_a_purpose_brings_its_values_and_show_says_where_they_come_from(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        assert "no style of its own" in (await parley.command("style/show", ANN)).text

        reply = await parley.command("style/set", purpose="creative")
        assert not reply.private
        assert await kept(parley) == Style(1.25, 0.9, 0.5, 0.3)

        shown = (await parley.command("style/show", ANN)).text
        assert "| `temperature` | 1.25 | creative writing, the middle of 1–1.5 |" in shown
        assert "| `top_p` | 0.9 | creative writing |" in shown
        assert "A model that does not take a parameter is asked without it." in shown
        assert "set by Mod on" in shown


async def test_values_join_what_holds_and_a_purpose_replaces_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("style/set", top_p=0.4)
        shown = (await parley.command("style/show")).text
        assert "| `top_p` | 0.4 | set by hand, above 0 and at most 1 |" in shown
        assert "| `temperature` | – | not set: the service decides |" in shown

        await parley.command("style/set", purpose="creative writing", temperature="1.4")
        assert await kept(parley) == Style(1.4, 0.9, 0.5, 0.3)

        await parley.command("style/set", presence_penalty=-2)
        assert await kept(parley) == Style(1.4, 0.9, -2.0, 0.3)
        shown = (await parley.command("style/show")).text
        assert "| 1.4 | set by hand; creative writing has 1.25, the middle of 1–1.5 |" in shown


async def test_a_cleared_style_is_none_and_in_a_thread_the_channel_s_holds_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("style/set", purpose="factual")
        await parley.command("style/set", key=THREAD, temperature=1)
        assert "the channel's holds again" in (await parley.command("style/clear", key=THREAD)).text
        assert "factual" in (await parley.command("style/show", key=THREAD)).text

        assert "The style is gone" in (await parley.command("style/clear")).text
        assert await kept(parley) == Style()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Choose a purpose, or give a value"),
        ({"purpose": "poetry"}, "one of: creative, technical"),
        ({"temperature": 2.5}, "“temperature” must be between 0 and 2."),
        ({"top_p": 0}, "“top_p” must be above 0 and at most 1."),
        ({"frequency_penalty": -3}, "“frequency_penalty” must be between -2 and 2."),
    ],
)
async def test_what_is_out_of_range_changes_nothing_and_names_the_range(
    tmp_path: Path, options: dict[str, object], sentence: str
) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(BadOption) as refused:
            await parley.commands.run("style/set", Invocation(MOD, Address(ROOM), options))

        assert sentence in refused.value.reply
        assert await kept(parley) == Style()


@pytest.mark.parametrize("path", ["style/set", "style/clear"])
async def test_only_moderators_change_the_style(tmp_path: Path, path: str) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(NotAllowed, match="Only moderators can change the style here"):
            await parley.command(path, ANN)


async def test_a_command_that_comes_twice_is_done_once(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for purpose in ("factual", "creative"):
            call = Invocation(MOD, Address(ROOM), {"purpose": purpose}, event_id="e1")
            await parley.commands.run("style/set", call)

        assert await kept(parley) == styles.purpose("factual").style


async def test_a_style_that_nobody_can_read_any_more_is_shown_as_none(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("style/set", purpose="factual")
        setting = (await parley.store.settings(ROOM)).found["style"]
        await parley.store.change_setting(
            ROOM.scope, "style", '{"purpose": "poetry"}', setting.by, at=setting.at
        )

        assert "no style of its own" in (await parley.command("style/show")).text


async def test_the_model_is_asked_in_the_room_s_style_or_in_the_one_for_this_message(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("style/set", purpose="factual", top_p=0.5)
        await parley.ask("hello")
        reply = await parley.command("chat", ANN, message="hello", style="creative writing")
        assert reply.run_id is not None
        await parley.answer(reply.run_id)

        asked = [request.style for request in parley.one.asked]
        assert asked == [Style(0.15, 0.5, 0.0, 0.0), Style(1.25, 0.9, 0.5, 0.3)]
        with pytest.raises(BadOption, match="one of: creative"):
            await parley.command("chat", ANN, message="hello", style="poetry")
