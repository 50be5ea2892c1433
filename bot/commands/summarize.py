"""Being told what was said while one was away."""

from bot.commands.base import Ask, Command, Param, Reply
from bot.commands.naming import models_that_chat
from bot.commands.since import since
from bot.governance.authorize import Act
from bot.messages import RunOptions
from bot.moments import written, zone
from bot.records import Order
from bot.runs import RunKind


async def summarize(ask: Ask) -> Reply:
    """Have what was said in this room summarized."""
    name = await ask.conversation.reminders.zone(ask.actor) or "UTC"
    start, about, where = ask.text("since").strip(), ask.text("about").strip(), zone(name)
    moment = since(start, ask.conversation.now(), where) if start else None
    words = [
        "Summarize what was said here",
        f"since {written(moment, where)}" if moment else "since I was here last",
        f"about: {about}" if about else "",
    ]
    options = RunOptions(
        ask.text("model"), since=moment.isoformat() if moment else "", zone="" if name == "UTC" else name
    )
    said = ask.said(" ".join(filter(None, words)))
    accepted = await ask.conversation.accept(said, Order(RunKind.SUMMARIZE, options))
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


COMMANDS = (
    Command(
        "summarize",
        "Have what was said in this room summarized",
        Act.CHAT,
        summarize,
        (
            Param("since", "Since when: 2h, yesterday, monday, 9:00, or a date; else since you spoke last"),
            Param("about", "What it shall be about; else everything"),
            Param("model", "Which model answers, just this once", complete=models_that_chat),
        ),
    ),
)
