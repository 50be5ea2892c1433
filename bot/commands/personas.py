"""Personas that a server keeps under names: followed by its rooms, or called there by name."""

from dataclasses import replace

from bot.commands.base import Ask, Command, Param, Reply
from bot.commands.brings import brings
from bot.commands.leaves import PAGE, leaf
from bot.commands.persona import BRINGS, WHY, altered, found, keep, library, of_server
from bot.commands.reminders import places
from bot.commands.typed import line
from bot.conversation.prompt.character import ZONE
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.named import (
    ENABLED,
    GUESTS,
    MOST,
    SETTING,
    enabled,
    key_of,
    name_checked,
    named,
    room_persona,
)
from bot.governance.personas import Persona, checked, kept, parsed
from bot.moments import zone
from bot.records import RoomSettings
from bot.unseen import seen

FIRST = 80
"""Characters of a persona's words in a list."""


async def save(ask: Ask) -> Reply:
    """Keep words, or what the room has, under a name of the whole server."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    name = name_checked(ask.text("name"))
    before = named(settings.value, name)
    if before is None and len(library(settings)) >= MOST:
        raise BadOption(f"A server keeps {MOST} personas: `/persona drop` lets one go.", "name")
    whole = _words(ask, settings, before)
    await store(ask, replace(whole, name=name, of=""))
    again = "Rooms that follow it do so from now on." if before else _use(name)
    return Reply(f"I keep the persona **{name}** for this server. {again}", private=False)


def _words(ask: Ask, settings: RoomSettings, before: Persona | None) -> Persona:
    """What is kept: the words that were given, else the persona that the room has."""
    if text := ask.text("text"):
        return altered(ask, before or Persona(""), checked(text))
    if not settings.value(SETTING):
        raise BadOption("This room has no persona of its own: give the words of the new one.", "text")
    room = room_persona(settings.value)
    return altered(ask, room, room.text)


def _use(name: str) -> str:
    return f"`/persona use {name}` lets a room follow it, `/persona invite {name}` lets it be called there."


async def store(ask: Ask, persona: Persona) -> None:
    """Keep a named persona's new version."""
    await ask.conversation.personas.save(
        ask.key,
        persona.name,
        kept(persona),
        ask.actor,
        reason=ask.text("reason"),
        event_id=ask.call.event_id,
    )


async def use(ask: Ask) -> Reply:
    """Let the room follow a named persona, whatever it becomes."""
    persona = found(await ask.conversation.settings(ask.key, ask.actor), ask.text("name"))
    await keep(ask, Persona("", of=key_of(persona.name)))
    listing = brings(persona)
    along = f" It brings along: {listing}." if listing else ""
    return Reply(
        f"From now on this room follows the persona **{persona.name}**, whatever it becomes.{along}",
        private=False,
    )


async def show(ask: Ask) -> Reply:
    """List the server's named personas."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    personas = library(settings)
    if not personas:
        return Reply("This server keeps no personas under names. `/persona save` keeps one.")
    lines = [f"- **{one.name}**{_here(one, settings)} – {begins(one.text)}" for one in personas]
    shown = leaf(ask, "persona/list", lines)
    return Reply(
        f"The personas of this server:\n\n{shown.text}\n\n`/persona show` with a name shows one whole.",
        offers=shown.offers,
    )


def _here(persona: Persona, settings: RoomSettings) -> str:
    """What a named persona is in this room."""
    key, own = key_of(persona.name), parsed(settings.value(SETTING) or "")
    told = [
        *(["followed here"] if own.of == key else []),
        *(["called by name here"] if key in enabled(settings.value) else []),
    ]
    return f" ({', '.join(told)})" if told else ""


def begins(text: str) -> str:
    """A persona's first words, as code in which nothing means anything."""
    words = " ".join(seen(text).replace("`", "'").split())
    return f"`{words if len(words) <= FIRST else words[:FIRST].rstrip() + '…'}`"


async def drop(ask: Ask) -> Reply:
    """Let a named persona go, for all rooms of the server."""
    persona = found(await ask.conversation.settings(ask.key, ask.actor), ask.text("name"))
    await ask.conversation.personas.save(
        ask.key,
        persona.name,
        None,
        ask.actor,
        reason=ask.text("reason"),
        event_id=ask.call.event_id,
    )
    return Reply(
        f"The persona {persona.name} is gone; rooms that followed it have just Parley. "
        f"`{line('persona/rollback', {'name': persona.name})}` brings it back.",
        private=False,
    )


async def invite(ask: Ask) -> Reply:
    """Let a named persona be called in this room."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    persona = found(settings, ask.text("name"))
    keys = enabled(settings.value)
    if len(keys) >= GUESTS and key_of(persona.name) not in keys:
        raise BadOption(f"A room has at most {GUESTS} such personas: `/persona dismiss` one.", "name")
    await _enable(ask, [*(key for key in keys if key != key_of(persona.name)), key_of(persona.name)])
    return Reply(
        f"From now on **{persona.name}** answers here who begins with “{persona.name}: …”, "
        f"“@{persona.name} …” or “hey {persona.name}, …”.",
        private=False,
    )


async def dismiss(ask: Ask) -> Reply:
    """Let a named persona be called here no more."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    keys, key = enabled(settings.value), key_of(ask.text("name"))
    if key not in keys:
        raise BadOption(
            "There is no such persona that can be called here. `/persona list` shows them.", "name"
        )
    await _enable(ask, [one for one in keys if one != key])
    return Reply(f"From now on nobody calls {ask.text('name').strip()} here.", private=False)


async def _enable(ask: Ask, keys: list[str]) -> None:
    await ask.conversation.personas.change(
        ask.key,
        ",".join(keys),
        ask.actor,
        name=ENABLED,
        reason=ask.text("reason"),
        event_id=ask.call.event_id,
    )


async def clocks(ask: Ask) -> Reply:
    """Say by whose clocks personas know the date in this room."""
    zone(place := ask.text("zone").strip())  # or it is told that there is none
    await ask.conversation.personas.change(ask.key, place, ask.actor, name=ZONE, event_id=ask.call.event_id)
    return Reply(f"In this room `{{date}}` is the date of {place}.", private=False)


NAME = Param("name", "Which persona of this server", required=True, complete=of_server)

COMMANDS = (
    Command(
        "persona/save",
        "Keep a persona of this server under a name",
        Act.NAME_PERSONA,
        save,
        (
            Param("name", "What it is called", required=True, complete=of_server, kept=True),
            Param("text", "Who I should be then; else who I am in this room", long=True, kept=True),
            *BRINGS,
            WHY,
        ),
    ),
    Command(
        "persona/use", "Let this room follow a persona of this server", Act.SET_PERSONA, use, (NAME, WHY)
    ),
    Command("persona/list", "List the personas of this server", Act.SEE_PERSONA, show, (PAGE,)),
    Command("persona/drop", "Let a persona of this server go", Act.NAME_PERSONA, drop, (NAME, WHY)),
    Command(
        "persona/invite", "Let a persona be called by its name here", Act.SET_PERSONA, invite, (NAME, WHY)
    ),
    Command("persona/dismiss", "Let a persona be called here no more", Act.SET_PERSONA, dismiss, (NAME, WHY)),
    Command(
        "persona/zone",
        "Say in which time zone a persona knows the date",
        Act.SET_PERSONA,
        clocks,
        (Param("zone", "The room's time zone", required=True, complete=places),),
    ),
)
