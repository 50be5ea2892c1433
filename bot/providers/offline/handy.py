"""What the stand-in has tools do: a few plain wishes, read from the words of a message. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Final

from bot.messages import ChatRequest, ToolCall, ToolResult, Turn
from bot.providers.offline.files import apart
from bot.strangers import within

_SUM = r"[\d(](?:[\d\s.,()+*/×÷%^-]|\bof\b)*[\d)%]"
_WHEN = r"(?P<when>(?:in|at|on|tomorrow)\b.*?)"
_NOT = r"(?<!n't )(?<!n’t )(?<!not )(?<!never )"
_WISHES: Final = tuple(
    (name, re.compile(words, re.IGNORECASE | re.DOTALL))
    for name, words in (
        ("remember", r"\bremember that (?P<text>.+)"),
        (
            "forget",
            rf"{_NOT}\bforget (?:the )?(?=[fn#])(?:(?:fact|note|number|no\.) ?)*#?(?P<number>\d{{1,9}})\b",
        ),
        ("remind", rf"\bremind me {_WHEN} (?:to|of|about|that) (?P<text>.+)"),
        ("remind", rf"\bremind me (?:to|of|about|that) (?P<text>.+) {_WHEN}[.!]?\Z"),
        ("fetch_page", r"\b(?:read|open|look at|fetch|summari[sz]e)\b.*?(?P<address>https?://\S+)"),
        ("search_web", r"\bsearch (?:the web )?for (?P<query>.+)"),
        ("imagine", r"\b(?:paint|draw)(?: me)? (?P<prompt>(?:an?|the|some)\b.+)"),
        ("now", r"\bwhat(?:'s| is)? (?:the )?(?:time|day|date)\b"),
        (
            "calculate",
            rf"\b(?:calculate|compute|what(?:'s| is)|how much is)\s+(?P<formula>{_SUM})",
        ),
    )
)
"""What is said to wish for a tool; the groups are its arguments."""

_SIGNS: Final = str.maketrans("×÷", "*/")
_OF: Final = re.compile(r"\s+of\s+", re.IGNORECASE)
LONGEST: Final = 1500


def wish(request: ChatRequest) -> ToolCall | None:
    """What a message wishes that a tool can do, among those that are offered."""
    offered = {tool.name for tool in request.tools}
    if not offered or request.spent or not request.turns or request.turns[-1].role != "user":
        return None
    said, _ = apart(request.turns[-1].text)
    for name, words in _WISHES:
        if name in offered and (found := words.search(said)):
            given = {key: _argument(key, value) for key, value in found.groupdict().items()}
            return ToolCall(f"offline-{len(request.turns)}", name, json.dumps(given))
    return None


def _argument(name: str, said: str) -> str | int:
    """An argument as a tool takes it."""
    if name == "number":
        return int(said)
    value = said.translate(_SIGNS).strip()
    return _OF.sub(" * ", value) if name == "formula" else value


def told(turns: Sequence[Turn]) -> str | None:
    """What tools have just told, in the stand-in's words. None: none has."""
    if not turns or turns[-1].role != "tool":
        return None
    return "\n\n".join(map(_told, turns[-1].results))


def _told(result: ToolResult) -> str:
    """A result as people read it. What is said of a picture is for models: people see it."""
    if result.pictures:
        return "There it is."
    says = "That did not work" if result.failed else f"My tool `{result.call.name}` says"
    return f"{says}: {within(result.text)[:LONGEST].strip()}"
