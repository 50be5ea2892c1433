"""How the stand-in speaks: word by word, at a reader's pace, no more words than it may."""

import asyncio
import re
from collections.abc import AsyncIterator

from bot.messages import End, EndReason, Text, Usage

_TOKEN = re.compile(r"\s*\S{1,12}|\s+")

PACE = 50.0
"""Words a second."""

_RHYTHM = (0.7, 1.1, 0.9, 1.3, 0.8, 1.2)
"""Nobody speaks like a clock: each word takes this part of its time, in turn."""


def tokens(text: str) -> list[str]:
    """The stand-in's tokens: words with the space before them. Joined they are the text."""
    return _TOKEN.findall(text)


async def speak(text: str, *, prompt_tokens: int, max_tokens: int, pace: float) -> AsyncIterator[Text | End]:
    """Say `text`, up to `max_tokens`. `pace` 0: without waiting."""
    words = tokens(text)
    allowed = words[:max_tokens]
    for count, word in enumerate(allowed):
        await asyncio.sleep(_RHYTHM[count % len(_RHYTHM)] / pace if pace else 0)
        yield Text(word)
    reason = EndReason.STOP if len(words) == len(allowed) else EndReason.LENGTH
    yield End(reason, Usage(prompt_tokens, len(allowed)))
