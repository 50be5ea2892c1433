"""What there is of a person, for themselves: what they said with its answers, and the rest.

Nobody else's words but answers to them: what they quoted stays out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from sqlalchemy import Connection, func, select

from bot.store.made import made_of
from bot.store.pictures import pictures_of
from bot.store.reminding import REMIND
from bot.store.tables import (
    audit,
    barred,
    calls,
    documents,
    facts,
    knowledge_files,
    messages,
    offences,
    ratings,
    rooms,
    runs,
    settings,
    timers,
)

Page: TypeAlias = Mapping[str, Any]
"""As JSON has it."""

MOST: Final = 5000
"""Rows of a kind, the newest."""

_answer = messages.alias("answer")
_SAID = (
    select(
        messages.c.id,
        messages.c.text,
        messages.c.person_name,
        messages.c.role,
        messages.c.sight,
        messages.c.created_at,
        messages.c.edited_at,
        rooms.c.key,
        rooms.c.name,
        rooms.c.space_name,
        _answer.c.id.label("answer_id"),
        _answer.c.text.label("answer_text"),
        _answer.c.notice.label("answer_notice"),
        _answer.c.created_at.label("answered_at"),
        runs.c.kind,
        runs.c.model,
    )
    .join(rooms, rooms.c.id == messages.c.room_id)
    .outerjoin(_answer, _answer.c.question_id == messages.c.id)
    .outerjoin(runs, runs.c.id == _answer.c.run_id)
    .where(messages.c.deleted_at.is_(None), messages.c.question_id.is_(None))
    .order_by(messages.c.id)
)


def said_by(db: Connection, person_id: str, after: int, limit: int) -> Sequence[Page]:
    """What somebody said after a message, and what they were answered; `pictures` are named by content."""
    rows = db.execute(
        _SAID.where(messages.c.person_id == person_id, messages.c.id > after).limit(limit)
    ).all()
    ids = [number for row in rows for number in (row.id, row.answer_id) if number is not None]
    shown, made, brought = pictures_of(db, ids), made_of(db, ids), _documents(db, ids)
    return [
        {
            "id": row.id,
            "at": row.created_at.isoformat(),
            "edited_at": row.edited_at.isoformat() if row.edited_at else None,
            "room": _room(row),
            "as": row.person_name,
            "text": row.text,
            "pictures": [ref.sha256 for ref in shown.get(row.id, ())],
            "pictures_described_as": row.sight,
            "documents": brought[row.id],
            "answer": None
            if row.answer_id is None
            else {
                "at": row.answered_at.isoformat(),
                "kind": row.kind,
                "model": row.model,
                "text": row.answer_text,
                "notice": row.answer_notice,
                "pictures": [ref.sha256 for ref in shown.get(row.answer_id, ())],
                "files": [
                    {"name": one.name, "type": one.media_type, "text": one.text}
                    for one in made.get(row.answer_id, ())
                ],
            },
        }
        for row in rows
    ]


def kept_of(db: Connection, person_id: str) -> Page:
    """What else there is, each kind newest first."""
    return {
        "asked_me_to_remember": _facts(db, person_id),
        "reminders": _reminders(db, person_id),
        "ratings": _ratings(db, person_id),
        "settings": _settings(db, person_id),
        "files_given_to_rooms": _files(db, person_id),
        "usage": _usage(db, person_id),
        "kept_out": _kept_out(db, person_id),
        "audit": _audit(db, person_id),
    }


def _documents(db: Connection, ids: Sequence[int]) -> Mapping[int, list[Page]]:
    found: defaultdict[int, list[Page]] = defaultdict(list)
    query = select(documents).where(documents.c.message_id.in_(ids)).order_by(documents.c.position)
    for row in db.execute(query):
        found[row.message_id].append({"name": row.name, "text": row.text, "whole": row.whole})
    return found


def _room(row: Any) -> Page:
    return {"name": row.name, "server": row.space_name, "id": row.key}


def _facts(db: Connection, person_id: str) -> list[Page]:
    query = select(facts, rooms.c.key).join(rooms, rooms.c.id == facts.c.room_id)
    theirs = query.where(facts.c.person_id == person_id, facts.c.deleted_at.is_(None))
    rows = db.execute(theirs.order_by(facts.c.id.desc()).limit(MOST))
    return [{"room": row.key, "text": row.text, "at": row.created_at.isoformat()} for row in rows]


def _reminders(db: Connection, person_id: str) -> list[Page]:
    theirs = func.json_extract(timers.c.payload, "$.person") == person_id
    rows = db.execute(select(timers).where(timers.c.kind == REMIND, theirs).limit(MOST))
    return [
        {"room": row.payload["key"], "text": row.payload["text"], "rings_at": row.due.isoformat()}
        for row in rows
    ]


def _ratings(db: Connection, person_id: str) -> list[Page]:
    rows = db.execute(
        select(ratings).where(ratings.c.person_id == person_id).order_by(ratings.c.at.desc()).limit(MOST)
    )
    return [{"answer": row.answer_id, "value": row.value, "at": row.at.isoformat()} for row in rows]


def _settings(db: Connection, person_id: str) -> list[Page]:
    """What they set, for themselves and in rooms: their consent is among it."""
    own = settings.c.scope == f"person/{quote(person_id, safe='')}"
    theirs = select(settings).where((settings.c.person_id == person_id) | own)
    return [
        {
            "where": row.scope,
            "name": row.name,
            "value": row.value,
            "at": row.at.isoformat(),
            "why": row.reason,
        }
        for row in db.execute(theirs.order_by(settings.c.id.desc()).limit(MOST))
    ]


def _files(db: Connection, person_id: str) -> list[Page]:
    query = select(knowledge_files).where(knowledge_files.c.person_id == person_id).limit(MOST)
    return [
        {"where": row.scope, "name": row.name, "at": row.created_at.isoformat()} for row in db.execute(query)
    ]


def _usage(db: Connection, person_id: str) -> list[Page]:
    """By day and model, in US dollars."""
    query = (
        select(
            calls.c.day,
            calls.c.model,
            func.count().label("calls"),
            func.sum(calls.c.prompt_tokens).label("prompt_tokens"),
            func.sum(calls.c.completion_tokens).label("completion_tokens"),
            func.sum(calls.c.pictures).label("pictures"),
            func.sum(calls.c.cost).label("cost"),
        )
        .where(calls.c.person_id == person_id)
        .group_by(calls.c.day, calls.c.model)
        .order_by(calls.c.day.desc(), calls.c.model)
        .limit(MOST)
    )
    return [
        {**row, "day": row["day"].isoformat(), "cost": f"{row['cost']:f}"}
        for row in db.execute(query).mappings()
    ]


def _kept_out(db: Connection, person_id: str) -> list[Page]:
    """When moderation found fault with them, and how long they are kept out."""
    rests = db.execute(select(barred).where(barred.c.person_id == person_id).limit(MOST))
    found: list[Page] = [
        {"where": row.scope, "why": row.why, "until": row.until.isoformat()} for row in rests
    ]
    faults = db.execute(select(offences).where(offences.c.person_id == person_id).limit(MOST))
    return [*found, *({"where": row.scope, "at": row.at.isoformat()} for row in faults)]


def _audit(db: Connection, person_id: str) -> list[Page]:
    """What they changed or were refused; whom it concerned is not theirs."""
    theirs = select(audit).where(audit.c.person_id == person_id).order_by(audit.c.id.desc()).limit(MOST)
    return [
        {
            "at": row.at.isoformat(),
            "as": row.person_name,
            "act": row.act,
            "decision": row.decision,
            "where": row.scope,
            "from": row.door,
            "what": row.subject,
            "times": row.count,
        }
        for row in db.execute(theirs)
    ]
