"""Options as a command declares them. Pure; raises BadOption with a sentence for the person."""

import math
from collections.abc import Mapping

from bot.commands.base import Command, Kind, Param
from bot.errors import BadOption

LONGEST = 32_000
"""Characters one text option may have."""


def checked(command: Command, given: Mapping[str, object], pictures: int) -> dict[str, object]:
    """The options in their types; what is unknown, missing or out of range is refused by name."""
    known = {param.name: param for param in command.params}
    for name in given:
        if name not in known:
            raise BadOption(f"{command.typed} has no option “{name[:40]}”. {_has(command)}")
    _enough_pictures(command, pictures)
    found = {name: _value(known[name], value) for name, value in given.items() if value is not None}
    for param in command.params:
        if param.required and param.kind is not Kind.PICTURE and found.get(param.name) in (None, ""):
            raise BadOption(f"{command.typed} needs “{param.name}”: {param.description}.", param.name)
    return found


def _has(command: Command) -> str:
    """Which options there are."""
    if not command.params:
        return "It takes none."
    return f"It takes: {', '.join(param.name for param in command.params)}."


def _enough_pictures(command: Command, pictures: int) -> None:
    takes = command.pictures
    if pictures > takes:
        many = f"{'at most ' * (takes > 1)}{takes or 'no'}"
        raise BadOption(f"{command.typed} takes {many} {_noun(command)}{'s' * (takes != 1)}.")
    if not pictures and any(param.required for param in command.params if param.kind is Kind.PICTURE):
        raise BadOption(f"{command.typed} needs a {_noun(command)}.")


def _noun(command: Command) -> str:
    """What it takes, in a word."""
    names = [param.name for param in command.params if param.kind is Kind.PICTURE]
    return "file" if "file" in names else "picture"


def _value(param: Param, value: object) -> object:
    """One option in its type."""
    match param.kind:
        case Kind.TEXT | Kind.PERSON | Kind.ROLE | Kind.CHANNEL:
            return _text(param, value)
        case Kind.BOOLEAN:
            return _boolean(param, value)
        case Kind.PICTURE:
            noun = "file" if param.name == "file" else "picture"
            raise BadOption(f"“{param.name}” is a {noun}: attach it.", param.name)
        case _:
            return _number(param, value)


def _text(param: Param, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a script that is asked for a number, one of those that a list shows, sends one
    if not isinstance(value, str):
        raise BadOption(f"“{param.name}” must be text.", param.name)
    if len(value) > LONGEST:
        raise BadOption(
            f"“{param.name}” can have {LONGEST:,} characters; this has {len(value):,}.", param.name
        )
    return _chosen(param, value) if param.choices else value


def _chosen(param: Param, typed: str) -> str:
    """The choice that was meant: by its value, or by what it is called."""
    for choice in param.choices:
        if typed == choice.value or typed.strip().lower() == choice.name.lower():
            return choice.value
    raise BadOption(f"“{param.name}” is one of: {', '.join(c.value for c in param.choices)}.", param.name)


def _boolean(param: Param, value: object) -> bool:
    if isinstance(value, bool):
        return value
    named = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if isinstance(value, str) and value.lower() in named:
        return named[value.lower()]
    raise BadOption(f"“{param.name}” is yes or no.", param.name)


def _number(param: Param, value: object) -> int | float:
    number = _parsed(value)
    whole = param.kind is Kind.INTEGER
    if number is None or (whole and number != int(number)):
        raise BadOption(f"“{param.name}” must be a {'whole ' * whole}number.", param.name)
    below = param.least is not None and number < param.least
    above = param.most is not None and number > param.most
    if below or above:
        raise BadOption(f"“{param.name}” must be {_bounds(param.least, param.most)}.", param.name)
    return int(number) if whole else number


def _bounds(least: float | None, most: float | None) -> str:
    if least is None:
        return f"at most {most:g}"
    return f"at least {least:g}" if most is None else f"between {least:g} and {most:g}"


def _parsed(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
