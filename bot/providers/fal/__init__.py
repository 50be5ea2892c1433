"""fal.ai's models, through Hugging Face's router or any other door that leads there."""

from bot.providers.fal.provider import Fal

__all__ = ["Fal"]
