"""One look at what there is for a run. Most rooms have little of it, and one question costs less than six."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, or_, select

from bot.messages import ChannelKey
from bot.store.database.prepared import prepared
from bot.store.tables import documents, facts, knowledge_files, message_pictures, notes, run_steps

_QUESTION: Any = bindparam("question")
_GLANCE = prepared(
    select(
        or_(
            exists().where(message_pictures.c.message_id == _QUESTION),
            exists().where(documents.c.message_id == _QUESTION),
        ).label("files"),
        exists().where(notes.c.room_id == bindparam("room"), notes.c.dropped_at.is_(None)).label("notes"),
        exists()
        .where(facts.c.room_id == bindparam("room"), facts.c.person_id == bindparam("person"))
        .label("facts"),
        exists().where(run_steps.c.run_id == bindparam("run")).label("steps"),
        exists().where(knowledge_files.c.scope.in_(bindparam("scopes", expanding=True))).label("knowledge"),
    )
)


def glance(db: Connection, run: Row[Any], key: ChannelKey) -> Row[bool, bool, bool, bool, bool]:
    """Whether there are `files` of its question, `notes` of its room, `facts` of who asks, `steps` that it
    has taken already, and `knowledge` of its room's."""
    given = {"question": run.question_id, "room": run.room_id, "person": run.person_id, "run": run.id}
    return db.execute(_GLANCE, {**given, "scopes": key.scopes()}).one()
