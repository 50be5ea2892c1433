"""Accepting: a message and its queued run, or another run for a question that was asked before."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert

from bot.errors import BadOption, NotFound, QueueFull
from bot.messages import Actor, ChannelKey, Incoming, Quote
from bot.records import Accepted, Gathered, Order
from bot.runs import RunKind, RunStatus
from bot.store.changes import of_run, record
from bot.store.database.prepared import prepared
from bot.store.documents import keep_documents
from bot.store.messages import answer_to, insert_message, last_question, message, write_message
from bot.store.notes import drop_notes
from bot.store.pictures import pictures_of, show
from bot.store.rooms import Event, call, enter, remember, seen
from bot.store.runs import latest_of_question, options_json, run_row, unfinished, waits_for
from bot.store.tables import runs

_INSERT = prepared(insert(runs).returning(runs.c.id))


def accept(db: Connection, said: Incoming, order: Order, *, at: datetime, queue: int) -> Accepted:
    """Store a message and its queued run, unless its event was seen. Raises QueueFull."""
    event = Event.of(said.key, said.event_id)
    if before := seen(db, event):
        return Accepted(before.message_id or 0, before.run_id or 0, duplicate=True)
    room = enter(db, said.key, at)
    call(db, room, said.address.names)
    line = unfinished(db, room)
    if sum(run.status == RunStatus.QUEUED for run in line) >= queue:
        raise QueueFull("Too many messages are waiting here already. Please try again in a while.")
    question = insert_message(db, room, "user", said.actor.person, said.text, at=at, **_brought(said)).id
    if said.pictures:
        show(db, question, said.pictures, at=at)
    if said.documents:
        keep_documents(db, question, said.documents)
    run = _queue(db, room, question, order, said.actor, said.address.reply_to, at=at)
    remember(db, event, at=at, message_id=question, run_id=run)
    record(db, room, ("message.created", question), ("run.updated", run))
    return Accepted(question, run, _ahead(line, order))


def repeat(
    db: Connection, run_id: int, order: Order, actor: Actor, *, at: datetime, event_id: str
) -> Accepted:
    """Queue another run for the same question and answer. Raises NotFound, BadOption."""
    earlier = run_row(db, run_id)
    event = Event.of(ChannelKey.parse(earlier.key), event_id)
    if before := seen(db, event):
        return Accepted(before.message_id or 0, before.run_id or 0, duplicate=True)
    question = message(db, earlier.question_id).id
    if not RunStatus(latest_of_question(db, question).status).ended:
        raise BadOption("This answer is still being written.")
    _check_answer(db, question, order)
    line = unfinished(db, earlier.room_id)
    run = _queue(db, earlier.room_id, question, order, actor, earlier.reply_to, replaces=True, at=at)
    remember(db, event, at=at, message_id=question, run_id=run)
    record(db, earlier.room_id, *of_run(run, earlier.answer_id))
    return Accepted(question, run, _ahead(line, order))


def revise(
    db: Connection, said: Incoming, of: str, order: Order, *, at: datetime, queue: int
) -> Accepted | None:
    """Change the words of the room's last question and queue another run for it. None: it is not the last
    one, or it says what it said before. Raises QueueFull."""
    event = Event.of(said.key, said.event_id)
    before = seen(db, Event.of(said.key, of))
    if seen(db, event) or before is None or before.message_id is None:
        return None
    row = last_question(db, said.key)
    if row is None or row.id != before.message_id or row.text == said.text:
        return None
    write_message(db, row.id, text=said.text, edited_at=at, **_brought(said))
    show(db, row.id, said.pictures, at=at)
    keep_documents(db, row.id, said.documents)
    drop_notes(db, row.room_id, row.id, at=at)
    last = latest_of_question(db, row.id)
    remember(db, event, at=at, message_id=row.id)
    record(db, row.room_id, ("message.updated", row.id))
    if last.status == RunStatus.QUEUED:
        return Accepted(row.id, last.id)
    line = unfinished(db, row.room_id)
    if sum(run.status == RunStatus.QUEUED for run in line) >= queue:
        raise QueueFull("Too many messages are waiting here already. Please try again in a while.")
    run = _queue(db, row.room_id, row.id, order, said.actor, said.address.reply_to, replaces=True, at=at)
    record(db, row.room_id, *of_run(run, last.answer_id))
    return Accepted(row.id, run, _ahead(line, order))


def attach(db: Connection, message_id: int, found: Gathered, *, at: datetime) -> None:
    """A message's attachments were fetched. One that was deleted meanwhile stays as it is."""
    row = message(db, message_id)
    shown = pictures_of(db, [message_id]).get(message_id, ())
    write_message(db, message_id, attachments=None)
    show(db, message_id, (*shown, *found.pictures), at=at)
    keep_documents(db, message_id, found.documents)
    record(db, row.room_id, ("message.updated", message_id))


def _brought(said: Incoming) -> dict[str, Any]:
    """What a message has beside its words."""
    quote = said.quote or Quote("", "")
    files = [asdict(file) for file in said.attachments]
    return {"quote": quote.text, "quote_author": quote.author, "attachments": files or None}


def _check_answer(db: Connection, question_id: int, order: Order) -> None:
    """Whether there is still something to write anew, and to go on from."""
    answer = answer_to(db, question_id)
    if answer is not None and answer.deleted_at is not None:
        raise NotFound("This answer was deleted.")
    if order.kind is RunKind.CONTINUE and not (answer is not None and answer.text):
        raise BadOption("There is no text to go on from.")


def _ahead(line: Sequence[Row[int, str, bool, str]], order: Order) -> int:
    """How many runs of the line a new one waits for."""
    return sum(waits_for(order.kind, run) for run in line)


def _queue(
    db: Connection,
    room_id: int,
    question_id: int,
    order: Order,
    actor: Actor,
    reply_to: str,
    *,
    at: datetime,
    replaces: bool = False,
) -> int:
    """Insert a queued run: its id."""
    row = {
        "room_id": room_id,
        "kind": order.kind,
        "takes_room": order.kind.takes_the_room,
        "status": RunStatus.QUEUED,
        "question_id": question_id,
        "replaces": replaces,
        "person_id": actor.person.id,
        "person_name": actor.person.name,
        "person_bot": actor.person.bot,
        "standing": actor.standing,
        "reply_to": reply_to,
        "options": options_json(order.options),
        "created_at": at,
    }
    return int(db.execute(_INSERT, row).scalar_one())
