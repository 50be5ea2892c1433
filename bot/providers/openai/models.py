"""What a service lists of its models. What it states counts; where it states nothing, `Dialect.needs`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.messages import ModelFacts, Need, Price, Style
from bot.providers.openai.dialect import Dialect, wire_names

OUTPUTS: Final = {
    "text": Need.CHAT,
    "image": Need.IMAGE,
    "embeddings": Need.EMBEDDING,
    "speech": Need.SPEECH,
}
"""What a model is for by what comes out of it, in OpenRouter's words."""

TYPES: Final = {
    "chat": frozenset({Need.CHAT}),
    "image": frozenset({Need.IMAGE}),
    "embedding": frozenset({Need.EMBEDDING}),
    "moderation": frozenset({Need.MODERATION}),
    "language": frozenset[Need](),
    "code": frozenset[Need](),
    "rerank": frozenset[Need](),
    "audio": frozenset[Need](),
    "video": frozenset[Need](),
    "transcribe": frozenset[Need](),
}
"""What a model is for by its type, in Together's words; other services use other words for other things."""

ALSO: Final = {"size": frozenset({"size", "resolution"})}
"""Other names under which a list may state that a field of a picture is taken."""


MOST: Final = 5000
"""Entries of a list that are read; everybody waits while they are."""


class _Architecture(msgspec.Struct):
    input_modalities: list[str] | None = None
    output_modalities: list[str] | None = None


class _Abilities(msgspec.Struct):
    """Mistral's way to say it."""

    completion_chat: bool = True
    vision: bool = False
    moderation: bool = False


class _Model(msgspec.Struct):
    """An entry of the list. Plain servers give the id only; each dialect has its name for the context."""

    id: str
    name: str | None = None
    display_name: str | None = None
    type: str | None = None
    context_length: int | None = None
    context_window: int | None = None
    max_context_length: int | None = None
    max_model_len: int | None = None
    architecture: _Architecture | None = None
    capabilities: _Abilities | list[Any] | None = None
    pricing: dict[str, Any] | None = None
    supported_parameters: list[str] | dict[str, Any] | None = None


class _Bare(msgspec.Struct):
    id: str


def models_from_wire(answers: Iterable[Json], account: str, dialect: Dialect) -> tuple[ModelFacts, ...]:
    """The models that the account offers, of all its lists; what cannot be read is left out.

    A later list says which parameters a model takes that an earlier one has named. Raises ProviderGarbled.
    """
    found: dict[str, ModelFacts] = {}
    for answer in answers:
        for model in filter(None, map(_read, _entries(answer))):
            facts = _facts(model, account, dialect)
            before = found.get(facts.id)
            found[facts.id] = facts if before is None else replace(before, takes=facts.takes)
    return tuple(found.values())


def _entries(answer: Json) -> list[Json]:
    match answer:
        case {"data": [*entries]} | [*entries]:
            return entries[:MOST]
        case _:
            raise ProviderGarbled("no list of models")


def _read(entry: Json) -> _Model | None:
    """An entry; of one with fields that are not what they should be, its name."""
    if model := converted(entry, _Model):
        return model
    bare = converted(entry, _Bare)
    return _Model(bare.id) if bare else None


def _facts(model: _Model, account: str, dialect: Dialect) -> ModelFacts:
    lengths = (model.context_length, model.context_window, model.max_context_length, model.max_model_len)
    needs = _needs(model, dialect)
    plain = ModelFacts(
        f"{account}/{model.id}",
        needs,
        price=_price(model.pricing or {}, needs),
        title=model.name or model.display_name or "",
        takes=_takes(model, needs, dialect),
    )
    stated = next((length for length in lengths if length), plain.context_length)
    return replace(plain, context_length=stated)


def _needs(model: _Model, dialect: Dialect) -> frozenset[Need]:
    """What it is good for. Without a word about it: for chat."""
    if model.architecture is not None:
        outputs = model.architecture.output_modalities or ("text",)
        sees = "image" in (model.architecture.input_modalities or ())
        stated = frozenset(OUTPUTS[output] for output in outputs if output in OUTPUTS)
        return stated | {Need.VISION} if sees and Need.CHAT in stated else stated
    if isinstance(model.capabilities, _Abilities):
        return _able(model.capabilities) or dialect.needs(model.id) or frozenset()
    if model.type in TYPES:
        return TYPES[model.type]
    named = dialect.needs(model.id)
    return frozenset({Need.CHAT}) if named is None else named


def _able(abilities: _Abilities) -> frozenset[Need]:
    needs = (
        (Need.CHAT, abilities.completion_chat),
        (Need.VISION, abilities.completion_chat and abilities.vision),
        (Need.MODERATION, abilities.moderation),
    )
    return frozenset(need for need, given in needs if given)


def _takes(model: _Model, needs: frozenset[Need], dialect: Dialect) -> frozenset[str] | None:
    """The names of the parameters that it accepts. None: nobody said."""
    stated = model.supported_parameters
    takes: frozenset[str] | None = None
    if Need.CHAT in needs:
        refused = dialect.refuses(model.id)
        if isinstance(stated, list):
            takes = frozenset(stated) - refused
        elif refused:
            takes = (frozenset(Style.__dataclass_fields__) | {"tools"}) - refused
    if Need.IMAGE in needs:
        fields = dialect.takes(model.id)
        if isinstance(stated, dict):
            fields = frozenset(field for field in fields if _stated(field, dialect, stated))
        takes = (takes or frozenset()) | fields
    return takes


def _stated(field: str, dialect: Dialect, stated: Mapping[str, Any]) -> bool:
    """Whether a list that describes every parameter of a picture has this field of it."""
    return not (ALSO.get(field) or frozenset(wire_names(dialect.picture_fields[field]))).isdisjoint(stated)


def _price(pricing: dict[str, Any], needs: frozenset[Need]) -> Price | None:
    """US dollars per token, given as decimal strings. A negative price means "it depends": unknown.

    `image` is what a picture costs that is shown to the model, not one that it makes: those are counted in
    tokens (`image_output`) or by the request. Pictures for which nothing is asked there have a price
    that is not told.
    """
    try:
        prompt, completion = (Decimal(str(pricing[name])) for name in ("prompt", "completion"))
        tokens, request = (Decimal(str(pricing.get(name) or 0)) for name in ("image_output", "request"))
    except (KeyError, InvalidOperation):
        return None
    if not all(price.is_finite() and price >= 0 for price in (prompt, completion, tokens, request)):
        return None
    if Need.IMAGE not in needs:
        return Price(prompt, completion)
    price = Price(prompt, max(completion, tokens), request)
    return price if price.completion or price.picture else None
