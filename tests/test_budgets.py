"""Money is counted exactly, and a refusal says when the limit opens again."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BudgetSpent
from bot.governance.budgets import actual, check, worst_case
from bot.governance.limits import Unit, Which, read, stated, write
from bot.messages import ModelFacts, Price, Usage
from bot.records import Purse, Span, Spending, Spent
from bot.settings import SpendLimits

LIMITS = SpendLimits()
PRICED = ModelFacts("a/priced", price=Price(Decimal("0.00000015"), Decimal("0.0000006"), Decimal("0.04")))
UNPRICED = ModelFacts("a/unpriced")
FREE = ModelFacts("a/free", price=Price())
EVENING = datetime(2026, 3, 1, 20, 40, tzinfo=UTC)


def spent(person: str, channel: str = "0") -> Spending:
    """What was spent today."""
    return Spending(
        {
            (Purse.PERSON, Span.DAY): Spent(1, Decimal(person)),
            (Purse.CHANNEL, Span.DAY): Spent(1, Decimal(channel)),
        }
    )


def refusal(spending: Spending, reservation: str, now: datetime = EVENING) -> str:
    with pytest.raises(BudgetSpent) as caught:
        check(spending, Decimal(reservation), LIMITS, now)
    return caught.value.reply


def test_the_worst_case_is_the_prompt_and_the_longest_answer() -> None:
    assert worst_case(PRICED, 1000, 2000, LIMITS) == Decimal("0.00135")
    assert worst_case(PRICED, 0, 0, LIMITS, pictures=2) == Decimal("0.08")


def test_a_call_without_a_known_price_counts_the_agreed_sum_and_a_free_one_nothing() -> None:
    assert worst_case(UNPRICED, 1, 1, LIMITS) == Decimal("0.01")
    assert actual(UNPRICED, Usage(1, 0), LIMITS) == Decimal("0.01")
    assert worst_case(FREE, 1000, 2000, LIMITS) == 0
    assert actual(FREE, Usage(1000, 2000), LIMITS) == 0


def test_a_call_costs_what_it_used() -> None:
    assert actual(PRICED, Usage(1000, 10), LIMITS) == Decimal("0.000156")
    assert actual(PRICED, Usage(), LIMITS, pictures=1) == Decimal("0.04")
    assert actual(UNPRICED, Usage(), LIMITS) == 0


@given(
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9),
    st.decimals(-1, 1, places=9),
    st.decimals(-1, 1, places=9),
)
def test_nothing_is_ever_earned_and_the_worst_case_is_no_less(
    prompt: int, completion: int, per_prompt: Decimal, per_completion: Decimal
) -> None:
    model = ModelFacts("a/b", price=Price(per_prompt, per_completion))
    cost = actual(model, Usage(prompt, completion), LIMITS)

    assert 0 <= cost <= worst_case(model, prompt, completion, LIMITS)


def test_a_limit_may_be_reached_but_not_passed() -> None:
    check(spent("0.49", "1.99"), Decimal("0.01"), LIMITS, EVENING)

    assert refusal(spent("0.491"), "0.01").startswith("Your limit for today")
    assert refusal(spent("0", "1.991"), "0.01").startswith("This channel's limit for today")


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (EVENING, "in 3 hours 20 minutes."),
        (EVENING.replace(hour=23, minute=59, second=30), "in 1 minute."),
        (EVENING.replace(hour=22, minute=0), "in 2 hours."),
        (EVENING.replace(hour=22, minute=59), "in 1 hour 1 minute."),
        (EVENING.replace(hour=0, minute=0), "in 24 hours."),
        (datetime(2026, 3, 2, 1, 0, tzinfo=timezone(timedelta(hours=3))), "in 2 hours."),
    ],
)
def test_the_sentence_says_when_it_opens_again(now: datetime, sentence: str) -> None:
    said = refusal(spent("0.5"), "0.01", now)

    assert said == f"Your limit for today is used up. It opens again at midnight UTC, {sentence}"


def test_an_answer_dearer_than_a_day_is_not_promised_for_tomorrow() -> None:
    said = refusal(Spending(), "0.51")

    assert "choose a cheaper model" in said
    assert "midnight" not in said


def test_every_limit_is_read_and_none_by_another_name() -> None:
    """Four purses, three spans, two units."""
    names = [name for name in SpendLimits.__dataclass_fields__ if "per_" in name]
    all_ = SpendLimits(**{name: 7 if name.startswith("requests") else Decimal(7) for name in names})  # type: ignore[arg-type]  # its own fields

    assert len(names) == len(stated(all_)) == len({limit.which for limit in stated(all_)}) == 24


def test_the_limit_that_opens_last_is_told() -> None:
    limits = SpendLimits(per_person_month=Decimal(1), per_person_minute=Decimal(1))
    spending = Spending({(Purse.PERSON, span): Spent(1, Decimal(1), 41.2) for span in Span})
    with pytest.raises(BudgetSpent) as caught:
        check(spending, Decimal("0.01"), limits, EVENING)

    assert caught.value.reply == (
        "Your limit for this month is used up. It opens again on 1 April at midnight UTC, "
        "in 30 days 3 hours 20 minutes."
    )


def test_a_minute_opens_in_seconds() -> None:
    limits = SpendLimits(requests_per_channel_minute=2)
    spending = Spending({(Purse.CHANNEL, Span.MINUTE): Spent(2, Decimal(0), 41.2)})
    with pytest.raises(BudgetSpent) as caught:
        check(spending, Decimal(0), limits, EVENING, request=True)

    assert caught.value.reply == (
        "This channel's limit of 2 questions for a minute is used up. It opens again in 42 seconds."
    )
    assert not caught.value.money


def test_what_costs_nothing_passes_every_limit_of_money() -> None:
    check(spent("0.6"), Decimal(0), LIMITS, EVENING, request=True)
    check(Spending(given={Purse.CHANNEL: '{"all.day.dollars": "0"}'}), Decimal(0), LIMITS, EVENING)


@given(
    st.text(max_size=60) | st.dictionaries(st.text(max_size=20), st.integers() | st.text()).map(json.dumps)
)
def test_a_setting_that_is_no_budget_limits_nothing(value: str) -> None:
    for limit in read(Purse.SERVER, value):
        assert limit.most >= 0


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from([Purse.SERVER, Purse.IN_SERVER]), st.sampled_from(Span), st.sampled_from(Unit)
        ),
        st.decimals(0, 1000, places=4),
        min_size=1,
    )
)
def test_what_is_kept_is_what_was_set(limits: dict[Which, Decimal]) -> None:
    assert {limit.which: limit.most for limit in read(Purse.SERVER, write(limits) or "")} == limits
