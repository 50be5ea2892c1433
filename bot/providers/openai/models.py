"""What a service lists of its models. Nothing is guessed from a name: only what it states counts."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json
from bot.messages import ModelFacts, Need, Price


class _Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class _Abilities(msgspec.Struct):
    """Mistral's way to say it."""

    completion_chat: bool = True
    vision: bool = False


class _Model(msgspec.Struct):
    """An entry of the list. Plain servers give the id only; each dialect has its name for the context."""

    id: str
    name: str | None = None
    context_length: int | None = None
    context_window: int | None = None
    max_context_length: int | None = None
    max_model_len: int | None = None
    architecture: _Architecture | None = None
    capabilities: _Abilities | None = None
    pricing: dict[str, Any] | None = None


def models_from_wire(answer: Json, account: str) -> tuple[ModelFacts, ...]:
    """The models that the account offers; what cannot be read is left out. Raises ProviderGarbled."""
    match answer:
        case {"data": [*entries]} | [*entries]:
            found = (_read(entry) for entry in entries)
            return tuple(_facts(model, account) for model in found if model is not None)
        case _:
            raise ProviderGarbled("no list of models")


def _read(entry: Json) -> _Model | None:
    try:
        return msgspec.convert(entry, _Model)
    except msgspec.ValidationError:
        return None


def _facts(model: _Model, account: str) -> ModelFacts:
    lengths = (model.context_length, model.context_window, model.max_context_length, model.max_model_len)
    plain = ModelFacts(
        f"{account}/{model.id}",
        _needs(model),
        price=_price(model.pricing or {}),
        title=model.name or "",
    )
    stated = next((length for length in lengths if length), plain.context_length)
    return replace(plain, context_length=stated)


def _needs(model: _Model) -> frozenset[Need]:
    """What it is good for. Without a word about it: for chat."""
    talks, sees = True, False
    if model.architecture is not None:
        talks = "text" in (model.architecture.output_modalities or ("text",))
        sees = "image" in (model.architecture.input_modalities or ())
    elif model.capabilities is not None:
        talks, sees = model.capabilities.completion_chat, model.capabilities.vision
    needs = ((Need.CHAT, talks), (Need.VISION, talks and sees))
    return frozenset(need for need, given in needs if given)


def _price(pricing: dict[str, Any]) -> Price | None:
    """US dollars per token, given as decimal strings. A negative price means "it depends": unknown."""
    try:
        prices = [Decimal(str(pricing[name])) for name in ("prompt", "completion")]
    except (KeyError, InvalidOperation):
        return None
    return Price(*prices) if all(price.is_finite() and price >= 0 for price in prices) else None
