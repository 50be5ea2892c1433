"""Windows in which long options are written, with what they are now. Pure.

A window names its command, and nothing else: it can be sent after a restart, and to any process.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from adapters.discord.commands.registered import DESCRIPTION
from bot.commands import Command, Param
from bot.delivery.clusters import clipped

Json = dict[str, Any]

LABEL, TEXT = 18, 4
SHORT, LONG = 1, 2
TITLE: Final = 45
LONGEST: Final = 4000
FIELDS: Final = 5
OF_COMMAND: Final = "m:"


def window(command: Command, missing: Param, current: str, given: Mapping[str, object]) -> Json:
    """A window that asks for an option; those that were given already, and what others are now, stand below,
    to be kept or changed."""
    known = {param.name: param for param in command.params}
    fields = [_field(missing, current)]
    fields += [_field(known[name], value) for name, value in given.items() if name in known]
    return opened(f"{OF_COMMAND}{command.path}", command.description, *fields[:FIELDS])


def opened(custom_id: str, title: str, *fields: Json) -> Json:
    """A window."""
    return {"custom_id": custom_id, "title": clipped(title, TITLE), "components": fields}


def field(
    name: str, label: str, *, long: bool, required: bool, description: str = "", value: str = ""
) -> Json:
    """Something to write in a window."""
    text: Json = {
        "type": TEXT,
        "custom_id": name,
        "style": LONG if long else SHORT,
        "required": required,
        "max_length": LONGEST,
    }
    if value:
        text["value"] = clipped(value, LONGEST)
    made: Json = {"type": LABEL, "label": clipped(label, TITLE), "component": text}
    return made | ({"description": clipped(description, DESCRIPTION)} if description else {})


def command_of(custom_id: str) -> str:
    """The path of the command that a window is of; empty when it is of none."""
    return custom_id.removeprefix(OF_COMMAND) if custom_id.startswith(OF_COMMAND) else ""


def filled(data: Mapping[str, Any]) -> dict[str, object]:
    """What was written, by the fields' names; without those that were left empty."""
    return {one["custom_id"]: one["value"] for one in _inputs(data) if one.get("value")}


def _field(param: Param, value: object) -> Json:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return field(
        param.name,
        param.name.capitalize(),
        long=param.long,
        required=param.required,
        description=param.description,
        value=shown,
    )


def _inputs(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The fields of a window, be they in labels or in rows."""
    for one in data.get("components") or ():
        inner = one.get("component")
        yield from [inner] if inner else one.get("components") or ()
