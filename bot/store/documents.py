"""What files said that came with messages. The words are read for a model, the names for people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from bot.messages import Document
from bot.store.database.prepared import prepared
from bot.store.tables import documents, messages
from bot.store.types import Words

WHOLE = 1 << 30
"""More characters than there are."""

NEAR = 12
"""Documents of a window at most, the newest."""

BEFORE = 300_000
"""Characters of an earlier message's document: a book is read once, by the run that it came for."""

_NAMES = prepared(
    select(documents.c.message_id, documents.c.name)
    .where(documents.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(documents.c.message_id, documents.c.position)
)
_IN_ROOM = prepared(
    select(
        documents.c.message_id,
        documents.c.name,
        func.substr(documents.c.text, 1, bindparam("most"), type_=Words).label("text"),
        documents.c.pages,
        documents.c.read,
        documents.c.whole,
    )
    .where(
        documents.c.message_id.in_(
            select(messages.c.id).where(
                messages.c.room_id == bindparam("room"),
                messages.c.id.between(bindparam("first"), bindparam("last")),
            )
        )
    )
    .order_by(documents.c.message_id.desc(), documents.c.position.desc())
    .limit(NEAR)
)
_FORGET = prepared(delete(documents).where(documents.c.message_id == bindparam("message")))
_INSERT = prepared(insert(documents))


def keep_documents(db: Connection, message_id: int, found: Sequence[Document]) -> None:
    """Let a message bring these documents and no others."""
    db.execute(_FORGET, {"message": message_id})
    for position, one in enumerate(found):
        row = {
            "message_id": message_id,
            "position": position,
            "name": one.name,
            "text": one.text,
            "pages": one.pages,
            "read": one.read,
            "whole": one.whole,
        }
        db.execute(_INSERT, row)


def documents_in(
    db: Connection, room_id: int, first: int, last: int, *, most: int = BEFORE
) -> Mapping[int, tuple[Document, ...]]:
    """The newest documents of a stretch of a room's messages, each message's in order; of each so many
    characters."""
    found: defaultdict[int, tuple[Document, ...]] = defaultdict(tuple)
    for row in db.execute(_IN_ROOM, {"room": room_id, "first": first, "last": last, "most": most}):
        found[row.message_id] = (_document(row, most), *found[row.message_id])
    return found


def document_names(db: Connection, message_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of certain messages' documents, each message's in order."""
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in db.execute(_NAMES, {"ids": list(message_ids)}):
        found[row.message_id] += (row.name,)
    return found


def _document(row: Row[Any], most: int) -> Document:
    return Document(row.name, row.text, row.pages, row.read, row.whole and len(row.text) < most)
