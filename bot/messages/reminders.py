"""What somebody shall be told later. Values only."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages.people import Actor, Address


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to tell a person later, in the room where they wanted it. `id` 0: it is not kept yet;
    `worded`: a model has chosen the words, so that they link nowhere."""

    due: datetime
    actor: Actor
    address: Address
    text: str = field(repr=False)
    id: int = 0
    worded: bool = False
