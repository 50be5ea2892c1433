"""What a call may cost at worst, what it did cost, and whether the limits allow it. Pure; US dollars."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from bot.errors import BadOption, BudgetSpent
from bot.governance.limits import Limit, Unit, holding
from bot.messages import ModelFacts, Price, Usage
from bot.moments import named, zone
from bot.records import Purse, Span, Spending, Spent
from bot.settings import SpendLimits

NOTHING = Decimal(0)


def worst_case(
    model: ModelFacts, prompt_tokens: int, output_tokens: int, limits: SpendLimits, *, pictures: int = 0
) -> Decimal:
    """What a call costs when the model writes all it may. A free account's models have the price 0."""
    if model.price is None:
        return limits.unknown_call
    return _sum(model.price, prompt_tokens, output_tokens, pictures)


def actual(model: ModelFacts, usage: Usage, limits: SpendLimits, *, pictures: int = 0) -> Decimal:
    """What a call did cost. One that used nothing cost nothing, whatever the price."""
    if not (usage.prompt_tokens > 0 or usage.completion_tokens > 0 or pictures > 0):
        return NOTHING
    if model.price is None:
        return limits.unknown_call
    return _sum(model.price, usage.prompt_tokens, usage.completion_tokens, pictures)


def check(
    spending: Spending, reservation: Decimal, limits: SpendLimits, now: datetime, *, request: bool = False
) -> None:
    """Raise BudgetSpent when a call would go over a limit of its person, channel or server, or of all. One
    that costs nothing goes over no limit of money. `request`: somebody's question begins with it."""
    shut = [
        limit
        for limit in holding(limits, spending.given)
        if _passes(limit, spending.of(limit.purse, limit.span), reservation, request=request)
    ]
    if not shut:
        return
    for limit in shut:
        if limit.unit is Unit.DOLLARS and reservation > limit.most:
            raise BudgetSpent(_too_dear(limit))
    last = max(shut, key=lambda limit: opening(limit, spending, now))
    opens, free = opening(last, spending, now), all(limit.unit is Unit.DOLLARS for limit in shut)
    said = f"{_named(last)} is used up. It opens again {_when(opens, now, spending.zone)}."
    raise BudgetSpent(said, opens=opens, money=free)


def _passes(limit: Limit, spent: Spent, reservation: Decimal, *, request: bool) -> bool:
    if limit.unit is Unit.REQUESTS:
        return request and spent.requests + 1 > limit.most
    return reservation > 0 and spent.cost + reservation > limit.most


def _too_dear(limit: Limit) -> str:
    whose = WHOSE[limit.purse]
    return (
        f"One answer could cost more than {whose[0].lower()}{whose[1:]} limit for {WHOLE[limit.span]}: "
        "choose a cheaper model or send less."
    )


def _named(limit: Limit) -> str:
    """`Your limit for today`, `This server's limit of 3 questions for this month`."""
    if limit.unit is Unit.DOLLARS:
        return f"{WHOSE[limit.purse]} limit {SPANS[limit.span]}"
    return f"{WHOSE[limit.purse]} limit of {_counted(int(limit.most), 'question')} {SPANS[limit.span]}"


WHOSE: Final[Mapping[Purse, str]] = {
    Purse.PERSON: "Your",
    Purse.IN_CHANNEL: "Your own part of this channel's",
    Purse.IN_SERVER: "Your own part of this server's",
    Purse.CHANNEL: "This channel's",
    Purse.SERVER: "This server's",
    Purse.ALL: "Everybody's common",
}
"""Whose limit it is."""

SPANS: Final[Mapping[Span, str]] = {
    Span.MINUTE: "for a minute",
    Span.DAY: "for today",
    Span.MONTH: "for this month",
}
WHOLE: Final[Mapping[Span, str]] = {
    Span.MINUTE: "a minute",
    Span.DAY: "a whole day",
    Span.MONTH: "a whole month",
}


def opening(limit: Limit, spending: Spending, now: datetime) -> datetime:
    """When a limit begins anew; one of a minute begins to."""
    today = now.astimezone(UTC)
    if limit.span is Span.MINUTE:
        return today + timedelta(seconds=math.ceil(max(1.0, spending.of(limit.purse, Span.MINUTE).opens)))
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if spending.day is not None:
        midnight = max(midnight, datetime.combine(spending.day, time(), UTC))
    if limit.span is Span.DAY:
        return midnight + timedelta(days=1)
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)


def _sum(price: Price, prompt_tokens: int, output_tokens: int, pictures: int) -> Decimal:
    """Nothing is ever earned: a negative count or price, which some services report, counts as 0."""
    counted = ((price.prompt, prompt_tokens), (price.completion, output_tokens), (price.picture, pictures))
    return sum((max(each, NOTHING) * max(count, 0) for each, count in counted), NOTHING)


def _when(opens: datetime, now: datetime, place: str) -> str:
    """As a person would say it, on their own clock if that is known; a begun minute counts."""
    left = opens - now.astimezone(UTC)
    if (opens.hour, opens.minute, opens.second) != (0, 0, 0):
        return f"in {_counted(math.ceil(left.total_seconds()), 'second')}"
    minutes = -(-left // timedelta(minutes=1))
    days, (hours, minutes) = minutes // 1440, divmod(minutes % 1440, 60)
    if days == 1 and not (hours or minutes):
        days, hours = 0, 24
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    spoken = " ".join(_counted(count, unit) for count, unit in parts if count)
    there = _there(opens, place)
    day = f"on {opens.day} {opens:%B} " if left > timedelta(days=1) else ""
    return f"{day}at midnight UTC{there}, in {spoken}"


def _there(opens: datetime, place: str) -> str:
    try:
        where = zone(place) if place else UTC
    except BadOption:  # a zone that this machine does not know any more
        return ""
    there = opens.astimezone(where)
    return "" if named(where) == "UTC" else f" ({there:%A %H:%M} in {named(where)})"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
