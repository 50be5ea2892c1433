"""Conversations survive a restart: rooms, messages, runs, their answers' delivery, settings and timers."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

TABLES = (
    "rooms",
    "pictures",
    "events",
    "settings",
    "timers",
    "calibrations",
    "messages",
    "message_pictures",
    "runs",
    "run_steps",
    "calls",
    "deliveries",
    "changes",
)
"""In the order in which they refer to each other."""


def upgrade() -> None:
    _things_of_their_own()
    _messages()
    _runs()
    _what_runs_leave()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, sa.Integer, primary_key=True)


def _to(table: str, name: str, *, null: bool = False, unique: bool | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{table}.id"), nullable=null, unique=unique)


def _text(name: str, *, null: bool = False, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, server_default=default)


def _number(name: str, *, null: bool = False, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null, server_default=default)


def _flag(name: str, *, default: str | None = None) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=default)


def _moment(name: str, *, null: bool = False, index: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime, nullable=null, index=index)


def _person() -> tuple[sa.Column[str], sa.Column[str], sa.Column[bool]]:
    return _text("person_id"), _text("person_name"), _flag("person_bot")


def _things_of_their_own() -> None:
    op.create_table(
        "rooms",
        _key(),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        *(_text(name) for name in ("platform", "thread", "person")),
        _number("starts_after", default="0"),
        _moment("created_at"),
        _moment("last_at"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.Text, primary_key=True),
        _text("media_type"),
        _number("width"),
        _number("height"),
        _moment("created_at"),
    )
    op.create_table(
        "events",
        *(_text(name) for name in ("platform", "account", "event_id")),
        _moment("at"),
        _number("message_id", null=True),
        _number("run_id", null=True),
        sa.PrimaryKeyConstraint("platform", "account", "event_id"),
    )
    op.create_table(
        "settings",
        _key(),
        *(_text("scope"), _text("name"), _text("value", null=True)),
        *_person(),
        _moment("at"),
        sa.Index("ix_settings_newest", "scope", "name", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "timers",
        _key(),
        _moment("due", index=True),
        _text("kind"),
        _text("payload"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calibrations",
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("factor", sa.Float, nullable=False),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        _key(),
        _to("rooms", "room_id"),
        _text("role"),
        _to("messages", "question_id", null=True, unique=True),
        _number("run_id", null=True),
        *_person(),
        _text("text", default=""),
        _text("notice", default=""),
        _moment("created_at"),
        _moment("edited_at", null=True),
        _moment("deleted_at", null=True),
        sa.Index("ix_messages_history", "room_id", "role", "id"),
        sa.Index("ix_messages_room", "room_id", "id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "message_pictures",
        _to("messages", "message_id"),
        _number("position"),
        sa.Column("sha256", sa.Text, sa.ForeignKey("pictures.sha256"), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "position"),
        sa.Index("ix_message_pictures_sha256", "sha256"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        _key(),
        _to("rooms", "room_id"),
        *(_text("kind"), _flag("takes_room"), _text("status")),
        _to("messages", "question_id"),
        _flag("replaces"),
        *_person(),
        _number("standing"),
        *(_text("reply_to"), _text("options"), _text("settings", null=True)),
        _number("attempts", default="0"),
        _moment("created_at"),
        *(_moment(name, null=True) for name in ("started_at", "ended_at")),
        *(_text(name, default="") for name in ("model", "last_error", "incomplete", "delivery", "refusal")),
        sa.Index("ix_runs_question", "question_id", "id"),
        sa.Index("ix_runs_room", "room_id", "id"),
        sa.Index("ix_runs_unfinished", "ended_at", "room_id", sqlite_where=sa.text("ended_at IS NULL")),
        sa.Index("ix_runs_pending", "delivery", "room_id", sqlite_where=sa.text("delivery = 'pending'")),
        sa.Index(
            "uq_runs_active",
            "room_id",
            unique=True,
            sqlite_where=sa.text("takes_room AND status IN ('in_progress', 'cancelling')"),
        ),
        sqlite_autoincrement=True,
    )


def _what_runs_leave() -> None:
    op.create_table(
        "run_steps",
        _key(),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False, index=True),
        *(_text("kind"), _text("detail")),
        _moment("at"),
    )
    op.create_table(
        "calls",
        _key(),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False, index=True),
        _to("rooms", "room_id"),
        _text("person_id"),
        sa.Column("day", sa.Date, nullable=False),
        *(_text("model"), _text("outcome")),
        *(_number(name, default="0") for name in ("prompt_tokens", "completion_tokens")),
        _flag("estimated", default="0"),
        *(_number("cost"), _number("latency_ms", default="0"), _number("first_token_ms", null=True)),
        _moment("at"),
        sa.Index("ix_calls_person_day", "person_id", "day", "cost"),
        sa.Index("ix_calls_room_day", "room_id", "day", "cost"),
        sa.Index("ix_calls_reserved", "outcome", sqlite_where=sa.text("outcome = 'reserved'")),
    )
    op.create_table(
        "deliveries",
        _key(),
        _to("messages", "answer_id"),
        _number("seq"),
        _text("post_id", default=""),
        sa.UniqueConstraint("answer_id", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        _key(),
        _to("rooms", "room_id"),
        _text("kind"),
        _number("subject"),
        sa.Index("ix_changes_room", "room_id", "id"),
        sqlite_autoincrement=True,
    )
