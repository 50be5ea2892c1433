"""What a server says of the one model that it runs."""

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.messages import ModelFacts, Need


class _Info(msgspec.Struct):
    """`max_input_tokens` was called `max_input_length` before version 2."""

    model_id: str = ""
    model_pipeline_tag: str | None = None
    max_input_tokens: int | None = None
    max_input_length: int | None = None
    max_total_tokens: int | None = None


def facts_from_wire(answer: Json, usual: ModelFacts, named: str) -> ModelFacts:
    """The facts of the server's model over what is `usual` of it, under the name that it was given, else
    under its own. The prompt alone has a limit too: the smallest is the context. Raises ProviderGarbled.
    """
    info = converted(answer, _Info)
    if info is None:
        raise ProviderGarbled("no facts of a model")
    limits = (info.max_input_tokens, info.max_input_length, info.max_total_tokens)
    sees = usual.sees or info.model_pipeline_tag == "image-text-to-text"
    return ModelFacts(
        f"{usual.account}/{named or info.model_id or usual.name}",
        frozenset({Need.CHAT, Need.VISION} if sees else {Need.CHAT}),
        min((limit for limit in limits if limit), default=usual.context_length),
        title=info.model_id,
        takes=usual.takes,
    )
