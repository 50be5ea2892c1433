"""How long rooms keep what is said, and the sweep that lets go of what is older."""

from typing import Final

import structlog

from bot.conversation.gate.permitting import permit
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Store
from bot.ports.forgetting import Lets

KEEP_DAYS: Final = "keep_days"
"""The setting of a room."""
LONGEST: Final = 3650
BREATH: Final = 0.05
"""Seconds for others between two bits."""

log = structlog.get_logger()


class Keeping:
    """Says and changes how long. `most`: the operator's days, None: for ever. Raises UserError."""

    def __init__(self, store: Store, pictures: Lets, clock: Clock, most: int | None) -> None:
        self._store = store
        self._pictures = pictures
        self._clock = clock
        self._most = most

    async def days(self, key: ChannelKey) -> int | None:
        """Days that a room keeps what is said; None: until somebody deletes it."""
        chosen = await self._store.kept_for(key)
        return min((each for each in (chosen, self._most) if each is not None), default=None)

    async def told(self, key: ChannelKey, actor: Actor) -> str:
        """The same in a sentence."""
        permit(actor, Act.SEE_PRIVACY, key)
        return sentence(await self.days(key))

    async def keep(self, key: ChannelKey, actor: Actor, days: int | None, *, event_id: str = "") -> str:
        """Keep it so long; None: as long as the operator, or the server, lets. Raises BadOption."""
        permit(actor, Act.SET_RETENTION, key)
        if days is not None and self._most is not None and days > self._most:
            raise BadOption(
                f"My operator keeps nothing for longer than {_days(self._most)}: choose fewer.", "days"
            )
        value, at = None if days is None else str(days), self._clock.now()
        await self._store.change_setting(key.scope, KEEP_DAYS, value, actor.person, at=at, event_id=event_id)
        return sentence(await self.days(key))

    async def sweep(self) -> None:
        """Let go of what is too old, a little at a time. Raises StorageError."""
        swept = 0
        for one in await self._store.outdated(self._most, at=self._clock.now()):
            while done := await self._store.let_go_of_outdated(one, at=self._clock.now()):
                swept += done
                await self._clock.sleep(BREATH)
        while names := await self._store.drop_unshown(at=self._clock.now()):
            await self._pictures.remove(names)
        await self._pictures.stray(self._store.known_pictures)
        await self._store.drop_purses(at=self._clock.now())
        await self._store.clean_file()
        if swept:
            log.info("what was too old is gone", exchanges=swept)


def sentence(days: int | None) -> str:
    """How long a room keeps what is said, for whoever asks."""
    if days is None:
        return "What is said here is kept **until somebody deletes it**. Moderators can change that."
    return (
        f"What is said here is kept for **{_days(days)}**: messages and answers that are older go from my "
        "memory, with all that was made of them, once a day. What the platform shows of them is its own."
    )


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
