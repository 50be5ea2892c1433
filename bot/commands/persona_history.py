"""What a persona has been: its versions, what changed between two of them, and back to one."""

from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.commands.leaves import PAGE, page, there_are, turns, where
from bot.commands.persona import WHOSE, WHY
from bot.commands.personas import begins
from bot.conversation.prompt.window import speaker
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.named import key_of
from bot.governance.personas import parsed
from bot.governance.versions import between
from bot.records import Version

SHOWN = 8
"""Versions that are shown at once."""


async def history(ask: Ask) -> Reply:
    """List versions, the newest first: number, when, who, why, and how it begins."""
    newest, number, path = await _newest(ask), page(ask), "persona/history"
    last = -(-newest.number // SHOWN)
    if number > last:
        raise BadOption(there_are(last), "page")
    found = await _versions(ask, SHOWN, newest.number - (number - 1) * SHOWN + 1)
    lines = "\n".join(map(_line, found))
    text = f"{_whose(ask)}, the newest first:\n\n{lines}{where(path, number, last)}"
    return Reply(text, offers=turns(ask, path, number, last))


async def diff(ask: Ask) -> Reply:
    """Show what changed from one version to another; else what the newest one changed."""
    personas, of = ask.conversation.personas, key_of(ask.text("name"))
    last = _number(ask, "newer") or (await _newest(ask)).number
    first = _number(ask, "older") or last - 1
    new = await personas.version(ask.key, ask.actor, last, of)
    old = await personas.version(ask.key, ask.actor, first, of) if first else None
    text = between(old.setting.value if old else None, new.setting.value)
    if not text:
        return Reply(f"Versions {first} and {last} say the same.")
    return Reply(f"{_whose(ask)}, from version {first} to version {last}:\n\n```diff\n{text}\n```")


async def rollback(ask: Ask) -> Reply:
    """Be again what a version says: that is a new version, too."""
    to, of = _number(ask, "to") or await _before(ask), key_of(ask.text("name"))
    version = await ask.conversation.personas.version(ask.key, ask.actor, to, of)
    newest = await _newest(ask)
    if version.setting.value == newest.setting.value:
        raise BadOption(f"Version {to} says what version {newest.number} says: nothing changes.", "to")
    why = ask.text("reason") or f"back to version {to}"
    personas, event_id = ask.conversation.personas, ask.call.event_id
    value = version.setting.value
    if of:
        await personas.save(ask.key, of, value, ask.actor, reason=why, event_id=event_id)
    else:
        await personas.change(ask.key, value, ask.actor, reason=why, event_id=event_id)
    return Reply(f"{_whose(ask)} is again what version {to} says: {_says(version)}.", private=False)


async def _before(ask: Ask) -> int:
    """The newest version's number but one."""
    number = (await _newest(ask)).number - 1
    if not number:
        raise BadOption("There is only one version: there is nothing to go back to.", "to")
    return number


async def _newest(ask: Ask) -> Version:
    """Raises BadOption when there are none."""
    for found in await _versions(ask, 1):
        return found
    raise BadOption("This persona has never been changed: there are no versions of it.")


async def _versions(ask: Ask, limit: int, before: int | None = None) -> list[Version]:
    of = key_of(ask.text("name"))
    found = await ask.conversation.personas.versions(ask.key, ask.actor, of, limit=limit, before=before)
    return list(found)


def _number(ask: Ask, name: str) -> int:
    value = ask.options.get(name)
    return value if isinstance(value, int) else 0


def _line(version: Version) -> str:
    made = version.setting
    why = f" · `{reason}`" if (reason := made.reason.replace("`", "'")) else ""
    when = f"{made.at:%d %B %Y at %H:%M} UTC"
    return f"- **{version.number}** · {when} · {speaker(made.by.name)}{why} · {_says(version)}"


def _says(version: Version) -> str:
    """How a version begins."""
    if version.setting.value is None:
        return "gone"
    persona = parsed(version.setting.value)
    return f"follows {persona.of}" if persona.of else begins(persona.text)


def _whose(ask: Ask) -> str:
    name = " ".join(ask.text("name").split())
    return f"The persona {name[:32]} of this server" if name else "The persona of this room"


def _version(name: str, description: str) -> Param:
    return Param(name, description, Kind.INTEGER, least=1)


COMMANDS = (
    Command(
        "persona/history",
        "List what a persona has been",
        Act.SEE_PERSONA,
        history,
        (WHOSE, PAGE),
    ),
    Command(
        "persona/diff",
        "Show what changed in a persona",
        Act.SEE_PERSONA,
        diff,
        (
            _version("older", "The older version's number; else the one before"),
            _version("newer", "The newer version's number; else the newest"),
            WHOSE,
        ),
    ),
    Command(
        "persona/rollback",
        "Bring an earlier version of a persona back",
        Act.SET_PERSONA,
        rollback,
        (_version("to", "The version's number; else the one before"), WHOSE, WHY),
    ),
)
