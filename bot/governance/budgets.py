"""What a call may cost at worst, what it did cost, and whether today's limits allow it. Pure; US dollars."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.errors import BudgetSpent
from bot.messages import ModelFacts, Price, Usage
from bot.records import Spending
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


def check(spending: Spending, reservation: Decimal, limits: SpendLimits, now: datetime) -> None:
    """Raise BudgetSpent when a call would go over today's limit of the person or the channel."""
    for whose, spent, limit in (
        ("Your", spending.person, limits.per_person_day),
        ("This channel's", spending.channel, limits.per_channel_day),
    ):
        if reservation > limit:
            raise BudgetSpent(
                f"One answer could cost more than {whose.lower()} limit for a whole day: "
                "choose a cheaper model or send less."
            )
        if spent + reservation > limit:
            raise BudgetSpent(f"{whose} limit for today is used up. It opens again {_midnight(now)}.")


def _sum(price: Price, prompt_tokens: int, output_tokens: int, pictures: int) -> Decimal:
    """Nothing is ever earned: a negative count or price, which some services report, counts as 0."""
    counted = ((price.prompt, prompt_tokens), (price.completion, output_tokens), (price.picture, pictures))
    return sum((max(each, NOTHING) * max(count, 0) for each, count in counted), NOTHING)


def _midnight(now: datetime) -> str:
    """When the next day begins in UTC, as a person would say it; a begun minute counts."""
    today = now.astimezone(UTC)
    left = (today + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0) - today
    hours, minutes = divmod(-(-left // timedelta(minutes=1)), 60)
    spoken = " ".join(
        _counted(count, unit) for count, unit in ((hours, "hour"), (minutes, "minute")) if count
    )
    return f"at midnight UTC, in {spoken}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
