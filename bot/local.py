"""Servers of this machine that nobody configured: found at start, and offered."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import cast
from urllib.parse import urlsplit

from bot.errors import ProviderError
from bot.http import Http
from bot.messages import ModelFacts, Need
from bot.ports import Lists
from bot.providers import build
from bot.routes.credible import credible
from bot.settings import Account, Settings
from bot.settings.accounts import NOBODY, OTHERS
from bot.settings.local import LOCAL, place
from bot.settings.report import shown
from bot.settings.values import OFFLINE

PATIENCE = 1.0
"""Seconds that all of them have together. Where nothing listens, that is known at once."""


async def with_local_servers(settings: Settings) -> Settings:
    """The settings, with the servers that answer now as accounts behind the configured ones.

    A route that the operator has set stays as it is: it may name these accounts, nothing adds them.
    """
    found = {account.name: (account, count) for account, count in await _found(settings)}
    configured = dict(settings.accounts)
    last = {OFFLINE.name: configured.pop(OFFLINE.name)} if OFFLINE.name in configured else {}
    accounts = {**configured, **{name: account for name, (account, _) in found.items()}, **last}
    told = (_note(account, count, accounts, settings) for account, count in found.values())
    return replace(
        settings,
        accounts=accounts,
        notes=(*settings.notes, *told, *_passed_over(settings, accounts)),
        missing=tuple(text.replace(NOBODY, OTHERS) if found else text for text in settings.missing),
    )


async def _found(settings: Settings) -> list[tuple[Account, int]]:
    """The servers that answer, and how many models they list. Never ourselves, nor what is configured."""
    taken = {place(account.base_url) for account in settings.accounts.values()}
    taken.add(("localhost", settings.web.port))
    answers = await asyncio.gather(
        *(
            _ask(name, address)
            for name, address in settings.local_servers.items()
            if name not in settings.accounts and place(address) not in taken
        )
    )
    return [answer for answer in answers if answer]


async def _ask(name: str, address: str) -> tuple[Account, int] | None:
    """A server as an account, when it lists a model; its list is read as it will be read later."""
    local = LOCAL[name]
    account = Account(name, local.kind, f"{address}/v1", free=True)
    try:
        async with asyncio.timeout(PATIENCE), aclosing(Http(account.base_url)) as http:
            models = credible(await cast(Lists, build(account, lambda _: http)).models())
    except (ProviderError, TimeoutError):
        return None
    named = [model for model in models if model.name]
    talks, paints = (_first(named, need) for need in (Need.CHAT, Need.IMAGE))
    return (replace(account, default_model=talks, image_model=paints), len(named)) if named else None


def _first(models: Sequence[ModelFacts], need: Need) -> str:
    """The first model for a need; empty: there is none.

    Local servers list models that only compare texts among the others, and do not say so: those go last.
    """
    able = [model.name for model in models if need in model.needs]
    return min(able, key=lambda name: "embed" in name.lower(), default="")


def _note(account: Account, count: int, accounts: Mapping[str, Account], settings: Settings) -> str:
    """What start-up says of a server that was found."""
    where = urlsplit(account.base_url).netloc
    models = "1 model" if count == 1 else f"{count} models"
    if Need.CHAT in settings.routes or not account.default_model:
        use = "on offer; the routes stay as they are"
    else:
        first = next(one for one in accounts.values() if one.default_model)
        verb = "answers" if first == account else "stands in"
        use = f"{shown(account.default_model)} {verb} until a route is set"
    return f"Found {LOCAL[account.name].title} at {where} with {models}: {use}."


def _passed_over(settings: Settings, accounts: Mapping[str, Account]) -> Iterator[str]:
    """What start-up says of a route that counts on a server which is not there."""
    for need, route in settings.routes.items():
        for model in route:
            local = LOCAL.get(model.partition("/")[0])
            if local and model.partition("/")[0] not in accounts:
                yield f"[routes] {need}: {shown(model)} is passed over, for {local.title} was not found here."
