"""How answers came about: everything a run did is there to be read, in order, and only what deletion took is
not."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.errors import NotFound
from bot.messages import ToolCall, ToolResult
from bot.ports import Store
from bot.records import Call, Change, Reservation, Round, RunStep, Settlement
from tests.contracts.talk import AT, HERE, answer, ask, begin, end, room

LOOK_UP = ToolCall("c1", "look_up", '{"word": "fjord"}')
FOUND = ToolResult(LOOK_UP, "a thing")


async def used(store: Store) -> tuple[int, int]:
    """A model that fails, one that asks for a tool, and the answer: the run, and the step of the tool."""
    await ask(store)
    started = await begin(store)
    run_id, later = started.context.run.id, AT + timedelta(seconds=10)
    failed = Settlement(started.call_id, "busy")
    await store.reserve(run_id, Reservation("g4f/gpt", Decimal("0.03")), failed, at=later)
    step_id = await store.begin_round(
        run_id, Round("Let me see.", (LOOK_UP,)), at=later + timedelta(seconds=1)
    )
    await store.end_round(step_id, (FOUND,))
    await end(store, started)
    return run_id, step_id


async def test_a_run_tells_its_calls_and_steps_as_they_began(store: Store) -> None:
    run_id, step_id = await used(store)

    record = await store.run(run_id)
    told = [each.model if isinstance(each, Call) else each.kind for each in record.in_order]
    assert told == ["offline/parrot", "g4f/gpt", "tool_calls", "message_creation"]
    step = record.steps[0]
    assert step.used == Round("Let me see.", (LOOK_UP,), (FOUND,), step_id)
    assert (step.id, record.steps[1].used) == (step_id, None)


async def test_a_reservation_for_which_nobody_was_asked_is_no_call_of_an_answer(store: Store) -> None:
    await ask(store)
    started = await begin(store)
    run_id = started.context.run.id
    await store.reserve(
        run_id, Reservation("g4f/gpt", Decimal(0)), Settlement(started.call_id, "skipped"), at=AT
    )
    assert [one.model for one in (await store.run(run_id)).in_order if isinstance(one, Call)] == ["g4f/gpt"]


async def test_the_step_of_a_tool_names_its_run(store: Store) -> None:
    run_id, step_id = await used(store)

    assert await store.run_of(step_id) == run_id
    with pytest.raises(NotFound):
        await store.run_of(10**6)


async def test_who_watches_a_room_is_told_when_tools_begin_and_end(store: Store) -> None:
    _, step_id = await used(store)

    told = [one for one in await store.changes(HERE, after=0) if one.kind.startswith("tool_call.")]
    assert told == [
        Change(told[0].id, "tool_call.created", step_id),
        Change(told[1].id, "tool_call.ended", step_id),
    ]


async def test_a_room_s_newest_runs_come_first_and_no_other_room_s(store: Store) -> None:
    runs = [(await answer(store, text)).context.run.id for text in ("one", "two", "three")]
    await answer(store, "elsewhere", key=room("other"))

    found = await store.latest_runs(HERE, 2)
    assert [record.run.id for record in found] == [runs[2], runs[1]]
    assert [(len(record.steps), len(record.calls)) for record in found] == [(1, 1), (1, 1)]
    assert await store.latest_runs(room("empty"), 2) == []


async def test_what_tools_were_told_goes_with_the_answer(store: Store) -> None:
    run_id, step_id = await used(store)
    question = (await store.entries(HERE))[0]
    await store.delete(question.id, at=AT)

    (step,) = [one for one in (await store.run(run_id)).steps if isinstance(one, RunStep) and one.used]
    assert step.used == Round("", (), (), step_id)


async def test_a_run_that_is_begun_again_knows_the_tools_it_has_used(store: Store) -> None:
    await ask(store)
    first = await begin(store)
    run_id = first.context.run.id
    step_id = await store.begin_round(run_id, Round("Let me see.", (LOOK_UP,)), at=AT)
    await store.end_round(step_id, (FOUND,))

    again = await begin(store, run_id)

    assert first.context.rounds == ()
    assert again.context.rounds == (Round("Let me see.", (LOOK_UP,), (FOUND,), step_id),)
