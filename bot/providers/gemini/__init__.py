"""Google's Gemini API."""

from bot.providers.gemini.provider import Gemini

__all__ = ["Gemini"]
