"""The size of a picture as people type it: `1024x768`, `1024`, `square`. Pure."""

import re

from bot.errors import BadOption

LEAST, MOST = 64, 4096
"""Pixels that a side may have."""

NAMED = {"square": (1024, 1024), "portrait": (768, 1024), "landscape": (1024, 768)}

_SIZE = re.compile(r"([0-9]{1,9})(?:\s*[x×*]\s*([0-9]{1,9}))?(?:\s*px)?")


def size(typed: str) -> tuple[int, int]:
    """Width and height in pixels; one number is both. Raises BadOption."""
    wanted = typed.strip().lower()
    if wanted in NAMED:
        return NAMED[wanted]
    match = _SIZE.fullmatch(wanted)
    if match is None:
        raise BadOption(f"“size” is width × height in pixels, like 1024x768, or {', '.join(NAMED)}.", "size")
    wide, high = int(match[1]), int(match[2] or match[1])
    if not (LEAST <= wide <= MOST and LEAST <= high <= MOST):
        raise BadOption(f"A side of a picture has {LEAST} to {MOST} pixels.", "size")
    return wide, high
