"""Pictures that a run's tools have painted: written down with their round, so that none is painted twice."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.errors import NotFound, TooLarge
from bot.messages import ChannelKey, PictureRef
from bot.store.database.prepared import prepared
from bot.store.pictures import pictures_of
from bot.store.steps import TOOLS
from bot.store.tables import messages, rooms, run_steps

_ROUNDS = prepared(
    select(run_steps.c.id, run_steps.c.detail)
    .where(run_steps.c.run_id == bindparam("run"), run_steps.c.kind == TOOLS)
    .order_by(run_steps.c.id.desc())
)
_WRITE = prepared(update(run_steps).where(run_steps.c.id == bindparam("step")))
_SHOWN = prepared(
    select(messages.c.id)
    .join(rooms, rooms.c.id == messages.c.room_id)
    .where(
        messages.c.id == bindparam("message"),
        messages.c.id > rooms.c.starts_after,
        messages.c.deleted_at.is_(None),
        rooms.c.key == bindparam("room_key"),
    )
)

PAINTED = "painted"
"""What a round's step calls its pictures, by the id of the call; None: begun, and not known to be painted."""


def begin_picture(db: Connection, run_id: int, call_id: str, most: int) -> PictureRef | None:
    """A call is about to paint: the picture, when it has painted it before the process ended. Raises TooLarge
    when `most` others of the run have begun, NotFound when its rounds were deleted."""
    steps = db.execute(_ROUNDS, {"run": run_id}).all()
    begun = dict(pair for step in steps for pair in _painted(step.detail))
    if call_id in begun:
        found = begun[call_id]
        return None if found is None else PictureRef(**found)
    if len(begun) >= most:
        raise TooLarge(f"Not done: an answer has {most} pictures at most.")
    if not steps or not steps[0].detail:
        raise NotFound("The question is not there any more.")
    _note(db, steps[0].id, steps[0].detail, call_id, None)
    return None


def end_picture(db: Connection, run_id: int, call_id: str, ref: PictureRef) -> None:
    """A call has painted. Nothing is kept of one whose round was deleted meanwhile."""
    for step in db.execute(_ROUNDS, {"run": run_id}).all():
        if call_id in dict(_painted(step.detail)):
            _note(db, step.id, step.detail, call_id, asdict(ref))


def pictures_shown(db: Connection, key: ChannelKey, message_id: int) -> tuple[PictureRef, ...]:
    """The pictures of a message of this very room that is neither deleted nor left behind; else none."""
    found = db.execute(_SHOWN, {"message": message_id, "room_key": str(key)}).scalar_one_or_none()
    return () if found is None else pictures_of(db, [message_id])[message_id]


def _painted(detail: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from detail.get(PAINTED, {}).items()


def _note(db: Connection, step_id: int, detail: Mapping[str, Any], call_id: str, picture: object) -> None:
    painted = {**dict(_painted(detail)), call_id: picture}
    db.execute(_WRITE, {"step": step_id, "detail": {**detail, PAINTED: painted}})
