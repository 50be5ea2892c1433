"""Who is kept out for a while: known without asking the database, for everybody passes here."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.errors import KeptOut
from bot.governance.authorize import Act
from bot.governance.moderation.resting import MODERATOR, barred_until
from bot.messages import Actor, ChannelKey, Standing
from bot.ports import Clock
from bot.records import Bar

SAYING: Final = frozenset({Act.CHAT, Act.IMAGINE, Act.REMIND, Act.CHANGE_FACTS, Act.RETRY, Act.TITLE})
"""What somebody has to wait for who is kept out: all by which their words get in. They may look around."""


class Bars:
    """Everybody who is kept out of a server or a channel now. Moderators never are."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bars: dict[tuple[str, str], dict[str, Bar]] = {}

    def add(self, made: Iterable[Bar]) -> None:
        """From now on these hold, each in place of what kept its person out for the same reason."""
        for bar in made:
            self._bars.setdefault((bar.scope, bar.person_id), {})[bar.why] = bar

    def of(self, key: ChannelKey) -> list[Bar]:
        """Who is kept out of a room, for its channel or its server."""
        now, within = self._clock.now(), key.scopes()[:2]
        held = (bars for (scope, _), bars in self._bars.items() if scope in within)
        return [bar for bars in held for bar in bars.values() if bar.until > now]

    def admit(self, actor: Actor, act: Act, key: ChannelKey) -> None:
        """Raise KeptOut, with a sentence that says until when, when the person has to wait here."""
        if not self._bars or act not in SAYING or actor.standing >= Standing.MODERATOR:
            return
        now = self._clock.now()
        held = [bar for scope in key.scopes()[:2] for bar in self._held(scope, actor.person.id, now)]
        if not held:
            return
        last = max(held, key=lambda bar: bar.until)
        raise KeptOut(f"{_why(last)} I listen to you again {barred_until(last.until, now)}.")

    def _held(self, scope: str, person_id: str, now: datetime) -> list[Bar]:
        """What keeps somebody out of it; what is over is forgotten."""
        held = [bar for bar in self._bars.get((scope, person_id), {}).values() if bar.until > now]
        if not held:
            self._bars.pop((scope, person_id), None)
        return held


def _why(bar: Bar) -> str:
    if bar.why == MODERATOR:
        return "A moderator has blocked you here."
    return "What you wrote went against the rules here too often."
