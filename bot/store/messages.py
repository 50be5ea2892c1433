"""Rows of messages: a question, and the one answer that belongs to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.errors import NotFound
from bot.messages import ChannelKey, Person
from bot.records import Sight
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.tables import messages, rooms

PARLEY = Person("parley", "Parley", bot=True)
"""Who writes the answers."""

REMINDER = "reminder"
"""The role of what a reminder answers: nobody has said it then, and nobody is shown it."""

WITHHELD = "withheld"
"""The role of a question that is against a room's rules: no model is shown it, and nobody else either."""

NOTES = "notes"
"""The role of what a run answers that condenses, or judges what is to be kept: nobody has said it in the
room, and nobody is shown it."""

_INSERT = prepared(
    insert(messages).returning(messages.c.id, messages.c.run_id, messages.c.text, messages.c.deleted_at)
)
_BY_ID = prepared(
    select(messages).where(messages.c.id == bindparam("message"), messages.c.deleted_at.is_(None))
)
_LAST_QUESTION = prepared(
    select(messages)
    .where(
        messages.c.room_id
        == select(rooms.c.id).where(rooms.c.key == bindparam("room_key")).scalar_subquery(),
        messages.c.role.in_(("user", WITHHELD)),
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.id.desc())
    .limit(1)
)
_ANSWER = prepared(select(messages).where(messages.c.question_id == bindparam("question")))
_WRITE = prepared(update(messages).where(messages.c.id == bindparam("message")))


def insert_message(
    db: Connection,
    room_id: int,
    role: str,
    person: Person,
    text: str = "",
    *,
    at: datetime,
    question_id: int | None = None,
    **more: Any,
) -> Row[Any]:
    """Store a message: its id, and what `make_answer` tells of one. `more`: further columns."""
    row = {
        "room_id": room_id,
        "role": role,
        "question_id": question_id,
        "person_id": person.id,
        "person_name": person.name,
        "person_bot": person.bot,
        "text": text,
        "created_at": at,
        **more,
    }
    return db.execute(_INSERT, row).one()


def message(db: Connection, message_id: int) -> Row[Any]:
    """A message that was not deleted. Raises NotFound."""
    row = db.execute(_BY_ID, {"message": message_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    return row


def last_question(db: Connection, key: ChannelKey) -> Row[Any] | None:
    """The newest message of a person in a room."""
    return db.execute(_LAST_QUESTION, {"room_key": str(key)}).one_or_none()


def answer_to(db: Connection, question_id: int) -> Row[Any] | None:
    """The answer to a question, deleted or not."""
    return db.execute(_ANSWER, {"question": question_id}).one_or_none()


def make_answer(db: Connection, run: Row[Any], *, at: datetime) -> Row[Any]:
    """The answer that a run writes; it is stored, empty, when there is none yet."""
    if run.answer_id is not None and (answer := answer_to(db, run.question_id)):
        return answer
    made = insert_message(db, run.room_id, "assistant", PARLEY, at=at, question_id=run.question_id)
    record(db, run.room_id, ("message.created", made.id))
    return made


def keep_sight(db: Connection, message_id: int, sight: Sight) -> None:
    """Keep what a model that sees said of a message's pictures; not of a message that was deleted."""
    there = (messages.c.id == message_id) & messages.c.deleted_at.is_(None)
    db.execute(update(messages).where(there).values(sight=sight.text, sight_model=sight.model))


def write_message(db: Connection, message_id: int, **values: object) -> None:
    """Change a message."""
    db.execute(_WRITE, {"message": message_id, **values})
