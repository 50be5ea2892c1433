"""Pictures that are made: the request, and what comes back. Pure."""

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, decoded
from bot.http.pictures import LARGEST
from bot.messages import DrawRequest, PictureOptions, Usage
from bot.providers.openai.answer import WireError, WireUsage, error_from_wire
from bot.providers.openai.dialect import Dialect, wire_names


class Item(msgspec.Struct):
    """One picture: its bytes, or where they are."""

    b64_json: str | None = None
    url: str | None = None


class _Answer(msgspec.Struct):
    data: list[Item] | None = None
    usage: WireUsage | None = None
    error: WireError | str | None = None


_answers = msgspec.json.Decoder(_Answer)


def picture_to_wire(request: DrawRequest, dialect: Dialect) -> dict[str, Json]:
    """What is asked for, by the service's names. One picture and the model's own size need no word."""
    chosen = {
        name: value
        for field, wire in dialect.picture_fields.items()
        for name, value in zip(wire_names(wire), _values(request.options, field, wire), strict=True)
        if value not in (None, "") and not (field == "count" and value == 1)
    }
    fields = {**dialect.picture_extra, **chosen}
    refused = dialect.refuses(request.model)
    kept = {name: value for name, value in fields.items() if name not in refused}
    return {"model": request.model, "prompt": request.prompt, **kept}


def _values(options: PictureOptions, field: str, wire: str | list[str]) -> tuple[Json, ...]:
    """A field's value for each of its names on the wire."""
    value = getattr(options, field)
    if field != "size":
        return (value,)
    if isinstance(wire, list):
        return value or (None, None)
    return ("{}x{}".format(*value) if value else None,)


def largest(count: int) -> int:
    """Bytes that an answer with so many pictures may have: base64 makes four of three."""
    return count * LARGEST * 4 // 3 + LARGEST


def pictures_from_wire(body: bytes) -> tuple[list[Item], Usage | None]:
    """The pictures of an answer, at least one, and what they took. Raises ProviderError."""
    answer = decoded(_answers, body)
    if answer is None:
        raise ProviderGarbled("no answer with pictures")
    if answer.error is not None:
        raise error_from_wire(answer.error)
    if not answer.data:
        raise ProviderGarbled("an answer without pictures")
    return answer.data, answer.usage.usage() if answer.usage else None
