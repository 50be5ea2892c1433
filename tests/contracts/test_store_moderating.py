"""Moderation: what was found is kept, what is withheld is shown to nobody, and who offends rests."""

from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.governance.moderation.resting import FIRST, LONGEST, MODERATOR, rest
from bot.ports import Store
from bot.records import FILTERED, PASSED, Alert, Bar, Judged
from bot.runs import RunKind
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, BEN, HERE, Plan, answer, ask, begin, room

MODS = room("mods")
SCOPE = HERE.scopes()[0]
BAD = Judged("question", FILTERED, {"hate": 0.91234, "words": 1.0}, ("words", "hate"), withhold=True)


async def offend(store: Store, minute: float, *, alert: Alert | None = None) -> Bar | None:
    accepted = await ask(store, "a banned thing")
    found = Judged("question", FILTERED, withhold=True, alert=alert)
    return (await store.judged(accepted.run_id, found, rest, at=AT + timedelta(minutes=minute))).bar


async def test_what_is_withheld_is_no_past_and_is_shown_to_nobody(store: Store) -> None:
    await answer(store, "hello", "hi")
    accepted = await ask(store, "a banned thing")
    await store.judged(accepted.run_id, BAD, rest, at=AT)
    plan = Plan()
    await ask(store, "and now?")
    await store.cancel(accepted.run_id, at=AT)
    await store.start(HERE, plan, at=AT)
    assert plan.context is not None
    assert [one.question.text for one in plan.context.past] == ["hello"]
    shown = await store.entries(HERE)
    assert not any("banned" in entry.text for entry in shown)
    (held,) = [entry for entry in shown if "held back" in entry.notice]
    assert (held.role, held.author) == ("user", ANN)

    (step,) = (await store.run(accepted.run_id)).steps
    assert (step.kind, step.detail) == (
        "moderation",
        {
            "about": "question",
            "action": "filtered",
            "scores": {"hate": 0.912, "words": 1.0},
            "over": ["words", "hate"],
            "by": [],
        },
    )


async def test_what_passes_later_is_shown_again(store: Store) -> None:
    accepted = await ask(store, "a banned thing")
    await store.judged(accepted.run_id, BAD, rest, at=AT)
    await store.judged(accepted.run_id, Judged("question", PASSED), rest, at=AT)

    assert [entry.text for entry in await store.entries(HERE)] == ["a banned thing"]


async def test_who_offends_three_times_in_ten_minutes_rests_longer_each_time(reopen: Open) -> None:
    store = await reopen()
    assert [await offend(store, minute) for minute in (0, 4, 11)] == [None, None, None]
    first = await offend(store, 12)
    assert first is not None
    assert (first.scope, first.person_id, first.strikes) == (SCOPE, ANN.id, 1)
    assert first.until == AT + timedelta(minutes=12) + FIRST

    store = await reopen()  # what was kept counts
    again = [await offend(store, minute) for minute in (30, 31, 32)]
    assert again[:2] == [None, None]
    assert again[2] is not None
    assert again[2].until == AT + timedelta(minutes=32) + 2 * FIRST
    assert [bar.strikes for bar in await store.bars(AT + timedelta(minutes=33))] == [2]
    assert await store.bars(AT + timedelta(minutes=60)) == []


async def test_a_rest_is_a_day_at_most_and_is_forgiven_after_a_week(store: Store) -> None:
    await store.bar(Bar(SCOPE, ANN.id, "cooldown", AT - timedelta(days=1), 30), at=AT - timedelta(days=2))
    (*_, long) = [await offend(store, minute) for minute in (0, 1, 2)]
    assert long is not None
    assert long.until == AT + timedelta(minutes=2) + LONGEST
    week = 8 * 24 * 60 + 24 * 60
    (*_, forgiven) = [await offend(store, week + minute) for minute in (0, 1, 2)]
    assert forgiven is not None
    assert forgiven.strikes == 1


async def test_a_question_that_is_asked_anew_offends_once(store: Store) -> None:
    accepted = await ask(store, "a banned thing")
    for minute in range(4):
        at = AT + timedelta(minutes=minute)
        assert (await store.judged(accepted.run_id, BAD, rest, at=at)).bar is None


async def test_blocks_and_rests_stand_beside_each_other_and_in_one_server(store: Store) -> None:
    hour = AT + timedelta(hours=1)
    await store.bar(Bar(SCOPE, BEN.id, MODERATOR, hour, by=ANN.id), at=AT)
    await store.bar(Bar(SCOPE, BEN.id, "cooldown", AT + FIRST), at=AT)
    await store.bar(Bar("web/local/elsewhere", BEN.id, MODERATOR, hour, by=ANN.id), at=AT)

    assert sorted((bar.scope, bar.why) for bar in await store.bars(AT)) == [
        ("web/local/elsewhere", "moderator"),
        (SCOPE, "cooldown"),
        (SCOPE, "moderator"),
    ]
    assert len(await store.bars(AT + FIRST)) == 2


async def test_an_alert_is_an_answer_to_deliver_that_no_model_is_shown(store: Store) -> None:
    accepted = await ask(store, "a banned thing")
    alert = Alert(MODS, "Held back\n> a banned thing")
    followed = await store.judged(accepted.run_id, Judged("question", FILTERED, alert=alert), rest, at=AT)
    assert followed.alert_run is not None
    (pending,) = await store.pending(MODS)
    assert (pending.run.id, pending.run.kind, pending.text) == (followed.alert_run, RunKind.ALERT, "")
    assert "a banned thing" in pending.notice

    found = await store.alerted(followed.alert_run)
    assert (found.key, found.about, found.message_id) == (MODS, HERE, accepted.message_id)
    assert (found.of_run, found.person_id, found.person_name) == (accepted.run_id, ANN.id, ANN.name)
    assert [one.run_id for one in await store.alerts_about([accepted.message_id])] == [found.run_id]
    assert await store.latest_run(MODS) is None
    await ask(store, "what is it?", MODS)
    plan = Plan()
    await store.start(MODS, plan, at=AT)
    assert plan.context is not None
    assert plan.context.past == ()


async def test_an_alert_repeats_nothing_of_a_message_that_was_deleted(store: Store) -> None:
    accepted = await ask(store, "a banned thing")
    alert = Alert(MODS, "Held back\n> a banned thing")
    await store.judged(accepted.run_id, Judged("question", FILTERED, alert=alert), rest, at=AT)
    await store.delete(accepted.message_id, at=AT)

    assert [entry.notice for entry in await store.entries(MODS)] == ["Held back"]


async def test_there_is_no_alert_but_an_alert(store: Store) -> None:
    started = await ask(store)
    await begin(store)
    with pytest.raises(NotFound):
        await store.alerted(started.run_id)
