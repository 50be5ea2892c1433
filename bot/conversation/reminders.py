"""Reminders: setting them, taking them back, and what is said when one rings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.conversation.gate.permitting import permit
from bot.errors import BadOption, NotFound, TooLarge
from bot.governance.authorize import Act
from bot.messages import Actor, Address, ChannelKey, Reminder
from bot.moments import moment, named, written, zone
from bot.ports import Clock, Store
from bot.unseen import seen

LONGEST: Final = 1000
"""Characters of a reminder."""

ZONE: Final = "zone"
"""The setting of a person that names their time zone."""

LATE: Final = timedelta(minutes=2)
"""How much later than it was due a reminder may ring without an apology."""

SORRY: Final = "*(late: I was not running)*"
UNKNOWN_ZONE: Final = (
    "I took UTC, for I don't know your time zone. "
    "`/remind` with nothing but `zone`, such as Europe/Berlin, tells me once."
)


class Reminders:
    """What people want to be told later. Raises UserError; StorageError when nothing was stored."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def remind(
        self,
        to: Address,
        actor: Actor,
        when: str,
        text: str,
        *,
        place: str = "",
        event_id: str = "",
        worded: bool = False,
    ) -> str:
        """Keep a reminder: the sentence that says when it rings. `place`: a zone in place of the person's;
        `worded`: by a model."""
        permit(actor, Act.REMIND, to.key)
        words = checked(text)
        kept = place or await self.zone(actor)
        where, now = zone(kept or "UTC"), self._clock.now()
        due = moment(when, now, where)
        wanted = Reminder(due, actor, replace(to, reply_to=_message(to.reply_to)), words, worded=worded)
        number = await self._store.keep_reminder(wanted, at=now, event_id=event_id)
        said = f"I'll remind you on {written(due, where)}, {ahead(due - now)} from now (number {number})."
        return said if kept else f"{said} {UNKNOWN_ZONE}"

    async def zone(self, actor: Actor) -> str:
        """A person's time zone, or nothing when they have not said it."""
        return (await self._store.settings_of_person(actor.person)).value(ZONE) or ""

    async def set_zone(self, key: ChannelKey, actor: Actor, name: str, *, event_id: str = "") -> str:
        """Keep a person's time zone: the sentence that says so."""
        permit(actor, Act.REMIND, key)
        where, now = zone(name), self._clock.now()
        it_is = f"where it is {now.astimezone(where):%H:%M}"
        if named(where) == await self.zone(actor):
            return f"Your time zone is {named(where)}, {it_is}."
        await self._store.change_setting(
            actor.person.scope, ZONE, named(where), actor.person, at=now, event_id=event_id
        )
        return f"Your time zone is {named(where)} from now on, {it_is}."

    async def of(self, key: ChannelKey, actor: Actor, *, everybody: bool = False) -> Sequence[Reminder]:
        """A person's reminders in this room, or, for moderators, everybody's."""
        permit(actor, Act.SEE_CHANNEL_REMINDERS if everybody else Act.SEE_REMINDERS, key)
        return await self._store.reminders(key, "" if everybody else actor.person.id)

    async def cancel(self, number: int, key: ChannelKey, actor: Actor) -> Reminder:
        """Take back a reminder of this room. Raises NotFound, NotAllowed."""
        permit(actor, Act.SEE_REMINDERS, key)
        for found in await self._store.reminders(key):
            if found.id == number:
                permit(actor, Act.CANCEL_REMINDER, key, owner=found.actor.person.id)
                if await self._store.drop_reminder(number):
                    return found
        raise NotFound(f"There is no reminder {number} in this room. `/reminders list` has them.")


def checked(text: str) -> str:
    """What to remind of. Raises BadOption, TooLarge."""
    words = text.strip()
    if not seen(words).strip():
        raise BadOption("Say what I shall remind you of.", "text")
    if len(words) > LONGEST:
        raise TooLarge(f"A reminder has at most {LONGEST:,} characters; this one has {len(words):,}.")
    return words


def rung(reminder: Reminder, now: datetime) -> str:
    """What is said when a reminder rings. The name is a word like any other: nobody is called by it."""
    name = " ".join(seen(reminder.actor.person.name).split())[:80]
    said = f"⏰ @{name}: {reminder.text}"
    return f"{said}\n\n{SORRY}" if now - reminder.due > LATE else said


def ahead(left: timedelta) -> str:
    """How long something is away, in its two largest units."""
    minutes = max(1, round(left.total_seconds() / 60))
    if left < timedelta(minutes=1):
        return "less than a minute"
    counts = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
    said = [f"{count} {unit}{'s' * (count != 1)}" for unit, count in counts if count]
    return " and ".join(said[:2])


def _message(reply_to: str) -> str:
    """The message that a reminder replies to. A press or a command of the platform's own kind has a name that
    is no number, and can be answered for minutes only: the reminder stands by itself then."""
    return reply_to if reply_to.isascii() and reply_to.isdigit() else ""
