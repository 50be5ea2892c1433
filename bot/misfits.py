"""What is wrong with data that a model wrote, told to it field by field. Pure."""

from typing import Final

from pydantic import ValidationError

TOLD: Final = 5
"""Faults that are told at once."""

LONGEST: Final = 80
"""Characters of a field's name that are repeated: a model may invent any."""


def told(error: ValidationError, whole: str) -> str:
    """Each fault with its field; `whole`: what the data is called. No value is repeated."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    lines = [
        f"{'.'.join(str(part) for part in fault['loc'])[:LONGEST] or whole}: {fault['msg']}"
        for fault in faults[:TOLD]
    ]
    more = [f"and {len(faults) - TOLD} more"] if len(faults) > TOLD else []
    return "; ".join(lines + more)
