"""What rooms know from files: kept in pieces for a scope, found by words, and gone without a trace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, text, update

from bot.errors import TooLarge
from bot.messages import ChannelKey, Person
from bot.records import KnownFile, Learned, Piece, Said
from bot.store.database.prepared import prepared
from bot.store.documents import keep_documents
from bot.store.posts import posts_of
from bot.store.runs import run_row
from bot.store.tables import knowledge_chunks as chunks
from bot.store.tables import knowledge_files as files
from bot.store.tables import rooms, runs

_KNOWN = (
    select(
        files,
        func.count(chunks.c.id).label("pieces"),
        func.count(chunks.c.vector).label("ready"),
        rooms.c.key,
        runs.c.question_id,
    )
    .join(runs, runs.c.id == files.c.run_id)
    .join(rooms, rooms.c.id == runs.c.room_id)
    .outerjoin(chunks, chunks.c.file_id == files.c.id)
    .group_by(files.c.id)
)
_IN_SCOPES = prepared(
    _KNOWN.where(files.c.scope.in_(bindparam("scopes", expanding=True))).order_by(files.c.name, files.c.id)
)
_BY_ID = prepared(_KNOWN.where(files.c.id == bindparam("file")))
_SAME = prepared(
    select(files.c.id).where(files.c.scope == bindparam("s"), files.c.sha256 == bindparam("digest"))
)
_COUNT = prepared(select(func.count()).select_from(files).where(files.c.scope == bindparam("s")))
_KEEP = prepared(insert(chunks))
_UNPLACED = prepared(
    select(chunks)
    .where(
        chunks.c.file_id == bindparam("file"), (chunks.c.model != bindparam("m")) | chunks.c.vector.is_(None)
    )
    .order_by(chunks.c.position)
    .limit(bindparam("most"))
)
_PLACE = prepared(update(chunks).where(chunks.c.id == bindparam("piece")))
_OURS = files.c.scope.in_(bindparam("scopes", expanding=True))
_VECTORS = prepared(
    select(chunks.c.id, chunks.c.vector)
    .join(files, files.c.id == chunks.c.file_id)
    .where(_OURS, chunks.c.model == bindparam("m"), chunks.c.vector.is_not(None))
    .order_by(chunks.c.id)
)
_PIECES = prepared(
    select(chunks)
    .join(files, files.c.id == chunks.c.file_id)
    .where(_OURS, chunks.c.id.in_(bindparam("ids", expanding=True)))
)
_STRETCH = prepared(
    select(chunks)
    .join(files, files.c.id == chunks.c.file_id)
    .where(
        _OURS,
        files.c.id == bindparam("file"),
        chunks.c.position.between(bindparam("first"), bindparam("last")),
    )
    .order_by(chunks.c.position)
)
_WORDED = text(
    "SELECT rowid FROM knowledge_words WHERE knowledge_words MATCH :wanted ORDER BY rank LIMIT :most"
)
_MERGED = text("INSERT INTO knowledge_words (knowledge_words) VALUES ('optimize')")
"""The index of words keeps what was taken out of it until its parts are merged."""


def learn(
    db: Connection, run_id: int, learned: Learned, pieces: Sequence[Piece], *, at: datetime, most: int
) -> KnownFile:
    """Keep a run's file, or find it kept. Raises TooLarge, NotFound."""
    run = run_row(db, run_id)
    keep_documents(db, run.question_id, ())
    scope = ChannelKey.parse(run.key).scope
    same = db.execute(_SAME, {"s": scope, "digest": learned.sha256}).one_or_none()
    if same is not None:
        return known_file(db, same.id)
    if db.execute(_COUNT, {"s": scope}).scalar_one() >= most:
        raise TooLarge(f"I know {most} files here, which is the most. `/knowledge remove` makes room.")
    row = {
        "scope": scope,
        "name": learned.name,
        "sha256": learned.sha256,
        "run_id": run_id,
        "pages": learned.pages,
        "read": learned.read,
        "whole": learned.whole,
        "size": learned.size,
        "person_id": run.person_id,
        "person_name": run.person_name,
        "created_at": at,
    }
    file_id = int(db.execute(insert(files).returning(files.c.id), row).scalar_one())
    for position, piece in enumerate(pieces):
        kept = {"page": piece.page, "section": piece.section, "text": piece.text}
        db.execute(_KEEP, {"file_id": file_id, "position": position, **kept})
    return known_file(db, file_id)


def unplaced(db: Connection, file_id: int, model: str, limit: int) -> Sequence[Piece]:
    """The first pieces without a vector of a model."""
    return _pieces(db.execute(_UNPLACED, {"file": file_id, "m": model, "most": limit}))


def place_pieces(db: Connection, model: str, vectors: Mapping[int, bytes]) -> None:
    """Keep vectors of pieces that are still there."""
    for piece, vector in vectors.items():
        db.execute(_PLACE, {"piece": piece, "model": model, "vector": vector})


def known(db: Connection, key: ChannelKey) -> Sequence[KnownFile]:
    """The files that a room knows, by name."""
    return _files(db, db.execute(_IN_SCOPES, {"scopes": key.scopes()}).all())


def known_file(db: Connection, file_id: int) -> KnownFile:
    """One file."""
    return _files(db, [db.execute(_BY_ID, {"file": file_id}).one()])[0]


def unlearn(db: Connection, scope: str, file_id: int) -> bool:
    """Delete a file, its pieces and their words."""
    if not db.execute(select(files.c.id).where(files.c.scope == scope, files.c.id == file_id)).one_or_none():
        return False
    db.execute(delete(chunks).where(chunks.c.file_id == file_id))
    db.execute(delete(files).where(files.c.id == file_id))
    db.execute(_MERGED)
    return True


def move_files(db: Connection, scope: str, moved: str) -> None:
    """A scope becomes part of another: what is known in both stays once."""
    there = select(files.c.sha256).where(files.c.scope == moved)
    twice = select(files.c.id).where(files.c.scope == scope, files.c.sha256.in_(there))
    for file_id in db.execute(twice).scalars().all():
        unlearn(db, scope, file_id)
    db.execute(update(files).where(files.c.scope == scope).values(scope=moved))


def pieces_placed(db: Connection, key: ChannelKey, model: str) -> Sequence[tuple[int, bytes]]:
    """Where a model placed what a room knows."""
    rows = db.execute(_VECTORS, {"scopes": key.scopes(), "m": model})
    return [(row.id, row.vector) for row in rows]


def pieces_worded(db: Connection, key: ChannelKey, words: Sequence[str], limit: int) -> Sequence[int]:
    """Pieces in which some of the words stand."""
    ours = db.execute(select(files.c.id).where(files.c.scope.in_(key.scopes()))).scalars().all()
    if not (ours and words):
        return []
    wanted = " OR ".join('"{}"'.format(word.replace('"', '""')) for word in words)
    within = " OR ".join(f"f{file_id}" for file_id in ours)
    match = f"file : ({within}) AND text : ({wanted})"
    return [row.rowid for row in db.execute(_WORDED, {"wanted": match, "most": limit})]


def pieces_paired(
    db: Connection, key: ChannelKey, pairs: Sequence[str], least: int, limit: int
) -> Sequence[int]:
    """Pieces in which at least so many of the pairs of letters stand."""
    there = [case((func.instr(chunks.c.text, pair) > 0, 1), else_=0) for pair in pairs]
    hits = sum(there[1:], start=there[0]).label("hits")
    found = select(chunks.c.id, hits).join(files, files.c.id == chunks.c.file_id)
    asked = found.where(files.c.scope.in_(key.scopes()), hits >= least)
    return db.execute(asked.order_by(hits.desc(), chunks.c.id).limit(limit)).scalars().all()


def pieces(db: Connection, key: ChannelKey, ids: Sequence[int]) -> Sequence[Piece]:
    """Pieces that a room knows, as they are named."""
    found = {one.id: one for one in _pieces(db.execute(_PIECES, {"scopes": key.scopes(), "ids": list(ids)}))}
    return [found[piece] for piece in ids if piece in found]


def stretch(db: Connection, key: ChannelKey, file_id: int, first: int, last: int) -> Sequence[Piece]:
    """Pieces of one file, in order."""
    given = {"scopes": key.scopes(), "file": file_id, "first": first, "last": last}
    return _pieces(db.execute(_STRETCH, given))


def _pieces(rows: Any) -> list[Piece]:
    return [Piece(row.text, row.page, row.section, row.position, row.id, row.file_id) for row in rows]


def _files(db: Connection, rows: Sequence[Row[Any]]) -> list[KnownFile]:
    """Rows with the posts of the messages that brought them."""
    posts = posts_of(db, [(row.question_id, None) for row in rows]) if rows else {}
    return [_file(row, posts.get(row.question_id, ())) for row in rows]


def _file(row: Row[Any], posts: tuple[str, ...]) -> KnownFile:
    by = Person(row.person_id, row.person_name)
    return KnownFile(
        id=row.id,
        name=row.name,
        pages=row.pages,
        read=row.read,
        whole=row.whole,
        size=row.size,
        scope=row.scope,
        pieces=row.pieces,
        ready=row.ready,
        by=by,
        at=row.created_at,
        run_id=row.run_id,
        key=ChannelKey.parse(row.key),
        said=Said(row.question_id, by, "", posts=posts),
    )
