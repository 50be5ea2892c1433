"""What was said in a room longer ago than its models can be shown, in short."""

from dataclasses import dataclass, field

from bot.records.turns import Exchange


@dataclass(frozen=True, slots=True)
class Condensed:
    """What a run has made of a room's oldest exchanges, `after` a question that notes cover already."""

    after: int
    exchanges: tuple[Exchange, ...]
    text: str = field(repr=False)
