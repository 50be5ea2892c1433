"""What comes along with a persona, in words. Pure."""

from collections.abc import Callable, Sequence

from bot.governance.personas import NO_TOOLS, Persona


def brings(
    persona: Persona,
    overruled: Callable[[str], str | None] = lambda _: None,
    here: Sequence[str] | None = None,
) -> str:
    """What comes along with it; `overruled`: what the room has set itself, which goes before it; `here`: the
    tools that the room has, if that is to be told."""
    told = [
        f"{name} `{value}`{' (the room has its own)' if overruled(name) else ''}"
        for name, value in (("model", persona.model), ("style", persona.style))
        if value
    ]
    if persona.tools is not None:
        missing = [] if here is None else [name for name in persona.tools if name not in here]
        without = f" (of which this room has no {listed(missing)})" if missing else ""
        told.append(f"tools {listed(persona.tools) or NO_TOOLS}{without}")
    return ", ".join(told)


def listed(names: Sequence[str]) -> str:
    """Names as code."""
    return ", ".join(f"`{name}`" for name in names)
