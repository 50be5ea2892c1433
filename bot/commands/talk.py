"""Talking to Parley, once or in a conversation, with words or pictures."""

from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.commands.naming import models_that_chat, models_that_draw
from bot.commands.picture_options import PARAMS, chosen
from bot.commands.style import PURPOSE_CHOICES
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.personas import Persona, checked, kept
from bot.messages import RunOptions
from bot.records import Order
from bot.runs import RunKind

AT_ONCE = 10
"""Pictures that are looked at together: so many are in an album."""

MODEL = Param("model", "Which model answers, just this once", complete=models_that_chat)


async def chat(ask: Ask) -> Reply:
    """Say something in the conversation."""
    if not (ask.text("message") or ask.call.files or ask.call.quote):
        raise BadOption("What would you like to say?", "message")
    persona = kept(Persona(checked(ask.text("persona")))) if ask.text("persona") else None
    options = RunOptions(ask.text("model"), persona, ask.text("instructions"), ask.text("style"))
    return await _queued(ask, ask.text("message"), Order(RunKind.CHAT, options))


async def describe(ask: Ask) -> Reply:
    """Have a picture described, apart from the conversation."""
    these = "this picture" if ask.call.files == 1 else "these pictures"
    question = ask.text("question") or f"Describe {these}."
    return await _queued(ask, question, Order(RunKind.DESCRIBE, RunOptions(ask.text("model"))))


async def complete(ask: Ask) -> Reply:
    """Have one text continued, without persona or history."""
    return await _queued(ask, ask.text("prompt"), Order(RunKind.COMPLETE, RunOptions(ask.text("model"))))


async def imagine(ask: Ask) -> Reply:
    """Have a picture made."""
    options = RunOptions(ask.text("model"), picture=chosen(ask.looking, ask.options))
    return await _queued(ask, ask.text("prompt"), Order(RunKind.IMAGINE, options))


async def _queued(ask: Ask, text: str, order: Order) -> Reply:
    """Store it as a message of its person; the answer comes as a run."""
    accepted = await ask.conversation.accept(ask.said(text), order)
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


COMMANDS = (
    Command(
        "chat",
        "Talk to me",
        Act.CHAT,
        chat,
        (
            Param("message", "What you want to say"),
            Param("picture", "A picture to look at", Kind.PICTURE, most=AT_ONCE),
            MODEL,
            Param("style", "What this answer is for", choices=PURPOSE_CHOICES),
            Param("persona", "Who I should be, just this once; for moderators", long=True),
            Param("instructions", "What to mind in this answer", long=True),
        ),
    ),
    Command(
        "imagine",
        "Make a picture from words",
        Act.IMAGINE,
        imagine,
        (
            Param("prompt", "What the picture shows", required=True),
            Param("model", "Which model paints, just this once", complete=models_that_draw),
            *PARAMS,
        ),
    ),
    Command(
        "describe",
        "Have a picture described",
        Act.CHAT,
        describe,
        (
            Param("picture", "The picture to look at", Kind.PICTURE, required=True, most=AT_ONCE),
            Param("question", "What you want to know about it"),
            MODEL,
        ),
    ),
    Command(
        "complete",
        "Continue one text, without the conversation",
        Act.CHAT,
        complete,
        (Param("prompt", "The text to go on with", required=True, long=True), MODEL),
    ),
)
