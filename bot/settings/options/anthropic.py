"""How Anthropic's models think before they answer."""

from collections.abc import Iterator, Mapping

OPTIONS = frozenset({"thinking"})

MODES = ("adaptive", "between_tools", "disabled")
"""What the service takes without a budget; not every model takes each."""


def wrong(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    stated = options.get("thinking", MODES[0])
    modes = stated.values() if isinstance(stated, Mapping) else (stated,)
    if not all(mode in MODES for mode in modes):
        yield f'thinking must be one of {", ".join(MODES)}, or a table of them by model: "claude-*" = "…".'
