"""What the accounts listed last: known at the next start, also while their services are down."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import Connection, Text, select, type_coerce
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError

from bot.messages import ModelFacts
from bot.records import Listed
from bot.store.database.engine import NAME, core, open_onlooker
from bot.store.database.prepared import prepared
from bot.store.tables import catalogues

log = structlog.get_logger()

_WRITTEN = prepared(
    select(catalogues.c.account, catalogues.c.source, type_coerce(catalogues.c.models, Text), catalogues.c.at)
)
"""The models as they are written: a row that is no JSON must not keep the others from being read."""


def keep_models(db: Connection, account: str, listed: Listed) -> None:
    """Keep an account's list in place of what it listed before."""
    models = msgspec.to_builtins(listed.models, order="deterministic")
    row = {"source": listed.source, "models": models, "at": listed.at}
    keep = insert(catalogues).values(account=account, **row)
    db.execute(keep.on_conflict_do_update(index_elements=[catalogues.c.account], set_=row))


def kept_models(db: Connection) -> Mapping[str, Listed]:
    """The lists by their account, without those that another version wrote and this one cannot read."""
    return dict(_readable(db))


def _readable(db: Connection) -> Iterator[tuple[str, Listed]]:
    for account, source, written, at in db.execute(_WRITTEN):
        try:
            models = msgspec.json.decode(written, type=tuple[ModelFacts, ...])
        except ValueError:
            log.warning("kept list cannot be read", account=account)
        else:
            yield account, Listed(source, models, at)


def lists_in(folder: Path) -> Mapping[str, Listed]:
    """The lists in a data folder, whoever works in it meanwhile; none when there is no database to read."""
    try:
        with closing(open_onlooker(folder / NAME)) as raw:
            return kept_models(core(raw))
    except (DBAPIError, sqlite3.Error):
        return {}
