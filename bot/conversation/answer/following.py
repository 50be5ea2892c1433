"""What a model writes of its calls, handed to who follows that: nothing is made, kept or done where nobody
does."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversation.spending.meter import Meter
from bot.messages import Calling, Part, ToolCall


@dataclass(slots=True)
class Following:
    """One run's calls while they are written. `tell` is told the number of the request to a model, and a
    fragment; None: nobody follows."""

    tell: Callable[[int, Calling], None] | None = None
    _attempt: int = 0
    _told: set[int] = field(default_factory=set)
    _whole: int = 0

    def take(self, part: Part, meter: Meter) -> None:
        """Hand on a fragment; a whole call where its service sends no fragments."""
        if self.tell is None or meter.attempt is None or not isinstance(part, Calling | ToolCall):
            return
        if meter.attempt.call_id != self._attempt:
            self._attempt, self._whole = meter.attempt.call_id, 0
            self._told.clear()
        if isinstance(part, ToolCall):
            place, self._whole = self._whole, self._whole + 1
            if place in self._told:
                return
            part = Calling(place, part.id, part.name, part.arguments)
        self._told.add(part.place)
        self.tell(self._attempt, part)
