"""What the commands are for, in other languages than English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words")


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """By two-letter code (ISO 639-1), what each English description is there; read when first asked for."""
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(WORDS.glob("*.toml"))}
