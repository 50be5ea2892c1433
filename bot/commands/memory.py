"""What I am asked to remember."""

from bot.commands.base import Ask, Choice, Command, Looking, Param, Reply
from bot.commands.leaves import PAGE, leaf
from bot.commands.quoting import kept
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.records import Fact

ALL = "all"
CHOICES = 25
"""So many a platform shows."""
SHORT = 60
"""Characters of a fact in a choice."""

NOTHING = "I remember nothing of yours in this room. `/memory add` tells me something."
USE = (
    "I think of it when you ask me something in this room, and nobody else can list it. `/memory change` "
    "corrects a number, `/memory forget` lets one go."
)


async def show(ask: Ask) -> Reply:
    """List a person's own facts in this room."""
    found = await ask.conversation.memory.of(ask.key, ask.actor)
    if not found:
        return Reply(NOTHING)
    shown = leaf(ask, "memory/show", [f"- **{fact.number}**: {kept(fact.text)}" for fact in found])
    return Reply(f"What you asked me to remember in this room:\n\n{shown.text}\n\n{USE}", offers=shown.offers)


async def add(ask: Ask) -> Reply:
    """Keep another."""
    memory, event_id = ask.conversation.memory, ask.call.event_id
    return Reply(await memory.add(ask.key, ask.actor, ask.text("text"), event_id=event_id))


async def change(ask: Ask) -> Reply:
    """Give one other words."""
    number = _number(ask)
    return Reply(await ask.conversation.memory.change(ask.key, ask.actor, number, ask.text("text")))


async def forget(ask: Ask) -> Reply:
    """Let one go, or all of them."""
    number = None if ask.text("number").strip().lower() == ALL else _number(ask)
    return Reply(await ask.conversation.memory.forget(ask.key, ask.actor, number))


async def numbers(looking: Looking, typed: str) -> list[Choice]:
    """A person's own facts while a number or a word is typed."""
    wanted = typed.strip().lower()
    found = await looking.conversation.memory.of(looking.key, looking.actor)
    fit = [fact for fact in found if wanted in f"{fact.number} {fact.text}".lower()]
    return [Choice(f"{fact.number}: {_short(fact)}", str(fact.number)) for fact in fit[:CHOICES]]


async def numbers_or_all(looking: Looking, typed: str) -> list[Choice]:
    """The same, and all of them at once."""
    found = await numbers(looking, typed)
    every = [Choice("all of them", ALL)] if ALL.startswith(typed.strip().lower()) else []
    return [*found[: CHOICES - len(every)], *every]


def _number(ask: Ask) -> int:
    """Which one is meant. Raises BadOption."""
    number = ask.text("number").strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadOption("Name the number of a fact, such as 2. `/memory show` lists them.", "number")
    return int(number)


def _short(fact: Fact) -> str:
    return fact.text if len(fact.text) <= SHORT else f"{fact.text[: SHORT - 1]}…"


GROUPS = {"memory": "What I remember of you in this room"}

COMMANDS = (
    Command("memory/show", "Show what you asked me to remember here", Act.SEE_FACTS, show, (PAGE,)),
    Command(
        "memory/add",
        "Ask me to remember something about you in this room",
        Act.CHANGE_FACTS,
        add,
        (Param("text", "What I shall remember, in one sentence", required=True, kept=True),),
    ),
    Command(
        "memory/change",
        "Correct what you asked me to remember",
        Act.CHANGE_FACTS,
        change,
        (
            Param("number", "Which fact", required=True, complete=numbers),
            Param("text", "How it is right", required=True, kept=True),
        ),
    ),
    Command(
        "memory/forget",
        "Let me forget something, or all you asked me to remember here",
        Act.CHANGE_FACTS,
        forget,
        (Param("number", "Which fact; or: all", required=True, complete=numbers_or_all),),
    ),
)
