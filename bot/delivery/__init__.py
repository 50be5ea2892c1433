"""Answers on their way to a platform: cleared, paced, split, written down, and brought whole in the end."""

from bot.delivery.deliveries import Deliveries
from bot.delivery.places import Place
from bot.delivery.pump import Answer
from bot.delivery.screens import Open
from bot.delivery.split import pieces

__all__ = ["Answer", "Deliveries", "Open", "Place", "pieces"]
