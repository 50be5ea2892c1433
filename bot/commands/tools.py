"""Which tools a room's models may use."""

from bot.commands.base import Ask, Choice, Command, Looking, Param, Reply
from bot.conversation.answer.using import SETTING, chosen
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.personas import NO_TOOLS
from bot.routes.shown import LONGEST_NAME
from bot.tools import Tool

FEW = 80
"""Characters of what a server says of a tool that people are shown."""


async def show(ask: Ask) -> Reply:
    """List the tools there are, and which of them this room has."""
    tools = ask.looking.tools.all
    if not tools:
        return Reply("There are no tools: my operator has switched them off.")
    names = await _here(ask)
    lines = "\n".join(
        f"- {'✅' if tool.name in names else '▫️'} `{tool.name}` – {_described(tool)}{_asks(tool.asks)}"
        for tool in tools
    )
    return Reply(f"What I may use in this room:\n\n{lines}")


async def allow(ask: Ask) -> Reply:
    """Let the room have one more."""
    name, names = _named(ask), await _here(ask)
    there = ask.looking.tools.names
    away = [one for one in names if one not in there]  # a server may be back tomorrow
    await _keep(ask, [one for one in there if one in names or one == name] + away)
    return Reply(f"From now on I may use `{name}` here.", private=False)


async def forbid(ask: Ask) -> Reply:
    """Take one from the room."""
    name = _named(ask)
    await _keep(ask, [one for one in await _here(ask) if one != name])
    return Reply(f"From now on I do without `{name}` here.", private=False)


async def reset(ask: Ask) -> Reply:
    """Let the room have what all rooms have, and a thread what its channel has."""
    await _keep(ask, None)
    if (await ask.conversation.settings(ask.key, ask.actor)).value(SETTING) is not None:
        return Reply("This thread's own choice is gone: I may use what I may in the channel.", private=False)
    return Reply("From now on I may use all my tools here.", private=False)


async def names(looking: Looking, typed: str) -> list[Choice]:
    """Tools while a name is typed."""
    wanted = typed.strip().lower()
    return [Choice(name, name) for name in looking.tools.names if wanted in name]


async def several(looking: Looking, typed: str) -> list[Choice]:
    """Tools while the last of several is typed; none of them, while there is none yet."""
    before, comma, last = typed.rpartition(",")
    if before.strip().lower() == NO_TOOLS:
        return []
    named = [name.strip() for name in before.split(",")]
    found = [one.name for one in await names(looking, last) if one.name not in named]
    if not comma and last.strip().lower() in NO_TOOLS:
        found.append(NO_TOOLS)
    lists = [f"{before}{comma}{' ' * bool(comma)}{name}" for name in found]
    return [Choice(one, one) for one in lists if len(one) <= LONGEST_NAME]


async def _here(ask: Ask) -> tuple[str, ...]:
    setting = (await ask.conversation.settings(ask.key, ask.actor)).value(SETTING)
    return chosen(setting, ask.looking.tools)


def _named(ask: Ask) -> str:
    name = ask.text("name").strip()
    if name not in ask.looking.tools.names:
        raise BadOption(f"There is no tool “{name[:40]}”. `/tools show` lists them.", "name")
    return name


async def _keep(ask: Ask, tools: list[str] | None) -> None:
    value = None if tools is None else ",".join(tools)
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_TOOLS, SETTING, value, ask.actor, event_id=event_id)


def _described(tool: Tool) -> str:
    """What a tool does. What a server says of its own, in a few words that do nothing where they stand."""
    if not tool.lender:
        return tool.spec.description
    words = tool.spec.description.replace("`", "'")
    return f"of {tool.lender}: `{words if len(words) <= FEW else words[:FEW] + '…'}`"


def _asks(asks: bool) -> str:  # a word for each
    return " I ask before." if asks else ""


WHICH = Param("name", "Which tool", required=True, complete=names)

GROUPS = {"tools": "What I may use in this room"}

COMMANDS = (
    Command("tools/show", "Show what I may use in this room", Act.SEE_TOOLS, show),
    Command("tools/allow", "Let me use a tool in this room", Act.SET_TOOLS, allow, (WHICH,)),
    Command("tools/forbid", "Let me do without a tool in this room", Act.SET_TOOLS, forbid, (WHICH,)),
    Command("tools/reset", "Let me use all my tools in this room", Act.SET_TOOLS, reset),
)
