"""How the answers in a room are sampled."""

from bot.commands.base import Ask, Choice, Command, Kind, Param, Reply
from bot.errors import BadOption
from bot.governance import styles
from bot.governance.authorize import Act
from bot.governance.named import room_persona
from bot.governance.styles import PARAMETERS, PURPOSES, Chosen, Parameter
from bot.messages import Style

PURPOSE_CHOICES = tuple(Choice(purpose.title, purpose.name) for purpose in PURPOSES)

NO_STYLE = "This room has no style of its own: every model writes as its service sets it up."


async def show(ask: Ask) -> Reply:
    """Say how answers are sampled here, where each value comes from and who decided it."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    setting, persona = settings.found.get("style"), room_persona(settings.value)
    chosen = styles.read(setting.value if setting else None)
    brought = styles.read(styles.write(Chosen(persona.style)))
    if chosen == Chosen() != brought:
        return Reply(f"{_table(brought)}\n\n*(the persona of this room brings it along)*")
    if setting is None or chosen == Chosen():
        return Reply(f"{NO_STYLE} To choose from: {', '.join(purpose.title for purpose in PURPOSES)}.")
    by = f"set by {setting.by.name} on {setting.at:%d %B %Y at %H:%M} UTC"
    return Reply(f"{_table(chosen)}\n\n{_EXPLAINED}\n\n*({by})*")


async def change(ask: Ask) -> Reply:
    """Choose a purpose, single values, or both."""
    values = styles.by_hand(ask.options)
    if not ask.text("purpose") and values == Style():
        raise BadOption("Choose a purpose, or give a value for at least one parameter.", "purpose")
    held = styles.read((await ask.conversation.settings(ask.key, ask.actor)).value("style"))
    chosen = styles.changed(held, ask.text("purpose"), values)
    await _keep(ask, styles.write(chosen))
    return Reply(f"From now on I answer in this style:\n\n{_table(chosen)}", private=False)


async def clear(ask: Ask) -> Reply:
    """Take the room's style away; what a thread's channel has shines through."""
    await _keep(ask, None)
    wider = styles.read((await ask.conversation.settings(ask.key, ask.actor)).value("style"))
    if wider != Chosen():
        return Reply("This thread's own style is gone: the channel's holds again.", private=False)
    return Reply("The style is gone: every model writes as its service sets it up.", private=False)


async def _keep(ask: Ask, value: str | None) -> None:
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_STYLE, "style", value, ask.actor, event_id=event_id)


_EXPLAINED = (
    "A new purpose replaces all of this; a value alone joins what holds. "
    "A model that does not take a parameter is asked without it."
)


def _table(chosen: Chosen) -> str:
    """Each parameter with its value and where that comes from."""
    rows = "\n".join(f"| `{each.name}` | {_value(chosen, each)} |" for each in PARAMETERS)
    return f"| parameter | value | from |\n|---|--:|---|\n{rows}"


def _value(chosen: Chosen, parameter: Parameter) -> str:
    """A value and its origin, as two cells."""
    hand = styles.set_in(chosen.by_hand).get(parameter.name)
    if not chosen.purpose:
        if hand is None:
            return "– | not set: the service decides"
        return f"{hand:g} | set by hand, {parameter.range}"
    purpose = styles.purpose(chosen.purpose)
    value = styles.set_in(purpose.style)[parameter.name]
    middle = "the middle of {:g}–{:g}".format(*purpose.temperature)
    how = f", {middle}" if parameter.name == "temperature" else ""
    if hand is None:
        return f"{value:g} | {purpose.title}{how}"
    return f"{hand:g} | set by hand; {purpose.title} has {value:g}{how}"


def _param(parameter: Parameter, description: str) -> Param:
    """A parameter as an option; the end that its range leaves out is refused when it comes."""
    return Param(
        parameter.name, description, Kind.NUMBER, least=float(parameter.least), most=float(parameter.most)
    )


_SAID = {
    "temperature": "How freely words are chosen, 0 to 2",
    "top_p": "How many of the likely words are chosen from, above 0 and at most 1",
    "presence_penalty": "How much new subjects are preferred, -2 to 2",
    "frequency_penalty": "How much repeated words are avoided, -2 to 2",
}

GROUPS = {"style": "How I write in this room"}

COMMANDS = (
    Command("style/show", "Show how answers are written in this room", Act.SEE_STYLE, show),
    Command(
        "style/set",
        "Choose what answers in this room are for, or set single values",
        Act.SET_STYLE,
        change,
        (
            Param(
                "purpose", "What answers are for; it replaces what was set before", choices=PURPOSE_CHOICES
            ),
            *(_param(parameter, _SAID[parameter.name]) for parameter in PARAMETERS),
        ),
    ),
    Command("style/clear", "Let every model write as its service sets it up", Act.SET_STYLE, clear),
)
