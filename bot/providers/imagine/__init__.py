"""Flux and SDXL-Lightning servers: words go in, one picture comes out."""

from bot.providers.imagine.provider import Imagine

__all__ = ["Imagine"]
