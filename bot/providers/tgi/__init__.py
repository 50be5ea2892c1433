"""Text Generation Inference and its likes: the client writes the whole prompt, special tokens included."""

from bot.providers.tgi.provider import TGI

__all__ = ["TGI"]
