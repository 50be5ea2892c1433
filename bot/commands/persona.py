"""Who Parley is in a room."""

from dataclasses import replace

from bot.commands.base import Ask, Choice, Command, Looking, Offer, Param, Reply
from bot.commands.brings import brings
from bot.commands.naming import models_that_chat
from bot.commands.style import PURPOSE_CHOICES
from bot.commands.tools import several
from bot.conversation.answer.using import SETTING as ROOM_TOOLS
from bot.conversation.answer.using import chosen
from bot.errors import NotFound
from bot.governance import personas
from bot.governance.authorize import Act
from bot.governance.named import OF_SERVER, SETTING, enabled, named, room_persona
from bot.governance.personas import NO_TOOLS, PRESETS, Persona, Preset, checked, kept, parsed, preset
from bot.messages import Need
from bot.records import RoomSettings

NONE = "none"
"""What is typed to take a model, a style or all tools away from a persona."""

ALL = "all"
"""What is typed to let a persona use all the tools that a room has."""

BE_IT, BACK = "Be it in this room", "‹ All of them"

RULES = "Rules of my operator stand above it."


async def current(looking: Looking) -> str:
    """The words of the room's persona, or nothing."""
    settings = await looking.conversation.settings(looking.key, looking.actor)
    return room_persona(settings.value).text if settings.value(SETTING) else ""


async def current_model(looking: Looking) -> str:
    """The model that it brings along, or nothing."""
    return (await _held(looking)).model


async def current_style(looking: Looking) -> str:
    """The style that it brings along, or nothing."""
    return (await _held(looking)).style


async def current_tools(looking: Looking) -> str:
    """The tools that it uses, as they are typed; nothing: all that the room has."""
    tools = (await _held(looking)).tools
    return "" if tools is None else ", ".join(tools) or NO_TOOLS


async def names(looking: Looking, typed: str) -> list[Choice]:
    """Presets while a name is typed."""
    wanted = typed.strip().lower()
    return [
        Choice(f"{p.name}: {p.about}", p.name) for p in PRESETS if wanted in f"{p.name} {p.about}".lower()
    ]


async def of_server(looking: Looking, typed: str) -> list[Choice]:
    """The server's named personas while a name is typed."""
    settings, wanted = await looking.conversation.settings(looking.key, looking.actor), typed.strip().lower()
    return [Choice(one.name, one.name) for one in library(settings) if wanted in one.name.lower()]


def library(settings: RoomSettings) -> list[Persona]:
    """The named personas that a room can see, by name."""
    kept_here = (one.value for name, one in settings.found.items() if name.startswith(OF_SERVER))
    return sorted(map(parsed, filter(None, kept_here)), key=lambda one: one.name.casefold())


def found(settings: RoomSettings, name: str) -> Persona:
    """The named persona that is meant. Raises NotFound with those there are."""
    if persona := named(settings.value, name):
        return persona
    there = ", ".join(one.name for one in library(settings))
    raise NotFound(
        f"There is no persona “{name.strip()[:40]}” here. "
        + (f"There are: {there}." if there else "`/persona save` keeps one under a name.")
    )


async def show(ask: Ask) -> Reply:
    """Say who Parley is here, what comes along with that, and who decided it."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    if name := ask.text("name"):
        persona = found(settings, name)
        brought = f"It brings along: {listing}.\n" if (listing := brings(persona)) else ""
        return Reply(f"{persona.text}\n\n{brought}*(the persona {persona.name} of this server)* {RULES}")
    setting = settings.found.get(SETTING)
    if setting is None or setting.value is None:
        return Reply(f"This room has no persona of its own: I am just Parley.{_guests(settings, ' ', '')}")
    by = f"set by {setting.by.name} on {setting.at:%d %B %Y at %H:%M} UTC"
    because = f", because: {setting.reason}" if setting.reason else ""
    persona = room_persona(settings.value)
    listing = brings(persona, settings.value, chosen(settings.value(ROOM_TOOLS), ask.looking.tools))
    along = f"It brings along: {listing}.\n" if listing else ""
    return Reply(
        f"{persona.text}\n\n{along}{_followed(settings)}{_guests(settings)}{RULES}\n*({by}{because})*"
    )


def _followed(settings: RoomSettings) -> str:
    """Which named persona the room follows, if any."""
    of = parsed(settings.value(SETTING) or "").of
    if not of:
        return ""
    persona = named(settings.value, of)
    if persona is None:
        return f"The persona {of} that this room follows was dropped: I am just Parley.\n"
    return f"This room follows the persona {persona.name}, whatever it becomes.\n"


def _guests(settings: RoomSettings, before: str = "", after: str = "\n") -> str:
    """Who else can be called here."""
    guests = [one.name for key in enabled(settings.value) if (one := named(settings.value, key))]
    calls = f"By name you can call here: {', '.join(guests)}, as in “{guests[0]}: …”." if guests else ""
    return f"{before}{calls}{after}" if calls else ""


async def change(ask: Ask) -> Reply:
    """Give the room a persona in words. What it brings along stays, as far as it is not given."""
    persona = altered(ask, await _held(ask.looking), checked(ask.text("text")))
    await keep(ask, persona)
    listing = brings(persona)
    return Reply(
        f"From now on I follow the new persona.{f' It brings along: {listing}.' if listing else ''}",
        private=False,
    )


def altered(ask: Ask, before: Persona, text: str) -> Persona:
    """A persona with these words, and with what is given of model, style and tools; the rest is as before."""
    model, style, tools = before.model, before.style, before.tools
    if "model" in ask.options:
        model = _cleared(ask.text("model"))
        model = ask.looking.routes.candidates(Need.CHAT, model)[0].id if model else ""
    if "style" in ask.options:
        style = _cleared(ask.text("style"))
    if "tools" in ask.options:
        every = ask.text("tools").strip().lower() == ALL
        tools = None if every else personas.tools(ask.text("tools"), ask.looking.tools.names)
    return Persona(text, model, style, tools)


def _cleared(typed: str) -> str:
    return "" if typed.strip().lower() == NONE else typed.strip()


async def pick(ask: Ask) -> Reply:
    """Give the room one of the presets."""
    picked = preset(ask.text("name"))
    await keep(ask, picked.persona)
    return Reply(
        f"From now on I am the {picked.name}: {picked.about[0].lower()}{picked.about[1:]}.", private=False
    )


async def gallery(ask: Ask) -> Reply:
    """Show all presets, or one of them whole, with buttons from one to another and to be it."""
    if not ask.text("name"):
        lines = "\n".join(f"- **{one.name}** – {one.about}" for one in PRESETS)
        told = "`/persona gallery` with a name shows one whole."
        return Reply(f"Whom I can be in this room:\n\n{lines}\n\n{told}", offers=tuple(map(_seen, PRESETS)))
    picked = preset(ask.text("name"))
    listing = brings(picked.persona)
    along = f"It brings along: {listing}. " if listing else ""
    return Reply(
        f"**{picked.name}** – {picked.about}\n\n{picked.text}\n\n"
        f"{along}`/persona preset {picked.name}` makes it who I am in this room.",
        offers=(
            Offer(BE_IT, "persona/preset", {"name": picked.name}, instead=False),
            Offer(BACK, "persona/gallery"),
        ),
    )


def _seen(one: Preset) -> Offer:
    return Offer(one.name, "persona/gallery", {"name": one.name})


async def clear(ask: Ask) -> Reply:
    """Take the room's persona away; what a thread's channel has shines through."""
    await keep(ask, None)
    if (await ask.conversation.settings(ask.key, ask.actor)).value(SETTING):
        return Reply("This thread's own persona is gone: I am who I am in the channel.", private=False)
    return Reply("The persona is gone: I am just Parley again.", private=False)


async def _held(looking: Looking) -> Persona:
    """What the room has, be it by following another; nothing of it where there is none."""
    settings = await looking.conversation.settings(looking.key, looking.actor)
    return room_persona(settings.value)


async def keep(ask: Ask, persona: Persona | None) -> None:
    """Let the room have this persona from now on, for the reason that was given."""
    value, why = kept(persona) if persona else None, ask.text("reason")
    await ask.conversation.personas.change(ask.key, value, ask.actor, reason=why, event_id=ask.call.event_id)


GROUPS = {"persona": "Who I am in this room"}

WHY = Param("reason", "Why; it is kept with the change", kept=True)
READY = Param(
    "name",
    "Which one",
    required=True,
    choices=tuple(Choice(p.name, p.name) for p in PRESETS),
    complete=names,
)
WHOSE = Param("name", "Which persona of this server; else the room's own", complete=of_server)
BRINGS = (
    Param(
        "model",
        "Which model answers then, unless the room has its own; or none",
        complete=models_that_chat,
        current=current_model,
    ),
    Param(
        "style",
        "What answers are for then, unless the room has its own style",
        choices=(*PURPOSE_CHOICES, Choice(NONE, NONE)),
        current=current_style,
    ),
    Param(
        "tools",
        "Which of the room's tools I use then, with commas between; or none, or all",
        complete=several,
        current=current_tools,
        several=True,
    ),
)

COMMANDS = (
    Command("persona/show", "Show who I am in this room", Act.SEE_PERSONA, show, (WHOSE,)),
    Command(
        "persona/set",
        "Tell me who to be in this room",
        Act.SET_PERSONA,
        change,
        (
            Param("text", "Who I should be", required=True, long=True, current=current, kept=True),
            *BRINGS,
            WHY,
        ),
    ),
    Command(
        "persona/preset",
        "Pick a ready-made persona",
        Act.SET_PERSONA,
        pick,
        (READY, WHY),
    ),
    Command(
        "persona/gallery",
        "Show the ready-made personas",
        Act.SEE_PERSONA,
        gallery,
        (replace(READY, required=False),),
    ),
    Command("persona/clear", "Be just Parley again", Act.SET_PERSONA, clear, (WHY,)),
)
