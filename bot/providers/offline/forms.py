"""What the stand-in writes into a form: what it can copy, and else the least that fits. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.messages import ChatRequest, Turn
from bot.providers.offline.tables import table

_MARK: Final = re.compile(r"⟦(?P<number>\d+) (?P<who>.+) \S+(?: \S+)?⟧\s*(?P<text>.*)", re.DOTALL)
_SPOKEN: Final = re.compile(r"⟦[^⟧]+⟧\s*(?P<text>.*)", re.DOTALL)
_SHORT: Final = 40
"""Characters of a title."""
_QUOTED: Final = 10
"""Messages that it repeats, the newest."""
_LONGEST: Final = 120
_NOTE: Final = "I'm a stand-in without intelligence: I repeat who said what, and understand nothing of it."
_EMPTY: Final[Mapping[str, object]] = {"array": [], "boolean": False, "null": None, "string": ""}


def filled(request: ChatRequest) -> str | None:
    """JSON of the shape that is wanted; None: none is."""
    if request.shape is None:
        return None
    if request.shape.name == "summary":
        return json.dumps(_summary(request.turns), ensure_ascii=False)
    if request.shape.name == "title":
        return json.dumps({"title": _title(request.turns)}, ensure_ascii=False)
    if request.shape.name == "table":
        return json.dumps(table(request.turns), ensure_ascii=False)
    return json.dumps(_least(request.shape.schema, request.shape.schema))


def _summary(turns: Sequence[Turn]) -> dict[str, Any]:
    """Who said what, word for word."""
    found = [mark for turn in turns if (mark := _MARK.fullmatch(turn.text.strip()))]
    said = [
        {"who": mark["who"], "text": _first(mark["text"]), "messages": [int(mark["number"])]}
        for mark in found[-_QUOTED:]
    ]
    topics = [{"text": _NOTE, "messages": []}] if said else []
    return {"topics": topics, "decisions": [], "questions": [], "statements": said}


def _title(turns: Sequence[Turn]) -> str:
    """What was said first, or the beginning of it."""
    said = (mark["text"] for turn in turns if (mark := _SPOKEN.fullmatch(turn.text.strip())))
    line = " ".join(next(said, "").split())
    return line if len(line) <= _SHORT else line[:_SHORT].rpartition(" ")[0] or line[:_SHORT]


def _first(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _least(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> object:
    """The least that fits a schema."""
    if reference := schema.get("$ref"):
        return _least(whole["$defs"][reference.rpartition("/")[2]], whole)
    if "enum" in schema:
        return schema["enum"][0]
    if choices := schema.get("anyOf"):
        return _least(choices[-1], whole)
    if schema.get("type") == "object":
        return {name: _least(one, whole) for name, one in schema.get("properties", {}).items()}
    return _EMPTY.get(schema.get("type", ""), schema.get("minimum", 0))
