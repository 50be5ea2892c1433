"""Forgetting a person, in units that hold up nobody: how far it has come is part of each.

First goes what repeats their words elsewhere, then the words themselves, then all that has their name or id.
What they say after they asked is new, and stays.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, delete, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.records import Erasure
from bot.runs import RunKind
from bot.store.privacy.belongings import give_up, leave_rooms
from bot.store.privacy.echoes import Echoes, let_go
from bot.store.privacy.wiping import unshown, wipe_exchange
from bot.store.tables import audit, calls, erasures, facts, inbox, messages, pictures, rooms, runs

ECHOES, WORDS, REST, PICTURES, FILE, POSTS = "echoes", "words", "rest", "pictures", "file", "posts"
"""The phases, in order. After that of the database's file, nothing is left but what the platform shows."""

STRETCH: Final = 200
"""Messages that are looked at in a unit."""

CUT: Final = (facts, calls, audit, inbox, pictures)
"""Tables of which only what was there when they asked goes: a clock may be set back, rows have an order."""


def of_person(db: Connection, person_id: str) -> tuple[tuple[str, ...], tuple[int, ...], int]:
    """What somebody was called, the ids of the rooms in which they spoke, and the newest message of all."""
    theirs = messages.c.person_id == person_id
    names = db.execute(select(messages.c.person_name).where(theirs).distinct()).scalars()
    where = db.execute(select(messages.c.room_id).where(theirs).distinct()).scalars()
    newest = db.execute(select(func.max(messages.c.id))).scalar_one() or 0
    return tuple(sorted(names)), tuple(sorted(where)), int(newest)


def begin(
    db: Connection,
    person_id: str,
    pseudonym: str,
    known: tuple[tuple[str, ...], tuple[int, ...], int],
    *,
    at: datetime,
) -> Erasure:
    """Write down that somebody is to be forgotten; that they are already, when they asked before."""
    names, where, upto = known
    row = {
        "person_id": person_id,
        "pseudonym": pseudonym,
        "asked_at": at,
        "upto": upto,
        "newest": {table.name: db.execute(_newest(table)).scalar_one() or 0 for table in CUT},
        "phase": ECHOES,
        "cursor": 0,
        "known": {"names": list(names), "rooms": list(where)},
        "pictures": [],
    }
    db.execute(insert(erasures).on_conflict_do_nothing(), row)
    return _erasure(db.execute(_of(person_id)).one())


def under_way(db: Connection) -> Sequence[Erasure]:
    """Everybody who is being forgotten."""
    return [_erasure(row) for row in db.execute(select(erasures).order_by(erasures.c.asked_at))]


def unended_of(db: Connection, person_id: str) -> Sequence[int]:
    """The runs that go on for somebody's words, or by their wish."""
    asked = messages.alias("asked")
    theirs = (runs.c.person_id == person_id) | (asked.c.person_id == person_id)
    query = select(runs.c.id).join(asked, asked.c.id == runs.c.question_id)
    going = runs.c.ended_at.is_(None) & runs.c.kind.not_in((RunKind.CONDENSE, RunKind.KEEP))
    return db.execute(query.where(theirs, going).order_by(runs.c.id)).scalars().all()


def forget_echoes(db: Connection, one: Erasure, found: Echoes, *, at: datetime) -> Erasure:
    """Let a stretch's echoes go."""
    shas = let_go(db, found, at=at)
    if found.last is None:
        return _went_on(db, one, WORDS, 0, shas)
    return _went_on(db, one, ECHOES, found.last, shas)


def forget_words(db: Connection, one: Erasure, *, at: datetime) -> Erasure:
    """Wipe what they said in a stretch of messages, and whatever answered it."""
    here = messages.c.id.between(one.cursor + 1, one.upto)
    found = db.execute(select(messages).where(here).order_by(messages.c.id).limit(STRETCH)).all()
    if not found:
        return _went_on(db, one, REST, 0)
    shas: frozenset[str] = frozenset()
    for row in found:
        if row.person_id == one.person_id and row.question_id is None:
            shas |= wipe_exchange(db, row, one.pseudonym, at=at, everywhere=True)
    asked = runs.c.question_id.between(found[0].id, found[-1].id) & (runs.c.person_id == one.person_id)
    db.execute(update(runs).where(asked).values(person_id=one.pseudonym, person_name=""))
    return _went_on(db, one, WORDS, found[-1].id, shas)


def forget_rest(db: Connection, one: Erasure, *, at: datetime) -> Erasure:
    """Let go of what else is theirs: a piece of it."""
    shas = give_up(db, one, at=at)
    return _went_on(db, one, REST if shas is None else PICTURES, 0, shas or frozenset())


def forget_pictures(db: Connection, one: Erasure, batch: int = 50) -> tuple[Erasure, Sequence[str]]:
    """Pictures that no message shows: their bytes may go. What was kept since they asked is somebody's."""
    some = one.pictures[:batch]
    free = unshown(db, some)
    old = literal_column("pictures.rowid") <= one.newest[pictures.name]
    db.execute(delete(pictures).where(pictures.c.sha256.in_(free), old))
    left = set(db.execute(select(pictures.c.sha256).where(pictures.c.sha256.in_(free))).scalars())
    return one, [sha for sha in free if sha not in left]


def pictures_gone(db: Connection, one: Erasure, batch: int = 50) -> Erasure:
    """Their bytes are gone from the folder."""
    rest = list(one.pictures[batch:])
    values = {"pictures": rest, "phase": PICTURES if rest else FILE}
    db.execute(update(erasures).where(erasures.c.person_id == one.person_id).values(values))
    return _erasure(db.execute(_of(one.person_id)).one())


def file_cleaned(db: Connection, one: Erasure) -> Erasure:
    """The file has no trace of it; what they were called is not needed any more."""
    values = {"phase": POSTS, "known": {"names": [], "rooms": list(one.rooms)}}
    db.execute(update(erasures).where(erasures.c.person_id == one.person_id).values(values))
    return _erasure(db.execute(_of(one.person_id)).one())


def over(db: Connection, one: Erasure) -> None:
    """Nothing is left to be done, nor who it was."""
    leave_rooms(db, one)
    db.execute(delete(erasures).where(erasures.c.person_id == one.person_id))


def keys_of(db: Connection, ids: Sequence[int]) -> Sequence[str]:
    """The keys of rooms."""
    return db.execute(select(rooms.c.key).where(rooms.c.id.in_(ids))).scalars().all()


def _went_on(
    db: Connection, one: Erasure, phase: str, cursor: int, shas: frozenset[str] = frozenset()
) -> Erasure:
    values: Mapping[str, Any] = {
        "phase": phase,
        "cursor": cursor,
        "pictures": sorted({*one.pictures, *shas}),
    }
    db.execute(update(erasures).where(erasures.c.person_id == one.person_id).values(values))
    return _erasure(db.execute(_of(one.person_id)).one())


def _newest(table: Table) -> Any:
    return select(func.max(literal_column("rowid"))).select_from(table)


def _of(person_id: str) -> Any:
    return select(erasures).where(erasures.c.person_id == person_id)


def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(
        row.person_id,
        row.pseudonym,
        row.asked_at,
        row.upto,
        row.newest,
        row.phase,
        row.cursor,
        tuple(row.known["names"]),
        tuple(row.known["rooms"]),
        tuple(row.pictures),
    )
