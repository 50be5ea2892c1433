"""Parley's core: everything a chat platform does not know and an AI service does not care about."""

__version__ = "0.1.0"
