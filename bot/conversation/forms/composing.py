"""What a model is asked that fills a form in from what was said: as much of the newest as fits. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from bot.conversation.forms.structured import Structured
from bot.conversation.prompt.window import LINE_TOKENS, MARGIN, Asked, Line, newest
from bot.errors import TooLarge
from bot.messages import ModelFacts
from bot.records import Context
from bot.text import estimate_tokens


def composed(
    form: Structured[Any],
    context: Context,
    model: ModelFacts,
    output_cap: int,
    head: Line,
    said: Sequence[tuple[Line, ...]],
    last: Sequence[Line],
) -> Asked:
    """`head`, the newest of `said` that fit, and `last`. Raises TooLarge when none of them does."""
    factor, max_tokens = context.calibration.get(model.id, 1.0), longest(model, output_cap)
    fixed = estimate_tokens(json.dumps(form.shape.schema)) + weight((head, *last))
    shown, weighs = newest(
        reversed(said), int(model.context_length * MARGIN / factor) - max_tokens - fixed, weight
    )
    if said and not shown:
        raise too_large(model)
    lines = (head, *(line for lines in shown for line in lines), *last)
    return Asked(lines, max_tokens, round((fixed + weighs) * factor), fixed + weighs)


def longest(model: ModelFacts, output_cap: int) -> int:
    """Tokens that a filled form may have."""
    return min(output_cap, max(1, model.context_length // 4))


def too_large(model: ModelFacts) -> TooLarge:
    """A model takes nothing of what there is."""
    return TooLarge(f"That is too much for {model.id} at once. Please choose another model.")


def weight(lines: Sequence[Line]) -> int:
    """The estimated tokens of lines without pictures."""
    return sum(LINE_TOKENS + estimate_tokens(line.text) for line in lines)
