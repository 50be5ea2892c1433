"""Platforms list the commands for people, and are told when they list others."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.errors import DeliveryError, SlowDown, Unreachable
from bot.ports import Clock

PATIENCE: Final = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before each further try."""

log = structlog.get_logger()


async def patiently(register: Callable[[], Awaitable[None]], clock: Clock, platform: str) -> None:
    """Have a platform list the commands. What fails is tried again a few times, and logged."""
    for pause in (*PATIENCE, None):
        try:
            await register()
        except (SlowDown, Unreachable) as exc:
            log.warning("commands not listed yet", platform=platform, why=str(exc))
            if pause is None:
                return
            await clock.sleep(exc.retry_after if isinstance(exc, SlowDown) else pause)
        except DeliveryError as exc:
            log.error("the commands are not taken", platform=platform, why=str(exc))  # noqa: TRY400  # it says why
            return
        else:
            return
