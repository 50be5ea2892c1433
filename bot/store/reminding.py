"""Reminders: timers of a kind of their own, and what becomes of one that is due.

One that rings becomes an answer that is wholly written already, in the same unit in which its timer goes:
from then on it is delivered like any other, once, whatever happens to the process.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from bot.errors import QueueFull
from bot.messages import Actor, Address, ChannelKey, Person, Reminder, Standing
from bot.runs import RunKind, RunStatus
from bot.store.changes import of_run, record
from bot.store.delivering import PENDING
from bot.store.messages import PARLEY, REMINDER, insert_message
from bot.store.rooms import Event, enter, remember, seen
from bot.store.steps import CREATED
from bot.store.tables import run_steps, runs, timers
from bot.store.timers import drop_timer, set_timer

REMIND = "remind"
"""The kind of a reminder's timer."""

OF_A_PERSON = 50
IN_A_ROOM = 200
"""Reminders that are kept at once."""


def keep_reminder(db: Connection, wanted: Reminder, *, at: datetime, event_id: str) -> int:
    """Keep a reminder: its number. An event that was seen keeps no other. Raises QueueFull."""
    key, person = wanted.address.key, wanted.actor.person
    event = Event.of(key, event_id)
    if seen(db, event):
        return db.execute(select(timers.c.id).where(_is("event", event_id))).scalar_one_or_none() or 0
    if _count(db, _is("person", person.id)) >= OF_A_PERSON:
        raise QueueFull(
            f"You have {OF_A_PERSON} reminders, the most there may be. `/reminders cancel` takes one back."
        )
    if _count(db, _is("key", str(key))) >= IN_A_ROOM:
        raise QueueFull(f"This room has {IN_A_ROOM} reminders already, the most there may be.")
    remember(db, event, at=at)
    payload = {
        "key": str(key),
        "reply_to": wanted.address.reply_to,
        "person": person.id,
        "name": person.name,
        "standing": str(int(wanted.actor.standing)),
        "text": wanted.text,
        "event": event_id,
        "worded": "yes" if wanted.worded else "",
    }
    return set_timer(db, wanted.due, REMIND, payload)


def reminders(db: Connection, key: ChannelKey, person_id: str = "") -> Sequence[Reminder]:
    """A room's reminders, or a person's there, in the order in which they ring."""
    wanted = _is("key", str(key)) & _is("person", person_id) if person_id else _is("key", str(key))
    found = select(timers).where(wanted).order_by(timers.c.due, timers.c.id)
    return [_reminder(row) for row in db.execute(found)]


def drop_reminder(db: Connection, reminder_id: int) -> bool:
    """It does not ring. False: there is none any more."""
    one = (timers.c.id == reminder_id) & (timers.c.kind == REMIND)
    return bool(db.execute(delete(timers).where(one)).rowcount)


def ring(
    db: Connection, reminder_id: int, words: Callable[[Reminder], str], *, at: datetime
) -> Reminder | None:
    """A reminder is due: it becomes an answer of these words, to be delivered. None: it was taken back."""
    row = db.execute(select(timers).where(timers.c.id == reminder_id, timers.c.kind == REMIND)).one_or_none()
    if row is None:
        return None
    found = _reminder(row)
    drop_timer(db, reminder_id)
    room = enter(db, found.address.key, at)
    asked = int(insert_message(db, room, REMINDER, found.actor.person, at=at).id)
    run = _rung(db, room, asked, found, at)
    whose: dict[str, Any] = {"question_id": asked, "run_id": run, "links": [] if found.worded else None}
    told = insert_message(db, room, "assistant", PARLEY, words(found), at=at, **whose).id
    db.execute(insert(run_steps), {"run_id": run, "kind": CREATED, "detail": {"message_id": told}, "at": at})
    record(db, room, ("message.created", told), *of_run(run, None))
    return found


def _rung(db: Connection, room: int, asked: int, found: Reminder, at: datetime) -> int:
    """A run that is over already, for no model has to be asked: its id."""
    person = found.actor.person
    row = {
        "room_id": room,
        "kind": RunKind.REMIND,
        "takes_room": RunKind.REMIND.takes_the_room,
        "status": RunStatus.COMPLETED,
        "question_id": asked,
        "replaces": False,
        "person_id": person.id,
        "person_name": person.name,
        "person_bot": person.bot,
        "standing": found.actor.standing,
        "reply_to": found.address.reply_to,
        "options": {},
        "created_at": at,
        "started_at": at,
        "ended_at": at,
        "delivery": PENDING,
    }
    return int(db.execute(insert(runs).returning(runs.c.id), row).scalar_one())


def _is(name: str, value: str) -> ColumnElement[bool]:
    """Reminders of which the payload says this."""
    return (timers.c.kind == REMIND) & (func.json_extract(timers.c.payload, f"$.{name}") == value)


def _count(db: Connection, which: ColumnElement[bool]) -> int:
    return int(db.execute(select(func.count()).select_from(timers).where(which)).scalar_one())


def _reminder(row: Row[Any]) -> Reminder:
    told = row.payload
    actor = Actor(Person(told["person"], told["name"]), Standing(int(told["standing"])))
    to = Address(ChannelKey.parse(told["key"]), told["reply_to"])
    return Reminder(row.due, actor, to, told["text"], row.id, bool(told.get("worded")))
