"""Being told something later."""

from bot.commands.base import Ask, Choice, Command, Looking, Param, Reply
from bot.commands.leaves import PAGE, leaf
from bot.commands.quoting import kept
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import Reminder
from bot.moments import EXAMPLES, written, zone, zones

CHOICES = 25
"""So many a platform shows, and so many are listed."""

SHORT = 60
"""Characters of a reminder's words in a choice."""

NEEDED = (
    f"Say when and what, such as when: in 20 minutes, text: tea. When can be: {EXAMPLES}. "
    "A reminder rings once: every day, or every week, is more than I can do."
)


async def remind(ask: Ask) -> Reply:
    """Keep a reminder, the person's time zone, or both."""
    when, text = _both(ask.text("when"), ask.text("text"))
    place, event_id = ask.text("zone").strip(), ask.call.event_id
    reminders, said = ask.conversation.reminders, []
    if place:
        said.append(await reminders.set_zone(ask.key, ask.actor, place, event_id=event_id))
    if when or text or not place:
        if not (when and text):
            raise BadOption(NEEDED, "text" if when else "when")
        said.append(await reminders.remind(ask.call.address, ask.actor, when, text, event_id=event_id))
    return Reply("\n\n".join(said))


async def listed(ask: Ask) -> Reply:
    """List what is to come in this room."""
    everybody = ask.text("of") == "channel"
    found = await ask.conversation.reminders.of(ask.key, ask.actor, everybody=everybody)
    if not found:
        return Reply("There are no reminders in this room." if everybody else "You have no reminders here.")
    where = zone(await ask.conversation.reminders.zone(ask.actor) or "UTC")
    lines = [
        f"- {one.id}: {written(one.due, where)}{_by(one) if everybody else ''}: {_line(one)}" for one in found
    ]
    shown = leaf(ask, "reminders/list", lines)
    return Reply(
        f"To come in this room:\n\n{shown.text}\n\n`/reminders cancel` takes one back.", offers=shown.offers
    )


async def cancel(ask: Ask) -> Reply:
    """Take a reminder back."""
    number = ask.text("number").strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise BadOption("Name the number of a reminder, such as 12. `/reminders list` has them.", "number")
    found = await ask.conversation.reminders.cancel(int(number), ask.key, ask.actor)
    whom = "you" if found.actor.person.id == ask.actor.person.id else kept(found.actor.person.name)
    return Reply(f"I won't remind {whom} of it: {kept(found.text)}")


async def numbers(looking: Looking, typed: str) -> list[Choice]:
    """A person's reminders while a number is typed."""
    found = await looking.conversation.reminders.of(looking.key, looking.actor)
    wanted = typed.strip().lower()
    fit = [one for one in found if wanted in f"{one.id} {one.text}".lower()]
    return [Choice(f"{one.id}: {_line(one)}", str(one.id)) for one in fit[:CHOICES]]


async def places(_looking: Looking, typed: str) -> list[Choice]:
    """Time zones while a name is typed."""
    return [Choice(name, name) for name in zones(typed)[:CHOICES]]


def _both(when: str, text: str) -> tuple[str, str]:
    """When and what; where they were typed as one, a colon and a space stand between them."""
    if text.strip():
        return when, text
    moment, _, words = when.partition(": ")
    return moment, words


def _line(reminder: Reminder) -> str:
    """A reminder's words, as far as a line has room for them."""
    words = " ".join(reminder.text.split())
    return kept(words if len(words) <= SHORT else f"{words[: SHORT - 1]}…")


def _by(reminder: Reminder) -> str:
    return f" for {kept(reminder.actor.person.name)}"


GROUPS = {"reminders": "What I shall remind people of in this room"}

COMMANDS = (
    Command(
        "remind",
        "Be reminded of something later",
        Act.REMIND,
        remind,
        (
            Param("when", "When: in 20 minutes, tomorrow 9:00, at 18:30, monday 8am, or a date", kept=True),
            Param("text", "What I shall remind you of", kept=True),
            Param("zone", "Your time zone, once; I remember it", complete=places),
        ),
    ),
    Command(
        "reminders/list",
        "List the reminders that are to come in this room",
        Act.SEE_REMINDERS,
        listed,
        (
            Param(
                "of",
                "Whose reminders: your own here, or this channel's (for moderators)",
                choices=(Choice("me", "me"), Choice("channel", "channel")),
            ),
            PAGE,
        ),
    ),
    Command(
        "reminders/cancel",
        "Take back a reminder",
        Act.SEE_REMINDERS,
        cancel,
        (Param("number", "The number of the one to take back", required=True, complete=numbers),),
    ),
)
