"""Texts placed in a space, and texts judged: requests and answers. Pure."""

import math
import re
import struct
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.http.pictures import data_url
from bot.messages import Embedded, TextsRequest, Verdict
from bot.providers.openai.answer import WireError, WireUsage, error_from_wire


class _Vector(msgspec.Struct):
    embedding: list[float] | str
    index: int | None = None


class _Vectors(msgspec.Struct):
    data: list[_Vector] | None = None
    usage: WireUsage | None = None
    error: WireError | str | None = None


class _Result(msgspec.Struct):
    category_scores: dict[str, float | None]
    categories: dict[str, bool | None] = {}
    flagged: bool | None = None


class _Results(msgspec.Struct):
    results: list[_Result] | None = None
    error: WireError | str | None = None


SHORTENED = re.compile(r"text-embedding-3\b")
"""Models that shorten their vectors when asked to; others refuse the parameter."""


def texts_to_wire(model: str, texts: Sequence[str], dimensions: int | None = None) -> dict[str, Json]:
    """Texts as the service reads them. Without a model it chooses."""
    short: dict[str, Json] = {"dimensions": dimensions} if dimensions and SHORTENED.search(model) else {}
    return {**({"model": model} if model else {}), "input": list(texts), **short}


def judged_to_wire(request: TextsRequest) -> Iterator[tuple[dict[str, Json], int]]:
    """What is to be judged as the service reads it, and how many verdicts there will be."""
    if request.texts:
        yield texts_to_wire(request.model, request.texts), len(request.texts)
    for picture in request.pictures:
        shown: dict[str, Json] = {"type": "image_url", "image_url": {"url": data_url(picture)}}
        yield {**({"model": request.model} if request.model else {}), "input": [shown]}, 1


def vectors_from_wire(answer: Json, count: int) -> Embedded:
    """A vector for each of `count` texts, in their order. Raises ProviderError."""
    read = converted(answer, _Vectors)
    if read is None:
        raise ProviderGarbled("no answer with vectors")
    if read.error is not None:
        raise error_from_wire(read.error)
    data = read.data or []
    places = [place if one.index is None else one.index for place, one in enumerate(data)]
    if sorted(places) != list(range(count)):
        raise ProviderGarbled("not one vector for each text")
    found = {place: _numbers(one.embedding) for place, one in zip(places, data, strict=True)}
    vectors = tuple(found[place] for place in range(count))
    if not all(map(len, vectors)) or len({len(vector) for vector in vectors}) > 1:
        raise ProviderGarbled("vectors of different lengths")
    return Embedded(vectors, read.usage.usage() if read.usage else None)


def _numbers(embedding: list[float] | str) -> tuple[float, ...]:
    """A vector, given as numbers or as base64 of 32-bit floats, the lowest byte first."""
    try:
        if isinstance(embedding, str):
            data = b64decode(embedding, validate=True)
            numbers = struct.unpack(f"<{len(data) // 4}f", data)
        else:
            numbers = tuple(embedding)
    except (ValueError, struct.error):
        raise ProviderGarbled("a vector that is no base64") from None
    if not all(map(math.isfinite, numbers)):
        raise ProviderGarbled("a vector that is not of numbers")
    return numbers


def verdicts_from_wire(answer: Json, count: int) -> tuple[Verdict, ...]:
    """A verdict on each of `count` texts, in their order. Raises ProviderError."""
    read = converted(answer, _Results)
    if read is None:
        raise ProviderGarbled("no answer with verdicts")
    if read.error is not None:
        raise error_from_wire(read.error)
    results = read.results or []
    if len(results) != count:
        raise ProviderGarbled("not one verdict for each text")
    return tuple(map(_verdict, results))


def _verdict(result: _Result) -> Verdict:
    """Where the service does not say whether it flags a text, one flagged category is enough."""
    scores: Mapping[str, float] = {
        name: score for name, score in result.category_scores.items() if score is not None
    }
    flagged = any(result.categories.values()) if result.flagged is None else result.flagged
    return Verdict(flagged, scores)
