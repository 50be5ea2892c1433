"""A model that fails is stood in for, and whatever happens every call is paired in the meter."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    BudgetSpent,
    CutOff,
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.messages import Drawn, End, EndReason, ModelFacts, Need, Part, Picture, Restart, Text, Usage
from bot.routes import Routes
from bot.routes.attempts import PATIENCE
from bot.settings import Settings
from tests.test_breaker import StillClock

ONE, TWO, THREE = (ModelFacts(f"{account}/m") for account in ("a", "b", "c"))
Step = Text | Drawn | End | BaseException
DONE = End(usage=Usage(3, 4))


class Services:
    """What each model does, call by call; `log` has everything that happened, in order."""

    def __init__(self, **scripts: Sequence[Sequence[Step]]) -> None:
        self._scripts = {f"{account}/m": iter(script) for account, script in scripts.items()}
        self.log: list[str] = []

    async def call(self, model: ModelFacts) -> AsyncIterator[Text | Drawn | End]:
        self.log.append(f"call {model.id}")
        try:
            for step in next(self._scripts[model.id], []):
                if isinstance(step, BaseException):
                    raise step
                yield step
        finally:
            self.log.append(f"closed {model.id}")

    async def begin(self, model: ModelFacts) -> None:
        self.log.append(f"begin {model.id}")

    def first(self) -> None:
        self.log.append("first")

    def ended(self, outcome: str, usage: Usage | None) -> None:
        self.log.append(f"ended {outcome} {usage.total_tokens if usage else '-'}")

    @property
    def outcomes(self) -> list[str]:
        return [line.split()[1] for line in self.log if line.startswith("ended")]

    @property
    def calls(self) -> list[str]:
        return [line.removeprefix("call ") for line in self.log if line.startswith("call")]


def made(clock: StillClock) -> Routes:
    return Routes(Settings(), lambda _: object(), clock, jitter=lambda: 0.0)


async def answer(
    services: Services, *models: ModelFacts, routes: Routes | None = None, clock: StillClock | None = None
) -> tuple[list[Part], ProviderError | None]:
    """All parts, and how it failed if it did."""
    parts: list[Part] = []
    routes = routes or made(clock or StillClock())
    try:
        async with aclosing(routes.stream(models, services.call, services)) as stream:
            async for part in stream:
                parts.append(part)  # noqa: PERF401 - kept even when the stream fails
    except ProviderError as exc:
        return parts, exc
    return parts, None


async def test_the_first_model_answers_and_everything_is_closed_before_the_end() -> None:
    services = Services(a=[[Text("Hel"), Text("lo"), DONE, Text("never")]])

    assert await answer(services, ONE, TWO) == ([Text("Hel"), Text("lo"), DONE], None)
    assert services.log == ["begin a/m", "call a/m", "first", "closed a/m", "ended ok 7"]


@pytest.mark.parametrize("error", [ProviderRefused(), KeyRefused(), ProviderGarbled(), CutOff()])
async def test_before_the_first_piece_the_next_model_takes_over_quietly(error: ProviderError) -> None:
    services = Services(a=[[error]], b=[[Text("ok"), DONE]])

    assert await answer(services, ONE, TWO) == ([Text("ok"), DONE], None)
    assert services.calls == ["a/m", "b/m"]


@pytest.mark.parametrize("error", [ProviderBusy(), ProviderDown(), ProviderTimeout()])
async def test_a_passing_fault_is_tried_again_twice_on_the_same_model(error: ProviderError) -> None:
    clock, services = StillClock(), Services(a=[[error], [error], [error]], b=[[Text("ok"), DONE]])

    assert await answer(services, ONE, TWO, clock=clock) == ([Text("ok"), DONE], None)
    assert services.calls == ["a/m", "a/m", "a/m", "b/m"]
    assert clock.slept == [0.5, 1.0]


async def test_a_retry_waits_as_long_as_the_service_asked() -> None:
    clock, services = StillClock(), Services(a=[[ProviderBusy(retry_after=7.0)], [Text("ok"), DONE]])

    assert await answer(services, ONE, clock=clock) == ([Text("ok"), DONE], None)
    assert clock.slept == [7.0]


@pytest.mark.parametrize("asked", [PATIENCE + 0.1, 86_400.0, float("inf")])
async def test_too_long_a_wait_means_the_next_model_at_once(asked: float) -> None:
    clock = StillClock()
    services = Services(a=[[ProviderBusy(retry_after=asked)]], b=[[Text("ok"), DONE]])

    assert await answer(services, ONE, TWO, clock=clock) == ([Text("ok"), DONE], None)
    assert clock.slept == []


async def test_all_retries_together_are_not_waited_for_longer_than_patience() -> None:
    clock = StillClock()
    busy = [[ProviderBusy(retry_after=9.0)]] * 3
    services = Services(a=busy, b=busy, c=busy)
    _, error = await answer(services, ONE, TWO, THREE, clock=clock)

    assert isinstance(error, ProviderBusy)
    assert sum(clock.slept) <= PATIENCE
    assert services.calls == ["a/m", "a/m", "a/m", "b/m", "c/m"]


async def test_after_the_first_piece_a_restart_replaces_what_was_shown() -> None:
    services = Services(a=[[Text("half"), ProviderDown()]], b=[[Text("whole"), DONE]])

    assert await answer(services, ONE, TWO) == ([Text("half"), Restart("b/m"), Text("whole"), DONE], None)
    assert services.outcomes == ["down", "ok"]


async def test_a_stream_without_an_end_is_cut_off_and_what_was_shown_stays() -> None:
    services = Services(a=[[Text("half")]], b=[[ProviderRefused()]])
    parts, error = await answer(services, ONE, TWO)

    assert parts == [Text("half")]
    assert isinstance(error, ProviderRefused)
    assert services.outcomes == ["cut_off", "refused"]
    assert isinstance((await answer(Services(a=[[Text("half")]]), ONE))[1], CutOff)


@pytest.mark.parametrize("nothing", [[End()], [Text(""), End()], [Text(" \n"), Text("\t"), End()]])
async def test_an_empty_answer_is_none(nothing: list[Step]) -> None:
    services = Services(a=[nothing], b=[[Text("ok"), DONE]])

    assert await answer(services, ONE, TWO) == ([Text("ok"), DONE], None)
    assert services.outcomes == ["garbled", "ok"]


@pytest.mark.parametrize("reason", [EndReason.REFUSAL, EndReason.LENGTH])
async def test_a_refusal_may_be_silent(reason: EndReason) -> None:
    assert await answer(Services(a=[[End(reason)]]), ONE) == ([End(reason)], None)


async def test_a_picture_is_an_answer() -> None:
    picture = Drawn(Picture(b"png"))

    assert await answer(Services(a=[[picture, DONE]]), ONE) == ([picture, DONE], None)


async def test_white_space_waits_for_the_first_word() -> None:
    services = Services(a=[[Text("\n"), Text(" "), Text("Hi"), Text(" "), DONE]])

    assert await answer(services, ONE) == ([Text("\n Hi"), Text(" "), DONE], None)


async def test_an_open_breaker_is_passed_over_until_all_are_open() -> None:
    clock = StillClock()
    routes = made(clock)
    for _ in range(2):
        await answer(Services(a=[[ProviderDown()]] * 3, b=[[Text("ok"), DONE]]), ONE, TWO, routes=routes)
    services = Services(b=[[Text("ok"), DONE]])
    await answer(services, ONE, TWO, routes=routes)
    alone = Services(a=[[Text("back"), DONE]])

    assert services.calls == ["b/m"]
    assert await answer(alone, ONE, routes=routes) == ([Text("back"), DONE], None)


async def test_a_refused_key_rests_the_whole_account() -> None:
    routes, other = made(StillClock()), ModelFacts("a/other")
    await answer(Services(a=[[KeyRefused(status=401)]], b=[[Text("ok"), DONE]]), ONE, TWO, routes=routes)
    services = Services(b=[[Text("ok"), DONE]])
    await answer(services, other, TWO, routes=routes)

    assert services.calls == ["b/m"]


async def test_closing_the_stream_closes_the_service_at_once() -> None:
    services = Services(a=[[Text("one"), Text("two"), DONE]])
    stream = made(StillClock()).stream((ONE, TWO), services.call, services)
    await anext(stream)
    await stream.aclose()

    assert services.log == ["begin a/m", "call a/m", "first", "closed a/m", "ended cancelled -"]


async def test_cancelling_closes_the_service_at_once() -> None:
    services, asked = Services(), asyncio.Event()

    async def hanging(model: ModelFacts) -> AsyncIterator[Text | Drawn | End]:
        try:
            asked.set()
            await asyncio.Event().wait()
            yield DONE
        finally:
            services.log.append(f"closed {model.id}")

    async def consume() -> None:
        async with aclosing(made(StillClock()).stream((ONE, TWO), hanging, services)) as stream:
            async for _ in stream:
                pass

    task = asyncio.create_task(consume())
    await asked.wait()
    task.cancel()
    await asyncio.wait({task})

    assert task.cancelled()
    assert services.log == ["begin a/m", "closed a/m", "ended cancelled -"]


async def test_a_model_that_the_meter_passes_over_was_never_begun() -> None:
    class Choosy(Services):
        async def begin(self, model: ModelFacts) -> None:
            if model is ONE:
                raise ProviderRefused("too long")
            await super().begin(model)

    services = Choosy(b=[[Text("ok"), DONE]])

    assert await answer(services, ONE, TWO) == ([Text("ok"), DONE], None)
    assert services.log[0] == "begin b/m"
    assert services.outcomes == ["ok"]


async def test_what_is_no_fault_of_a_service_ends_the_stream() -> None:
    services = Services(a=[[BudgetSpent("no more today")]], b=[[Text("ok"), DONE]])
    with pytest.raises(BudgetSpent):
        await answer(services, ONE, TWO)

    assert services.calls == ["a/m"]
    assert services.outcomes == ["cancelled"]


async def test_a_provider_is_made_once_and_refuses_what_it_cannot() -> None:
    made_for: list[str] = []

    class Chatter:
        def chat(self) -> None: ...

    def provider(account: str) -> Chatter:
        made_for.append(account)
        return Chatter()

    routes = Routes(Settings(), provider, StillClock())
    model = routes.candidates(Need.CHAT)[0]

    assert made_for == []
    assert routes.chats(model) is routes.chats(model)
    assert routes.completes(model) is None
    with pytest.raises(ProviderRefused):
        routes.draws(model)
    assert made_for == ["offline"]


ERRORS = st.sampled_from(
    [ProviderRefused, KeyRefused, ProviderBusy, ProviderDown, ProviderTimeout, ProviderGarbled, CutOff]
)
CALLS = st.lists(
    st.one_of(
        st.builds(Text, st.sampled_from(["", " ", "x"])),
        st.just(DONE),
        st.builds(lambda kind: kind(), ERRORS),
    ),
    max_size=4,
)
SCRIPTS = st.lists(CALLS, max_size=3)


@given(SCRIPTS, SCRIPTS, SCRIPTS)
async def test_whatever_happens_there_is_one_end_or_an_error_and_every_call_is_paired(
    a: list[list[Step]], b: list[list[Step]], c: list[list[Step]]
) -> None:
    services = Services(a=a, b=b, c=c)
    parts, error = await answer(services, ONE, TWO, THREE)
    ends = [place for place, part in enumerate(parts) if isinstance(part, End)]
    steps = [line.split()[0] for line in services.log if not line.startswith("first")]

    assert ends == ([] if error else [len(parts) - 1])
    assert steps == ["begin", "call", "closed", "ended"] * (len(steps) // 4)
    assert services.calls == sorted(services.calls)
    assert all(
        isinstance(before, Text) for before, after in pairwise(parts) if isinstance(after, Restart | End)
    )
