"""What a room knows from files."""

from bot.commands.base import Ask, Choice, Command, Kind, Looking, Param, Reply
from bot.commands.leaves import PAGE, leaf
from bot.commands.quoting import kept
from bot.conversation.files.documents import named
from bot.conversation.knowledge.learning import FILES, extent
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import RunOptions
from bot.records import KnownFile, Order
from bot.runs import RunKind

CHOICES = 25
"""So many a platform shows."""

NOTHING = "I know no files here. A moderator can add one: `/knowledge add`."
WAITS = "placed so far: {} of {} pieces, the others are found by their words alone until I have placed them"
USE = "Where an answer rests on one of them, it names the place."


async def add(ask: Ask) -> Reply:
    """Let the room know a file."""
    name = ask.text("name").strip()
    said = ask.said(f"Know what this file says: {name}" if name else "Know what this file says.")
    accepted = await ask.conversation.accept(said, Order(RunKind.LEARN, RunOptions(name=name)))
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


async def show(ask: Ask) -> Reply:
    """List the files that are known here."""
    found = await ask.conversation.knowledge.files(ask.key, ask.actor)
    if not found:
        return Reply(NOTHING)
    placed = await ask.conversation.knowledge.placed(ask.key, ask.actor)
    lines = [f"- **{file.id}**: {_line(file, placed.get(file.id, 0))}" for file in found]
    shown = leaf(ask, "knowledge/list", lines)
    heading = f"What I know here ({len(found)} of {FILES} files):"
    return Reply(f"{heading}\n\n{shown.text}\n\n{USE}", offers=shown.offers)


async def remove(ask: Ask) -> Reply:
    """Let one go."""
    number = ask.text("file").strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadOption("Name the number of a file, such as 2. `/knowledge list` shows them.", "file")
    return Reply(await ask.conversation.knowledge.remove(ask.key, ask.actor, int(number)))


async def files(looking: Looking, typed: str) -> list[Choice]:
    """Files while a number or a name is typed."""
    wanted = typed.strip().lower()
    found = await looking.conversation.knowledge.files(looking.key, looking.actor)
    fit = [file for file in found if wanted in f"{file.id} {file.name}".lower()]
    return [Choice(f"{file.id}: {file.name}"[:100], str(file.id)) for file in fit[:CHOICES]]


def _line(file: KnownFile, placed: int) -> str:
    """A file as it is listed, with how many of its pieces are `placed` when some are not."""
    said = f"{named(file.name)}: {extent(file)}; added by {kept(file.by.name)} on {file.at:%Y-%m-%d}"
    return said if placed >= file.pieces else f"{said}; {WAITS.format(placed, file.pieces)}"


GROUPS = {"knowledge": "What I know here from files"}

COMMANDS = (
    Command(
        "knowledge/add",
        "Let me know what a file says, so that I can answer from it here",
        Act.CHANGE_KNOWLEDGE,
        add,
        (
            Param("file", "A text, a PDF, a Word document or a web page", Kind.PICTURE, required=True),
            Param("name", "What I shall call it; else its own name"),
        ),
        wide=True,
    ),
    Command("knowledge/list", "List the files that I know here", Act.SEE_KNOWLEDGE, show, (PAGE,)),
    Command(
        "knowledge/remove",
        "Let me forget a file that I know here",
        Act.CHANGE_KNOWLEDGE,
        remove,
        (Param("file", "Which file", required=True, complete=files),),
    ),
)
