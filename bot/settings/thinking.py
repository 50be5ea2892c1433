"""How Anthropic's models think before they answer: an option of their accounts."""

from collections.abc import Iterator, Mapping

MODES = ("adaptive", "between_tools", "disabled")
"""What the service takes without a budget; not every model takes each."""


def wrong_thinking(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence when the provider could not work with the option, beginning with its name."""
    stated = options.get("thinking", MODES[0])
    modes = stated.values() if isinstance(stated, Mapping) else (stated,)
    if not all(mode in MODES for mode in modes):
        yield f'thinking must be one of {", ".join(MODES)}, or a table of them by model: "claude-*" = "…".'
