"""Anthropic's Messages API."""

from bot.providers.anthropic.provider import Anthropic

__all__ = ["Anthropic"]
