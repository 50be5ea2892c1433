"""From a message to its answer: accept, wait in order, write, keep. True on any platform."""

from bot.conversation.service import Conversation

__all__ = ["Conversation"]
