"""The index of words: what is asked of it, and how words leave it for good."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, column, func, literal_column, select, table, text

from bot.store.prepared import prepared

MOST: Final = 8
"""Words of a question that are looked for, the longest: short ones are frequent, and cost the most time."""

LONGEST: Final = 64
"""Characters of one word that are looked for; of a longer one, its beginning."""

PAGES: Final = 64
"""Of the index that are written anew at once."""

_MERGE = text("INSERT INTO words (words, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
_words = table("words", column("rowid", Integer), column("words"))
_FOUND = prepared(
    select(_words.c.rowid)
    .where(
        _words.c.words.op("MATCH")(bindparam("query")),
        _words.c.rowid > bindparam("after"),
        _words.c.rowid < bindparam("before"),
    )
    .order_by(func.bm25(literal_column("words"), 0.0, 1.0), _words.c.rowid.desc())
    .limit(bindparam("most"))
)


def found(db: Connection, room_id: int, asked: str, *, after: int, before: int, limit: int) -> Sequence[int]:
    """The messages of a room between two ids that have some of the words, the best first."""
    if not (looked := query(room_id, asked)):
        return []
    given = {"query": looked, "after": after, "before": before, "most": limit}
    return [row.rowid for row in db.execute(_FOUND, given)]


def query(room_id: int, asked: str) -> str:
    """What is asked of the index: every word in quotes, so that nothing in it is an operator. Empty: there
    are no words."""
    longest = sorted(dict.fromkeys(_split(asked)), key=len, reverse=True)[:MOST]
    quoted = " OR ".join(f'"{word[:LONGEST]}"{" *" if len(word) > LONGEST else ""}' for word in longest)
    return f'room : "r{room_id}" AND text : ({quoted})' if quoted else ""


def wipe(db: Connection, *, first: bool) -> bool:
    """Let a piece of what was deleted leave the index's pages, where a mark only hides it; SQLite overwrites
    them (`secure_delete`). False: nothing is left of it. A piece takes some 10 ms, and there are a dozen of
    them for every 20,000 messages: the others who write come between."""
    before = _changes(db)
    db.execute(_MERGE, {"pages": -PAGES if first else PAGES})
    return _changes(db) - before >= 2


def _changes(db: Connection) -> int:
    """Less than two more after a merge: there was nothing to merge."""
    return int(db.execute(_CHANGES).scalar_one())


def _split(asked: str) -> Sequence[str]:
    """Its words, parted where the index parts them, or less often: it parts what is in quotes itself."""
    return "".join(letter if _is_of_a_word(letter) else " " for letter in asked).split()


def _is_of_a_word(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] not in "PSZ" and category not in ("Cc", "Cf", "Cs")
