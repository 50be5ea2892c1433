"""`parley check`: what is set up, what answers, and what is missing."""

import asyncio
import json
import time
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar, cast

import typer

from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.errors import KeyRefused, ProviderDown, ProviderError, ProviderTimeout, UnknownModel
from bot.local import with_local_servers
from bot.messages import Need
from bot.ports import Checks, Lists
from bot.report.joining import Joining
from bot.report.lending import lending, lent
from bot.report.platforms import joining
from bot.report.text import OUT_OF_CREDIT, laid_out, problem, table
from bot.routes import Routes
from bot.settings import Account, Settings
from bot.tools.mcp import Lender

T = TypeVar("T")

PATIENCE = 15.0
"""Seconds that an account may take for each thing that it is asked."""

UNAVAILABLE = 69
"""sysexits.h: a service that is configured does not answer."""

YES, NO, NOT_NEEDED, NOT_KNOWN = "yes", "no", "not needed", "not known"
HEAD = ("account", "kind", "reachable", "key accepted", "models", "ms", "")


@dataclass(frozen=True, slots=True)
class Checked:
    """How one account answered; `problem` is empty when all is well.

    `models`: how many it lists, None when it cannot say or did not. `milliseconds`: until its first answer.
    `reachable` None: it has nothing that could be asked. `key`: yes, no, not needed or not known.
    """

    account: str
    kind: str
    problem: str
    models: int | None
    milliseconds: int
    reachable: bool | None
    key: str


async def check(settings: Settings, *, as_json: bool = False) -> int:
    """Ask every account the cheapest question there is, and print what was found: the exit code."""
    settings = await with_local_servers(settings)
    async with Accounts(settings) as accounts:
        found = await asyncio.gather(
            *(_ask(account, accounts.provider(name)) for name, account in settings.accounts.items())
        )
    routes, platforms, servers = _routes(settings), await joining(settings), await lending(settings)
    if as_json:
        report = {
            "accounts": [asdict(each) for each in found],
            "platforms": [asdict(each) for each in platforms],
            "routes": routes,
            "mcp": [asdict(each) for each in servers],
            "notes": settings.notes,
            "missing": settings.missing,
        }
        typer.echo(json.dumps(report, indent=2))
    else:
        rows = table([HEAD, *(_row(each) for each in found)], right=frozenset({4, 5}))
        typer.echo("\n".join([*rows, *_about(settings, routes, platforms, servers)]))
    problems = [each.problem for each in found] + [each.problem for each in platforms]
    return UNAVAILABLE if any([*problems, *(each.problem for each in servers)]) else 0


async def _ask(account: Account, provider: object) -> Checked:
    """Have one account show that it is there, takes the key and has models, as far as it can."""
    began, first = time.monotonic(), 0.0
    key, count, error = NOT_KNOWN, None, None
    try:
        if hasattr(provider, "check"):
            await _in_time(cast(Checks, provider).check())
            key, first = YES, time.monotonic()
        if hasattr(provider, "models"):
            count = len(await _in_time(cast(Lists, provider).models()))
    except ProviderError as exc:
        error = exc
    asked = hasattr(provider, "check") or hasattr(provider, "models")
    return Checked(
        account.name,
        account.kind,
        problem(error, keyless=account.key is None) if error else "",
        count,
        round(((first or time.monotonic()) - began) * 1000),
        _reached(error) if asked else None,
        _key(account, key, error),
    )


async def _in_time(call: Awaitable[T]) -> T:
    """What an account answers. Raises ProviderError."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await call
    except TimeoutError:
        raise ProviderTimeout from None


def _reached(error: ProviderError | None) -> bool:
    """Whether it was the account's service that answered."""
    return not isinstance(error, ProviderTimeout) and not (isinstance(error, ProviderDown) and not error.sent)


def _key(account: Account, key: str, error: ProviderError | None) -> str:
    """Whether the key is good; one without credit is."""
    if isinstance(error, KeyRefused):
        return YES if error.status == OUT_OF_CREDIT else NO
    return NOT_NEEDED if account.key is None else key


def _row(found: Checked) -> tuple[str, ...]:
    """An account's line."""
    reached = {True: YES, False: NO, None: NOT_KNOWN}[found.reachable]
    count = "–" if found.models is None else str(found.models)
    return (found.account, found.kind, reached, found.key, count, str(found.milliseconds), found.problem)


def _about(
    settings: Settings, routes: dict[str, list[str]], platforms: Sequence[Joining], servers: Sequence[Lender]
) -> list[str]:
    """What else the operator should know."""
    return [
        *(line for each in platforms for line in ("", *each.lines())),
        *(("", *lent(servers)) if servers else ()),
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
    """Which models stand in for one another, by need. Without a moderator there are lists of words."""
    routes = Routes(settings, lambda name: name, SystemClock())
    found = {need: _route(routes, need) for need in Need if need is not Need.SPEECH}
    return {need: route for need, route in found.items() if route or need is not Need.MODERATION}


def _route(routes: Routes, need: Need) -> list[str]:
    try:
        return [model.id for model in routes.candidates(need)]
    except UnknownModel:
        return []
