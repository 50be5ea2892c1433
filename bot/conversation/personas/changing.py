"""Personas as people change them: of a room, and those of its server that have a name. Every change stays."""

from collections.abc import Sequence
from typing import Final

from bot.conversation.gate.permitting import permit, runs_server
from bot.errors import NotFound
from bot.governance.authorize import Act
from bot.governance.named import SETTING, setting_of
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Store
from bot.records import Setting, Version
from bot.unseen import seen

REASON: Final = 200
"""Characters of a reason."""


class Personas:
    """Keeps versions and finds them again. `of`: whose, by name; empty: the room's own. Raises UserError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def change(
        self,
        key: ChannelKey,
        value: str | None,
        actor: Actor,
        *,
        name: str = SETTING,
        reason: str = "",
        event_id: str = "",
    ) -> Setting | None:
        """Keep what holds from the next run on in this room. None: done before."""
        permit(actor, Act.SET_PERSONA, key)
        at, why = self._clock.now(), reason_of(reason)
        return await self._store.change_setting(
            key.scope, name, value, actor.person, at=at, event_id=event_id, reason=why
        )

    async def save(
        self,
        key: ChannelKey,
        of: str,
        value: str | None,
        actor: Actor,
        *,
        reason: str = "",
        event_id: str = "",
    ) -> Setting | None:
        """Keep a named persona of the room's server; every room that follows it does so from its next run."""
        permit(actor, Act.NAME_PERSONA, key, admit=runs_server)
        at, why = self._clock.now(), reason_of(reason)
        return await self._store.change_setting(
            key.home, setting_of(of), value, actor.person, at=at, event_id=event_id, reason=why
        )

    async def versions(
        self, key: ChannelKey, actor: Actor, of: str = "", *, limit: int, before: int | None = None
    ) -> Sequence[Version]:
        """What it has been, the newest first; `before` a number."""
        permit(actor, Act.SEE_PERSONA, key)
        scope, name = (key.home, setting_of(of)) if of else (key.scope, SETTING)
        return await self._store.versions(scope, name, limit=limit, before=before)

    async def version(self, key: ChannelKey, actor: Actor, number: int, of: str = "") -> Version:
        """One of them by its number. Raises NotFound."""
        for found in await self.versions(key, actor, of, limit=1, before=number + 1):
            if found.number == number:
                return found
        raise NotFound(f"There is no version {number}. `/persona history` lists them.")


def reason_of(typed: str) -> str:
    """A reason as it is kept: one short line."""
    return " ".join(seen(typed).split())[:REASON].strip()
