"""Commands in replies, as people on Discord can press them: `</persona set:1234>`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.commands import COMMANDS

TYPED: Final = 1
"""Discord's type of a command that is typed; it tells none for one that is."""

_KNOWN: Final = frozenset(command.typed for command in COMMANDS)
_CODE = re.compile(r"`(/[a-z_]+(?: [a-z_]+)?)`")
_FENCE: Final = "```"


class Mentions:
    """Knows the numbers under which Discord keeps our commands; before it has told them, none."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def learn(self, there: Iterable[Mapping[str, Any]]) -> None:
        """Discord has told which commands there are."""
        self._numbers = {one["name"]: str(one["id"]) for one in there if one.get("type", TYPED) == TYPED}

    def pressable(self, text: str) -> str:
        """A text in which commands can be pressed; in code blocks they stay as they are."""
        parts = text.split(_FENCE)
        parts[::2] = [_CODE.sub(self._mention, part) for part in parts[::2]]
        return _FENCE.join(parts)

    def _mention(self, found: re.Match[str]) -> str:
        number = self._numbers.get(found[1].removeprefix("/").partition(" ")[0])
        return f"<{found[1]}:{number}>" if number and found[1] in _KNOWN else found[0]
