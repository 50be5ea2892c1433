"""What was said in a room long ago: found, placed, and read again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, text

from bot.messages import ChannelKey, Person
from bot.records import Exchange, Found, Recollection, Said
from bot.store import words
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.history import ANSWERED
from bot.store.messages import PARLEY
from bot.store.rooms import room_id
from bot.store.runs import run_row
from bot.store.steps import RECALLED
from bot.store.tables import messages, rooms, run_steps, runs, vectors

LOOKED_AT: Final = 500
"""Messages with the words that are searched for, among which are those of a person."""

SPOKEN: Final = ("user", "assistant")
"""Roles of what was said; others are the program's own."""

_question = messages.alias("question")
_answer = messages.alias("answer")
_writer = runs.alias("writer")

_BEGINS = prepared(select(rooms.c.starts_after).where(rooms.c.id == bindparam("room")))
_VECTORS = prepared(
    select(vectors.c.message_id, vectors.c.data)
    .where(vectors.c.room_id == bindparam("room"), vectors.c.model == bindparam("space"))
    .order_by(vectors.c.message_id)
)
_UNPLACED = prepared(
    select(messages.c.id, messages.c.text)
    .select_from(messages)
    .outerjoin(
        vectors,
        and_(
            vectors.c.room_id == messages.c.room_id,
            vectors.c.message_id == messages.c.id,
            vectors.c.model == bindparam("space"),
        ),
    )
    .where(
        messages.c.room_id == bindparam("room"),
        messages.c.id > bindparam("after"),
        messages.c.role.in_(SPOKEN),
        messages.c.text != "",
        vectors.c.message_id.is_(None),
    )
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_PLACE = text(
    "INSERT OR REPLACE INTO vectors (room_id, message_id, model, data)"
    " SELECT room_id, id, :space, :data FROM messages"
    " WHERE id = :message AND room_id = :room AND text = :text"
)
_BELONGING = prepared(
    select(func.coalesce(messages.c.question_id, messages.c.id).label("id")).where(
        messages.c.id.in_(bindparam("ids", expanding=True)),
        messages.c.room_id == bindparam("room"),
        messages.c.role.in_(SPOKEN),
    )
)
_EXCHANGES = prepared(
    select(
        _question.c.id,
        _question.c.person_id,
        _question.c.person_name,
        _question.c.person_bot,
        _question.c.text,
        _question.c.created_at,
        _answer.c.id.label("answer_id"),
        _answer.c.text.label("answer_text"),
        _answer.c.created_at.label("answered_at"),
        _writer.c.status.label("writer_status"),
    )
    .select_from(_question)
    .outerjoin(_answer, and_(_answer.c.question_id == _question.c.id, _answer.c.deleted_at.is_(None)))
    .outerjoin(_writer, _writer.c.id == _answer.c.run_id)
    .where(
        _question.c.id.in_(bindparam("ids", expanding=True)),
        _question.c.id > bindparam("after"),
        _question.c.deleted_at.is_(None),
    )
    .order_by(_question.c.id)
)
_SEARCHED = select(messages.c.id, messages.c.person_name, messages.c.text, messages.c.created_at).where(
    messages.c.room_id == bindparam("room"),
    messages.c.role.in_(SPOKEN),
    messages.c.text != "",
    messages.c.id > bindparam("after"),
    messages.c.id < bindparam("before"),
)


def left_behind(db: Connection, key: ChannelKey) -> int:
    """The last message that the room's window leaves behind."""
    room = room_id(db, key)
    return 0 if room is None else _begins(db, room)


def said_worded(db: Connection, key: ChannelKey, asked: str, before: int, limit: int) -> Sequence[int]:
    """Messages of the room's conversation that have some of these words, the best first."""
    if (room := room_id(db, key)) is None:
        return ()
    return words.found(db, room, asked, after=_begins(db, room), before=before, limit=limit)


def search_said(
    db: Connection,
    key: ChannelKey,
    asked: str,
    *,
    person: str,
    since: datetime | None,
    before: int,
    limit: int,
) -> Sequence[Found]:
    """Messages with these words, the best first; without words, the newest first."""
    if (room := room_id(db, key)) is None:
        return ()
    after = _begins(db, room)
    given = {"room": room, "after": after, "before": before}
    query = _SEARCHED if since is None else _SEARCHED.where(messages.c.created_at >= since)
    if asked.strip():
        best = words.found(db, room, asked, after=after, before=before, limit=LOOKED_AT)
        order = {number: place for place, number in enumerate(best)}
        rows = sorted(db.execute(query.where(messages.c.id.in_(order)), given), key=lambda row: order[row.id])
        if pieces := words.unparted(asked):
            has_all = and_(*(func.instr(messages.c.text, piece) > 0 for piece in pieces))
            rows += [row for row in db.execute(_newest(query.where(has_all)), given) if row.id not in order]
    else:
        rows = list(db.execute(_newest(query), given))
    named = person.strip().casefold()
    theirs = [row for row in rows if named in row.person_name.casefold()]
    return [Found(row.id, row.person_name, row.created_at, row.text) for row in theirs[:limit]]


def _newest(query: Select[Any]) -> Select[Any]:
    return query.order_by(messages.c.id.desc()).limit(LOOKED_AT)


def said_vectors(db: Connection, key: ChannelKey, space: str) -> Sequence[tuple[int, bytes]]:
    """Where the room's texts lie in a space."""
    if (room := room_id(db, key)) is None:
        return ()
    return [(row[0], row[1]) for row in db.execute(_VECTORS, {"room": room, "space": space})]


def said_unplaced(
    db: Connection, key: ChannelKey, space: str, after: int, limit: int
) -> Sequence[tuple[int, str]]:
    """The newest messages of the room's conversation that have no place in a space."""
    if (room := room_id(db, key)) is None:
        return ()
    given = {"room": room, "space": space, "after": max(after, _begins(db, room)), "most": limit}
    return [(row.id, row.text) for row in db.execute(_UNPLACED, given)]


def place_said(
    db: Connection, key: ChannelKey, space: str, placed: Sequence[tuple[int, str, bytes]]
) -> Sequence[int]:
    """Keep where messages lie; one that says something else by now is left out."""
    room, kept = room_id(db, key), []
    for number, said, data in placed:
        given = {"space": space, "data": data, "message": number, "room": room, "text": said}
        if db.execute(_PLACE, given).rowcount:
            kept.append(number)
    return kept


def exchanges_of(db: Connection, key: ChannelKey, ids: Sequence[int]) -> Sequence[Exchange]:
    """What these messages belong to, as a model may see it."""
    if (room := room_id(db, key)) is None:
        return ()
    questions = [row.id for row in db.execute(_BELONGING, {"ids": list(ids), "room": room})]
    given = {"ids": list(dict.fromkeys(questions)), "after": _begins(db, room)}
    return [_exchange(row) for row in db.execute(_EXCHANGES, given)]


def keep_recalled(db: Connection, run_id: int, found: Sequence[Recollection], *, at: datetime) -> None:
    """Write down what a run was reminded of. Raises NotFound."""
    detail = {"found": [asdict(one) for one in found]}
    db.execute(insert(run_steps), {"run_id": run_id, "kind": RECALLED, "detail": detail, "at": at})
    record(db, run_row(db, run_id).room_id, ("run.updated", run_id))


def _begins(db: Connection, room: int) -> int:
    return int(db.execute(_BEGINS, {"room": room}).scalar_one())


def _exchange(row: Any) -> Exchange:
    person = Person(row.person_id, row.person_name, row.person_bot)
    asked = Said(row.id, person, row.text, at=row.created_at)
    if row.writer_status not in ANSWERED or not row.answer_text:
        return Exchange(asked)
    return Exchange(asked, Said(row.answer_id, PARLEY, row.answer_text, at=row.answered_at))
