"""The terminal, as a client of Parley's own machine interface: it knows what any script could know."""

from adapters.console.asking import ask, imagine
from adapters.console.talking import chat

__all__ = ["ask", "chat", "imagine"]
