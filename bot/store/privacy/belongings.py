"""What is a person's beside what they said: let go where it is theirs, nameless where it is a room's."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, delete, func, or_, select, update

from bot.messages import ChannelKey
from bot.records import Erasure
from bot.store.changes import record
from bot.store.knowledge import unlearn
from bot.store.privacy.wiping import wipe_answer
from bot.store.reminding import REMIND
from bot.store.tables import (
    alerts,
    audit,
    barred,
    calls,
    facts,
    inbox,
    knowledge_files,
    messages,
    offered,
    ratings,
    rooms,
    runs,
    settings,
    spent,
    timers,
)

AT_ONCE: Final = 1000
"""Rows of one unit, where there may be many."""

TITLE: Final = "title"


def give_up(db: Connection, one: Erasure, *, at: datetime) -> frozenset[str] | None:
    """A piece of it: the pictures that went with the last one. None: there is more."""
    if _usage(db, one):
        return None
    for each in (
        _facts,
        _reminders,
        _ratings,
        _own_settings,
        _signatures,
        _audited,
        _knowledge,
        _received,
        _purses,
        _offers,
    ):
        each(db, one)
    shas = _alerts(db, one, at)
    _titles(db, one)
    return shas


def _usage(db: Connection, one: Erasure) -> bool:
    """Whose calls they were, and all but the day, the model and the price. True: there may be more."""
    some = select(calls.c.id).where(calls.c.person_id == one.person_id, calls.c.id <= one.newest["calls"])
    bare = {
        "person_id": one.pseudonym,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "latency_ms": 0,
        "first_token_ms": None,
        "price": None,
    }
    done = db.execute(update(calls).where(calls.c.id.in_(some.limit(AT_ONCE))).values(bare))
    return done.rowcount == AT_ONCE


def _facts(db: Connection, one: Erasure) -> None:
    theirs = facts.c.person_id == one.person_id
    db.execute(delete(facts).where(theirs, facts.c.id <= one.newest["facts"]))


def _reminders(db: Connection, one: Erasure) -> None:
    theirs = func.json_extract(timers.c.payload, "$.person") == one.person_id
    db.execute(delete(timers).where(timers.c.kind == REMIND, theirs))


def _ratings(db: Connection, one: Erasure) -> None:
    db.execute(delete(ratings).where(ratings.c.person_id == one.person_id))


def _own_settings(db: Connection, one: Erasure) -> None:
    """Their consent, and what they chose for themselves or in a chat of their own."""
    scopes = [f"person/{quote(one.person_id, safe='')}", *(key.scope for key in _alone(db, one))]
    db.execute(delete(settings).where(settings.c.scope.in_(scopes)))


def _signatures(db: Connection, one: Erasure) -> None:
    """What they set in rooms stays set, by nobody whom one knows; why they did, they told."""
    unsigned = {"person_id": one.pseudonym, "person_name": ""}
    db.execute(update(settings).where(settings.c.person_id == one.person_id).values(**unsigned, reason=""))
    db.execute(update(barred).where(barred.c.by_id == one.person_id).values(by_id=one.pseudonym))


def _audited(db: Connection, one: Erasure) -> None:
    """What they did was done by a pseudonym, and so was their last wish, which is written down after it. The
    table's triggers let nothing else in it be changed."""
    theirs = or_(audit.c.id <= one.newest["audit"], audit.c.act == "be_forgotten")
    signed = {"person_id": one.pseudonym, "person_name": ""}
    db.execute(update(audit).where(audit.c.person_id == one.person_id, theirs).values(signed))
    db.execute(update(audit).where(audit.c.target == one.person_id, theirs).values(target=one.pseudonym))


def _knowledge(db: Connection, one: Erasure) -> None:
    """Files that a chat of their own knows go; those of others' rooms are the rooms'."""
    scopes = [scope for key in _alone(db, one) for scope in key.scopes()[1:]]
    own = select(knowledge_files.c.scope, knowledge_files.c.id).where(knowledge_files.c.scope.in_(scopes))
    for scope, file_id in db.execute(own).all():
        unlearn(db, scope, file_id)
    unsigned = {"person_id": one.pseudonym, "person_name": ""}
    db.execute(update(knowledge_files).where(knowledge_files.c.person_id == one.person_id).values(unsigned))


def _received(db: Connection, one: Erasure) -> None:
    """What the platform told us of them, and we could not deal with."""
    _, _, number = one.person_id.partition(":")
    told = select(inbox.c.id, inbox.c.body).where(
        inbox.c.platform == one.platform,
        inbox.c.state != "new",
        inbox.c.id <= one.newest["inbox"],
        inbox.c.body.contains(number, autoescape=True),
    )
    theirs = [row.id for row in db.execute(told) if number in set(_ids(row.body))]
    db.execute(update(inbox).where(inbox.c.id.in_(theirs)).values(body=""))


def _purses(db: Connection, one: Erasure) -> None:
    """What they spent before this month. This month's stays until it is over: limits hold for them, too."""
    person = quote(one.person_id, safe="")
    theirs = or_(spent.c.scope == f"person/{person}", spent.c.scope.endswith(f"/{person}", autoescape=True))
    db.execute(delete(spent).where(theirs, spent.c.period < f"{one.asked_at:%Y-%m}"))


def _offers(db: Connection, _: Erasure) -> None:
    """What buttons give may name anybody; who presses one of those is told to give the command again."""
    db.execute(delete(offered))


def _alerts(db: Connection, one: Erasure, at: datetime) -> frozenset[str]:
    """What moderators were told of them repeats what they said."""
    shas: frozenset[str] = frozenset()
    told = select(runs.c.question_id).join(alerts, alerts.c.run_id == runs.c.id)
    for (question_id,) in db.execute(told.where(alerts.c.person_id == one.person_id)).all():
        shas |= wipe_answer(db, question_id, at=at)
    closed = {"person_id": one.pseudonym, "closed_at": func.coalesce(alerts.c.closed_at, at)}
    db.execute(update(alerts).where(alerts.c.person_id == one.person_id).values(closed))
    return shas


def _titles(db: Connection, one: Erasure) -> None:
    """What the rooms are called that they began: found from their words."""
    for room_id in one.rooms:
        first = select(messages.c.person_id).where(messages.c.room_id == room_id, messages.c.role == "user")
        begun_by = db.execute(first.order_by(messages.c.id).limit(1)).scalar_one_or_none()
        if begun_by != one.pseudonym:
            continue
        key = db.execute(select(rooms.c.key).where(rooms.c.id == room_id)).scalar_one()
        named = (settings.c.scope == ChannelKey.parse(key).scope) & (settings.c.name == TITLE)
        if db.execute(update(settings).where(named).values(value=None)).rowcount:
            record(db, room_id, ("room.updated", room_id))


def leave_rooms(db: Connection, one: Erasure) -> None:
    """Rooms that nobody else was in are of nobody's name, when all is gone from them."""
    for room_id, key in _own_rooms(db, one):
        left = select(messages.c.id).where(messages.c.room_id == room_id, messages.c.deleted_at.is_(None))
        waits = select(runs.c.id).where(runs.c.room_id == room_id, runs.c.delivery == "pending")
        if db.execute(left.limit(1)).all() or db.execute(waits.limit(1)).all():
            continue
        gone = ChannelKey(key.platform, key.account, key.space, f"{one.pseudonym}-{room_id}")
        db.execute(
            update(rooms)
            .where(rooms.c.id == room_id)
            .values(key=str(gone), person="", thread="", name="", space_name="")
        )


def _alone(db: Connection, one: Erasure) -> list[ChannelKey]:
    """The chats that are theirs alone."""
    return [key for _, key in _own_rooms(db, one) if key.direct]


def _own_rooms(db: Connection, one: Erasure) -> list[tuple[int, ChannelKey]]:
    rows = db.execute(select(rooms.c.id, rooms.c.key, rooms.c.person).where(rooms.c.id.in_(one.rooms)))
    found = [(row.id, ChannelKey.parse(row.key)) for row in rows]
    return [(number, key) for number, key in found if key.direct or key.person == one.person_id]


def _ids(body: str) -> Iterable[str]:
    """Everybody whom an update names."""
    try:
        told: Any = json.loads(body)
    except ValueError:
        return
    yield from _named(told)


def _named(told: Any) -> Iterable[str]:
    match told:
        case dict():
            if "id" in told:
                yield str(told["id"])
            for each in told.values():
                yield from _named(each)
        case list():
            for each in told:
                yield from _named(each)
