"""What people think of answers: said with a sign, a button or a word, changed and taken back at will."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.conversation.gate.permitting import Permit, permit
from bot.errors import NotFound
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Clock
from bot.ports import Ratings as Kept
from bot.records import Rating

TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""The colours that a hand may have."""
PICTURE: Final = "\ufe0f"
"""Says that a sign is drawn as a picture."""
MEANINGS: Final = {"👍": 1, "👎": -1, "❤": 1}
"""What signs say of an answer; all others say nothing of it."""

BUTTON: Final = "button"
WORD: Final = "word"


class Ratings:
    """Who may talk in a room may say what they think of its answers. Raises UserError; StorageError when
    nothing was stored."""

    def __init__(self, store: Kept, clock: Clock, may: Permit = permit) -> None:
        self._store = store
        self._permit = may
        self._clock = clock

    async def react(
        self,
        chat: ChannelKey,
        post_ids: Sequence[str],
        actor: Actor,
        value: int,
        sign: str,
        *,
        event_id: str = "",
        at: datetime | None = None,
    ) -> bool:
        """Somebody put a sign on a post, or (0) took it from there. False: it shows no answer of Parley's."""
        found = await self._store.shown_in(chat, post_ids)
        if found is None:
            return False
        answer_id, key = found
        await self.rate(key, answer_id, actor, value, sign, event_id=event_id, at=at)
        return True

    async def rate(
        self,
        key: ChannelKey,
        answer_id: int,
        actor: Actor,
        value: int,
        sign: str = BUTTON,
        *,
        event_id: str = "",
        at: datetime | None = None,
    ) -> None:
        """Keep what somebody thinks of an answer; 0 takes it back. Raises NotFound."""
        self._permit(actor, Act.CHAT, key)
        rating = Rating(actor.person.id, value, sign)
        when = at or self._clock.now()
        if not await self._store.rate(key, answer_id, rating, at=when, event_id=event_id):
            raise NotFound("There is no such answer in this room.")

    async def rate_last(self, key: ChannelKey, actor: Actor, value: int, *, event_id: str = "") -> None:
        """The same of the room's newest answer. Raises NotFound."""
        self._permit(actor, Act.CHAT, key)
        answer_id = await self._store.last_answer(key)
        if answer_id is None:
            raise NotFound("There is no answer of mine to rate in this room yet.")
        await self.rate(key, answer_id, actor, value, WORD, event_id=event_id)

    async def of(self, key: ChannelKey, actor: Actor) -> Mapping[int, int]:
        """What somebody thinks of a room's answers, by answer: 1 or -1."""
        self._permit(actor, Act.READ, key)
        return await self._store.ratings_of(key, actor.person.id)


def meaning(sign: str) -> int:
    """What a sign says of an answer, whatever its colour: 1, -1, or 0 for nothing. Pure."""
    return MEANINGS.get(sign.translate(_PLAIN), 0)


_PLAIN = dict.fromkeys(map(ord, TONES + PICTURE))
