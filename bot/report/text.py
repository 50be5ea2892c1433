"""Words for a terminal."""

import textwrap
from collections.abc import Sequence

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderTimeout,
)

OUT_OF_CREDIT = 402
"""Its status says that the key is good, and paid for no more."""

_TOLD: dict[type[ProviderError], str] = {
    KeyRefused: "does not accept the key",
    ProviderBusy: "is busy: try again later",
    ProviderDown: "cannot be reached",
    ProviderTimeout: "takes too long to answer",
    ProviderGarbled: "answers, but not as its kind does",
}
_AGES = ((86_400, "day"), (3600, "hour"), (60, "minute"))


def problem(error: ProviderError, *, keyless: bool = False) -> str:
    """What an account does, or does not, when it is asked. `keyless`: it was asked without a key."""
    if isinstance(error, KeyRefused) and error.status == OUT_OF_CREDIT:
        return "is out of credit"
    if isinstance(error, KeyRefused) and keyless:
        return "wants a key: name its variable as api_key_env"
    return next((told for known, told in _TOLD.items() if isinstance(error, known)), "refuses to answer")


def ago(seconds: float) -> str:
    """How long it is since something happened: `3 hours ago`."""
    for unit, name in _AGES:
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {name}{'s' * (count > 1)} ago"
    return "just now"


def table(rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Lines of columns; those of `right` are set to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def laid_out(text: str, *, indent: int) -> str:
    """A sentence in lines of 79 columns, all but the first indented; a long name stays whole."""
    return textwrap.fill(
        text, 79, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
