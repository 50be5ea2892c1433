"""The tables of the operator's page. Handlers translate and decide nothing."""

import csv
import io
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.admin import rows
from adapters.web.admin.reading import part, shown, view
from adapters.web.api import reading, uploads
from adapters.web.api.entries import Json
from adapters.web.api.operating import OPERATOR, audit_json
from bot.conversation.answer.buttons import ALERTED
from bot.conversation.oversight.overseeing import Overseeing
from bot.errors import NotFound, UserError
from bot.messages import Actor, Verb
from bot.records.overseeing import Share, Sheet, View

EXPORTED: Final = 10_000
"""Entries of the audit that one file has at most."""
ROOMS = ("last_at", "created_at", "platform", "name", "server", "id", "spent")
RUNS = (
    "id", "created_at", "ended_at", "status", "kind", "model", "person", "room", "room_id", "took", "tokens",
    "cost", "last_error",
)  # fmt: skip
ALERTS = ("id", "at", "state", "person", "room")
AUDIT = ("id", "at", "person", "act", "decision", "door", "scope")
KEPT = ("id", "at", "scope", "name", "by", "versions")
SHARES = ("cost", "name", "calls", "tokens")
SPEEDS = ("name", "calls", "failed", "p50", "p95", "first", "tokens", "cost", "last_error", "last_error_at")
BUDGETS = ("at", "scope", "whose", "today", "month", "by")
SHOWN: Final = 5
"""Models that the chart shows one by one."""
MEASURES: Final = frozenset({"model", "person", "day"})
"""By what spending is added up."""

R = TypeVar("R")
Table = Callable[[Actor, Mapping[str, str]], Awaitable[Json]]


class AdminApi:
    """Everything below /admin/api."""

    def __init__(self, overseeing: Overseeing) -> None:
        self._overseeing = overseeing
        self._tables: Mapping[str, Table] = {
            "overview": self._overview,
            "rooms": _sheets(ROOMS, "-last_at", overseeing.rooms, rows.room_row),
            "runs": _sheets(RUNS, "-id", overseeing.runs, rows.run_row),
            "spending": self._spending,
            "budgets": self._budgets,
            "providers": self._providers,
            "models": self._models,
            "audit": _sheets(AUDIT, "-id", overseeing.entries, rows.audit_row),
            "moderation": _sheets(ALERTS, "-id", overseeing.alerts, rows.alert_row),
            "personas": _sheets(KEPT, "-at", overseeing.personas, rows.persona_row),
        }

    async def table(self, request: Request) -> Response:
        """`?sort=-id&filter=words&page=2&status=failed`: a page of a table. Raises NotFound, BadOption."""
        table = self._tables.get(request.path_params["table"])
        if table is None:
            raise NotFound("There is no such table.")
        return JSONResponse(await table(_who(request), request.query_params))

    async def run(self, request: Request) -> Response:
        """How an answer came about, without words."""
        record = await self._overseeing.run(_who(request), _id(request))
        return JSONResponse(rows.run_without_words(record))

    async def words(self, request: Request) -> Response:
        """The same with its words, which is written down."""
        record, entries = await self._overseeing.words(_who(request), _id(request))
        return JSONResponse(rows.run_with_words(record, entries))

    async def moderate(self, request: Request) -> Response:
        """Do what an alert's button says."""
        said = (await uploads.read(request)).fields.get("verb")
        if said not in tuple(ALERTED):
            raise UserError(f'"verb" is one of: {", ".join(sorted(ALERTED))}.')
        await self._overseeing.moderate(_who(request), _id(request), Verb(str(said)))
        return JSONResponse({})

    async def history(self, request: Request) -> Response:
        """What a persona has been, and what each version changed."""
        asked = dict(request.query_params)
        reading.storable(asked)
        found = await self._overseeing.history(_who(request), asked.get("scope", ""), asked.get("name", ""))
        return JSONResponse({"versions": [rows.revision_json(one) for one in found]})

    async def export(self, request: Request) -> Response:
        """The audit as the table shows it, all pages of it, to be kept."""
        asked = view(request.query_params, AUDIT, "-id")
        sheet = await self._overseeing.entries(_who(request), replace(asked, page=1, size=EXPORTED))
        file = io.StringIO()
        entries = [audit_json(one.entry) for one in sheet.rows]
        names = list(entries[0]) if entries else ["id"]
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in one.items()} for one in entries)
        headers = {"content-disposition": 'attachment; filename="parley-audit.csv"'}
        return Response(file.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")

    async def _overview(self, who: Actor, _: Mapping[str, str]) -> Json:
        return rows.overview_json(await self._overseeing.overview(who))

    async def _spending(self, who: Actor, asked: Mapping[str, str]) -> Json:
        measure = asked.get("by", "model")
        if measure not in MEASURES:
            raise UserError(f'"by" is one of: {", ".join(sorted(MEASURES))}.')
        wanted = view(asked, SHARES, "name" if measure == "day" else "-cost")
        shares = await self._overseeing.shares(who)
        summed = _summed(shares, measure)
        found, more = part(summed, wanted)
        overview = rows.overview_json(await self._overseeing.overview(who))
        return shown(found, wanted, more=more, days=overview["days"], parts=_parts(shares))

    async def _budgets(self, who: Actor, asked: Mapping[str, str]) -> Json:
        wanted = view(asked, BUDGETS, "-at")
        kept = await self._overseeing.budgets(who, view({}, KEPT, "-at", 1000))
        found, more = part([rows.budget_row(*one) for one in kept], wanted)
        return shown(found, wanted, more=more, stated=rows.stated_json(self._overseeing.limits))

    async def _providers(self, who: Actor, asked: Mapping[str, str]) -> Json:
        wanted = view(asked, (*SPEEDS, "kind", "state", "listed_at", "models"), "name")
        accounts, _ = await self._overseeing.providers(who)
        found, more = part([rows.account_row(one) for one in accounts], wanted)
        return shown(found, wanted, more=more)

    async def _models(self, who: Actor, asked: Mapping[str, str]) -> Json:
        wanted = view(asked, SPEEDS, "-calls")
        _, models = await self._overseeing.providers(who)
        found, more = part([rows.speed_row(one) for one in models], wanted)
        return shown(found, wanted, more=more)


def _sheets(
    columns: Sequence[str],
    order: str,
    ask: Callable[[Actor, View], Awaitable[Sheet[R]]],
    row: Callable[[R], Json],
) -> Table:
    """A table whose pages the service has, `order`ed unless another column is asked for."""

    async def table(who: Actor, asked: Mapping[str, str]) -> Json:
        wanted = view(asked, columns, order)
        sheet = await ask(who, wanted)
        return shown([row(one) for one in sheet.rows], wanted, more=sheet.more)

    return table


def _summed(shares: Sequence[Share], measure: str) -> list[Json]:
    """What was used, by model, person or day."""
    found: dict[str, Json] = {}
    for one in shares:
        name = {"model": one.model, "person": one.person.id, "day": one.day.isoformat()}[measure]
        shown_as = one.person.name if measure == "person" else name
        row = found.setdefault(name, {"key": name, "name": shown_as, "calls": 0, "tokens": 0, "cost": 0.0})
        row["calls"] += one.calls
        row["tokens"] += one.tokens
        row["cost"] += float(one.cost)
    return list(found.values())


def _parts(shares: Sequence[Share]) -> list[Json]:
    """What was used of each model on each day: of the dearest ones, and of the rest together."""
    total: dict[str, tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))
    for one in shares:
        cost, calls = total[one.model]
        total[one.model] = (cost + one.cost, calls + one.calls)
    dearest = sorted(total, key=lambda model: total[model], reverse=True)[:SHOWN]
    days: dict[tuple[str, str], Json] = {}
    for one in shares:
        day, model = one.day.isoformat(), one.model if one.model in dearest else "others"
        part = days.setdefault((day, model), {"day": day, "model": model, "cost": 0.0, "calls": 0})
        part["cost"] += float(one.cost)
        part["calls"] += one.calls
    return list(days.values())


def _harmless(value: object) -> object:
    """What a spreadsheet would take for a formula is words for it, too."""
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


def _who(request: Request) -> Actor:
    """The operator, unless whoever has the token speaks for another."""
    named = request.query_params.get("as")
    return OPERATOR if named is None else reading.actor(named)


def _id(request: Request) -> int:
    return reading.number("The number", request.path_params["id"])
