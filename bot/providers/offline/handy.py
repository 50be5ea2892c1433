"""What the stand-in has tools do: a few plain wishes, read from the words of a message. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.messages import ChatRequest, ToolCall, Turn
from bot.providers.offline.files import apart
from bot.strangers import within

_SUM = r"[\d(][\d\s.,()+*/×÷%^-]*[\d)%]"
_WISHES: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(words, re.IGNORECASE | re.DOTALL)
    for name, words in (
        ("remember", r"\bremember that (?P<text>.+)"),
        (
            "remind",
            r"\bremind me (?P<when>(?:in|at|on|tomorrow)\b.*?) (?:to|of|about|that) (?P<text>.+)",
        ),
        ("fetch_page", r"\b(?:read|open|look at|fetch|summari[sz]e)\b.*?(?P<address>https?://\S+)"),
        ("search_web", r"\bsearch (?:the web )?for (?P<query>.+)"),
        ("imagine", r"\b(?:paint|draw)(?: me)? (?P<prompt>(?:an?|the|some)\b.+)"),
        ("now", r"\bwhat(?:'s| is)? (?:the )?(?:time|day|date)\b"),
        (
            "calculate",
            rf"\b(?:calculate|compute|what(?:'s| is)|how much is)\s+(?P<formula>{_SUM})",
        ),
    )
}
"""What is said to wish for a tool; the groups are its arguments."""

_SIGNS: Final = str.maketrans("×÷", "*/")
LONGEST: Final = 1500


def wish(request: ChatRequest) -> ToolCall | None:
    """What a message wishes that a tool can do, among those that are offered."""
    offered = {tool.name for tool in request.tools}
    if not offered or not request.turns or request.turns[-1].role != "user":
        return None
    said, _ = apart(request.turns[-1].text)
    for name, words in _WISHES.items():
        if name in offered and (found := words.search(said)):
            given = {key: value.translate(_SIGNS).strip() for key, value in found.groupdict().items()}
            return ToolCall(f"offline-{len(request.turns)}", name, json.dumps(given))
    return None


def told(turns: Sequence[Turn]) -> str | None:
    """What tools have just told, in the stand-in's words. None: none has."""
    if not turns or turns[-1].role != "tool":
        return None
    return "\n\n".join(
        f"{'That did not work' if one.failed else f'My tool `{one.call.name}` says'}: {_plain(one.text)}"
        for one in turns[-1].results
    )


def _plain(text: str) -> str:
    """A result as people read it."""
    return within(text)[:LONGEST].strip()
