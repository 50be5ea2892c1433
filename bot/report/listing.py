"""`parley models`: what can be chosen, with what it can and costs."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import typer

from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.errors import ProviderError
from bot.local import with_local_servers
from bot.messages import ModelFacts
from bot.records import Listed
from bot.report.text import ago, problem, table
from bot.routes import Routes
from bot.routes.learning import source
from bot.routes.shown import does, fitting, in_order, length, price
from bot.settings import Settings
from bot.store import lists_in

NOTHING = 1
"""Exit code: no model fits what was searched for."""
HEAD = ("model", "context", "does", "US$ per million tokens in/out", "")


@dataclass(frozen=True, slots=True)
class Onlooker:
    """The lists of a data folder in which another Parley may work: that one keeps them."""

    lists: Mapping[str, Listed]

    async def kept_models(self) -> Mapping[str, Listed]:
        """All of them."""
        return self.lists

    async def keep_models(
        self, account: str, source: str, models: Sequence[ModelFacts], *, at: datetime
    ) -> None:
        """Nothing: who looks on writes nothing."""


async def models(settings: Settings, search: str = "", *, as_json: bool = False) -> int:
    """Ask every account for its models and print those that fit: the exit code. Of an account that does not
    answer, those that it listed last are printed."""
    settings, clock = await with_local_servers(settings), SystemClock()
    kept = await asyncio.to_thread(lists_in, settings.data)
    async with Accounts(settings) as accounts:
        routes = Routes(settings, accounts.provider, clock, Onlooker(kept))
        await routes.recall()
        untold = await routes.refresh()
    old = {
        name: kept[name].at
        for name in untold
        if name in kept and kept[name].source == source(settings.accounts[name])
    }
    for line in _untold(settings, untold, old, clock.now()):
        typer.echo(line, err=True)
    found = fitting(in_order(routes), search)
    if as_json:
        typer.echo(json.dumps([_facts(model, old) for model in found], indent=2))
    elif found:
        rows = (_row(model, old, clock.now()) for model in found)
        typer.echo("\n".join(table([HEAD, *rows], right=frozenset({1}))))
    else:
        typer.echo(f"parley: no model fits {search!r}.", err=True)
    return 0 if found else NOTHING


def _untold(
    settings: Settings, errors: Mapping[str, ProviderError], old: Mapping[str, datetime], now: datetime
) -> Iterator[str]:
    """A sentence for every account that could not be asked."""
    for name, error in errors.items():
        why = problem(error, keyless=settings.accounts[name].key is None)
        then = f" Its models were listed {_age(old[name], now)}." if name in old else ""
        yield f"parley: {name} could not be asked for its models: it {why}.{then}"


def _row(model: ModelFacts, old: Mapping[str, datetime], now: datetime) -> tuple[str, ...]:
    """A model's line."""
    known = f"listed {_age(old[model.account], now)}" if model.account in old else ""
    return (model.id, length(model), does(model), price(model), known)


def _age(at: datetime, now: datetime) -> str:
    return ago((now - at).total_seconds())


def _facts(model: ModelFacts, old: Mapping[str, datetime]) -> dict[str, object]:
    """A model as JSON; prices are decimal strings in US dollars per token and per picture. `listed_at`: when
    its account last answered, null when it just has."""
    cost = model.price
    prices = ("prompt", "completion", "picture")
    return {
        "id": model.id,
        "needs": sorted(model.needs),
        "context_length": model.context_length,
        "price": {name: f"{getattr(cost, name):f}" for name in prices} if cost else None,
        "title": model.title,
        "sees": model.sees,
        "takes": None if model.takes is None else sorted(model.takes),
        "largest": model.largest,
        "listed_at": old[model.account].isoformat() if model.account in old else None,
    }
