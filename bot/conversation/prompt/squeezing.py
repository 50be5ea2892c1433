"""What tools were asked and what came of it, made shorter where a model takes little. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.messages import ToolCall, ToolResult
from bot.records import Round
from bot.text import estimate_tokens

LEAST: Final = 40
"""Tokens of one call or one result below which nothing is left to be read."""

END: Final = 60
"""Characters that stay at the end of a result, for the mark that ends a stranger's words stands there."""

CUT = "\n[cut out here: there is more than fits]\n"
NOTHING = "{}"
"""In place of arguments that are too long: they have to stay JSON."""


def squeezed(rounds: Sequence[Round], too_many: int) -> tuple[Round, ...] | None:
    """Rounds that weigh so many estimated tokens less, their longest parts cut. None: that cannot be."""
    parts = _weights(rounds)
    wanted, most = sum(parts) - too_many, max(parts, default=0)
    while sum(min(weight, most) for weight in parts) > wanted:
        most = most * 9 // 10
        if most < LEAST:
            return None
    less = tuple(_cut(each, most) for each in rounds)
    return less if sum(_weights(less)) < sum(parts) else None


def _weights(rounds: Sequence[Round]) -> list[int]:
    called = [estimate_tokens(call.arguments) for each in rounds for call in each.calls]
    return called + [estimate_tokens(result.text) for each in rounds for result in each.results]


def _cut(each: Round, most: int) -> Round:
    return replace(
        each,
        calls=tuple(_call(one, most) for one in each.calls),
        results=tuple(_result(one, most) for one in each.results),
    )


def _call(call: ToolCall, most: int) -> ToolCall:
    return call if estimate_tokens(call.arguments) <= most else replace(call, arguments=NOTHING)


def _result(result: ToolResult, most: int) -> ToolResult:
    """Its beginning and its end."""
    text = result.text
    kept = len(text)
    while estimate_tokens(text) > most:
        kept = kept * 3 // 4
        text = result.text[: max(0, kept - END)] + CUT + result.text[-END:]
        if kept <= END:
            break
    return replace(result, call=_call(result.call, most), text=text)
