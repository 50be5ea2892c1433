"""Workers: orders go out and come back, and no death of theirs is ours."""

import asyncio
from pathlib import Path

import pytest

from bot.workers.pool import WorkerLost, Workers
from tests.dying_decoder import DIE, HANG, HOARD, SPIN


def crew(**options: float) -> Workers:
    return Workers("tests.dying_decoder", **{"seconds": 20, "at_once": 1, **options})  # type: ignore[arg-type]  # at_once is whole


BROKEN = {"do": "clean"}
PROC = Path("/proc/self/environ")


async def test_an_order_comes_back_answered() -> None:
    answer, data = await crew().ask(BROKEN, b"no picture")
    assert "refused" in answer
    assert data == b""


async def test_a_worker_that_dies_is_an_error_and_the_next_order_finds_another() -> None:
    workers = crew(linger=60)
    with pytest.raises(WorkerLost):
        await workers.ask(BROKEN, DIE)
    answer, _ = await workers.ask(BROKEN, b"no picture")
    assert "refused" in answer
    await workers.close()


async def test_a_worker_that_takes_too_long_is_ended() -> None:
    with pytest.raises(WorkerLost, match="TimeoutError"):
        await crew(seconds=0.3).ask(BROKEN, HANG)


@pytest.mark.skipif(not PROC.exists(), reason="address space is limited on Linux only")
async def test_a_worker_cannot_take_more_than_its_memory() -> None:
    with pytest.raises(WorkerLost):
        await crew().ask(BROKEN, HOARD)


@pytest.mark.skipif(not PROC.exists(), reason="computing is limited on Linux only")
async def test_a_worker_that_computes_too_long_is_ended_before_the_other_side_gives_up() -> None:
    with pytest.raises(WorkerLost, match="IncompleteReadError"):
        await crew(seconds=60).ask(BROKEN, SPIN)


async def test_every_order_has_its_own_time_to_compute() -> None:
    workers = crew(linger=60)
    await workers.ask(BROKEN, b"no picture")
    (worker,) = workers._idle
    for _ in range(3):
        await workers.ask(BROKEN, b"no picture")
    assert workers._idle == [worker]
    await workers.close()


async def test_cancelling_ends_the_work_and_frees_the_turn() -> None:
    workers = crew(linger=60)
    await workers.ask(BROKEN, b"no picture")
    (worker,) = workers._idle
    task = asyncio.create_task(workers.ask(BROKEN, HANG))
    while workers._idle:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert worker.returncode not in (None, 0)
    answer, _ = await workers.ask(BROKEN, b"no picture")
    assert "refused" in answer
    await workers.close()


async def test_cancelling_while_a_worker_starts_frees_the_turn_too() -> None:
    workers = crew()
    task = asyncio.create_task(workers.ask(BROKEN, HANG))
    while not workers._turns.locked():
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not workers._turns.locked()


async def test_a_lingering_worker_is_used_again_and_dismissed_in_the_end() -> None:
    workers = crew(linger=60)
    await workers.ask(BROKEN, b"one")
    (first,) = workers._idle
    await workers.ask(BROKEN, b"two")
    assert workers._idle == [first]
    workers._dismiss()
    assert await first.wait() == 0
    await workers.close()


async def test_a_worker_killed_while_it_rested_is_replaced() -> None:
    workers = crew(linger=60)
    await workers.ask(BROKEN, b"one")
    (first,) = workers._idle
    first.kill()
    await first.wait()
    answer, _ = await workers.ask(BROKEN, b"two")
    assert "refused" in answer
    await workers.close()


@pytest.mark.skipif(not PROC.exists(), reason="only Linux shows a process's environment")
async def test_no_secret_of_ours_is_in_a_workers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "s3cret-s3cret")
    workers = crew(linger=60)
    await workers.ask(BROKEN, b"one")
    (worker,) = workers._idle
    environment = await asyncio.to_thread(Path(f"/proc/{worker.pid}/environ").read_bytes)
    assert b"PYTHONPATH" in environment
    assert b"s3cret" not in environment
    await workers.close()
