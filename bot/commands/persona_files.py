"""A persona as a file: handed out, and taken in."""

from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.commands.persona import WHOSE, WHY, found
from bot.conversation.gate.permitting import permit, runs_server
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.named import SETTING, name_checked, room_persona
from bot.governance.persona_files import FILE, written
from bot.messages import Made, RunOptions
from bot.records import Order
from bot.runs import RunKind


async def export(ask: Ask) -> Reply:
    """Hand out the room's persona, or a named one, as a TOML file."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    if name := ask.text("name"):
        persona = found(settings, name)
    elif settings.value(SETTING):
        persona = room_persona(settings.value)
    else:
        raise BadOption("This room has no persona of its own: say which one of the server you mean.", "name")
    file = Made(FILE, "application/toml", written(persona, persona.name))
    return Reply("Here it is. `/persona import` takes it in, here or elsewhere.", files=(file,))


async def take_in(ask: Ask) -> Reply:
    """Let the room be who a file says, or keep it under the name that it has."""
    permit(ask.actor, Act.NAME_PERSONA, ask.key, admit=runs_server)  # a file may name one of the server
    name = name_checked(ask.text("name")) if ask.text("name").strip() else ""
    said = ask.said("Take this persona in.")
    options = RunOptions(name=name, instructions=ask.text("reason"))
    accepted = await ask.conversation.accept(said, Order(RunKind.ADOPT, options))
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


COMMANDS = (
    Command("persona/export", "Have a persona as a file", Act.SEE_PERSONA, export, (WHOSE,)),
    Command(
        "persona/import",
        "Take a persona in from a file",
        Act.SET_PERSONA,
        take_in,
        (
            Param("file", "A file that /persona export made, or like it", Kind.PICTURE, required=True),
            Param("name", "What it is called; else as the file says", kept=True),
            WHY,
        ),
    ),
)
