"""What `parley check` says of Telegram: whether it takes the token, what the bot hears, and by which way.

It is not asked for news: that would take them from a Parley that runs.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from bot.errors import KeyRefused, ProviderError, ProviderRefused
from bot.http import Http
from bot.report.joining import Joining
from bot.report.text import problem
from bot.settings import Deadlines, Settings
from bot.settings.report import shown

DEADLINES = Deadlines(connect=5, whole=15)
UNKNOWN = 404
"""How Telegram answers who asks with something that is no token."""

PRIVACY = (
    "In groups it is told commands, mentions and replies alone. For /listen, switch its privacy off with "
    "@BotFather (/setprivacy) and let it into the group anew, or make it an administrator there."
)
NO_GROUPS = "@BotFather keeps it out of groups: /setjoingroups changes that."


async def telegram(settings: Settings, token: SecretStr) -> Joining:
    """Ask Telegram who the bot is, and whom it tells what people say."""
    http = Http(f"{settings.telegram_api_base}/bot{token.get_secret_value()}", deadlines=DEADLINES)
    try:
        me = await http.get_json("/getMe")
        hook = await http.get_json("/getWebhookInfo")
    except (KeyRefused, ProviderRefused) as exc:
        refused = isinstance(exc, KeyRefused) or exc.status == UNKNOWN
        told = "does not accept TELEGRAM_TOKEN; @BotFather gives a new one with /revoke"
        return Joining("Telegram", told if refused else problem(exc))
    except ProviderError as exc:
        return Joining("Telegram", problem(exc))
    finally:
        await http.aclose()
    return _read(me, hook, settings)


def _read(me: Any, hook: Any, settings: Settings) -> Joining:
    match me, hook:
        case {"result": {"username": str(name)} as bot}, {"result": {"url": str(url)} as state}:
            groups = bot.get("can_join_groups") is not False
            return Joining(
                "Telegram",
                _wrong(state) if url and url == settings.telegram_webhook_url else "",
                f"@{name}",
                f"https://t.me/{name}{'?startgroup=parley' if groups else ''}",
                "a group" if groups else "a chat",
                tuple(_notes(bot, url, settings)),
            )
    return Joining("Telegram", "answers, but not as Telegram does")


def _wrong(state: Mapping[str, Any]) -> str:
    """Why Telegram does not get through to the webhook, when it did not the last time."""
    if state.get("pending_update_count") and (said := state.get("last_error_message")):
        return f"cannot call TELEGRAM_WEBHOOK_URL; the last time it was told: {shown(str(said))}"
    return ""


def _notes(bot: Mapping[str, Any], url: str, settings: Settings) -> Iterator[str]:
    """What else there is to know."""
    if not settings.telegram_webhook_url and url:
        yield "A webhook is set for it, so that somebody else is told: Parley takes it away when it starts."
    elif settings.telegram_webhook_url and url != settings.telegram_webhook_url:
        yield "It is not told to call TELEGRAM_WEBHOOK_URL yet: that is done when Parley starts."
    if bot.get("can_join_groups") is False:
        yield NO_GROUPS
    elif bot.get("can_read_all_group_messages") is False:
        yield PRIVACY
