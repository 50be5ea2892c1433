"""The index of words: what is asked of it, and how words leave it for good."""

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, column, select, table, text

from bot.store.database.prepared import prepared

MOST: Final = 8
"""Words of a question that are looked for, the longest: short ones are the frequent ones."""

LONGEST: Final = 64
"""Characters of one word that are looked for; of a longer one, its beginning."""

OFTEN: Final = 300
"""Messages with one word that are looked at, the newest: what so many have tells little. The index's own
ranking reads all of them, which took 50 ms in a room of 20,000 turns, and this takes 4."""

PAGES: Final = 64
"""Of the index that are written anew at once."""

_UNPARTED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_MERGE = text("INSERT INTO words (words, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
_words = table("words", column("rowid", Integer), column("words"))
_WITH = prepared(
    select(_words.c.rowid)
    .where(
        _words.c.words.op("MATCH")(bindparam("query")),
        _words.c.rowid > bindparam("after"),
        _words.c.rowid < bindparam("before"),
    )
    .order_by(_words.c.rowid.desc())
    .limit(OFTEN)
)


def found(db: Connection, room_id: int, asked: str, *, after: int, before: int, limit: int) -> Sequence[int]:
    """The messages of a room between two ids that have some of the words, the best first: those with many
    words that few messages have; of equals, the newest."""
    scores: dict[int, float] = {}
    for query in queries(room_id, asked):
        rows = db.execute(_WITH, {"query": query, "after": after, "before": before}).all()
        weight = math.log(1 + OFTEN / max(1, len(rows)))
        for row in rows:
            scores[row[0]] = scores.get(row[0], 0.0) + weight
    return sorted(scores, key=lambda each: (-scores[each], -each))[:limit]


def queries(room_id: int, asked: str) -> list[str]:
    """What is asked of the index, for each word: in quotes, so that nothing in it is an operator."""
    longest = sorted(dict.fromkeys(_split(asked)), key=len, reverse=True)[:MOST]
    quoted = [f'"{word[:LONGEST]}"{" *" if len(word) > LONGEST else ""}' for word in longest]
    return [f'room : "r{room_id}" AND text : {word}' for word in quoted]


def unparted(asked: str) -> list[str]:
    """Its words in scripts whose words have no blanks between them: the index knows whole phrases only."""
    return [word[:LONGEST] for word in dict.fromkeys(_split(asked)) if _UNPARTED.search(word)][:MOST]


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
    """The index knows a Unicode of its own: what is in dispute is left to it."""
    return not (_parts(unicodedata.category(letter)) and _parts(unicodedata.ucd_3_2_0.category(letter)))


def _parts(category: str) -> bool:
    return category[0] in "PSZ" or category in ("Cc", "Cf", "Cs")
