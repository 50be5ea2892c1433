"""How long Parley waits for Telegram, and between two tries."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `poll`: Telegram may hold a question for news so long, and has `answer` more; `first` to
    `longest`: between two tries, `refused`: at most, when it will not have the bot; `silent`: without an
    answer, until it counts as not heard. `breath`: between news and the next question, which would be in the
    way of what the news lead to."""

    poll: int = 25
    answer: float = 15.0
    first: float = 1.0
    longest: float = 30.0
    refused: float = 60.0
    silent: float = 90.0
    breath: float = 0.01

    def wait(self, failures: int, *, refused: bool = False) -> float:
        """Seconds until the next try, after so many failures in a row."""
        most = self.refused if refused else self.longest
        return min(most, self.first * 2.0 ** min(failures - 1, 10))


REAL: Final = Patience()
