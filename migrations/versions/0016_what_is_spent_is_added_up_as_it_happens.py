"""What is spent is added up while it happens, by day and by month: of a person, a channel, a server, and all.

What all calls so far came to is added up here; a request is a run that made calls.
"""

from collections import defaultdict
from urllib.parse import quote

import sqlalchemy as sa
from alembic import op

from bot.store.types import Dollars

revision, down_revision = "0016", "0015"

CALLS = """
SELECT rooms.key, calls.person_id, calls.day, count(DISTINCT calls.run_id), sum(calls.cost)
FROM calls JOIN rooms ON rooms.id = calls.room_id
GROUP BY rooms.id, calls.person_id, calls.day
"""


def upgrade() -> None:
    op.create_table(
        "spent",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("cost", Dollars, nullable=False),
        sa.PrimaryKeyConstraint("scope", "period", name="pk_spent"),
        sqlite_with_rowid=False,
    )
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for key, person, day, requests, cost in op.get_bind().exec_driver_sql(CALLS).fetchall():
        for scope in scopes(key, person):
            for period in (day, day[:7]):
                sums[scope, period][0] += requests
                sums[scope, period][1] += cost
    rows = [(*where, *sum_) for where, sum_ in sums.items()]
    if rows:
        op.get_bind().exec_driver_sql("INSERT INTO spent VALUES (?, ?, ?, ?)", rows)


def scopes(key: str, person_id: str) -> list[str]:
    """Whose money a call in this room is, as `bot.store.spending` names them."""
    platform, account, space, channel, _, private = key.split("/")
    person, server = quote(person_id, safe=""), f"{platform}/{account}/{space}"
    found = ["all", f"person/{person}"]
    if private:
        return found
    wide = [f"{server}/{channel}"] if space in ("direct", "private") else [f"{server}/{channel}", server]
    return found + [
        f"{kind}{scope}{end}" for scope in wide for kind, end in (("in/", ""), ("by/", f"/{person}"))
    ]


def downgrade() -> None:
    op.drop_table("spent")
