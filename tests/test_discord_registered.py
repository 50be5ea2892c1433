"""What Discord is told of the commands: within its limits, and only when it changed."""

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.asking.rest import Rest
from adapters.discord.commands.registered import ASK, DESCRIBE, MENU, differ, registered, synchronise
from bot.commands import COMMANDS, GROUPS, Choice, Command, Kind, Param, Reply
from bot.commands.base import Ask, Looking
from bot.governance.authorize import Act
from tests.discord_outlet import Hurried
from tests.platforms.discord import Discord, discord_server, fails, limited
from tests.platforms.discord.commands import check

COMMANDS_AT = "/applications/*/commands"


async def _do(_: Ask) -> Reply:
    return Reply()


async def _complete(_: Looking, typed: str) -> list[Choice]:
    return [Choice(typed, typed)]


names = st.from_regex(r"\A[a-z]{1,12}\Z")
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=150).filter(str.strip)
choices = st.lists(st.builds(Choice, texts, texts), max_size=30, unique_by=lambda one: one.value).map(tuple)
params = st.builds(
    Param,
    names,
    texts,
    st.sampled_from(Kind),
    required=st.booleans(),
    choices=st.just(()) | choices,
    long=st.booleans(),
    complete=st.sampled_from([None, _complete]),
)


@st.composite
def tables(draw: st.DrawFn) -> list[Command]:
    paths = []
    for head in draw(st.lists(names, max_size=5, unique=True)):
        subs = draw(st.lists(names, max_size=4, unique=True))
        paths += [f"{head}/{sub}" for sub in subs] or [head]
    some = st.lists(params, max_size=6, unique_by=lambda one: one.name).map(tuple)
    made = [Command(path, draw(texts), draw(st.sampled_from(Act)), _do, draw(some)) for path in paths]
    return draw(st.permutations(made))


def leaves(told: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every command and sub-command by its path."""
    found = {}
    for one in told:
        for sub in one.get("options") or []:
            if sub["type"] == 1:
                found[f"{one['name']}/{sub['name']}"] = sub
        found[one["name"]] = one
    return found


@settings(max_examples=40, deadline=None)
@given(tables())
def test_every_table_is_registered_within_discords_limits(table: list[Command]) -> None:
    told = registered(table)
    for one in told:
        check(one)
    there = leaves(told)
    for command in table:
        options = {one["name"]: one for one in there[command.path]["options"]}
        extra = {"private"} if command.path == "chat" else set()
        assert options.keys() == {param.name for param in command.params} | extra
        for param in command.params:
            assert options[param.name]["required"] is (param.required and not param.long)
    assert not differ(told, deepcopy(told))


def test_the_table_as_it_is_fits_and_every_command_is_there() -> None:
    told = registered()
    for one in told:
        check(one)
    assert {command.path for command in COMMANDS} <= leaves(told).keys()
    assert [one["name"] for one in told if one["type"] == MENU] == [ASK, DESCRIBE]
    assert all(one["contexts"] == [0, 1, 2] and one["integration_types"] == [0, 1] for one in told)


def test_only_what_members_may_never_do_is_hidden_from_them() -> None:
    hidden = {one["name"] for one in registered() if one.get("default_member_permissions")}
    assert "new" in hidden
    assert hidden.isdisjoint({"chat", "persona", "retry", "stop", "usage"})


def test_options_are_typed_bounded_and_completed() -> None:
    there = leaves(registered())
    picture = {one["name"]: one for one in there["imagine"]["options"]}
    assert picture["steps"] | {"type": 4, "min_value": 1, "max_value": 150} == picture["steps"]
    assert picture["guidance"]["type"] == 10
    assert picture["model"]["autocomplete"]
    assert {one["name"]: one["type"] for one in there["chat"]["options"]}["picture"] == 11
    preset, _ = there["persona/preset"]["options"]
    assert preset["choices"]
    assert "autocomplete" not in preset


def test_a_description_is_told_in_every_language_there_is() -> None:
    table = [Command("new", "Start anew", Act.START_ANEW, _do)]
    told = registered(table, {"de": {"Start anew": "Neu beginnen"}, "fr": {}})[0]
    assert told["description_localizations"] == {"de": "Neu beginnen"}
    assert differ(registered(table), [told])


def test_a_group_says_what_it_is_about_and_else_what_is_in_it() -> None:
    table = [Command(path, "Does it", Act.CHAT, _do) for path in ("dice/throw", "dice/count", "persona/show")]
    told = {one["name"]: one for one in registered(table, {"de": {GROUPS["persona"]: "Wer ich bin"}})}
    assert told["dice"]["description"] == "throw, count"
    assert "description_localizations" not in told["dice"]
    assert told["persona"]["description"] == GROUPS["persona"]
    assert told["persona"]["description_localizations"] == {"de": "Wer ich bin"}


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server() as made:
        yield made


@pytest.fixture
async def rest(platform: Discord) -> AsyncIterator[Rest]:
    made = Rest(platform.token, platform.url, Hurried())
    yield made
    await made.aclose()


async def test_commands_are_registered_once_and_again_only_when_they_changed(
    platform: Discord, rest: Rest
) -> None:
    me = str(platform.bot.id)
    await synchronise(rest, me, Hurried())
    await synchronise(rest, me, Hurried())
    assert len(platform.transcript.of("PUT", COMMANDS_AT)) == 1
    there = platform.commands.registered[None]
    assert {one["name"] for one in there.values()} >= {"chat", "persona", ASK}

    next(iter(there.values()))["description"] = "what an older version said"
    await synchronise(rest, me, Hurried())
    assert len(platform.transcript.of("PUT", COMMANDS_AT)) == 2


async def test_registering_is_tried_again_when_discord_is_out(platform: Discord, rest: Rest) -> None:
    platform.will("GET", COMMANDS_AT, fails(503), limited(0.0), fails(503))
    clock = Hurried()
    await synchronise(rest, str(platform.bot.id), clock)
    assert clock.slept[0] == 1.0
    assert len(platform.transcript.of("PUT", COMMANDS_AT)) == 1


async def test_commands_that_discord_does_not_take_stop_nothing(platform: Discord, rest: Rest) -> None:
    platform.will("PUT", COMMANDS_AT, fails(400, 50035))
    await synchronise(rest, str(platform.bot.id), Hurried())
    assert not platform.commands.registered[None]
