"""Notices when Telegram has not been heard for too long: a poll can hang without ever failing."""

from bot.ports import Clock


class Watchdog:
    """Counts the seconds of silence. `silent`: so many are too many."""

    def __init__(self, clock: Clock, silent: float) -> None:
        self._clock = clock
        self._silent = silent
        self._heard: float | None = None
        self._stirred = clock.monotonic()

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered as it should; None: it never has."""
        return None if self._heard is None else self._clock.monotonic() - self._heard

    @property
    def alarmed(self) -> bool:
        """Whether it has been silent for too long, or has never been heard."""
        return self.silence is None or self.silence > self._silent

    def heard(self) -> None:
        """Telegram answered as it should, and what it told is stored."""
        self._heard = self._stirred = self._clock.monotonic()

    def stirred(self, rest: float = 0.0) -> None:
        """Something came of it, be it a failure: whoever asks is alive, and may rest for so many seconds."""
        self._stirred = self._clock.monotonic() + rest

    async def stuck(self) -> None:
        """Wait until nothing has stirred for too long."""
        self.stirred()
        while (left := self._stirred + self._silent - self._clock.monotonic()) > 0:
            await self._clock.sleep(left)
