"""What can be done here: by areas, area by area, or one command with all of its options."""

from collections.abc import Callable, Sequence
from typing import Final

from bot.commands.base import Ask, Choice, Command, Looking, Offer, Param, Reply
from bot.errors import BadOption
from bot.governance.authorize import Act

AREAS: Final = {
    "Talking": (
        "chat", "imagine", "describe", "complete", "extract", "summarize", "retry", "stop", "new", "title",
        "rate", "help",
    ),
    "Character": ("persona",),
    "Answering": ("model", "style", "tools", "listen"),
    "Remembering": ("memory", "knowledge", "remind", "reminders"),
    "Rules": ("access", "moderation", "budget", "retention"),
    "Records": ("usage", "runs", "audit", "privacy"),
}  # fmt: skip
"""Commands and groups of them, by what they are about."""

BACK: Final = "‹ All areas"


def command(table: Callable[[], Sequence[Command]]) -> Command:
    """The command that explains a table, itself included."""

    async def tell(ask: Ask) -> Reply:
        return _told(table(), ask.text("command").strip().lstrip("/").replace(" ", "/").lower())

    async def names(_looking: Looking, typed: str) -> list[Choice]:
        wanted = typed.strip().lstrip("/").lower()
        return [Choice(c.typed, c.path) for c in table() if wanted in c.path.replace("/", " ")][:25]

    about = Param("command", "The command you want to know more about", complete=names)
    return Command("help", "Show what I can do", Act.READ, tell, (about,))


def _told(table: Sequence[Command], wanted: str) -> Reply:
    """All areas, one of them, or what begins so. Raises BadOption."""
    if not wanted:
        areas = tuple(Offer(area, "help", {"command": area.lower()}) for area in AREAS)
        return Reply(_overview(table), offers=areas)
    if area := next((area for area in AREAS if area.lower() == wanted), ""):
        lines = "\n".join(f"- `{one.typed}` – {one.description}" for one in _of(table, area))
        return Reply(f"**{area}**\n\n{lines}", offers=(Offer(BACK, "help"),))
    found = [one for one in table if one.path.startswith(wanted)]
    if not found:
        raise BadOption(f"There is no command “/{wanted[:40]}”.")
    return Reply("\n\n".join(_described(one) for one in found))


def _overview(table: Sequence[Command]) -> str:
    """Every command's name, by areas."""
    lines = "\n".join(f"- **{area}**: {', '.join(_names(table, area))}" for area in AREAS)
    return (
        f"Just write, and I answer; where others talk, too, mention me. Or use a command:\n\n{lines}\n\n"
        "`/help` with an area or a command tells more."
    )


def _names(table: Sequence[Command], area: str) -> list[str]:
    """An area's commands and groups."""
    found = dict.fromkeys(one.path.partition("/")[0] for one in _of(table, area))
    return [f"`/{name}`" for name in found]


def _of(table: Sequence[Command], area: str) -> list[Command]:
    names = AREAS[area]
    found = [one for one in table if one.path.partition("/")[0] in names]
    return sorted(found, key=lambda one: names.index(one.path.partition("/")[0]))


def _described(one: Command) -> str:
    """A command with its options."""
    options = "\n".join(f"- `{param.name}`{_needed(param)} – {param.description}" for param in one.params)
    return f"`{one.typed}` – {one.description}\n{options}".strip()


def _needed(param: Param) -> str:
    """When an option is to be given."""
    if param.required:
        return ""
    return " (may be left out)" if param.offered is None else " (where the model takes it)"
