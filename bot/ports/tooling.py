"""What the core asks of the database for the tools of a run, and for what is paid beside its answer."""

from collections.abc import Sequence
from typing import Protocol

from bot.messages import ChannelKey, PictureRef
from bot.records import Settlement


class Tooling(Protocol):
    """Pictures that tools paint and look at, and the calls that this takes."""

    async def begin_picture(self, run_id: int, call_id: str, *, most: int) -> PictureRef | None:
        """Record that a call of a run's last round is about to paint. The picture: it has painted it before.
        Raises TooLarge when `most` other calls of the run have begun to; NotFound."""
        ...

    async def end_picture(self, run_id: int, call_id: str, ref: PictureRef) -> None:
        """Record what a call has painted."""
        ...

    async def pictures_shown(self, key: ChannelKey, message_id: int) -> Sequence[PictureRef]:
        """The pictures of a message of this very room, unless it was deleted, or left behind by `/new`."""
        ...

    async def settle(self, settled: Settlement) -> None:
        """Record how a call ended that no other follows."""
        ...
