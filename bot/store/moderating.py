"""What moderation found about a run, who rests for it, and what moderators are told.

An alert is an answer that is wholly written already, in the room of the moderators: it is delivered like any
other. Its words are a notice, so that no model is ever shown them and no search finds them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.errors import NotFound
from bot.messages import ChannelKey, Verb
from bot.records import FILTERED, Alert, Alerted, Bar, Followed, Judged, Offences
from bot.runs import RunKind, RunStatus
from bot.store.changes import of_run, record
from bot.store.database.prepared import prepared
from bot.store.delivering import PENDING
from bot.store.messages import PARLEY, REMINDER, WITHHELD, insert_message, write_message
from bot.store.rooms import enter
from bot.store.runs import run_row
from bot.store.steps import CREATED, MODERATED
from bot.store.tables import alerts, barred, messages, offences, rooms, run_steps, runs

Rule: TypeAlias = Callable[[Offences], Bar | None]
"""Whether who offended again rests now."""

OLD: Final = timedelta(days=30)
"""Rests that were over so long ago are forgotten."""

QUOTED: Final = "\n> "
"""What an alert repeats of a message begins so."""

_STEP = prepared(insert(run_steps))
_ROLE = prepared(
    update(messages).where(
        messages.c.id == bindparam("message"),
        messages.c.role.in_(("user", WITHHELD)),
        messages.c.deleted_at.is_(None),
    )
)
_about, _home = runs.alias("about"), rooms.alias("home")
_ALERTED = (
    select(
        alerts,
        messages.c.id.label("answer_id"),
        messages.c.notice,
        runs.c.incomplete,
        rooms.c.key.label("to_key"),
        _home.c.key.label("about_key"),
        _about.c.person_name,
    )
    .select_from(alerts)
    .join(runs, runs.c.id == alerts.c.run_id)
    .join(messages, and_(messages.c.question_id == runs.c.question_id, messages.c.deleted_at.is_(None)))
    .join(rooms, rooms.c.id == runs.c.room_id)
    .join(_about, _about.c.id == alerts.c.of_run)
    .join(_home, _home.c.id == _about.c.room_id)
)


def judged(db: Connection, run_id: int, found: Judged, rule: Rule, *, at: datetime) -> Followed:
    """Write down what was found about a run, and let follow what follows. Raises NotFound."""
    run = run_row(db, run_id)
    db.execute(_STEP, {"run_id": run_id, "kind": MODERATED, "detail": found.detail, "at": at})
    changed = [("run.updated", run_id)]
    if found.about in ("question", "pictures") and run.kind != RunKind.KEEP:
        role = WITHHELD if found.withhold else "user"
        db.execute(_ROLE, {"message": run.question_id, "role": role})
        changed.append(("message.updated", run.question_id))
    record(db, run.room_id, *changed)
    offends = found.withhold and found.action == FILTERED and not run.replaces
    made = _offends(db, run, rule, at) if offends else None
    alert = _alert(db, run, found.alert, found.about, at) if found.alert else None
    return Followed(made, alert)


def _offends(db: Connection, run: Row[Any], rule: Rule, at: datetime) -> Bar | None:
    """Count it; who offends again and again rests."""
    scope, person = ChannelKey.parse(run.key).scopes()[0], run.person_id
    row = {"scope": scope, "person_id": person, "run_id": run.id, "at": at}
    db.execute(upsert(offences).on_conflict_do_nothing(), row)
    theirs = select(offences.c.at).where(offences.c.scope == scope, offences.c.person_id == person)
    rests = select(barred).where(barred.c.scope == scope, barred.c.person_id == person)
    before = tuple(_bar(found) for found in db.execute(rests))
    made = rule(Offences(scope, person, tuple(db.execute(theirs).scalars()), before, at))
    if made is not None:
        bar(db, made, at=at)
    return made


def bar(db: Connection, made: Bar, *, at: datetime) -> None:
    """Keep somebody out, in place of what kept them out for the same reason."""
    row = {"why": made.why, "until": made.until, "strikes": made.strikes, "by_id": made.by, "at": at}
    new = upsert(barred)
    kept = {name: new.excluded[name] for name in row if name != "why"}
    whose = ["scope", "person_id", "why"]
    statement = new.on_conflict_do_update(index_elements=whose, set_=kept)
    db.execute(statement, {"scope": made.scope, "person_id": made.person_id, **row})


def bars(db: Connection, at: datetime) -> Sequence[Bar]:
    """Everybody who is kept out now."""
    found = db.execute(select(barred).where(barred.c.until > at))
    return [_bar(row) for row in found]


def _alert(db: Connection, run: Row[Any], told: Alert, about: str, at: datetime) -> int:
    """Tell moderators: the run of the alert, which is over already, for no model has to be asked."""
    room = enter(db, told.to, at)
    asked = int(insert_message(db, room, REMINDER, PARLEY, at=at).id)
    row = {
        "room_id": room,
        "kind": RunKind.ALERT,
        "takes_room": RunKind.ALERT.takes_the_room,
        "status": RunStatus.COMPLETED,
        "question_id": asked,
        "replaces": False,
        "person_id": PARLEY.id,
        "person_name": PARLEY.name,
        "person_bot": PARLEY.bot,
        "standing": 0,
        "reply_to": "",
        "options": {},
        "incomplete": Verb.WIPE.value if run.kind == RunKind.KEEP else "",  # there is no message to delete
        "created_at": at,
        "started_at": at,
        "ended_at": at,
        "delivery": PENDING,
    }
    made = int(db.execute(insert(runs).returning(runs.c.id), row).scalar_one())
    words: dict[str, Any] = {"run_id": made, "notice": told.text}
    answer = insert_message(db, room, "assistant", PARLEY, at=at, question_id=asked, **words).id
    db.execute(_STEP, {"run_id": made, "kind": CREATED, "detail": {"message_id": answer}, "at": at})
    asks = about in ("question", "pictures") or run.answer_id is None
    message_id = run.question_id if asks else run.answer_id
    of = {"message_id": message_id, "of_run": run.id, "person_id": run.person_id}
    db.execute(insert(alerts), {"run_id": made, **of})
    record(db, room, ("message.created", answer), *of_run(made, None))
    return made


def alerted(db: Connection, run_id: int) -> Alerted:
    """An alert. Raises NotFound."""
    row = db.execute(_ALERTED.where(alerts.c.run_id == run_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such alert any more.")
    return _alerted(row)


def alerts_about(db: Connection, message_ids: Sequence[int]) -> Sequence[Alerted]:
    """The alerts about some messages."""
    return [_alerted(row) for row in db.execute(_ALERTED.where(alerts.c.message_id.in_(message_ids)))]


def write_alert(db: Connection, alert: Alerted, *, at: datetime) -> None:
    """Change what an alert says, and what was done about it; it is to be delivered again."""
    write_message(db, alert.answer_id, notice=alert.told)
    done = {"incomplete": ",".join(alert.done), "delivery": PENDING}
    room = db.execute(
        update(runs).where(runs.c.id == alert.run_id).values(done).returning(runs.c.room_id)
    ).scalar_one()
    if alert.done:
        first = func.coalesce(alerts.c.closed_at, at)
        db.execute(update(alerts).where(alerts.c.run_id == alert.run_id).values(closed_at=first))
    record(db, room, *of_run(alert.run_id, alert.answer_id))


def unquote(db: Connection, message_ids: Sequence[int]) -> None:
    """Messages were deleted: alerts about them repeat nothing of them any more."""
    for row in db.execute(_ALERTED.where(alerts.c.message_id.in_(message_ids))).all():
        write_message(db, row.answer_id, notice=row.notice.partition(QUOTED)[0])


def prune_offences(db: Connection, before: datetime) -> None:
    """Forget old offences, and rests that were over long ago."""
    db.execute(delete(offences).where(offences.c.at < before))
    db.execute(delete(barred).where(barred.c.until < before - OLD))


def move_bars(db: Connection, old: str, new: str) -> None:
    """A chat got another key: who rests there still does."""
    for table in (offences, barred):
        db.execute(update(table).prefix_with("OR IGNORE").where(table.c.scope == old).values(scope=new))


def _bar(row: Row[Any]) -> Bar:
    return Bar(row.scope, row.person_id, row.why, row.until, row.strikes, row.by_id, row.at)


def _alerted(row: Row[Any]) -> Alerted:
    return Alerted(
        row.run_id,
        row.answer_id,
        ChannelKey.parse(row.to_key),
        ChannelKey.parse(row.about_key),
        row.message_id,
        row.of_run,
        row.person_id,
        row.person_name,
        tuple(filter(None, row.incomplete.split(","))),
        row.notice,
    )
