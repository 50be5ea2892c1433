"""What happened in a channel is dealt with in order, and no other channel waits for it."""

import asyncio

from structlog.testing import capture_logs

from bot.conversation.queues.lines import Deal, Lines


def deal(log: list[str], name: str, gate: asyncio.Event | None = None) -> Deal:
    """Something that is noted when it begins, and that may wait."""

    async def done() -> None:
        log.append(name)
        if gate:
            await gate.wait()

    return done


async def test_a_channel_waits_for_itself_and_for_no_other() -> None:
    lines, log, gate = Lines(), list[str](), asyncio.Event()
    lines.add(1, deal(log, "first", gate))
    lines.add(1, deal(log, "second"))
    lines.add(2, deal(log, "other"))
    while len(log) < 2:
        await asyncio.sleep(0)
    lines.add(1, deal(log, "third"))
    gate.set()
    await lines.drain(5.0)
    assert log == ["first", "other", "second", "third"]
    assert len(lines) == 0


async def test_what_fails_is_logged_and_holds_nothing_up() -> None:
    lines, log = Lines(), list[str]()

    async def fails() -> None:
        raise LookupError("a bug")

    with capture_logs() as logged:
        lines.add(1, fails)
        lines.add(1, deal(log, "next"))
        await lines.drain(5.0)
    assert log == ["next"]
    assert [one["log_level"] for one in logged] == ["error"]


async def test_a_drain_ends_in_time_whatever_is_going_on() -> None:
    lines, log = Lines(), list[str]()
    lines.add(1, deal(log, "endless", asyncio.Event()))
    await lines.drain(0.01)
    await asyncio.sleep(0)
    assert (log, len(lines)) == (["endless"], 0)


async def test_after_the_end_nothing_that_waited_is_begun() -> None:
    lines, log = Lines(), list[str]()
    lines.add(1, deal(log, "endless", asyncio.Event()))
    lines.add(1, deal(log, "behind it"))
    await lines.drain(0.01)
    for _ in range(3):
        await asyncio.sleep(0)
    assert (log, len(lines)) == (["endless"], 0)
