"""Requests as the server reads them: pure."""

from collections.abc import Sequence

from bot.http import Json
from bot.messages import ChatRequest, CompletionRequest, Style


def generate_to_wire(
    inputs: str, request: ChatRequest | CompletionRequest, stop: Sequence[str]
) -> dict[str, Json]:
    """What `/generate` and `/generate_stream` take. `details` bring the reason of the end and the tokens."""
    return {
        "inputs": inputs,
        "parameters": {
            "max_new_tokens": request.max_tokens,
            **style_to_wire(request.style),
            "stop": list(stop),
            "details": True,
            "return_full_text": False,
            **_grammar(request),
        },
    }


def _grammar(request: ChatRequest | CompletionRequest) -> dict[str, Json]:
    """What holds an answer to its form."""
    if isinstance(request, CompletionRequest) or request.shape is None:
        return {}
    return {"grammar": {"type": "json", "value": dict(request.shape.schema)}}


def style_to_wire(style: Style) -> dict[str, Json]:
    """The sampling parameters that were chosen, as far as the server takes them.

    It refuses a temperature of 0 and a `top_p` of 1, and knows no presence penalty. Without `do_sample` it
    takes a temperature of 1 for no choice; with any `top_p` it samples, whatever else was said.
    """
    chosen: dict[str, Json] = {}
    greedy = style.temperature is not None and style.temperature <= 0
    if style.temperature is not None:
        chosen["do_sample"] = not greedy
    if style.temperature is not None and not greedy:
        chosen["temperature"] = style.temperature
    if style.top_p is not None and 0 < style.top_p < 1 and not greedy:
        chosen["top_p"] = style.top_p
    if style.frequency_penalty is not None:
        chosen["frequency_penalty"] = style.frequency_penalty
    return chosen
