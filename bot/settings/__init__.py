"""What the operator decided: environment and TOML, read once into one frozen `Settings`."""

from bot.settings.load import load
from bot.settings.values import (
    Account,
    Deadlines,
    DiscordOptions,
    McpServer,
    ModelEntry,
    Moderation,
    Search,
    Settings,
    SpendLimits,
    TelegramOptions,
    Web,
)

__all__ = [
    "Account",
    "Deadlines",
    "DiscordOptions",
    "McpServer",
    "ModelEntry",
    "Moderation",
    "Search",
    "Settings",
    "SpendLimits",
    "TelegramOptions",
    "Web",
    "load",
]
