"""A command as somebody types it."""

from collections.abc import Mapping


def typed(command: str, options: Mapping[str, object], addressed: str) -> str:
    """`/persona@bot set text="…"`: the bot's name at the command, options with their text in quotes."""
    head, _, rest = command.partition(" ")
    name = f"{head}@{addressed}" if addressed else head
    given = (f"{key}={_value(value)}" for key, value in options.items())
    return " ".join(part for part in (name, rest, *given) if part)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
