"""What ends a connection to Discord: errors that pass, and those that need the operator."""

import zlib

import aiohttp
import discord
from discord.gateway import ReconnectWebSocket

PASSING = (OSError, aiohttp.ClientError, discord.DiscordException, ReconnectWebSocket)
"""A network's and a server's faults, as the library raises them: worth another try, unless `turned_away`."""

GARBLED = (LookupError, TypeError, ValueError, AttributeError, RuntimeError, zlib.error)
"""What the library raises when it is sent what it cannot read."""

TOO_MANY = 429
RESTART = "and start Parley again."
PORTAL = "Discord's developer portal (discord.com/developers)"

TOKEN = (
    "Discord is off: it does not accept DISCORD_TOKEN. Make a new one in "
    f"{PORTAL}, on the application's page Bot, with Reset Token; put it into DISCORD_TOKEN {RESTART}"
)
INTENTS = (
    "Discord is off: message_content in [discord] needs the switch Message Content Intent. Turn it on in "
    f"{PORTAL}, on the application's page Bot, or take message_content out of parley.toml, {RESTART}"
)
SHARDS = (
    "Discord is off: it does not take the number of shards. Set shards = 0 in [discord], or take it out, "
    f"so that Discord is asked for the number, {RESTART}"
)
VERSION = (
    f"Discord is off: it no longer speaks with this version of Parley. Install the newest version {RESTART}"
)
STOPPED = "Discord is off, because of an error in Parley; the log shows it. Start Parley again."

CODES = {4004: TOKEN, 4010: SHARDS, 4011: SHARDS, 4012: VERSION, 4013: VERSION, 4014: INTENTS}
"""The gateway's close codes after which nobody may connect again (Discord's documentation, opcodes)."""

ENDED = frozenset({4007, 4009})
"""Close codes after which the session is gone: another has to be started."""


class TurnedAway(Exception):
    """Discord will not have this bot as it is; the sentence says what to do."""


def turned_away(error: BaseException) -> TurnedAway | None:
    """What the operator is told about an error; None when the same may go well later."""
    match error:
        case discord.LoginFailure() | discord.HTTPException(status=401):
            return TurnedAway(TOKEN)
        case discord.PrivilegedIntentsRequired():
            return TurnedAway(INTENTS)
        case discord.ConnectionClosed(code=code) if code in CODES:
            return TurnedAway(CODES[code])
    return None


def lasting(error: BaseException) -> bool:
    """Whether the same request would fail again: what was asked for is not there, or not for this bot."""
    if isinstance(error, discord.HTTPException):
        return 400 <= error.status < 500 and error.status != TOO_MANY
    return isinstance(error, discord.InvalidData)
