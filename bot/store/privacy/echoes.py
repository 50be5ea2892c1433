"""Where a person's words stand although others hold them: quotes, what tools found, summaries.

What is found is read beside the writer, a stretch of messages at a time; letting it go is a short unit.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select, update

from bot.records import HEARD, Erasure
from bot.store.hearing import HEARING
from bot.store.messages import write_message
from bot.store.notes import drop_notes
from bot.store.privacy.wiping import wipe_answer
from bot.store.steps import TOOLS
from bot.store.tables import documents, messages, rooms, run_steps, runs

LONG: Final = 20
"""Letters from which on a text is looked for inside of others: shorter ones stand everywhere by chance."""
LOOKS: Final = "look_at"
"""The tool that is told the number of a message."""
STRETCH: Final = 1000
"""Messages that are looked through at once."""

_NUMBER: Final = re.compile(r"^\[(\d+)\]", re.MULTILINE)
"""How the search of a room names each message that it found."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person said, and was answered: letters alone, so that it is known again whatever a platform made
    of its marks."""

    names: frozenset[str]
    ids: frozenset[int]
    whole: frozenset[str] = field(repr=False)
    long: tuple[str, ...] = field(repr=False)
    joined: str = field(repr=False)

    def has(self, author: str, quoted: str) -> bool:
        """Whether a quote is theirs, or of an answer to them."""
        if author in self.names:
            return True
        said = letters(quoted)
        if said in self.whole:
            return True
        return len(said) >= LONG and (said in self.joined or any(one in said for one in self.long))


@dataclass(frozen=True, slots=True)
class Echoes:
    """What is to be let go of a stretch of messages: ids of those with quotes, of steps, and of questions
    whose answers are summaries. `last`: where the stretch ends; None: there are no more messages."""

    last: int | None
    quotes: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()


def letters(text: str) -> str:
    """A text without its marks and spaces."""
    return re.sub(r"[\W_]+", "", text).casefold()


def spoken(db: Connection, one: Erasure) -> Spoken:
    """All that a person said and was answered."""
    asked = messages.alias("asked")
    found = db.execute(
        select(messages.c.id, messages.c.text)
        .outerjoin(asked, asked.c.id == messages.c.question_id)
        .where(
            messages.c.id <= one.upto,
            or_(messages.c.person_id == one.person_id, asked.c.person_id == one.person_id),
        )
    ).all()
    texts = {said for row in found if (said := letters(row.text))}
    long = tuple(said for said in texts if len(said) >= LONG)
    names = frozenset(name for name in one.names if name)
    return Spoken(names, frozenset(row.id for row in found), frozenset(texts), long, "\n".join(texts))


def echoes(db: Connection, one: Erasure, said: Spoken, after: int) -> Echoes:
    """What a stretch of the platform's messages holds of it."""
    rows = db.execute(
        select(messages.c.id, messages.c.room_id, messages.c.quote, messages.c.quote_author)
        .join(rooms, rooms.c.id == messages.c.room_id)
        .where(messages.c.id > after, messages.c.id <= one.upto, rooms.c.platform == one.platform)
        .order_by(messages.c.id)
        .limit(STRETCH)
    ).all()
    if not rows:
        return Echoes(None)
    here = [row.id for row in rows if row.room_id in set(one.rooms)]
    return Echoes(
        rows[-1].id,
        tuple(row.id for row in rows if row.quote and said.has(row.quote_author, row.quote)),
        tuple(_steps(db, here, said)),
        tuple(_summaries(db, here, one, said)),
    )


def let_go(db: Connection, found: Echoes, *, at: datetime) -> frozenset[str]:
    """Nothing of it stands there any more. The pictures that answers showed."""
    shas: frozenset[str] = frozenset()
    for message_id in found.quotes:
        write_message(db, message_id, quote="", quote_author="")
    for step_id in found.steps:
        db.execute(update(run_steps).where(run_steps.c.id == step_id).values(detail={}))
    for question_id in found.answers:
        room = db.execute(select(messages.c.room_id).where(messages.c.id == question_id)).scalar_one()
        drop_notes(db, room, question_id, at=at)
        shas |= wipe_answer(db, question_id, at=at)
    return shas


def _steps(db: Connection, here: Sequence[int], said: Spoken) -> Iterable[int]:
    """Rounds of tools in which what they said was found, or looked at."""
    of_runs = run_steps.join(runs, runs.c.id == run_steps.c.run_id)
    used = select(run_steps.c.id, run_steps.c.detail).select_from(of_runs)
    wanted = (run_steps.c.kind == TOOLS) & runs.c.question_id.in_(here) & runs.c.ended_at.is_not(None)
    for row in db.execute(used.where(wanted)):
        if not said.ids.isdisjoint(_told_of(row.detail)):
            yield row.id


def _told_of(detail: Any) -> Iterable[int]:
    """The messages that a round of tools told of."""
    for call in detail.get("calls") or ():
        if call.get("name") == LOOKS:
            yield from map(int, re.findall(r"\b\d{1,18}\b", str(call.get("arguments"))))
    for result in detail.get("results") or ():
        yield from map(int, _NUMBER.findall(str(result.get("text"))))


def _summaries(db: Connection, here: Sequence[int], one: Erasure, said: Spoken) -> Iterable[int]:
    """Questions of others for summaries and tables of what was said when they spoke."""
    asked = select(runs.c.question_id, runs.c.room_id).distinct()
    brought = select(documents.c.message_id)
    wanted = runs.c.kind.in_(HEARING) & runs.c.question_id.in_(here) & runs.c.question_id.not_in(brought)
    for row in db.execute(asked.where(wanted, runs.c.person_id != one.person_id)):
        before = (
            select(messages.c.id)
            .where(messages.c.room_id == row.room_id, messages.c.id < row.question_id)
            .order_by(messages.c.id.desc())
            .limit(HEARD)
        )
        first = db.execute(select(func.min(before.subquery().c.id))).scalar_one()
        if first is not None and any(first <= each < row.question_id for each in said.ids):
            yield row.question_id
