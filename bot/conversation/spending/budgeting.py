"""What was spent, what is left, and what moderators give of what they were given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.conversation.gate.permitting import permit, runs_server
from bot.conversation.spending.charted import about, charted
from bot.errors import BadOption
from bot.governance import limits as given
from bot.governance.authorize import Act
from bot.governance.budgets import opening
from bot.governance.limits import INSIDE, Limit, Unit, Which
from bot.governance.moderation.policy import ALERTS
from bot.messages import Actor, ChannelKey, Standing
from bot.ports import Charts, Clock, Store
from bot.records import Drawing, Purse, Setting, Spending, Used
from bot.settings import SpendLimits

NAMES: Final[Mapping[Purse, str]] = {Purse.CHANNEL: "budget.channel", Purse.SERVER: "budget.server"}
"""The settings in which they are kept, each in its own scope."""

OWN: Final = frozenset({Purse.PERSON, Purse.IN_CHANNEL, Purse.IN_SERVER})
"""The purses of which everybody sees their own rest."""

ALONE: Final = (
    "A chat with me alone belongs to no server: set the budget of the server in one of its channels."
)


@dataclass(frozen=True, slots=True)
class Left:
    """A limit, how much of it is used, and when it begins anew."""

    limit: Limit
    used: Decimal
    opens: datetime


class Budgets:
    """Raises UserError; StorageError when nothing was stored."""

    def __init__(self, store: Store, clock: Clock, charts: Charts | None = None) -> None:
        self._store = store
        self._charts = charts
        self._clock = clock

    async def left(self, key: ChannelKey, actor: Actor, limits: SpendLimits) -> Sequence[Left]:
        """What a person has left; moderators see what their channel and server have, operators all."""
        permit(actor, Act.SEE_BUDGET, key)
        spending = await self._spending(key, actor)
        now = self._clock.now()
        return [
            Left(limit, used(limit, spending), opening(limit, spending, now))
            for limit in given.holding(limits, spending.given)
            if _shown(limit, actor, key)
        ]

    async def give(
        self,
        key: ChannelKey,
        actor: Actor,
        limits: SpendLimits,
        wanted: Mapping[Which, Decimal],
        *,
        event_id: str = "",
    ) -> None:
        """Set limits of this channel or its server, all of one, beside those that are set. Raises BadOption
        when one is more than was given."""
        purse = next(_kept_in(which[0]) for which in wanted)
        _may_set(actor, key, purse)
        scope = _scope(key, purse)
        spending = await self._spending(key, actor)
        for which, most in wanted.items():
            above = given.bound(which, limits, spending.given)
            if above is not None and most > above.most:
                raise BadOption(_too_much(which, above), which[2])
        held = {limit.which: limit.most for limit in given.read(purse, spending.given.get(purse, ""))}
        await self._keep(scope, purse, given.write({**held, **wanted}), actor, event_id)

    async def take_back(self, key: ChannelKey, actor: Actor, purse: Purse, *, event_id: str = "") -> None:
        """Let what the operator gives hold again for this channel or its server."""
        _may_set(actor, key, purse)
        await self._keep(_scope(key, purse), purse, None, actor, event_id)

    async def usage(
        self, key: ChannelKey, actor: Actor, *, days: int, channel: bool = False, server: bool = False
    ) -> Sequence[Used]:
        """What the person used everywhere in so many days (UTC), today among them, by model; with `channel`
        or `server`, what everybody used there."""
        since = self._since(key, actor, days, channel=channel, server=server)
        if channel or server:
            return await self._store.used_in(key, since=since, server=server)
        return await self._store.used_by(actor.person.id, since=since)

    async def drawn(
        self,
        key: ChannelKey,
        actor: Actor,
        *,
        days: int,
        people: bool,
        channel: bool = False,
        server: bool = False,
    ) -> Drawing | None:
        """The same as a picture, by day and model, and of `people` by person where it is not one's own."""
        since, wide = self._since(key, actor, days, channel=channel, server=server), channel or server
        if self._charts is None:
            return None
        if wide:
            used = await self._store.days_in(key, since=since, server=server)
        else:
            used = await self._store.days_by(actor.person.id, since=since)
        whose = "This server" if server else "This channel" if channel else actor.person.name
        chart = charted(used, self._today(), days, whose, people=people and wide)
        return Drawing(await self._charts.chart(chart), about(chart)) if used else None

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()

    def _since(self, key: ChannelKey, actor: Actor, days: int, *, channel: bool, server: bool) -> date:
        """The first of so many days. Raises NotAllowed: a server's figures are for those who run it."""
        if server:
            permit(actor, Act.SEE_SERVER_USAGE, key, admit=runs_server)
        else:
            permit(actor, Act.SEE_CHANNEL_USAGE if channel else Act.SEE_USAGE, key)
        return self._today() - timedelta(days=days - 1)

    async def _spending(self, key: ChannelKey, actor: Actor) -> Spending:
        return await self._store.spending(key, actor.person.id, at=self._clock.now())

    async def _keep(
        self, scope: str, purse: Purse, value: str | None, actor: Actor, event_id: str
    ) -> Setting | None:
        now = self._clock.now()
        return await self._store.change_setting(
            scope, NAMES[purse], value, actor.person, at=now, event_id=event_id
        )


def used(limit: Limit, spending: Spending) -> Decimal:
    """How much of a limit is used."""
    spent = spending.of(limit.purse, limit.span)
    return spent.cost if limit.unit is Unit.DOLLARS else Decimal(spent.requests)


def _shown(limit: Limit, actor: Actor, key: ChannelKey) -> bool:
    if limit.purse in OWN or actor.standing >= Standing.OPERATOR:
        return True
    if limit.purse is Purse.SERVER and actor.channel_only:
        return False
    return limit.purse is not Purse.ALL and actor.standing >= Standing.MODERATOR and not key.person


def _kept_in(purse: Purse) -> Purse:
    """Whose moderators give it."""
    return next((outer for outer, inner in INSIDE.items() if inner is purse), purse)


def _may_set(actor: Actor, key: ChannelKey, purse: Purse) -> None:
    """Raises NotAllowed: what a server has, only those say who run it."""
    permit(actor, Act.SET_BUDGET, key, admit=runs_server if purse is Purse.SERVER else None)


def _scope(key: ChannelKey, purse: Purse) -> str:
    """Where a channel's budget is kept, which is its threads', too, or a server's."""
    if purse is Purse.SERVER and key.direct:
        raise BadOption(ALONE, "of")
    return key.scopes()[0 if purse is Purse.SERVER else 1]


WHOSE: Final[Mapping[Purse, str]] = {
    Purse.PERSON: "a person",
    Purse.IN_CHANNEL: "each person in this channel",
    Purse.IN_SERVER: "each person on this server",
    Purse.CHANNEL: "this channel",
    Purse.SERVER: "this server",
    Purse.ALL: "everybody together",
}


def _too_much(which: Which, above: Limit) -> str:
    """Nobody gives more than they were given: how much that is, and whose limit."""
    by = "the moderators of this server" if above.given else "the operator"
    return (
        f"That is more than there is to give: {by} allowed {WHOSE[above.purse]} {amount(above)} "
        f"a {above.span}. Set that or less."
    )


def spoken(limit: Limit) -> str:
    """`this channel: US$ 1.00 a day`."""
    return f"{WHOSE[limit.purse]}: {amount(limit)} a {limit.span}"


def readable(name: str, value: str) -> str:
    """What a setting says, for people: a budget's limits, the room of alerts; of others the value itself."""
    if name == ALERTS:
        to = ChannelKey.parse(value)
        return f"in the room {'.'.join(filter(None, (to.channel, to.thread)))}"
    purses = [purse for purse, kept in NAMES.items() if kept == name]
    return "; ".join(spoken(limit) for purse in purses for limit in given.read(purse, value)) or value


def amount(limit: Limit) -> str:
    """`US$ 0.50`, `3 questions`."""
    if limit.unit is Unit.DOLLARS:
        return f"US$ {limit.most.normalize():f}" if limit.most < Decimal("0.01") else f"US$ {limit.most:.2f}"
    return f"{int(limit.most)} question{'s' if limit.most != 1 else ''}"
