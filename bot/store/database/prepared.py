"""Statements that are compiled once. Core's own way to run one takes several times what SQLite needs for it.

    _BY_ID = prepared(select(rooms).where(rooms.c.id == bindparam("room")))
    db.execute(_BY_ID, {"room": 7}).one()

What is not prepared runs as ever. Prepared ones live as long as the process; they take their parameters by
name, and give rows with names.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.dml import UpdateBase

S = TypeVar("S", bound=Executable)
Processor = Callable[[Any], Any]

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")
_LIST: Final = re.compile(r"\(__\[POSTCOMPILE_(\w+)\]\)")

_prepared: Final[dict[Executable, "Prepared"]] = {}


def prepared(statement: S) -> S:
    """The same statement, which is compiled once from now on. Its lists are parameters that expand."""
    _prepared[statement] = Prepared(statement)
    return statement


class Quick(Connection):
    """A connection that runs prepared statements without Core's machinery."""

    def __init__(self, engine: Engine, raw: sqlite3.Connection) -> None:
        super().__init__(engine)
        self._raw = raw

    def execute(self, statement: Executable, parameters: Any = None, **options: Any) -> Any:
        """As ever."""
        if (quick := _prepared.get(statement)) is None:
            return super().execute(statement, parameters, **options)
        if isinstance(parameters, list):
            return quick.run_all(self._raw, parameters)
        return quick.run(self._raw, parameters or {})


class Found:
    """The rows of a prepared statement."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        """Every row."""
        return self._rows

    def scalars(self) -> "Found":
        """The first column of every row."""
        return Found([row[0] for row in self._rows])

    def one_or_none(self) -> Any:
        """The row, or None. Raises MultipleResultsFound."""
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The row. Raises NoResultFound, MultipleResultsFound."""
        if (row := self.one_or_none()) is None:
            raise NoResultFound
        return row

    def scalar_one(self) -> Any:
        """The row's first column. Raises NoResultFound, MultipleResultsFound."""
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        """The row's first column, or None. Raises MultipleResultsFound."""
        row = self.one_or_none()
        return None if row is None else row[0]


class Prepared:
    """One statement; what is inserted or updated depends on which parameters there are."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._changes = isinstance(statement, UpdateBase)
        self._forms: dict[tuple[str, ...], _Form] = {}

    def run(self, raw: sqlite3.Connection, parameters: Mapping[str, Any]) -> Found:
        """Run it once."""
        form = self._form(parameters)
        sql, values = form.filled(parameters)
        return Found(form.rows(raw.execute(sql, values)))

    def run_all(self, raw: sqlite3.Connection, parameters: Sequence[Mapping[str, Any]]) -> Found:
        """Run it for each of these, which all have the same names."""
        if parameters:
            form = self._form(parameters[0])
            raw.executemany(form.sql, [form.filled(each)[1] for each in parameters])
        return Found(())

    def _form(self, parameters: Mapping[str, Any]) -> "_Form":
        names = tuple(parameters) if self._changes else ()
        if (form := self._forms.get(names)) is None:
            form = self._forms[names] = _Form(self._statement, names)
        return form


class _Form:
    """A statement as the driver takes it."""

    def __init__(self, statement: Any, names: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=list(names) or None)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self.sql = str(compiled)
        self._places = [(name, _bound(binds[name])) for name in compiled.positiontup]
        self._lists = tuple(sorted(set(_LIST.findall(self.sql))))
        self._given = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        self._told = _told(statement)
        self._lengthened: dict[tuple[int, ...], str] = {}

    def filled(self, parameters: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The text and its values, in order."""
        given = {**self._given, **parameters} if self._given else parameters
        if not self._lists:
            return self.sql, [bound(given[name]) if bound else given[name] for name, bound in self._places]
        values: list[Any] = []
        for name, bound in self._places:
            if name in self._lists:
                values += map(bound, given[name]) if bound else given[name]
            else:
                values.append(bound(given[name]) if bound else given[name])
        return self._with_lists(given), values

    def rows(self, cursor: sqlite3.Cursor) -> list[Any]:
        """What it found, in our types. NULL is None in all of them."""
        if self._told is None:
            return []
        make, processors = self._told
        found = cursor.fetchall()
        return (
            [make(_in_our_types(row, processors)) for row in found] if processors else list(map(make, found))
        )

    def _with_lists(self, given: Mapping[str, Any]) -> str:
        """The text with a place for each value of its lists; an empty one holds nothing."""
        lengths = tuple([len(given[name]) for name in self._lists])
        if (sql := self._lengthened.get(lengths)) is None:
            sql = _LIST.sub(lambda found: f"({', '.join('?' * len(given[found[1]])) or 'NULL'})", self.sql)
            self._lengthened[lengths] = sql
        return sql


def _bound(bind: Any) -> Processor | None:
    """How a value becomes the driver's."""
    processor: Processor | None = bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return processor


def _told(statement: Any) -> tuple[Callable[[Sequence[Any]], Any], list[tuple[int, Processor]]] | None:
    """How rows are made of what the driver gives, and which of their values are not ours yet; None: there are
    no rows."""
    columns = list(getattr(statement, "exported_columns", None) or ())
    if not columns:
        return None
    kind = namedtuple("Row", [column.key for column in columns], rename=True)  # type: ignore[misc]  # its names are known only here
    found = (column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns)
    return partial(tuple.__new__, kind), [(place, process) for place, process in enumerate(found) if process]


def _in_our_types(row: Sequence[Any], processors: Sequence[tuple[int, Processor]]) -> Sequence[Any]:
    values = list(row)
    for place, process in processors:
        if values[place] is not None:
            values[place] = process(values[place])
    return values
