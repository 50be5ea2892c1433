"""Options that hold for some models only: a table by patterns of their names."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any


def by_model(stated: Any, model: str) -> Any:
    """What is stated for a model: for all alike, or by the first pattern of a table that fits. None: not."""
    if not isinstance(stated, Mapping):
        return stated
    return next((value for pattern, value in stated.items() if fnmatchcase(model, pattern)), None)
