"""How our values are kept in a column: moments, words, JSON and money."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text, TypeDecorator


class Utc(TypeDecorator[datetime]):
    """A moment. SQLite keeps no time zones, so only UTC goes in and only UTC comes out, in the form in which
    SQLAlchemy writes moments down there."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        """Aware → naive UTC, in words."""
        return _written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:
        """Naive UTC → aware."""
        return _moment


def _written(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored + "+00:00")


class Words(TypeDecorator[str]):
    """What people and services write. Half a surrogate pair is no character, and becomes "?"."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Only what UTF-8 can say."""
        return None if value is None else value.encode(errors="replace").decode()


class Json(TypeDecorator[Any]):
    """JSON as canonical text: equal values are equal rows."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Value → text, its keys in order."""
        return None if value is None else json.dumps(value, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Text → value."""
        return None if value is None else json.loads(value)


class Dollars(TypeDecorator[Decimal]):
    """US dollars, exact: whole millionths of a millionth, so that the database can add them up."""

    impl = BigInteger
    cache_ok = True
    unit = Decimal("1e-12")

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Dollars → units, never less than was asked for."""
        return None if value is None else int((value / self.unit).to_integral_value(ROUND_CEILING))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Units → dollars."""
        return None if value is None else (Decimal(value) * self.unit).normalize() + 0
