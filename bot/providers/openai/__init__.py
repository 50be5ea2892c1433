"""OpenAI and every service that speaks its dialect: OpenRouter, DeepSeek, Mistral, local servers."""

from bot.providers.openai.provider import OpenAI

__all__ = ["OpenAI"]
