"""Reading what was said in a room for summaries and tables: all words but those of earlier ones."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select

from bot.messages import Person
from bot.records import HEARD, Said
from bot.runs import RunKind
from bot.store.database.prepared import prepared
from bot.store.messages import REMINDER, WITHHELD
from bot.store.posts import posts_of
from bot.store.tables import messages, runs

AWAY: Final = timedelta(hours=24)
"""How far back it goes for who has said nothing in the room before."""

HEARING: Final = (RunKind.SUMMARIZE, RunKind.EXTRACT)
"""Runs that are about what was said. Theirs is nothing that was."""

_ABOUT_IT: Final = (*HEARING, RunKind.TITLE)
_asked = func.coalesce(messages.c.question_id, messages.c.id)
_OURS = (
    messages.c.room_id == bindparam("room"),
    messages.c.role.not_in((REMINDER, WITHHELD)),
    messages.c.deleted_at.is_(None),
    messages.c.text != "",
    ~select(runs.c.id).where(runs.c.question_id == _asked, runs.c.kind.in_(_ABOUT_IT)).exists(),
)
_HEARD = prepared(
    select(
        messages.c.id,
        messages.c.person_id,
        messages.c.person_name,
        messages.c.person_bot,
        messages.c.text,
        messages.c.created_at,
        messages.c.question_id,
    )
    .where(
        *_OURS,
        _asked < bindparam("before"),  # an answer may be begun after the summary was asked for
        messages.c.id > bindparam("after"),
        messages.c.created_at >= bindparam("since"),
    )
    .order_by(messages.c.id.desc())
    .limit(HEARD)
)
_LAST_OF = prepared(
    select(func.max(messages.c.id).label("id")).where(
        *_OURS,
        messages.c.role == "user",
        messages.c.person_id == bindparam("person"),
        messages.c.id < bindparam("before"),
    )
)


def heard(db: Connection, run: Row[Any], since: str) -> tuple[Said, ...]:
    """What was said in a run's room before it was asked for, oldest first: since a moment, else since its
    person's own last message there."""
    given = {"room": run.room_id, "before": run.question_id}
    after, moment = 0, datetime.fromisoformat(since) if since else run.created_at - AWAY
    if not since:
        last = db.execute(_LAST_OF, {**given, "person": run.person_id}).one().id
        after, moment = (0, moment) if last is None else (last, datetime.fromtimestamp(0, moment.tzinfo))
    rows = db.execute(_HEARD, {**given, "after": after, "since": moment}).all()[::-1]
    posts = posts_of(db, [(row.id, row.question_id) for row in rows])
    return tuple(
        Said(
            row.id,
            Person(row.person_id, row.person_name, row.person_bot),
            row.text,
            at=row.created_at,
            posts=posts[row.id],
        )
        for row in rows
    )
