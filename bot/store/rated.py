"""What tuning chooses from: the rooms with rated answers, read by whoever may not even hold the folder."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from bot.errors import ConfigError
from bot.messages import ChannelKey
from bot.records import Spoken, Told
from bot.runs import RunKind, RunStatus
from bot.store.database.engine import NAME, core, open_onlooker, storage_errors
from bot.store.database.migrating import head, revision
from bot.store.steps import TOOLS
from bot.store.tables import (
    documents,
    message_pictures,
    messages,
    ratings,
    rooms,
    run_steps,
    runs,
    settings,
)

_PERSON = "person/"
"""What the scope of a person's own settings begins with."""

_answer = messages.alias("answer")
_writer = runs.alias("writer")
_score = (
    select(
        ratings.c.answer_id,
        ratings.c.run_id,
        func.count().label("rated"),
        func.sum(ratings.c.value).label("net"),
    )
    .group_by(ratings.c.answer_id, ratings.c.run_id)
    .subquery("score")
)


def _has(table: Any, *which: Any) -> Any:
    return select(1).select_from(table).where(*which).exists()


_shown = or_(message_pictures.c.message_id == messages.c.id, message_pictures.c.message_id == _answer.c.id)
_SPOKEN = (
    select(
        messages.c.id,
        messages.c.person_id,
        messages.c.text,
        messages.c.created_at,
        _answer.c.text.label("answer"),
        _writer.c.kind,
        _writer.c.status,
        _writer.c.options,
        _writer.c.settings,
        _score.c.rated,
        _score.c.net,
        or_(
            messages.c.quote != "",
            messages.c.attachments.is_not(None),
            _has(documents, documents.c.message_id == messages.c.id),
            _has(message_pictures, _shown),
        ).label("leans"),
        _has(run_steps, run_steps.c.run_id == _writer.c.id, run_steps.c.kind == TOOLS).label("tools"),
    )
    .select_from(messages)
    .outerjoin(_answer, and_(_answer.c.question_id == messages.c.id, _answer.c.deleted_at.is_(None)))
    .outerjoin(_writer, _writer.c.id == _answer.c.run_id)
    .outerjoin(_score, and_(_score.c.answer_id == _answer.c.id, _score.c.run_id == _answer.c.run_id))
    .where(
        messages.c.room_id == bindparam("room"), messages.c.role == "user", messages.c.deleted_at.is_(None)
    )
    .order_by(messages.c.id)
)
_RATED_ROOMS = (
    select(rooms.c.id, rooms.c.key)
    .where(
        rooms.c.id.in_(
            select(messages.c.room_id).join(ratings, ratings.c.answer_id == messages.c.id).distinct()
        )
    )
    .order_by(rooms.c.id)
)


def told(folder: Path, consent: tuple[str, str]) -> Iterator[Told]:
    """Every room with rated answers, one at a time, as it is when it is read. `consent`: the name and the
    value of the setting with which people consent. Raises ConfigError, StorageError."""
    if not (folder / NAME).exists():
        raise ConfigError(f"PARLEY_DATA: there is no database in {folder}: nobody has talked here yet.")
    with storage_errors(), closing(open_onlooker(folder / NAME)) as raw:
        if revision(raw) != head():
            raise ConfigError(
                "PARLEY_DATA: the database is of another version. `parley migrate` changes that."
            )
        yield from _told(raw, consent)


def _told(raw: sqlite3.Connection, consent: tuple[str, str]) -> Iterator[Told]:
    db = core(raw)
    for room in db.execute(_RATED_ROOMS).all():
        raw.execute("BEGIN")  # who takes consent back meanwhile is left out of the rooms that follow
        try:
            rows: Sequence[Any] = db.execute(_SPOKEN, {"room": room.id}).all()
            personas = _versions(db, {one for row in rows for one in _personas(row).values()})
            names = select(messages.c.person_name).where(
                messages.c.room_id == room.id, messages.c.role == "user"
            )
            yield Told(
                ChannelKey.parse(room.key),
                tuple(_spoken(row, personas) for row in rows),
                _consenting(db, *consent),
                frozenset(db.execute(names.distinct()).scalars().all()),
            )
        finally:
            raw.execute("ROLLBACK")


def _consenting(db: Connection, name: str, value: str) -> frozenset[str]:
    """Everybody whose newest word on it is yes."""
    newest = (
        select(func.max(settings.c.id))
        .where(settings.c.scope.startswith(_PERSON, autoescape=True), settings.c.name == name)
        .group_by(settings.c.scope)
    )
    found = select(settings.c.scope).where(settings.c.id.in_(newest), settings.c.value == value)
    return frozenset(unquote(scope.removeprefix(_PERSON)) for scope in db.execute(found).scalars())


def _personas(row: Row[Any]) -> Mapping[str, int]:
    """The versions that a run began with of the settings that are about personas, by their names."""
    settings: dict[str, int] = row.settings or {}
    return {name: version for name, version in settings.items() if name.startswith("persona")}


def _versions(db: Connection, ids: set[int]) -> Mapping[int, str]:
    """What settings said, by version."""
    found = select(settings.c.id, settings.c.value).where(settings.c.id.in_(sorted(ids)))
    return {row.id: row.value or "" for row in db.execute(found)}


def _spoken(row: Row[Any], personas: Mapping[int, str]) -> Spoken:
    options: dict[str, Any] = row.options or {}
    return Spoken(
        question_id=row.id,
        asker=row.person_id,
        question=row.text,
        answer=row.answer or "",
        at=row.created_at,
        learnable=bool(row.answer) and row.kind == RunKind.CHAT and row.status == RunStatus.COMPLETED,
        personas={name: personas.get(version, "") for name, version in _personas(row).items()},
        ordered=bool(options.get("persona") or options.get("instructions")),
        leans=bool(row.leans),
        tools=bool(row.tools),
        rated=row.rated or 0,
        net=row.net or 0,
    )
