"""Examples as files: their owner's alone, each there as a whole or not at all."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from bot.errors import ConfigError
from bot.tuning.checking import check
from bot.tuning.examples import Chosen, Example

TRAIN: Final = "train.jsonl"
VALIDATION: Final = "validation.jsonl"
REPORT: Final = "report.json"
EPOCHS: Final = 3
"""How often a service goes through the examples where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was written, and what was not. `cost`: in US dollars; None: nobody said what a token costs."""

    rated: int
    liked: int
    consenting: int
    dropped: dict[str, int]
    train: int
    validation: int
    tokens: int
    cost: str | None
    faults: tuple[str, ...]


def lines(examples: Iterable[Example]) -> bytes:
    """JSON Lines in the form of conversations, as services take them."""
    return "".join(
        json.dumps(
            {"messages": [{"role": role, "content": words} for role, words in example.messages]},
            ensure_ascii=False,
        )
        + "\n"
        for example in examples
    ).encode()


def write(chosen: Chosen, folder: Path, price: Decimal | None = None) -> Report:
    """Write all three files. `price`: US dollars for a million trained tokens. Raises ConfigError."""
    train, validation = lines(chosen.train), lines(chosen.validation)
    checked = check(train)
    cost = None if price is None else f"{price * checked.tokens * EPOCHS / 1_000_000:.2f}"
    report = Report(
        chosen.rated,
        chosen.liked,
        chosen.consenting,
        chosen.dropped,
        len(chosen.train),
        len(chosen.validation),
        checked.tokens,
        cost,
        tuple(map(str, checked.faults)),
    )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(folder / TRAIN, train)
        _put(folder / VALIDATION, validation)
        _put(folder / REPORT, json.dumps(asdict(report), indent=2, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise ConfigError(f"{folder}: nothing can be written there: {error.strerror}.") from error
    return report


def _put(path: Path, data: bytes) -> None:
    """A file that nobody else may read, in place of what was there."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:  # 0600
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
