"""What platforms call messages: the message that a run answers, and those that show an answer."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, select

from bot.store.database.prepared import prepared
from bot.store.tables import deliveries, messages, runs

_ASKED = prepared(
    select(runs.c.question_id, runs.c.reply_to)
    .where(runs.c.question_id.in_(bindparam("ids", expanding=True)), runs.c.reply_to != "")
    .order_by(runs.c.id.desc())
)
_SHOWN = prepared(
    select(messages.c.question_id, deliveries.c.post_id)
    .join(deliveries, deliveries.c.answer_id == messages.c.id)
    .where(
        messages.c.question_id.in_(bindparam("ids", expanding=True)),
        deliveries.c.seq == 0,
        deliveries.c.post_id != "",
    )
)


def posts_of(db: Connection, said: Sequence[tuple[int, int | None]]) -> Mapping[int, tuple[str, ...]]:
    """The posts of messages, each named by its id and, of an answer, its question's. A question's are its own
    message and then the answer's, which shows it where a command has no message."""
    ids = {"ids": sorted({question or id for id, question in said})}
    asked = {row.question_id: row.reply_to for row in db.execute(_ASKED, ids)}
    shown = {row.question_id: row.post_id for row in db.execute(_SHOWN, ids)}
    return {
        id: tuple(filter(None, (shown.get(question),) if question else (asked.get(id), shown.get(id))))
        for id, question in said
    }
