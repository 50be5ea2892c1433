"""The commands in other languages: complete, short, and as Discord takes them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from adapters.discord.asking.rest import Rest
from adapters.discord.commands.registered import LOCALES, PRIVATE, differ, localized, registered, synchronise
from bot.commands import COMMANDS, GROUPS
from bot.commands.languages import languages
from bot.delivery.clusters import units
from tests.discord_outlet import Hurried
from tests.platforms.discord import discord_server
from tests.platforms.discord.commands import check
from tests.platforms.discord.spec import PUBLISHED

MENU = {*GROUPS.values(), *(command.description for command in COMMANDS if "/" not in command.path)}
"""What stands in a menu of commands, a line each."""
ENGLISH = (
    MENU
    | {command.description for command in COMMANDS}
    | {param.description for command in COMMANDS for param in command.params}
    | {PRIVATE.description}
)
LONGEST = 100
"""UTF-16 units of a description on Discord; Telegram takes 256 characters."""
LONGEST_LINE = 60
"""What a telephone shows of a command in Telegram's menu."""

ALIKE: Mapping[str, frozenset[str]] = {}
"""By language, the descriptions that read as in English and are right so."""
TYPED = {
    "How large, like 1024x768 or square": ("1024x768", "square"),
    "A part of the name, or: free, sees, paints": ("free", "sees", "paints"),
    "Which fact; or: all": ("all",),
    "Write the word delete to say that you mean it": ("delete",),
    "Since when: 2h, yesterday, monday, 9:00, or a date; else since you spoke last": (
        "2h",
        "yesterday",
        "monday",
        "9:00",
    ),
    "Be just Parley again": ("Parley",),
    "Let it pass (open), or hold it back (closed)": ("open", "closed"),
    "Which of the room's tools I use then, with commas between; or none, or all": ("none", "all"),
    "Which model answers then, unless the room has its own; or none": ("none",),
    "A file that /persona export made, or like it": ("/persona export",),
    "When: in 20 minutes, tomorrow 9:00, at 18:30, monday 8am, or a date": (
        "in 20 minutes",
        "tomorrow 9:00",
        "at 18:30",
        "monday 8am",
    ),
}
"""What a command understands in no other language, and our name."""
SLAVIC = {"ru": "ыэъё", "uk": "іїєґ"}
"""Letters that the other one does not have."""

ALL = pytest.mark.parametrize("code", sorted(languages()))


def named() -> set[str]:
    """The groups that the commands' paths name."""
    return {command.path.partition("/")[0] for command in COMMANDS if "/" in command.path}


def sizes(told: Any) -> int:
    """Characters of names, descriptions and values as Discord counts them: in the longest language."""
    words = [told.get("description", ""), *(told.get("description_localizations") or {}).values()]
    own = max(map(units, words)) + len(told["name"]) + len(str(told.get("value", "")))
    return own + sum(map(sizes, [*told.get("options", ()), *told.get("choices", ())]))


def parts(told: Any) -> Iterator[Any]:
    """A command, its sub-commands, and the options of all."""
    yield told
    for option in told.get("options", ()):
        yield from parts(option)


def test_every_group_of_commands_says_what_it_is_about() -> None:
    assert named() == GROUPS.keys()


def test_the_languages_that_are_promised_are_there() -> None:
    assert languages().keys() >= {"de", "es", "fr", "it", "pl", "pt", "ru", "uk"}
    assert all(re.fullmatch("[a-z]{2}", code) for code in languages()), "Telegram takes two letters"


@ALL
def test_a_language_says_everything_and_nothing_that_is_gone(code: str) -> None:
    words = languages()[code]
    assert {"missing": ENGLISH - words.keys(), "stale": words.keys() - ENGLISH} == {
        "missing": set(),
        "stale": set(),
    }


@ALL
def test_a_translation_is_short_enough_to_be_read(code: str) -> None:
    words = languages()[code]
    assert {english: said for english, said in words.items() if not 0 < units(said) <= LONGEST} == {}
    assert {said for english, said in words.items() if english in MENU and len(said) > LONGEST_LINE} == set()


def test_english_is_short_enough_to_be_read() -> None:
    assert {said for said in ENGLISH if units(said) > LONGEST} == set()
    assert {said for said in MENU if len(said) > LONGEST_LINE} == set()


@ALL
def test_a_translation_is_none_that_was_copied(code: str) -> None:
    copied = {english for english, said in languages()[code].items() if said == english}
    assert copied == ALIKE.get(code, frozenset())


@ALL
def test_a_translation_begins_and_ends_like_the_others(code: str) -> None:
    odd = [said for said in languages()[code].values() if said != said.strip() or said[-1] in ".!?;:"]
    assert odd == []
    assert [said for said in languages()[code].values() if not said[0].isupper()] == []


@ALL
def test_numbers_and_what_is_typed_stay_what_they_are(code: str) -> None:
    for english, said in languages()[code].items():
        assert re.findall(r"-?\d+", said) == re.findall(r"-?\d+", english), english
        assert [word for word in TYPED.get(english, ()) if word not in said] == [], english
    assert TYPED.keys() <= languages()[code].keys()


@pytest.mark.parametrize("code", sorted(SLAVIC))
def test_russian_and_ukrainian_are_not_mixed_up(code: str) -> None:
    (others,) = (letters for other, letters in SLAVIC.items() if other != code)
    assert [said for said in languages()[code].values() if set(said.lower()) & set(others)] == []


def test_every_language_has_a_locale_of_discords() -> None:
    assert {locale.partition("-")[0] for locale in localized()} == languages().keys()
    assert {"es-ES", "es-419", "pt-BR"} <= localized().keys()


@pytest.mark.skipif(not PUBLISHED.exists(), reason="Discord's description is not on this machine")
def test_the_locales_are_those_that_discord_has() -> None:
    known = json.loads(PUBLISHED.read_bytes())["components"]["schemas"]["AvailableLocalesEnum"]["oneOf"]
    assert {*LOCALES, "en-GB", "en-US"} == {each["const"] for each in known}


def test_everything_that_discord_shows_is_told_in_every_locale() -> None:
    told = [one for one in registered(languages=localized()) if "description" in one]
    assert {one["name"]: one["description"] for one in told}.items() >= GROUPS.items()
    for one in told:
        check(one)
        assert sizes(one) <= 8000
        for part in parts(one):
            assert part["description_localizations"].keys() == localized().keys(), part["name"]
            assert part["description_localizations"]["pt-BR"] == languages()["pt"][part["description"]]


async def test_discord_takes_the_languages_and_gives_them_back_unchanged() -> None:
    async with discord_server() as platform:
        rest = Rest(platform.token, platform.url, Hurried())
        try:
            await synchronise(rest, str(platform.bot.id), Hurried())
            await synchronise(rest, str(platform.bot.id), Hurried())
        finally:
            await rest.aclose()
        there = [*platform.commands.registered[None].values()]
        assert len(platform.transcript.of("PUT", "/applications/*/commands")) == 1

    assert not differ(registered(languages=localized()), there)
    assert differ(registered(), there)
    (persona,) = (one for one in there if one["name"] == "persona")
    assert persona["description_localizations"]["de"] == "Wer ich hier bin"
    assert persona["description_localizations"]["es-419"] == "Quién soy aquí"
