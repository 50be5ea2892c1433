"""`parley check` and `parley models`: what is set up, what answers, and what is missing."""

import asyncio
import json
import textwrap
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import typer

from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderTimeout,
    UnknownModel,
)
from bot.local import with_local_servers
from bot.messages import ModelFacts, Need, Price
from bot.ports import Lists
from bot.routes import Routes
from bot.settings import Settings

PATIENCE = 15.0
"""Seconds that an account may take to answer a check."""

UNAVAILABLE = 69
"""sysexits.h: a service that is configured does not answer."""

_TOLD: dict[type[ProviderError], str] = {
    KeyRefused: "does not accept the key",
    ProviderBusy: "is busy: try again later",
    ProviderDown: "cannot be reached",
    ProviderTimeout: "takes too long to answer",
    ProviderGarbled: "answers, but not as its kind does",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """How one account answered; `problem` is empty when all is well."""

    account: str
    kind: str
    problem: str
    models: int
    milliseconds: int


async def check(settings: Settings, *, as_json: bool = False) -> int:
    """Ask every account what it offers, and print what was found: the exit code."""
    settings = await with_local_servers(settings)
    async with Accounts(settings) as accounts:
        found = await asyncio.gather(*(_ask(settings, accounts, name) for name in settings.accounts))
    routes = _routes(settings)
    if as_json:
        report = {
            "accounts": [asdict(each) for each in found],
            "routes": routes,
            "notes": settings.notes,
            "missing": settings.missing,
        }
        typer.echo(json.dumps(report, indent=2))
    else:
        typer.echo("\n".join([*_rows(found), *_about(settings, routes)]))
    return UNAVAILABLE if any(each.problem for each in found) else 0


async def models(settings: Settings, *, as_json: bool = False) -> int:
    """Ask every account for its models and print them all: the exit code."""
    settings = await with_local_servers(settings)
    async with Accounts(settings) as accounts:
        routes = Routes(settings, accounts.provider, SystemClock())
        await routes.refresh()
        known = routes.models()
    if as_json:
        typer.echo(json.dumps([_facts(model) for model in known], indent=2))
    else:
        width = max(len(model.id) for model in known)
        for model in known:
            does = ", ".join(sorted(model.needs))
            typer.echo(f"{model.id:<{width}}  {model.context_length:>9,}  {_price(model.price):<18}  {does}")
    return 0


async def _ask(settings: Settings, accounts: Accounts, name: str) -> Checked:
    """Ask one account for its models: the cheapest call there is."""
    kind, began = settings.accounts[name].kind, time.monotonic()
    problem, count = "", 0
    try:
        async with asyncio.timeout(PATIENCE):
            count = len(await cast(Lists, accounts.provider(name)).models())
    except TimeoutError:
        problem = _TOLD[ProviderTimeout]
    except ProviderError as exc:
        problem = next((told for known, told in _TOLD.items() if isinstance(exc, known)), "refuses to answer")
    return Checked(name, kind, problem, count, round((time.monotonic() - began) * 1000))


def laid_out(text: str, *, indent: int) -> str:
    """A sentence in lines of 79 columns, all but the first indented; a long name stays whole."""
    return textwrap.fill(
        text, 79, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )


def _rows(found: Sequence[Checked]) -> list[str]:
    """A line for each account."""
    width = max(len(each.account) for each in found)
    return [
        f"{each.account:<{width}}  {each.problem or f'ok, {each.models} models'} ({each.milliseconds} ms)"
        for each in found
    ]


def _about(settings: Settings, routes: dict[str, list[str]]) -> list[str]:
    """What else the operator should know."""
    return [
        "",
        *(f"{need}: {', then '.join(route) or _nobody(need)}" for need, route in routes.items()),
        "",
        *(laid_out(each, indent=2) for each in (*settings.notes, *settings.missing)),
    ]


def _nobody(need: str) -> str:
    """What to do about a need that no model meets."""
    return f"no model can; add one to {need} in [routes]" + (
        ", or say vision = true of yours in [models]" if need == Need.VISION else ""
    )


def _routes(settings: Settings) -> dict[str, list[str]]:
    """Which models stand in for one another, by need."""
    routes = Routes(settings, lambda name: name, SystemClock())
    return {need: _route(routes, need) for need in (Need.CHAT, Need.VISION, Need.IMAGE)}


def _route(routes: Routes, need: Need) -> list[str]:
    try:
        return [model.id for model in routes.candidates(need)]
    except UnknownModel:
        return []


def _facts(model: ModelFacts) -> dict[str, object]:
    """A model as JSON; prices are decimal strings in US dollars per token."""
    price = (
        {"prompt": str(model.price.prompt), "completion": str(model.price.completion)}
        if model.price
        else None
    )
    return {
        "id": model.id,
        "needs": sorted(model.needs),
        "context_length": model.context_length,
        "price": price,
        "title": model.title,
    }


def _price(price: Price | None) -> str:
    """US dollars per million tokens."""
    if price is None:
        return "price unknown"
    if price == Price():
        return "free"
    return f"${price.prompt * 1_000_000:.2f} / ${price.completion * 1_000_000:.2f}"
