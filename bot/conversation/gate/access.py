"""The gate that every way in passes: what somebody is, what they want, where, and whom Parley answers there.

All rules are at hand, so that a message costs nothing more; they change here alone, with the database.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.conversation.gate.barring import SAYING, Bars
from bot.conversation.gate.complaints import Complaints
from bot.conversation.gate.permitting import WHOLE, decide, of_channel, permit
from bot.errors import BadOption, KeptOut, NotAllowed
from bot.governance.access import (
    EVERYWHERE,
    SETTING,
    Refusal,
    Rule,
    Rules,
    Why,
    by_role,
    levels,
    refusal,
)
from bot.governance.authorize import Act, authorize
from bot.governance.moderation.resting import barred_until
from bot.messages import Actor, ChannelKey, Standing
from bot.ports import Clock, Store
from bot.records import Bar

TOLD_ONCE: Final = 3600.0
"""Seconds in which somebody who is not answered is told so once."""

RIGHTS: Final = frozenset({Act.SEE_PRIVACY, Act.CONSENT, Act.EXPORT, Act.BE_FORGOTTEN})
"""What nobody can be kept from: what is kept about them stays theirs."""

TALK: Final = SAYING | {Act.CHANGE_KNOWLEDGE}
"""What moderators cannot do either where nobody is answered. All else they need to change that."""

Edit: TypeAlias = Callable[[Rules, datetime], Rules]
"""What somebody says instead of what was said before."""

ASK: Final = " Ask them if that is a mistake."

_SERVER: Final = f"{WHOLE} You can set it for this channel."


@dataclass(frozen=True, slots=True)
class Shown:
    """What holds in a room: rules by scope, the most specific first, and who rests there for a while."""

    scopes: Mapping[str, Rules]
    rests: tuple[Bar, ...] = ()
    off: tuple[str, ...] = ()
    """Scopes of this server where nobody is answered."""


class Access:
    """Decides, and lets moderators say whom. Raises UserError; StorageError when nothing was stored."""

    def __init__(self, store: Store, bars: Bars, clock: Clock) -> None:
        self._store = store
        self._bars = bars
        self._clock = clock
        self._book: dict[str, Rules] = {}
        self._changing = asyncio.Lock()
        self._told = Complaints(clock, TOLD_ONCE)

    async def recall(self) -> None:
        """Know what is kept: after a start, and when a room is called otherwise."""
        kept = await self._store.settings_named(SETTING)
        self._book = {scope: Rules.read(value) for scope, value in kept.items()}

    def permit(self, actor: Actor, act: Act, key: ChannelKey, *, owner: str = "") -> None:
        """Raise NotAllowed, with a sentence for the person, unless they may do it in this room."""
        permit(actor, act, key, owner=owner, admit=self.admit)

    def decide(self, actor: Actor, act: Act, key: ChannelKey | None = None) -> None:
        """The same where no room is of one person, or (None) outside of all rooms."""
        decide(actor, act, key, admit=self.admit)

    def may(self, actor: Actor, act: Act, key: ChannelKey) -> None:
        """The same, only to be shown something that leads there: nothing is written down about it."""
        self.admit(actor, act, key)
        authorize(actor, act, key)

    def admit(self, actor: Actor, act: Act, key: ChannelKey | None) -> None:
        """Raise KeptOut when they are not answered here, or have to wait."""
        if key is not None:
            self._bars.admit(actor, act, key)
        if not self._book or act in RIGHTS:
            return
        now = self._clock.now()
        found = refusal(self._book, actor, key, now)
        if found is None or (
            found.why is Why.OFF and act not in TALK and actor.standing >= Standing.MODERATOR
        ):
            return
        raise KeptOut(_sentence(found, key, now), silent=found.why is Why.OFF)

    def by_role(self, key: ChannelKey) -> bool:
        """Whether it matters in a room what roles somebody has."""
        return by_role(self._book, key)

    def tells(self, actor: Actor, key: ChannelKey) -> bool:
        """Whether somebody is told now why they are not answered: once for a while."""
        return self._told.first((actor.person.id, key.home))

    def shown(self, actor: Actor, key: ChannelKey) -> Shown:
        """What holds here, for moderators."""
        self.permit(actor, Act.SEE_ACCESS, key)
        scopes = (*levels(key), *((EVERYWHERE,) if actor.standing >= Standing.OPERATOR else ()))
        off = [
            scope
            for scope, rules in self._book.items()
            if scope.startswith(f"{key.scopes()[0]}/") and scope not in scopes and rules.rules
        ]
        found = {scope: self._book.get(scope, Rules()) for scope in scopes}
        return Shown(found, tuple(self._bars.of(key)), tuple(off))

    async def change(
        self,
        actor: Actor,
        key: ChannelKey,
        scope: str,
        edit: Edit,
        *,
        event_id: str = "",
    ) -> None:
        """Say something else in a scope, which is this room's, its server's, or the operator's own."""
        self.permit(actor, Act.SET_ACCESS, key)
        _check_reach(actor, key, scope)
        async with self._changing:
            now, before = self._clock.now(), self._book.get(scope, Rules())
            after = edit(before, now)
            if after == before:
                return
            kept, by = after.kept, actor.person
            if await self._store.change_setting(scope, SETTING, kept, by, at=now, event_id=event_id):
                self._book = {**self._book, scope: after}
                if kept is None:
                    del self._book[scope]

    async def release(self, actor: Actor, key: ChannelKey, person_id: str) -> bool:
        """Let somebody who rests here wait no longer, be it for what they wrote. Whether they still do: on
        the whole server, which a channel's moderator does not run."""
        self.permit(actor, Act.SET_ACCESS, key)
        now, stays = self._clock.now(), key.scopes()[:1] if of_channel(actor) else ()
        theirs = [bar for bar in self._bars.of(key) if bar.person_id == person_id]
        for bar in theirs:
            if bar.scope not in stays:
                over = Bar(bar.scope, person_id, bar.why, now, bar.strikes, actor.person.id)
                await self._store.bar(over, at=now)
                self._bars.add([over])
        return any(bar.scope in stays for bar in theirs)


def allowing(subject: str) -> Edit:
    """An edit: the subject is allowed."""
    return lambda rules, now: rules.having(subject, Rule(allows=True), now)


def blocking(subject: str, until: datetime | None) -> Edit:
    """An edit: the subject is not answered, or not until then."""
    return lambda rules, now: rules.having(subject, Rule(allows=False, until=until), now)


def _check_reach(actor: Actor, key: ChannelKey, scope: str) -> None:
    """Whether somebody may speak for a scope. Raises NotAllowed, BadOption."""
    if scope == EVERYWHERE:
        if actor.standing < Standing.OPERATOR:
            raise NotAllowed("Only my operator can say whom I answer everywhere.")
        return
    if key.direct:
        raise BadOption("Here you are alone with me. Say it in a channel.")
    if actor.standing >= Standing.OPERATOR or scope in key.scopes()[1:]:
        return
    if scope != key.scopes()[0] and not scope.startswith(f"{key.scopes()[0]}/"):
        raise NotAllowed("You can say that of this server alone.")
    if actor.channel_only:
        raise NotAllowed(_SERVER)


def _sentence(found: Refusal, key: ChannelKey | None, now: datetime) -> str:
    """Why somebody is not answered, and who can change that."""
    who = "My operator" if found.above else _moderators(key)
    then = f" I listen to you again {barred_until(found.until, now)}." if found.until else ""
    match found.why:
        case Why.BLOCKED if found.above:
            return f"My operator has blocked you, so I can't answer you.{then}"
        case Why.BLOCKED:
            return f"I can't answer you: {who} have blocked you here.{then or ASK}"
        case Why.UNNAMED if found.above:
            return "I answer only those whom my operator has named."
        case Why.UNNAMED:
            return f"Here I answer only those whom {who} have named. Ask them to let you in."
    can = f"{who} can switch me on again with `/access clear`."
    return f"I am switched off here. {can[0].upper()}{can[1:]}"


def _moderators(key: ChannelKey | None) -> str:
    """Who moderates, as people know them there."""
    match key.platform if key else "":
        case "discord":
            return "the moderators of this channel (who may manage channels)"
        case "telegram":
            return "the administrators of this group"
    return "the moderators"
