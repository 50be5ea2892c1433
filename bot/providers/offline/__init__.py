"""The built-in stand-in: everything can be tried with it, and nobody takes it for intelligent."""

from bot.providers.offline.provider import Offline

__all__ = ["Offline"]
