"""What changed between two versions of a persona, as people read it. Pure."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from bot.governance.personas import NO_TOOLS, parsed
from bot.unseen import seen

_SENTENCES = re.compile(r"(?<=[.!?…])\s+")


def between(old: str | None, new: str | None) -> str:
    """A unified diff of two settings, sentence by sentence, that can stand in a code block; nothing where
    they say the same. None: just Parley."""
    _, _, *told = [*unified_diff([*lines_of(old)], [*lines_of(new)], lineterm="", n=2)] or ("", "")
    return "\n".join(told)


def lines_of(value: str | None) -> Iterator[str]:
    """A version as lines: its words in sentences, and what it brings along."""
    if value is None:
        return
    persona = parsed(value)
    if persona.of:
        yield f"(follows the persona {persona.of})"
        return
    for paragraph in persona.text.splitlines():
        yield from (_harmless(part) for part in _SENTENCES.split(paragraph))
    for name, brought in (("model", persona.model), ("style", persona.style)):
        if brought:
            yield f"({name}: {_harmless(brought)})"
    if persona.tools is not None:
        yield f"(tools: {_harmless(', '.join(persona.tools)) or NO_TOOLS})"


def _harmless(line: str) -> str:
    """Words that end no code block."""
    return seen(line).replace("```", "'''").rstrip()
