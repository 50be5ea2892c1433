"""What people have asked to be remembered: numbered for each person and room, wiped when forgotten."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.errors import TooLarge
from bot.messages import ChannelKey
from bot.records import Fact
from bot.store.database.prepared import prepared
from bot.store.rooms import Event, enter, remember, room_id, seen
from bot.store.tables import facts

OF_A_PERSON = 50
"""Facts of one person that a room keeps at once."""

_OF_PERSON = prepared(
    select(facts.c.number, facts.c.text, facts.c.created_at, facts.c.edited_at)
    .where(
        facts.c.room_id == bindparam("room"),
        facts.c.person_id == bindparam("person"),
        facts.c.deleted_at.is_(None),
    )
    .order_by(facts.c.number.desc())
)
_LAST = select(func.coalesce(func.max(facts.c.number), 0))


def add_fact(
    db: Connection, key: ChannelKey, person_id: str, text: str, *, at: datetime, event_id: str
) -> Fact | None:
    """Keep a fact, unless it is kept already. None: its event was seen, and it is gone. Raises TooLarge."""
    known = facts_of(db, key, person_id)
    event = Event.of(key, event_id)
    if same := next((fact for fact in known if fact.text == text), None):
        return same
    if seen(db, event):
        return None
    if len(known) >= OF_A_PERSON:
        raise TooLarge(
            f"I remember {OF_A_PERSON} facts of yours here, which is the most. `/memory forget` makes room."
        )
    remember(db, event, at=at)
    room = enter(db, key, at)
    last = db.execute(_LAST.where(facts.c.room_id == room, facts.c.person_id == person_id)).scalar_one()
    row = {"room_id": room, "person_id": person_id, "number": last + 1, "text": text, "created_at": at}
    db.execute(insert(facts), row)
    return Fact(last + 1, text, at)


def change_fact(
    db: Connection, key: ChannelKey, person_id: str, number: int, text: str, *, at: datetime
) -> bool:
    """Give a fact other words. False: there is none."""
    which = facts.c.number == number
    return bool(_change(db, key, person_id, which, {"text": text, "edited_at": at}))


def forget_facts(db: Connection, key: ChannelKey, person_id: str, number: int | None, *, at: datetime) -> int:
    """Wipe a fact, or all of a person's in a room: how many there were."""
    which = facts.c.number == number if number is not None else facts.c.number > 0
    return _change(db, key, person_id, which, {"text": "", "deleted_at": at})


def facts_of(db: Connection, key: ChannelKey, person_id: str) -> Sequence[Fact]:
    """A person's facts in a room, the newest first."""
    room = room_id(db, key)
    return () if room is None else facts_in(db, room, person_id)


def facts_in(db: Connection, room: int, person_id: str) -> tuple[Fact, ...]:
    """The same, of a room by its id."""
    return tuple(_fact(row) for row in db.execute(_OF_PERSON, {"room": room, "person": person_id}))


def move_facts(db: Connection, room: int, target: int) -> None:
    """A room becomes part of another: its facts are numbered after those that people have there."""
    people = select(facts.c.person_id).where(facts.c.room_id == room).distinct()
    for person_id in db.execute(people).scalars().all():
        of_person = facts.c.person_id == person_id
        last = db.execute(_LAST.where(facts.c.room_id == target, of_person)).scalar_one()
        here = update(facts).where(facts.c.room_id == room, of_person)
        db.execute(here.values(room_id=target, number=facts.c.number + last))


def _change(db: Connection, key: ChannelKey, person_id: str, which: Any, values: dict[str, Any]) -> int:
    """Change some facts of a person's: how many."""
    of_person = (facts.c.room_id == room_id(db, key)) & (facts.c.person_id == person_id)
    kept = facts.c.deleted_at.is_(None)
    return int(db.execute(update(facts).where(of_person, kept, which).values(values)).rowcount)


def _fact(row: Row[int, str, datetime, datetime | None]) -> Fact:
    return Fact(row.number, row.text, row.created_at, row.edited_at)
