"""JSON as services send it: sometimes with characters that are none."""

import json
from typing import TypeVar

import msgspec

T = TypeVar("T")


def decoded(decoder: msgspec.json.Decoder[T], data: bytes) -> T | None:
    """What the data say, broken characters replaced. None: they cannot be read."""
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError):  # the second: brackets in brackets, a thousand deep
        return _mended(decoder, data)


def converted(value: object, kind: type[T]) -> T | None:
    """JSON that was read, as a value of its kind. None: it is none; msgspec's error would quote it."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None


def _mended(decoder: msgspec.json.Decoder[T], data: bytes) -> T | None:
    """What can be read after broken characters were replaced: bytes that are no UTF-8, half surrogates."""
    try:
        text = json.dumps(json.loads(data.decode("utf-8", "replace")), ensure_ascii=False)
        return decoder.decode(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
