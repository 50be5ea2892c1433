"""What people ask to be remembered: each their own, in the room where they asked."""

from collections.abc import Sequence
from typing import Final

from bot.conversation.gate.permitting import permit
from bot.errors import BadOption, NotFound, TooLarge
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Facts
from bot.records import Fact
from bot.unseen import seen

LONGEST: Final = 500
"""Characters of a fact."""


class Memory:
    """Facts of whoever asks: nobody is shown another's, whatever their standing. Raises UserError;
    StorageError when nothing was stored."""

    def __init__(self, store: Facts, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, key: ChannelKey, actor: Actor) -> Sequence[Fact]:
        """A person's own facts in this room, the newest first."""
        permit(actor, Act.SEE_FACTS, key)
        return await self._store.facts(key, actor.person.id)

    async def add(self, key: ChannelKey, actor: Actor, text: str, *, event_id: str = "") -> str:
        """Keep another: the sentence that says so."""
        permit(actor, Act.CHANGE_FACTS, key)
        words = checked(text)
        kept = await self._store.add_fact(
            key, actor.person.id, words, at=self._clock.now(), event_id=event_id
        )
        if kept is None:
            return "That was forgotten since."
        return f"I'll remember it in this room, as number {kept.number}: {kept.text}"

    async def change(self, key: ChannelKey, actor: Actor, number: int, text: str) -> str:
        """Give one other words: the sentence that says so. Raises NotFound."""
        permit(actor, Act.CHANGE_FACTS, key)
        words = checked(text)
        if not await self._store.change_fact(key, actor.person.id, number, words, at=self._clock.now()):
            raise _none(number)
        return f"Number {number} is from now on: {words}"

    async def forget(self, key: ChannelKey, actor: Actor, number: int | None = None) -> str:
        """Let one go, or all: the sentence that says so. Raises NotFound."""
        permit(actor, Act.CHANGE_FACTS, key)
        gone = await self._store.forget_facts(key, actor.person.id, number, at=self._clock.now())
        if number is None:
            return "I have forgotten all that you asked me to remember in this room."
        if not gone:
            raise _none(number)
        return f"Number {number} is forgotten."


def checked(text: str) -> str:
    """A fact as it is kept: one line of what people see. Raises BadOption, TooLarge."""
    words = " ".join(seen(text).split())
    if not words:
        raise BadOption("Say what I shall remember.", "text")
    if len(words) > LONGEST:
        raise TooLarge(f"A fact has at most {LONGEST} characters; this one has {len(words):,}.")
    return words


def _none(number: int) -> NotFound:
    return NotFound(f"I remember no number {number} of yours in this room. `/memory show` lists them.")
