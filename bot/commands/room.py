"""The conversation in a room: start it anew, stop an answer, ask for another."""

from bot.commands.base import Ask, Choice, Command, Param, Reply
from bot.governance.authorize import Act
from bot.runs import ACTIVE, RunKind, RunStatus


async def anew(ask: Ask) -> Reply:
    """Drop the history; the persona stays."""
    await ask.conversation.forget(ask.key, ask.actor, event_id=ask.call.event_id)
    return Reply(
        "A new conversation: I have put what was said before aside. The persona stays.", private=False
    )


async def stop(ask: Ask) -> Reply:
    """Stop what is being written, or take back what waits."""
    going = await ask.conversation.latest_run(ask.key, ask.actor, tuple(ACTIVE))
    found = going or await ask.conversation.latest_run(ask.key, ask.actor, (RunStatus.QUEUED,))
    if found is None:
        return Reply("Nothing is being written right now.")
    await ask.conversation.cancel(found.run.id, ask.actor, ask.key)
    return Reply("Stopped.")


async def retry(ask: Ask) -> Reply:
    """Answer the latest question again."""
    ended = tuple(status for status in RunStatus if status.ended)
    last = await ask.conversation.latest_run(ask.key, ask.actor, ended)
    if last is None:
        return Reply("There is nothing to answer again yet.")
    accepted = await ask.conversation.repeat(
        last.run.id, RunKind.CHAT, ask.actor, ask.key, event_id=ask.call.event_id
    )
    return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)


async def listen(ask: Ask) -> Reply:
    """Answer every message here, or only those that are meant for Parley."""
    every = ask.text("to") == "everyone"
    await ask.conversation.change(
        ask.key,
        Act.SET_LISTENING,
        "listen",
        "on" if every else "off",
        ask.actor,
        event_id=ask.call.event_id,
    )
    if every:
        return Reply("From now on I answer every message that I am sent here.", private=False)
    return Reply("From now on I answer here when I am mentioned or replied to.", private=False)


COMMANDS = (
    Command(
        "listen",
        "Whether I answer every message in this room",
        Act.SET_LISTENING,
        listen,
        (
            Param(
                "to",
                "Whom I listen to",
                required=True,
                choices=(Choice("everyone", "everyone"), Choice("those who mention me", "mentions")),
            ),
        ),
    ),
    Command("new", "Start the conversation anew; the persona stays", Act.START_ANEW, anew),
    Command("stop", "Stop the answer that is being written", Act.CHAT, stop),
    Command("retry", "Answer the latest question again", Act.CHAT, retry),
)
