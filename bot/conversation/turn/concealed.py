"""How much nobody could see of what a turn was told and of what it says: logged as a number, never as words.

It is left out on either way (`bot.unseen`). Somebody may be trying to give orders or to carry words away.
"""

from collections.abc import Iterable

import structlog

from bot.unseen import unseen

log = structlog.get_logger()


def note(run_id: int, way: str, texts: Iterable[str]) -> None:
    """Log how many characters of these texts are left out, if there are any. `way`: `in` is to a model, `out`
    from one."""
    if count := sum(end - begin for text in texts for begin, end in unseen(text)):
        log.warning("characters that nobody sees left out", run=run_id, way=way, count=count)
