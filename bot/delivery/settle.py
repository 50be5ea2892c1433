"""How a final text gets out: whole, or parked for later, or refused for good; the ledger says which."""

from collections.abc import Sequence

import structlog

from bot import metrics
from bot.delivery.lanes import Lane
from bot.delivery.posts import Posts, shorter
from bot.errors import DeliveryError, Gone, SlowDown, StorageError, TooLong, Unreachable
from bot.messages import Post
from bot.ports import Clock, Ledger

PATIENCE = 30.0
"""Seconds that a final text waits for its platform before it is parked."""
_PAUSES = (1.0, 2.0, 4.0)
_SLOW_DOWNS = 10
_DATABASE_PAUSE = 5.0

log = structlog.get_logger()


async def settle(posts: Posts, wanted: Sequence[Post], lane: Lane, ledger: Ledger, clock: Clock) -> bool:
    """Deliver an answer, or write down why not; False: it is parked. The caller holds the lane's lock.

    Never raises DeliveryError; a database that is out is waited for.
    """
    while True:
        try:
            return await _settle(posts, wanted, lane, ledger, clock)
        except StorageError as exc:
            log.warning("delivery not written down yet", run=posts.run_id, error=str(exc))
            await clock.sleep(_DATABASE_PAUSE)


async def hold_back(posts: Posts, lane: Lane, ledger: Ledger) -> None:
    """Park an answer behind those that wait in its chat already, and ask nothing of the platform."""
    await ledger.park(posts.to.key, posts.run_id, lane.due(), removed=posts.removed)


async def _settle(posts: Posts, wanted: Sequence[Post], lane: Lane, ledger: Ledger, clock: Clock) -> bool:
    try:
        await _bring(posts, wanted, lane, clock)
    except (SlowDown, Unreachable) as exc:
        until = lane.park(max(exc.retry_after, PATIENCE) if isinstance(exc, SlowDown) else None)
        metrics.delivered(posts.to.key.platform, "parked")
        log.warning("delivery parked", run=posts.run_id, kind=type(exc).__name__, until=until.isoformat())
        await ledger.park(posts.to.key, posts.run_id, until, removed=posts.removed)
        return False
    except DeliveryError as exc:
        why = "gone" if isinstance(exc, Gone) else str(exc)[:200] or "refused"
        metrics.delivered(posts.to.key.platform, "refused")
        log.warning("delivery refused", run=posts.run_id, why=why)
        await ledger.refused(posts.run_id, why)
        return True
    metrics.delivered(posts.to.key.platform, "gone" if posts.gone else "delivered")
    if posts.gone:
        await ledger.refused(posts.run_id, "gone")
    else:
        await ledger.delivered(posts.run_id, removed=posts.removed)
    return True


async def _bring(posts: Posts, wanted: Sequence[Post], lane: Lane, clock: Clock) -> None:
    """Take every step that is left. Raises DeliveryError when patience is at its end."""
    down = slow = 0
    while (seq := posts.step(wanted, whole=True)) is not None:
        if (wait := lane.wait(urgent=True)) > PATIENCE:
            raise SlowDown(retry_after=wait)
        await lane.turn(urgent=True, exempt=posts.exempt, final=True)
        try:
            wanted = await _take(posts, seq, wanted)
        except SlowDown as exc:
            slow += 1
            lane.slow_down(exc.retry_after)
            if slow == _SLOW_DOWNS:
                raise
        except Unreachable:
            if down == len(_PAUSES):
                raise
            await clock.sleep(_PAUSES[down])
            down += 1
        else:
            down = slow = 0
            lane.pace.relax()


async def _take(posts: Posts, seq: int, wanted: Sequence[Post]) -> Sequence[Post]:
    """Take a step; what is wanted from now on: what is too long for one message goes out in more of them.
    Raises DeliveryError."""
    try:
        await posts.take(seq, wanted)
    except TooLong:
        if seq >= len(wanted) or len(parts := shorter(wanted[seq], posts.limits)) == 1:
            raise
        return [*wanted[:seq], *parts, *wanted[seq + 1 :]]
    return wanted
