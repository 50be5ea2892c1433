"""The command table as Discord registers it: names, typed options, who is shown what, and where.

What is registered is a hint to Discord's client and no more: every option and every right is checked again
when a command comes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

import structlog

from adapters.discord.asking.buckets import route
from adapters.discord.asking.rest import Rest
from bot.commands import COMMANDS, GROUPS, Command, Kind, Param
from bot.commands.languages import languages as spoken
from bot.commands.registering import patiently
from bot.delivery.clusters import clipped, units
from bot.governance.authorize import for_members
from bot.ports import Clock

Json = dict[str, Any]
Languages = Mapping[str, Mapping[str, str]]
"""Discord's locales, and in each what a description is there."""

LOCALES: Final = (
    "ar", "bg", "cs", "da", "de", "el", "es-419", "es-ES", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru", "sv-SE", "th", "tr", "uk", "vi",
    "zh-CN", "zh-TW",
)  # fmt: skip
"""Those of Discord's that are not English; it refuses every command when one names another."""

SUBCOMMAND: Final = 1
MENU: Final = 3
"""Discord's type of a command in a message's context menu."""
TYPES: Final = {
    Kind.TEXT: 3,
    Kind.INTEGER: 4,
    Kind.BOOLEAN: 5,
    Kind.PERSON: 6,
    Kind.CHANNEL: 7,
    Kind.ROLE: 8,
    Kind.NUMBER: 10,
    Kind.PICTURE: 11,
}
MANAGES: Final = 1 << 4
"""The permission Manage Channels: whoever has it moderates."""
PLACES: Final[Json] = {"contexts": [0, 1, 2], "integration_types": [0, 1]}
"""Servers, direct messages and everywhere else; installed for a server or for a person."""

DESCRIPTION: Final = 100
CHOICE: Final = 100
CHOICES: Final = 25

ASK: Final = "Ask about this"
DESCRIBE: Final = "Describe picture"

PRIVATE: Final = Param("private", "Only you see your question and my answer", Kind.BOOLEAN)
"""What /chat takes here beside the table's options."""
TALK: Final = "chat"

ALL: Final = "GET /applications/{application}/commands?with_localizations=true"
OVERWRITE: Final = "PUT /applications/{application}/commands"

log = structlog.get_logger()


def registered(commands: Sequence[Command] = COMMANDS, languages: Languages | None = None) -> list[Json]:
    """Every command's description, and those of the context menus."""
    ordered = sorted(commands, key=_first)  # a group's commands need not stand together
    found = [_top(name, list(group), languages or {}) for name, group in groupby(ordered, _first)]
    return [*found, *({"type": MENU, "name": name, **PLACES} for name in (ASK, DESCRIBE))]


def localized() -> Languages:
    """The descriptions' translations by Discord's locales; one language may have several."""
    by_code = spoken()
    return {locale: by_code[code] for locale in LOCALES if (code := locale.partition("-")[0]) in by_code}


async def synchronise(
    rest: Rest, application: str, clock: Clock, known: Callable[[Sequence[Json]], None] = lambda _: None
) -> None:
    """Register the commands, if Discord has others; `known`: told what it keeps in the end. What fails is
    tried again a few times, and logged."""
    await patiently(partial(_synchronised, rest, application, known), clock, "Discord")


async def _synchronised(rest: Rest, application: str, known: Callable[[Sequence[Json]], None]) -> None:
    """Creating commands is limited to 200 a day, and people see them vanish meanwhile: never without need."""
    wanted = registered(languages=localized())
    there = await rest.ask(route(ALL, application=application))
    if differ(wanted, there):
        there = await rest.ask(route(OVERWRITE, application=application), wanted)
        log.info("commands registered", count=len(wanted))
    known(there)


def differ(wanted: Iterable[Json], there: Iterable[Json]) -> bool:
    """Whether Discord shows other commands than these; it adds ids, and defaults for what is not said."""
    return sorted(map(_plain, wanted), key=_order) != sorted(map(_plain, there), key=_order)


def window_opens(param: Param) -> bool:
    """Whether a command given without this option asks for it in a window: Discord shall not insist on it."""
    return param.long and param.required


def _first(command: Command) -> str:
    return command.path.partition("/")[0]


def _top(name: str, commands: Sequence[Command], languages: Languages) -> Json:
    """A command, or a group with its sub-commands."""
    if commands[0].path == name:
        made = _named(name, commands[0].description, languages) | {
            "options": _options(commands[0], languages)
        }
    else:
        subs = [_sub(command, languages) for command in commands]
        about = GROUPS.get(name) or ", ".join(sub["name"] for sub in subs)
        made = _named(name, about, languages) | {"options": subs}
    needs = MANAGES if not any(for_members(one.act) for one in commands) else None
    return {"type": 1, **made, "default_member_permissions": needs, **PLACES}


def _sub(command: Command, languages: Languages) -> Json:
    name = command.path.partition("/")[2]
    return {
        "type": SUBCOMMAND,
        **_named(name, command.description, languages),
        "options": _options(command, languages),
    }


def _options(command: Command, languages: Languages) -> list[Json]:
    """Those that are needed come first: Discord takes no other order."""
    extra = (PRIVATE,) if command.path == TALK else ()
    params = sorted((*command.params, *extra), key=lambda param: not _insisted(param))
    return [_option(param, languages) for param in params]


def _option(param: Param, languages: Languages) -> Json:
    made = {"type": TYPES[param.kind], **_named(param.name, param.description, languages)}
    made["required"] = _insisted(param)
    if param.kind in (Kind.INTEGER, Kind.NUMBER):
        made |= {"min_value": param.least} if param.least is not None else {}
        made |= {"max_value": param.most} if param.most is not None else {}
    if _listed(param):
        made["choices"] = [{"name": clipped(one.name, CHOICE), "value": one.value} for one in param.choices]
    elif param.choices or param.complete:
        made["autocomplete"] = True
    return made


def _insisted(param: Param) -> bool:
    return param.required and not window_opens(param)


def _listed(param: Param) -> bool:
    """Whether its choices fit into the registration; else they are offered while somebody types."""
    fit = all(0 < units(one.value) <= CHOICE and one.name for one in param.choices)
    return 0 < len(param.choices) <= CHOICES and fit


def _named(name: str, description: str, languages: Languages) -> Json:
    """A name and what it is for, in every language there is."""
    made: Json = {"name": name, "description": clipped(description, DESCRIPTION)}
    told = {locale: words[description] for locale, words in languages.items() if description in words}
    if told:
        made["description_localizations"] = {
            locale: clipped(words, DESCRIPTION) for locale, words in told.items()
        }
    return made


SAID: Final = (
    "type", "name", "description", "description_localizations", "required", "autocomplete", "choices",
    "value", "min_value", "max_value", "options", "contexts", "integration_types",
)  # fmt: skip
"""What a description says; Discord's own additions are left out."""
EMPTY: Final[tuple[object, ...]] = ("", [], {})


def _plain(told: Mapping[str, Any]) -> Json:
    """A description without what says nothing."""
    found = {name: told.get(name) for name in SAID}
    for name in ("options", "choices"):
        found[name] = [_plain(one) for one in found[name] or []]
    for name in ("contexts", "integration_types"):
        found[name] = sorted(found[name] or [])
    needs = told.get("default_member_permissions")
    found["needs"] = None if needs is None else str(needs)  # a number when it is sent, a text when it is read
    return {
        name: one for name, one in found.items() if one is not None and one is not False and one not in EMPTY
    }


def _order(told: Json) -> tuple[int, str]:
    return told["type"], told["name"]
