"""A persona that somebody brings as a file."""

from dataclasses import dataclass, replace

from bot.conversation.personas.changing import Personas
from bot.errors import BadOption
from bot.governance.named import MOST, OF_SERVER, named
from bot.governance.persona_files import Imported, read
from bot.governance.personas import kept
from bot.records import Context

NO_FILE = "This is no file that I can read as a persona. Send one that `/persona export` made."


@dataclass(frozen=True, slots=True)
class Adopter:
    """Lets a run's room, or its server, have the persona that its question brought."""

    personas: Personas

    async def adopt(self, context: Context) -> str:
        """What people are told of it. Done once, however often it is tried. Raises BadOption."""
        if not context.question.documents:
            raise BadOption(NO_FILE, "file")
        run, found = context.run, read(context.question.documents[0].text)
        name = run.options.name or found.name
        why, event_id = run.options.instructions or "taken in from a file", f"adopted:{run.id}"
        if not name:
            value = kept(found.persona)
            await self.personas.change(run.key, value, run.actor, reason=why, event_id=event_id)
            return "From now on I am in this room who this file says."
        _room_for(context, name)
        value = kept(replace(found.persona, name=name))
        await self.personas.save(run.key, name, value, run.actor, reason=why, event_id=event_id)
        return _kept(found, name)


def _room_for(context: Context, name: str) -> None:
    """Raises BadOption when the server keeps as many as it can."""
    value = context.settings.value
    there = sum(one.startswith(OF_SERVER) and bool(value(one)) for one in context.settings.found)
    if there >= MOST and named(value, name) is None:
        raise BadOption(f"A server keeps {MOST} personas: `/persona drop` lets one go.", "name")


def _kept(found: Imported, name: str) -> str:
    own = f" (the file calls it {found.name})" if found.name not in ("", name) else ""
    return (
        f"I keep the persona **{name}**{own} for this server. `/persona use {name}` lets a room follow it, "
        f"`/persona invite {name}` lets it be called there."
    )
