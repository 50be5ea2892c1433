"""Who Parley is in a room."""

from collections.abc import Callable, Sequence

from bot.commands.base import Ask, Choice, Command, Looking, Param, Reply
from bot.commands.naming import models_that_chat
from bot.commands.style import PURPOSE_CHOICES
from bot.commands.tools import several
from bot.conversation.using import SETTING as ROOM_TOOLS
from bot.conversation.using import chosen
from bot.governance import personas
from bot.governance.authorize import Act
from bot.governance.personas import NO_TOOLS, PRESETS, Persona, checked, kept, parsed, preset
from bot.messages import Need


async def current(looking: Looking) -> str:
    """The room's persona, or nothing."""
    return (await _held(looking)).text


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


async def show(ask: Ask) -> Reply:
    """Say who Parley is here, what comes along with that, and who decided it."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    setting = settings.found.get("persona")
    if setting is None or setting.value is None:
        return Reply("This room has no persona of its own: I am just Parley.")
    by = f"set by {setting.by.name} on {setting.at:%d %B %Y at %H:%M} UTC"
    persona = parsed(setting.value)
    brings = _brings(persona, settings.value, chosen(settings.value(ROOM_TOOLS), ask.looking.tools))
    along = f"It brings along: {brings}.\n" if brings else ""
    return Reply(f"{persona.text}\n\n{along}*({by})*")


async def change(ask: Ask) -> Reply:
    """Give the room a persona in words, and with what comes along."""
    model = ask.text("model").strip()
    persona = Persona(
        checked(ask.text("text")),
        ask.looking.routes.candidates(Need.CHAT, model)[0].id if model else "",
        ask.text("style"),
        personas.tools(ask.text("tools"), ask.looking.tools.names),
    )
    await _keep(ask, persona)
    brings = _brings(persona)
    return Reply(
        f"From now on I follow the new persona.{f' It brings along: {brings}.' if brings else ''}",
        private=False,
    )


async def pick(ask: Ask) -> Reply:
    """Give the room one of the presets."""
    chosen = preset(ask.text("name"))
    await _keep(ask, chosen.persona)
    return Reply(
        f"From now on I am the {chosen.name}: {chosen.about[0].lower()}{chosen.about[1:]}.", private=False
    )


async def clear(ask: Ask) -> Reply:
    """Take the room's persona away."""
    await _keep(ask, None)
    return Reply("The persona is gone: I am just Parley again.", private=False)


async def _held(looking: Looking) -> Persona:
    settings = await looking.conversation.settings(looking.key, looking.actor)
    return parsed(settings.value("persona") or "")


async def _keep(ask: Ask, persona: Persona | None) -> None:
    value, event_id = kept(persona) if persona else None, ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_PERSONA, "persona", value, ask.actor, event_id=event_id)


def _brings(
    persona: Persona,
    overruled: Callable[[str], str | None] = lambda _: None,
    here: Sequence[str] | None = None,
) -> str:
    """What comes along with it, in words; `overruled`: what the room has set itself, which goes before it;
    `here`: the tools that the room has, if that is to be told."""
    told = [
        f"{name} `{value}`{' (the room has its own)' if overruled(name) else ''}"
        for name, value in (("model", persona.model), ("style", persona.style))
        if value
    ]
    if persona.tools is not None:
        missing = [] if here is None else [name for name in persona.tools if name not in here]
        without = f" (of which this room has no {_listed(missing)})" if missing else ""
        told.append(f"tools {_listed(persona.tools) or NO_TOOLS}{without}")
    return ", ".join(told)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


GROUPS = {"persona": "Who I am in this room"}

COMMANDS = (
    Command("persona/show", "Show who I am in this room", Act.SEE_PERSONA, show),
    Command(
        "persona/set",
        "Tell me who to be in this room",
        Act.SET_PERSONA,
        change,
        (
            Param("text", "Who I should be", required=True, long=True, current=current),
            Param(
                "model",
                "Which model answers then, unless the room has its own",
                complete=models_that_chat,
                current=current_model,
            ),
            Param(
                "style",
                "What answers are for then, unless the room has its own style",
                choices=PURPOSE_CHOICES,
                current=current_style,
            ),
            Param(
                "tools",
                "Which of the room's tools I use then, with commas between, or none; else all",
                complete=several,
                current=current_tools,
            ),
        ),
    ),
    Command(
        "persona/preset",
        "Pick a ready-made persona",
        Act.SET_PERSONA,
        pick,
        (
            Param(
                "name",
                "Which one",
                required=True,
                choices=tuple(Choice(p.name, p.name) for p in PRESETS),
                complete=names,
            ),
        ),
    ),
    Command("persona/clear", "Be just Parley again", Act.SET_PERSONA, clear),
)
