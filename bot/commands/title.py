"""What a thread, a topic or a room is called."""

from bot.commands.base import Ask, Command, Param, Reply
from bot.commands.naming import models_that_chat
from bot.governance.authorize import Act
from bot.messages import RunOptions
from bot.records import Order
from bot.runs import RunKind


async def title(ask: Ask) -> Reply:
    """Set a title, or have one found. Members may where they began it: the service knows."""
    titles, to = ask.conversation.titles, ask.call.address
    if wanted := ask.text("text").strip():
        return Reply(await titles.give(ask.actor, to, wanted), private=False)
    place = await titles.check(ask.actor, to)
    said = ask.said(f"Find a title for this {place.kind}")
    accepted = await ask.conversation.accept(said, Order(RunKind.TITLE, RunOptions(ask.text("model"))))
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


COMMANDS = (
    Command(
        "title",
        "Give this thread, topic or room a title",
        Act.CHAT,
        title,
        (
            Param("text", "The title; else I find one for what is talked about", kept=True),
            Param("model", "Which model answers, just this once", complete=models_that_chat),
        ),
    ),
)
