"""Records of kept pictures, and which message shows which. Their bytes are elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, select
from sqlalchemy.dialects.sqlite import insert

from bot.messages import PictureRef
from bot.store.database.prepared import prepared
from bot.store.tables import message_pictures, messages, pictures

_SHOWN = (
    select(
        message_pictures.c.message_id,
        pictures.c.sha256,
        pictures.c.media_type,
        pictures.c.width,
        pictures.c.height,
    )
    .select_from(message_pictures)
    .join(pictures, pictures.c.sha256 == message_pictures.c.sha256)
    .order_by(message_pictures.c.message_id, message_pictures.c.position)
)
_OF_MESSAGES = prepared(_SHOWN.where(message_pictures.c.message_id.in_(bindparam("ids", expanding=True))))
_IN_ROOM = prepared(
    _SHOWN.where(
        message_pictures.c.message_id.in_(
            select(messages.c.id).where(
                messages.c.room_id == bindparam("room"),
                messages.c.id.between(bindparam("first"), bindparam("last")),
            )
        )
    )
)
_HIDE = prepared(delete(message_pictures).where(message_pictures.c.message_id == bindparam("message")))


def keep_picture(db: Connection, ref: PictureRef, *, at: datetime) -> None:
    """Record a picture; it may be known already."""
    row = {
        "sha256": ref.sha256,
        "media_type": ref.media_type,
        "width": ref.width,
        "height": ref.height,
        "created_at": at,
    }
    db.execute(insert(pictures).on_conflict_do_nothing(), row)


def picture(db: Connection, sha256: str) -> PictureRef | None:
    """The record of a picture that some message shows; one whose messages were deleted is gone."""
    columns = (pictures.c.sha256, pictures.c.media_type, pictures.c.width, pictures.c.height)
    shown = exists().where(message_pictures.c.sha256 == pictures.c.sha256)
    row = db.execute(select(*columns).where(pictures.c.sha256 == sha256, shown)).one_or_none()
    return PictureRef(*row) if row else None


def pictures_of(db: Connection, message_ids: Iterable[int]) -> Mapping[int, tuple[PictureRef, ...]]:
    """The pictures of certain messages, each message's in order."""
    return _by_message(db.execute(_OF_MESSAGES, {"ids": list(message_ids)}))


def pictures_in(db: Connection, room_id: int, first: int, last: int) -> Mapping[int, tuple[PictureRef, ...]]:
    """The pictures of a stretch of a room's messages: no ids to name where there are hundreds."""
    return _by_message(db.execute(_IN_ROOM, {"room": room_id, "first": first, "last": last}))


def _by_message(rows: Iterable[Row[Any]]) -> Mapping[int, tuple[PictureRef, ...]]:
    found: defaultdict[int, tuple[PictureRef, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.message_id] += (PictureRef(row.sha256, row.media_type, row.width, row.height),)
    return found


def show(db: Connection, message_id: int, refs: Sequence[PictureRef], *, at: datetime) -> None:
    """Let a message show these pictures and no others."""
    db.execute(_HIDE, {"message": message_id})
    for ref in refs:
        keep_picture(db, ref, at=at)
    if refs:
        db.execute(
            insert(message_pictures),
            [
                {"message_id": message_id, "position": position, "sha256": ref.sha256}
                for position, ref in enumerate(refs)
            ],
        )
