"""What `parley check` says of chat platforms: of Discord, whether it takes the token, and where the bot is
invited."""

from enum import IntFlag
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

from bot.errors import KeyRefused, ProviderError
from bot.http import Http, Json
from bot.report.joining import Joining
from bot.report.telegram import telegram
from bot.report.text import problem
from bot.settings import Deadlines, Settings

AUTHORIZE = "https://discord.com/oauth2/authorize"
AGENT = "DiscordBot (Parley, 1)"
"""In the form that Discord asks for: its proxy refuses others."""
DEADLINES = Deadlines(connect=5, whole=15)

CONTENT = 1 << 18 | 1 << 19
"""Flags of an application that may ask for every message's words: in all servers, or in up to 75."""


class Permission(IntFlag):
    """What the bot needs in a server, and no more: what it writes has no embeds, and no emoji from elsewhere.

    It sees a channel, reads what it is a reply to and what it missed, answers, and shows pictures.
    """

    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    SEND_MESSAGES_IN_THREADS = 1 << 38


async def joining(settings: Settings) -> list[Joining]:
    """Ask every chat platform that has a token who the bot is."""
    found = []
    if token := settings.discord_token:
        found.append(await _discord(settings, token))
    if token := settings.telegram_token:
        found.append(await telegram(settings, token))
    return found


async def _discord(settings: Settings, token: SecretStr) -> Joining:
    http = Http(
        settings.discord_api_base,
        key=f"Bot {token.get_secret_value()}",
        key_header="Authorization",
        headers={"User-Agent": AGENT},
        deadlines=DEADLINES,
    )
    try:
        return _read(await http.get_json("/oauth2/applications/@me"), settings)
    except KeyRefused:
        return Joining(
            "Discord", "does not accept DISCORD_TOKEN; make a new one with Reset Token in its portal"
        )
    except ProviderError as exc:
        return Joining("Discord", problem(exc))
    finally:
        await http.aclose()


def _read(application: Json, settings: Settings) -> Joining:
    match application:
        case {"id": str(client_id), "name": str(name)} if client_id.isdecimal():
            return Joining("Discord", _wrong(application, settings), name, invite(client_id))
    return Joining("Discord", "answers, but not as Discord does")


def _wrong(application: Any, settings: Settings) -> str:
    """What of its settings in the portal keeps Parley from working."""
    flags = application.get("flags")
    if settings.discord.message_content and not (isinstance(flags, int) and flags & CONTENT):
        return (
            "message_content in [discord] needs the switch Message Content Intent, on the portal's page Bot"
        )
    if application.get("interactions_endpoint_url"):
        return (
            "commands go elsewhere: empty the Interactions Endpoint URL, on the portal's General Information"
        )
    return ""


def invite(client_id: str) -> str:
    """Where a server's administrator lets the bot in, with its commands."""
    wanted = sum(Permission)
    query = {"client_id": client_id, "permissions": wanted, "scope": "bot applications.commands"}
    return f"{AUTHORIZE}?{urlencode(query)}"
