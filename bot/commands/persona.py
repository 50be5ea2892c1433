"""Who Parley is in a room."""

from bot.commands.base import Ask, Choice, Command, Looking, Param, Reply
from bot.governance.authorize import Act
from bot.governance.personas import PRESETS, checked, preset


async def current(looking: Looking) -> str:
    """The room's persona, or nothing."""
    return (await looking.conversation.settings(looking.key, looking.actor)).value("persona") or ""


async def names(looking: Looking, typed: str) -> list[Choice]:
    """Presets while a name is typed."""
    wanted = typed.strip().lower()
    return [
        Choice(f"{p.name}: {p.about}", p.name) for p in PRESETS if wanted in f"{p.name} {p.about}".lower()
    ]


async def show(ask: Ask) -> Reply:
    """Say who Parley is here, and who decided it."""
    setting = (await ask.conversation.settings(ask.key, ask.actor)).found.get("persona")
    if setting is None or setting.value is None:
        return Reply("This room has no persona of its own: I am just Parley.")
    by = f"set by {setting.by.name} on {setting.at:%d %B %Y at %H:%M} UTC"
    return Reply(f"{setting.value}\n\n*({by})*")


async def change(ask: Ask) -> Reply:
    """Give the room a persona in words."""
    await _keep(ask, checked(ask.text("text")))
    return Reply("From now on I follow the new persona.", private=False)


async def pick(ask: Ask) -> Reply:
    """Give the room one of the presets."""
    chosen = preset(ask.text("name"))
    await _keep(ask, chosen.text)
    return Reply(
        f"From now on I am the {chosen.name}: {chosen.about[0].lower()}{chosen.about[1:]}.", private=False
    )


async def clear(ask: Ask) -> Reply:
    """Take the room's persona away."""
    await _keep(ask, None)
    return Reply("The persona is gone: I am just Parley again.", private=False)


async def _keep(ask: Ask, text: str | None) -> None:
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_PERSONA, "persona", text, ask.actor, event_id=event_id)


GROUPS = {"persona": "Who I am in this room"}

COMMANDS = (
    Command("persona/show", "Show who I am in this room", Act.SEE_PERSONA, show),
    Command(
        "persona/set",
        "Tell me who to be in this room",
        Act.SET_PERSONA,
        change,
        (Param("text", "Who I should be", required=True, long=True, current=current),),
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
