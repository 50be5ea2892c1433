"""The size of a picture as people type it: `1024x768`, `1024`, `square`. Pure."""

import re

from bot.conversation.answer.painting import SHAPES
from bot.errors import BadOption

LEAST, MOST = 64, 4096
"""Pixels that a side may have."""

_SIZE = re.compile(r"([0-9]{1,9})(?:\s*[x×*]\s*([0-9]{1,9}))?(?:\s*px)?")


def size(typed: str) -> tuple[int, int]:
    """Width and height in pixels; one number is both. Raises BadOption."""
    wanted = typed.strip().lower()
    if wanted in SHAPES:
        return SHAPES[wanted]
    match = _SIZE.fullmatch(wanted)
    if match is None:
        raise BadOption(f"“size” is width × height in pixels, like 1024x768, or {', '.join(SHAPES)}.", "size")
    wide, high = int(match[1]), int(match[2] or match[1])
    if not (LEAST <= wide <= MOST and LEAST <= high <= MOST):
        raise BadOption(f"A side of a picture has {LEAST} to {MOST} pixels.", "size")
    return wide, high
