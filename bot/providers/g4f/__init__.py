"""G4F servers: OpenAI's dialect, with models that need no name and pictures in two versions."""

from bot.providers.g4f.provider import G4F

__all__ = ["G4F"]
