"""The part of the store that tells who did what."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from bot.messages import ChannelKey
from bot.records import Audited, Deed
from bot.store import auditing
from bot.store.database.engine import NAME, core, open_onlooker
from bot.store.promises.tooling import Tooling
from bot.store.tables import audit


class Recorded(Tooling):
    """`bot.ports.auditing`."""

    async def note(
        self, deed: Deed, decision: str, *, at: datetime, subject: str = "", count: int = 1, after: str = ""
    ) -> None:
        """Write down what changes nothing else."""
        told = {"subject": subject, "after": after}
        await self._writer.write(lambda db: auditing.note(db, deed, decision, at=at, count=count, **told))

    async def audited(
        self,
        key: ChannelKey | None = None,
        *,
        since: datetime | None = None,
        who: str = "",
        before: int | None = None,
        limit: int,
    ) -> Sequence[Audited]:
        """The newest first."""
        return await self._read(auditing.audited, key, since=since, who=who, before=before, limit=limit)


def auditing_of(folder: Path) -> Iterator[Audited]:
    """All entries of a data folder, the oldest first; of a Parley that runs, too. Raises sqlite3.Error."""
    with closing(open_onlooker(folder / NAME)) as raw:
        raw.execute("BEGIN")
        rows = core(raw).execute(select(audit).order_by(audit.c.id))
        yield from map(auditing.told, rows)
