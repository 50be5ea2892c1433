"""Reading a conversation: the window before a question, and the entries that people see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from bot.messages import Attachment, ChannelKey, Document, Person, PictureRef, Quote
from bot.records import PAST, Entry, Exchange, Said, Sight, Slot
from bot.runs import RunKind, RunStatus
from bot.store.database.prepared import prepared
from bot.store.documents import WHOLE, document_names, documents_in
from bot.store.made import made_named
from bot.store.messages import NOTES, PARLEY, REMINDER, WITHHELD, message
from bot.store.pictures import pictures_in, pictures_of
from bot.store.slots import slots_of
from bot.store.tables import messages, rooms, runs

HELD = "*(held back: it goes against the rules of this room)*"
"""What people see of a question that is withheld."""

ANSWERED = (RunStatus.COMPLETED, RunStatus.INCOMPLETE, RunStatus.CANCELLED)
"""How a run ended whose words a model may see again."""

_question = messages.alias("question")
_answer = messages.alias("answer")
_writer = runs.alias("writer")
_latest = runs.alias("latest")


def _latest_run_of(question_id: Any) -> Any:
    """The id of the newest run that answers a question."""
    others = runs.alias("others")
    return select(func.max(others.c.id)).where(others.c.question_id == question_id).scalar_subquery()


_UNANSWERED = select(_latest.c.question_id).where(
    _latest.c.room_id == bindparam("room"), _latest.c.ended_at.is_(None)
)
_EXCHANGES = (
    select(
        _question.c.id,
        _question.c.person_id,
        _question.c.person_name,
        _question.c.person_bot,
        _question.c.text,
        _question.c.sight,
        _question.c.sight_model,
        _question.c.quote,
        _question.c.quote_author,
        _question.c.attachments,
        _question.c.created_at,
        _answer.c.id.label("answer_id"),
        _answer.c.text.label("answer_text"),
        _answer.c.created_at.label("answered_at"),
        _answer.c.links.label("answer_links"),
        _writer.c.status.label("writer_status"),
    )
    .select_from(_question)
    .join(rooms, rooms.c.id == _question.c.room_id)
    .outerjoin(
        _answer,
        and_(_answer.c.question_id == _question.c.id, _answer.c.deleted_at.is_(None), _answer.c.text != ""),
    )
    .outerjoin(_writer, _writer.c.id == _answer.c.run_id)
    .where(
        _question.c.room_id == bindparam("room"),
        _question.c.role == "user",
        _question.c.id < bindparam("before"),
        _question.c.id > bindparam("after"),
        _question.c.id > rooms.c.starts_after,
        _question.c.deleted_at.is_(None),
        # A question that waits for its first answer is not yet part of the conversation.
        or_(_answer.c.id.is_not(None), _question.c.id.not_in(_UNANSWERED)),
    )
    .limit(PAST)
)
_PAST = prepared(_EXCHANGES.order_by(_question.c.id.desc()))
_OLDEST = prepared(_EXCHANGES.order_by(_question.c.id))


_ENTRIES = (
    select(
        messages,
        _latest.c.id.label("latest_id"),
        _latest.c.status.label("latest_status"),
        _latest.c.kind.label("latest_kind"),
        _latest.c.incomplete.label("latest_incomplete"),
        _latest.c.model.label("latest_model"),
    )
    .select_from(messages)
    .outerjoin(_latest, _latest.c.id == _latest_run_of(func.coalesce(messages.c.question_id, messages.c.id)))
    .where(
        messages.c.room_id
        == select(rooms.c.id).where(rooms.c.key == bindparam("room_key")).scalar_subquery(),
        messages.c.id > bindparam("since"),
        messages.c.deleted_at.is_(None),
        # An answer that was taken back while it waited has only held its place.
        or_(
            messages.c.role.in_(("user", WITHHELD)),
            messages.c.text != "",
            messages.c.notice != "",
            and_(_latest.c.status != RunStatus.CANCELLED, _latest.c.status != RunStatus.EXPIRED),
        ),
    )
    .limit(bindparam("most"))
)
_FORWARDS = _ENTRIES.order_by(messages.c.id)
_BACKWARDS = _ENTRIES.where(messages.c.id < bindparam("until")).order_by(messages.c.id.desc())


def question_of(db: Connection, run: Row[Any], *, files: bool) -> Said:
    """What a run answers; `files`: whether any came with it. Raises NotFound when it was deleted."""
    row = message(db, run.question_id)
    if not files:
        return _said(row, (), ())
    here = (row.room_id, row.id, row.id)
    return _said(
        row, pictures_in(db, *here).get(row.id, ()), documents_in(db, *here, most=WHOLE).get(row.id, ())
    )


def past(db: Connection, room_id: int, before: int, after: int = 0) -> tuple[Exchange, ...]:
    """The newest exchanges of the room's window before a question, and after one, oldest first."""
    found = db.execute(_PAST, {"room": room_id, "before": before, "after": after}).all()
    return _exchanges(db, room_id, found[::-1])


def oldest(db: Connection, room_id: int, after: int, before: int) -> tuple[Exchange, ...]:
    """The oldest exchanges between two questions, oldest first."""
    found = db.execute(_OLDEST, {"room": room_id, "before": before, "after": after}).all()
    return _exchanges(db, room_id, found)


def _exchanges(db: Connection, room_id: int, rows: Sequence[Any]) -> tuple[Exchange, ...]:
    """Rows as they came as values, with what came with them."""
    if not rows:
        return ()
    last = max(row.answer_id or row.id for row in rows)
    here = (room_id, rows[0].id, last)
    shown, brought = pictures_in(db, *here), documents_in(db, *here)
    return tuple(
        Exchange(_said(row, shown.get(row.id, ()), brought.get(row.id, ())), _answered(row, shown))
        for row in rows
    )


def _said(row: Row[Any], shown: tuple[PictureRef, ...], brought: tuple[Document, ...]) -> Said:
    """A question."""
    person = Person(row.person_id, row.person_name, row.person_bot)
    sight = Sight(row.sight, row.sight_model) if row.sight else None
    quote = Quote(row.quote_author, row.quote) if row.quote else None
    owed = tuple(Attachment(**file) for file in row.attachments or ())
    return Said(row.id, person, row.text, shown, row.created_at, sight, quote, owed, brought)


def _answered(row: Row[Any], shown: Mapping[int, tuple[PictureRef, ...]]) -> Said | None:
    """Its answer, when a model may see it again."""
    if row.writer_status not in ANSWERED:
        return None
    return Said(
        row.answer_id,
        PARLEY,
        row.answer_text,
        shown.get(row.answer_id, ()),
        row.answered_at,
        links=tuple(row.answer_links or ()),
    )


def entries(
    db: Connection, key: ChannelKey, after: int, before: int | None, limit: int, only: Sequence[int]
) -> Sequence[Entry]:
    """A room's messages after one of them, or the last ones before one, oldest first; with `only`, those."""
    query = _FORWARDS if before is None else _BACKWARDS
    query = query.where(messages.c.id.in_(only) if only else messages.c.role != REMINDER)
    query = query.where(messages.c.role != NOTES)
    given = {"room_key": str(key), "since": after, "until": before, "most": limit}
    rows = sorted(db.execute(query, given).all(), key=lambda row: row.id)
    ids = [row.id for row in rows]
    shown, posts, brought = pictures_of(db, ids), slots_of(db, ids), document_names(db, ids)
    made = made_named(db, ids)
    return [
        _shown(replace(_entry(row, key, shown[row.id], posts[row.id], brought[row.id]), made=made[row.id]))
        for row in rows
    ]


def _shown(entry: Entry) -> Entry:
    """A message as people may see it."""
    if entry.role != WITHHELD:
        return entry
    return replace(entry, role="user", text="", notice=HELD, pictures=(), documents=())


def _entry(
    row: Row[Any],
    key: ChannelKey,
    shown: tuple[PictureRef, ...],
    slots: tuple[Slot, ...],
    brought: tuple[str, ...],
) -> Entry:
    return Entry(
        id=row.id,
        key=key,
        author=Person(row.person_id, row.person_name, row.person_bot),
        role=row.role,
        text=row.text,
        notice=row.notice,
        pictures=shown,
        posts=tuple(slot for slot in slots if slot.post_id),
        run_id=row.latest_id,
        run_status=RunStatus(row.latest_status) if row.latest_status else None,
        run_kind=RunKind(row.latest_kind) if row.latest_kind else None,
        question_id=row.question_id,
        created_at=row.created_at,
        edited_at=row.edited_at,
        incomplete=row.latest_incomplete or "",
        run_model=row.latest_model or "",
        documents=brought,
        voice=row.voice,
        links=None if row.links is None else frozenset(row.links),
    )
