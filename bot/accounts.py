"""The configured accounts: each one's provider is built when it is first asked for, and closed at the end."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from bot.http import Http
from bot.providers import Provider, build
from bot.settings import Account, Settings
from bot.settings.kinds import KINDS


class Accounts:
    """Providers by their account's name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._doors = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._doors.aclose()

    def provider(self, name: str) -> Provider:
        """A new provider of this account."""
        return build(self._settings.accounts[name], self._door)

    def _door(self, account: Account) -> Http:
        key = account.key.get_secret_value() if account.key else ""
        kind = KINDS[account.kind]
        door = Http(
            account.base_url.removesuffix(kind.root) + kind.root,
            key=key,
            key_header=kind.key_header,
            headers=kind.headers,
            deadlines=self._settings.deadlines,
        )
        self._doors.push_async_callback(door.aclose)
        return door
