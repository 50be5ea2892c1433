"""Numbers for /metrics: how much, how fast, how it ended; never words, and never a person or a room.

What OpenTelemetry's conventions for generative AI have a name for is called by it, with `_` for `.`. They are
still in development: this is the one place that knows their names.
"""

from collections.abc import Callable
from math import nan

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from bot import __version__
from bot.ports import Clock
from bot.records import Settlement

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library forgot its types

REGISTRY = CollectorRegistry()
"""What /metrics shows."""

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

MODELS = 100
"""So many models have a name here; a catalogue of thousands does not become thousands of series."""
OTHER = "other"

LAG_EVERY = 0.5
"""Seconds between two looks at the event loop."""

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = tuple(4**power for power in range(10))
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)

_CALL = ("gen_ai_provider_name", "gen_ai_request_model", "gen_ai_operation_name")

_build = Info("parley_build", "The version that runs", registry=REGISTRY)
_build.info({"version": __version__})
_tokens = Histogram(
    "gen_ai_client_token_usage",
    "Tokens of a call",
    (*_CALL, "gen_ai_token_type"),
    buckets=TOKENS,
    registry=REGISTRY,
)
_duration = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "Seconds of a call; error_type is how it failed, or empty",
    (*_CALL, "error_type"),
    buckets=SECONDS,
    registry=REGISTRY,
)
_first = Histogram(
    "gen_ai_client_operation_time_to_first_chunk_seconds",
    "Seconds from a call to the first piece of its answer",
    _CALL,
    buckets=SECONDS,
    registry=REGISTRY,
)
_cost = Counter(
    "parley_cost_dollars", "US dollars that calls cost", ("gen_ai_provider_name",), registry=REGISTRY
)
_runs = Counter("parley_runs", "Runs that ended", ("kind", "status"), registry=REGISTRY)
_active = Gauge("parley_active_runs", "Runs that are being worked on", registry=REGISTRY)
_queue = Gauge("parley_queue_length", "Runs that wait for their turn", registry=REGISTRY)
_deliveries = Counter(
    "parley_deliveries", "Answers brought to a platform", ("platform", "outcome"), registry=REGISTRY
)
_interactions = Counter(
    "parley_interactions",
    "Commands, presses and the like, by how they were acknowledged",
    ("platform", "outcome"),
    registry=REGISTRY,
)
_silence = Gauge(
    "parley_platform_silence_seconds",
    "Seconds since a platform that is asked for news last answered; not a number: it never has",
    ("platform",),
    registry=REGISTRY,
)
_commits = Counter("parley_commits", "Commits of the database", registry=REGISTRY)
_units = Counter("parley_committed_units", "Units of work in those commits", registry=REGISTRY)
_lag = Histogram(
    "parley_event_loop_lag_seconds",
    "How much later than asked for the event loop wakes",
    buckets=LAGS,
    registry=REGISTRY,
)
_named: set[str] = set()


def call_ended(model: str, operation: str, settled: Settlement) -> None:
    """A call of an AI service is over. `model` is `account/model`, `operation` chat, text_completion, …"""
    account, name = model.partition("/")[0], _bounded(model)
    call = (account, name, operation)
    _duration.labels(*call, "" if settled.outcome == "ok" else settled.outcome).observe(
        settled.latency_ms / 1000
    )
    if settled.first_token_ms is not None:
        _first.labels(*call).observe(settled.first_token_ms / 1000)
    _tokens.labels(*call, "input").observe(settled.usage.prompt_tokens)
    _tokens.labels(*call, "output").observe(settled.usage.completion_tokens)
    if settled.cost is not None:
        _cost.labels(account).inc(float(settled.cost))


def _bounded(model: str) -> str:
    """The model's name, while there are few."""
    if model not in _named and len(_named) >= MODELS:
        return OTHER
    _named.add(model)
    return model


def run_ended(kind: str, status: str) -> None:
    """A run is over, and how."""
    _runs.labels(kind, status).inc()


def follow(*, active: Callable[[], float], waiting: Callable[[], float]) -> None:
    """From now on ask these, whenever somebody looks, how many runs are worked on and how many wait."""
    _active.set_function(active)
    _queue.set_function(waiting)


def delivered(platform: str, outcome: str) -> None:
    """An answer reached its platform, was parked, or was refused."""
    _deliveries.labels(platform, outcome).inc()


def acknowledged(platform: str, outcome: str) -> None:
    """A command, press or the like was acknowledged: in time, twice, too late, or not at all."""
    _interactions.labels(platform, outcome).inc()


def listens(platform: str, silence: Callable[[], float | None]) -> None:
    """From now on ask this, whenever somebody looks, for how many seconds a platform has not been heard."""
    _silence.labels(platform).set_function(lambda: nan if (since := silence()) is None else since)


def committed(units: int) -> None:
    """The database has made so many units of work durable in one commit."""
    _commits.inc()
    _units.inc(units)


async def watch_the_loop(clock: Clock) -> None:
    """Measure, until cancelled, how late the event loop is."""
    while True:
        due = clock.monotonic() + LAG_EVERY
        await clock.sleep(LAG_EVERY)
        _lag.observe(max(0.0, clock.monotonic() - due))
