"""Telegram is heard by asking it: nothing is lost and nothing ends it, whatever it answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.telegram.asking.patience import REAL
from adapters.telegram.connection.fetching import news
from adapters.telegram.connection.poller import ANOTHER, COMING, SILENT, UNKNOWN_BOT
from adapters.telegram.connection.watchdog import Watchdog
from tests.clock import VirtualClock
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import hangs, not_found, page, resets, sends, too_many, unauthorized
from tests.telegram_ears import ACCOUNT, QUICK, ears, polling


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


async def test_what_is_said_is_heard_in_order(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert heard.poller.why == COMING
        for text in ("one", "two", "three"):
            await ann.says(text, room=DIRECT)
        assert await heard.texts(3) == ["one", "two", "three"]
        assert heard.poller.why == ""
        assert heard.poller.silence is not None
        asked = telegram.asked("getUpdates")[0].params
        assert asked["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "message_reaction",
        ]


async def test_it_is_known_at_once_whether_telegram_can_be_heard(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getUpdates", page(502))
    async with ears(telegram, tmp_path) as heard, polling(heard):
        await telegram.clock.until(lambda: len(telegram.asked("getUpdates")) == 3)
        assert heard.poller.why == ""
        asked = [call.params["timeout"] for call in telegram.asked("getUpdates")]
        assert asked == [0, 0, QUICK.poll]


async def test_telegram_may_forget_only_what_is_stored(telegram: Telegram, tmp_path: Path) -> None:
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path, failures=3) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        calls = [call for call in telegram.asked("getUpdates") if call.status == 200 and call.result]
        assert [call.params["offset"] for call in calls] == [0, 0, 0, 0]


async def test_what_was_stored_after_all_is_dealt_with_at_once(telegram: Telegram, tmp_path: Path) -> None:
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path, failures=1, after=True) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        await heard.forgotten()
        assert len(heard.seen) == 1


async def test_an_update_that_nobody_can_read_is_passed_over(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    await ann.says("before", room=DIRECT)
    telegram.updates.add_raw(message={"message_id": "?", "date": "never"})
    telegram.updates.add_raw(message={"message_id": 1, "date": 10**30, "chat": {"id": 1, "type": "private"}})
    telegram.updates.add_raw(unheard_of={"chat": 5})
    await ann.says("behind", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert sorted(await heard.texts(3)) == ["", "before", "behind"]  # of the unheard-of, the rest is read
        await telegram.clock.until(lambda: telegram.updates.confirmed == 5)
        await heard.forgotten()


@pytest.mark.parametrize("odd", [b'"\\ud83d"', b'"\\udc00 \\ud83d\\ude00"', b'"\x01"', b"NaN"])
async def test_what_only_the_lenient_reader_takes_hides_no_others(
    telegram: Telegram, tmp_path: Path, odd: bytes
) -> None:
    told = b'{"ok": true, "result": [{"update_id": 1, "message": {"text": ' + odd + b"}}]}"
    telegram.will("getUpdates", *[sends(told)] * 2)
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        assert [call.params["offset"] for call in telegram.asked("getUpdates")[:2]] == [0, 2]


async def test_updates_of_no_usable_number_do_not_hold_up_others(telegram: Telegram, tmp_path: Path) -> None:
    garbage = b'{"ok": true, "result": [{"x": 1}, 7, {"update_id": 99999999999999999999999}]}'
    telegram.will("getUpdates", sends(garbage))
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]


async def test_nothing_that_telegram_answers_ends_it(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will(
        "getUpdates",
        unauthorized(),
        not_found(),
        page(502),
        page(200),
        resets(),
        sends(b"null"),
        sends(b'{"ok": true, "result": {}}'),
        sends(b'{"ok": false, "parameters": 3}', 500),
        sends(b"[" * 100_000),
    )
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        assert heard.poller.why == ""


async def test_a_refused_token_is_told_while_it_is_refused(telegram: Telegram, tmp_path: Path) -> None:
    telegram.always("getUpdates", unauthorized())
    async with ears(telegram, tmp_path) as heard, polling(heard):
        await telegram.was_asked("getUpdates", 3)
        assert heard.poller.why == UNKNOWN_BOT
        telegram.always("getUpdates", None)
        await telegram.member("ann").says("hello", room=DIRECT)
        assert await heard.texts(1) == ["hello"]
        assert heard.poller.why == ""


async def test_a_poll_that_hangs_is_given_up(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getUpdates", hangs())
    await telegram.member("ann").says("hello", room=DIRECT)
    patience = replace(QUICK, poll=0, answer=0.3)
    async with ears(telegram, tmp_path, patience=patience) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]


async def test_a_poll_that_wedges_is_begun_anew(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getUpdates", hangs())
    await telegram.member("ann").says("hello", room=DIRECT)
    patience = replace(QUICK, answer=1e9, silent=0.3)
    async with ears(telegram, tmp_path, patience=patience) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]


async def test_a_long_silence_is_told(telegram: Telegram, tmp_path: Path) -> None:
    async with ears(telegram, tmp_path, patience=replace(QUICK, silent=0.0)) as heard:
        heard.poller._watchdog.heard()
        while not heard.poller.silence:
            pass
        assert heard.poller.why == SILENT


async def test_it_waits_as_long_as_telegram_asks(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getUpdates", too_many(1))
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        first, second = telegram.asked("getUpdates")[:2]
        assert second.at - first.at >= 1.0


async def test_a_wait_longer_than_any_silence_is_waited_for(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getUpdates", too_many(1))
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path, patience=replace(QUICK, silent=0.2)) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        first, second = telegram.asked("getUpdates")[:2]
        assert second.at - first.at >= 1.0


async def test_another_process_with_the_token_is_named(telegram: Telegram, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    async with ears(telegram, tmp_path / "a") as one, ears(telegram, tmp_path / "b") as two:
        async with polling(one), polling(two):
            await telegram.clock.until(lambda: ANOTHER in {one.poller.why, two.poller.why})
        async with polling(one):
            await telegram.member("ann").says("alone again", room=DIRECT)
            assert await one.texts(1) == ["alone again"]
            assert one.poller.why == ""


async def test_a_forgotten_webhook_is_taken_away(telegram: Telegram, tmp_path: Path) -> None:
    async with ears(telegram, tmp_path) as heard:
        await heard.bot.set_webhook("http://127.0.0.1:9/nobody")
        await telegram.member("ann").says("hello", room=DIRECT)
        async with polling(heard):
            assert await heard.texts(1) == ["hello"]
            assert telegram.deliverer.webhook is None


async def test_numbers_that_begin_again_lower_do_not_mute_it(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        await ann.says("before", room=DIRECT)
        assert await heard.texts(1) == ["before"]
        await telegram.clock.until(lambda: not telegram.updates.waiting)
        telegram.updates.restart_ids(1000)
        await ann.says("a week later", room=DIRECT)
        await ann.says("and another", room=DIRECT)
        assert await heard.texts(2) == ["a week later", "and another"]
        await telegram.clock.until(lambda: not telegram.updates.waiting)


async def test_what_is_told_twice_or_out_of_order_is_dealt_with_once(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    for text in ("a", "b", "c"):
        await ann.says(text, room=DIRECT)
    waiting = [pending.id for pending in telegram.updates.waiting]
    telegram.updates.reorder()
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert sorted(await heard.texts(3)) == ["a", "b", "c"]
        for number in waiting:
            telegram.updates.again(number)
        await ann.says("d", room=DIRECT)
        assert await heard.texts(1) == ["d"]
        assert len(heard.seen) == 4


async def test_what_a_process_left_is_dealt_with_by_the_next(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    await ann.says("stuck", room=DIRECT)
    async with ears(telegram, tmp_path) as heard:
        heard.gates["stuck"] = asyncio.Event()
        async with polling(heard):
            await telegram.clock.until(lambda: telegram.updates.confirmed == 1)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["stuck"]
        await heard.forgotten()
    async with ears(telegram, tmp_path) as heard:
        assert await heard.inbox.undealt("telegram", ACCOUNT) == []


def test_an_answer_without_news_acknowledges_nothing() -> None:
    assert news([]).after is None


async def test_the_watchdog_waits_for_silence_and_no_longer() -> None:
    clock = VirtualClock()
    watchdog = Watchdog(clock, 90.0)
    stuck = asyncio.create_task(watchdog.stuck())
    await clock.advance(60)
    watchdog.heard()
    await clock.advance(60)
    assert (watchdog.silence, watchdog.alarmed) == (60.0, False)
    watchdog.stirred()
    await clock.advance(89.9)
    assert not stuck.done()
    assert watchdog.alarmed
    await clock.advance(0.2)
    assert stuck.done()


def test_tries_come_slower_and_never_stop() -> None:
    assert [REAL.wait(failures) for failures in (1, 2, 3, 6, 10_000)] == [1, 2, 4, 30, 30]
    assert REAL.wait(10_000, refused=True) == 60
