import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from prometheus_client import generate_latest

from bot import __version__, metrics
from bot.messages import Usage
from bot.records import Settlement

CALL = {
    "gen_ai_provider_name": "house",
    "gen_ai_request_model": "house/large",
    "gen_ai_operation_name": "chat",
}


@pytest.fixture(autouse=True)
def nothing_named_yet() -> Iterator[None]:
    """Models named by other tests do not count."""
    before = set(metrics._named)
    metrics._named.clear()
    yield
    metrics._named.clear()
    metrics._named.update(before)


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_call_counts_its_tokens_its_time_and_its_cost() -> None:
    tokens = "gen_ai_client_token_usage_sum"
    before = (
        value(tokens, **CALL, gen_ai_token_type="output"),
        value("parley_cost_dollars_total", gen_ai_provider_name="house"),
    )

    metrics.call_ended(
        "house/large", "chat",
        Settlement(1, "ok", Usage(120, 30), Decimal("0.25"), latency_ms=1500, first_token_ms=200),
    )  # fmt: skip

    assert value(tokens, **CALL, gen_ai_token_type="output") - before[0] == 30
    assert value("parley_cost_dollars_total", gen_ai_provider_name="house") - before[1] == 0.25
    assert value("gen_ai_client_operation_duration_seconds_sum", **CALL, error_type="") == 1.5
    assert value("gen_ai_client_operation_time_to_first_chunk_seconds_sum", **CALL) == 0.2


def test_a_failed_call_is_counted_by_how_it_failed() -> None:
    metrics.call_ended("house/large", "chat", Settlement(1, "busy", latency_ms=10))

    assert value("gen_ai_client_operation_duration_seconds_count", **CALL, error_type="busy") == 1


def test_a_catalogue_of_thousands_does_not_become_thousands_of_series() -> None:
    for number in range(3 * metrics.MODELS):
        metrics.call_ended(f"market/m{number}", "chat", Settlement(1, "ok"))

    shown = generate_latest(metrics.REGISTRY).decode()
    names = {
        line.split('request_model="')[1].split('"')[0]
        for line in shown.splitlines()
        if '="market"' in line and "request_model" in line
    }
    assert len(names) == metrics.MODELS + 1
    assert metrics.OTHER in names


def test_runs_deliveries_and_commits_are_counted() -> None:
    names = [
        ("parley_runs_total", {"kind": "chat", "status": "completed"}),
        ("parley_deliveries_total", {"platform": "web", "outcome": "delivered"}),
        ("parley_commits_total", {}),
        ("parley_committed_units_total", {}),
    ]
    before = [value(name, **labels) for name, labels in names]

    metrics.run_ended("chat", "completed")
    metrics.delivered("web", "delivered")
    metrics.committed(units=7)

    assert [value(name, **labels) - was for (name, labels), was in zip(names, before, strict=True)] == [
        1,
        1,
        1,
        7,
    ]


def test_what_is_worked_on_is_asked_when_somebody_looks() -> None:
    active = [1]
    metrics.follow(active=lambda: active[0], waiting=lambda: 5)

    active[0] = 3

    assert value("parley_active_runs") == 3
    assert value("parley_queue_length") == 5
    metrics.follow(active=lambda: 0, waiting=lambda: 0)


class LateClock:
    """Wakes a quarter of a second late, three times."""

    def __init__(self) -> None:
        self.time = 0.0
        self.left = 3

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if not self.left:
            raise asyncio.CancelledError
        self.left -= 1
        self.time += seconds + 0.25


async def test_the_loops_lag_is_how_late_it_wakes() -> None:
    before = value("parley_event_loop_lag_seconds_sum")

    with suppress(asyncio.CancelledError):
        await metrics.watch_the_loop(LateClock())

    assert value("parley_event_loop_lag_seconds_sum") - before == pytest.approx(0.75)


def test_the_version_is_told() -> None:
    assert value("parley_build_info", version=__version__) == 1
