"""Where a dialogue takes place: a platform with its people, a running Parley, and an AI service to direct."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.application import running
from bot.messages import Need
from bot.settings import Account, ModelEntry, Settings, Web
from tests.hurried import LIMITS, PACE, HurriedClock
from tests.platforms.discord import Discord, discord_server
from tests.platforms.discord.pressed import pressed
from tests.platforms.people import Person, Shown
from tests.platforms.telegram import Telegram
from tests.platforms.telegram import serving as telegram_server
from tests.platforms.telegram.found import find
from tests.platforms.telegram.units import Formatted
from tests.platforms.web import Web as WebChat
from tests.platforms.web import web_chat
from tests.seeded import seeded
from tests.wire.server import AiServer, serving

TOKEN = "a-token-for-tests-that-is-long-enough"

WRITES = frozenset({"sendMessage", "editMessageText"})
"""Methods of Telegram that show words, with previews unless they are forbidden. A draft has none."""


class Town(Protocol):
    """A platform's people."""

    def member(self, name: str) -> Person:
        """Somebody."""

    def moderator(self, name: str) -> Person:
        """Somebody who looks after the rooms."""


@dataclass(frozen=True, slots=True)
class Place:
    """A platform on which Parley is. `called`: whom it has called by name there; `lured`: what of its
    messages fetches a preview by itself, or hides where it leads; `led`: the addresses that somebody
    could ever press in what it wrote."""

    town: Town
    called: Callable[[], Sequence[object]]
    lured: Callable[[], Sequence[object]] = list
    led: Callable[[], Sequence[str]] = list


Opens: TypeAlias = Callable[[Settings], AbstractAsyncContextManager[Place]]


@dataclass(frozen=True, slots=True)
class Stage:
    """Everybody there."""

    ai: AiServer
    ann: Person
    bo: Person
    mod: Person
    place: Place

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What the AI service was asked to answer or to paint, in order."""
        return [request.body for request in self.ai.requests if request.method == "POST"]

    @property
    def words(self) -> list[tuple[str, str]]:
        """The last conversation that the AI service was shown: role and text of each turn."""
        return [(turn["role"], _text(turn["content"])) for turn in self.asked[-1]["messages"]]

    def answers(self, room: str = "general") -> list[Shown]:
        """What Parley has said in a room, as ann sees it."""
        return [one for one in self.ann.screen(room) if one.author == "Parley"]


@asynccontextmanager
async def on_the_web(settings: Settings) -> AsyncIterator[Place]:
    """The web chat, where nobody can be called."""
    async with running(settings, clock=HurriedClock()) as parley, web_chat(parley.url, parley.token) as web:
        yield Place(web, list, led=partial(linked, web))


def linked(web: WebChat) -> list[str]:
    """The hosts that the page was ever told it may link to."""
    found = re.findall(r'"links": ?(null|\[[^\]]*\])', web.told("general"))
    return [host for one in found for host in json.loads(one) or ()]


@asynccontextmanager
async def on_discord(settings: Settings) -> AsyncIterator[Place]:
    """A Discord with its own limits; only a new session may begin at once, and a slow machine answer late."""
    async with discord_server(LIMITS) as discord:
        here = replace(settings, discord_token=SecretStr(discord.token), discord_api_base=discord.url)
        async with running(here, clock=HurriedClock()):
            await discord.gateway.connected()
            called = partial(pinged, discord)
            yield Place(discord, called, partial(unfurling, discord), partial(pressable, discord))


def pinged(discord: Discord) -> list[object]:
    """Whom Parley called, and writes in which it could have."""
    return [*discord.sights.pings, *discord.transcript.unguarded()]


def pressable(discord: Discord) -> list[str]:
    """The addresses that Discord made links of in any message, first or edited."""
    bodies = [one.body for one in discord.transcript.requests if isinstance(one.body, dict)]
    said = [body.get("data", body) for body in bodies]
    return [address for one in said for address in pressed(one.get("content") or "")]


def unfurling(discord: Discord) -> list[object]:
    """Writes that let Discord fetch previews, and those whose words hide an address."""
    bodies = [one.body for one in discord.transcript.requests if isinstance(one.body, dict)]
    said = [body.get("data", body) for body in bodies]
    lured = [
        one for one in said if one.get("content") and (not one.get("flags", 0) & 4 or "](" in one["content"])
    ]
    return [*discord.sights.unfurled, *lured]


@dataclass(frozen=True, slots=True)
class Groups:
    """Telegram's people, as the dialogues call them."""

    telegram: Telegram

    def member(self, name: str) -> Person:
        """Somebody in the group."""
        return self.telegram.member(name)

    def moderator(self, name: str) -> Person:
        """An administrator of the group."""
        return self.telegram.administrator(name)

    def called(self) -> Sequence[object]:
        """What in Parley's messages there calls a person, or a bot."""
        said = [one for one in self.telegram.chat().messages.values() if one.by_bot]
        marks = [mark for one in said for mark in one.body.get("entities", ())]
        return [mark for mark in marks if mark["type"] in {"mention", "text_mention", "bot_command"}]

    def lured(self) -> Sequence[object]:
        """What Parley has sent with previews, and links that hide where they lead."""
        calls = [one for one in self.telegram.requests if "text" in one.params and one.method in WRITES]
        open_ = [one for one in calls if one.params.get("link_preview_options") != {"is_disabled": True}]
        said = [one for one in self.telegram.chat().messages.values() if one.by_bot]
        links = [(mark, one.text) for one in said for mark in one.body.get("entities", ())]
        hidden = [mark for mark, text in links if "url" in mark and urlsplit(mark["url"]).netloc not in text]
        return [*open_, *hidden]

    def led(self) -> Sequence[str]:
        """The addresses that Telegram made links of in any message, draft or edit."""
        found: list[str] = []
        for call in self.telegram.requests:
            if isinstance(text := call.params.get("text"), str):
                marked = find(Formatted(text, tuple(call.params.get("entities") or ())))
                raw = text.encode("utf-16-le")
                for one in marked.entities:
                    words = raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
                    found += [one.get("url", words)] if one["type"] in ("url", "text_link") else []
        return found


@asynccontextmanager
async def on_telegram(settings: Settings) -> AsyncIterator[Place]:
    """A Telegram with its own limits, and a group in which Parley is told what is meant for it."""
    async with telegram_server(pace=PACE) as telegram:
        groups = Groups(telegram)
        here = replace(settings, telegram_token=SecretStr(telegram.token), telegram_api_base=telegram.url)
        async with running(here, clock=HurriedClock()):
            yield Place(groups, groups.called, groups.lured, groups.led)


PLATFORMS: Mapping[str, Opens] = {"web": on_the_web, "discord": on_discord, "telegram": on_telegram}


@asynccontextmanager
async def staged(platform: str, folder: Path, context: int = 32_000, **more: Any) -> AsyncIterator[Stage]:
    """The curtain rises: ann and bo are members, mod is a moderator. `context`: what the service takes;
    `more` settings."""
    async with serving() as ai, PLATFORMS[platform](settings_of(folder, ai.url, context, **more)) as place:
        town = place.town
        yield Stage(ai, town.member("ann"), town.member("bo"), town.moderator("mod"), place)


def settings_of(
    folder: Path, url: str, context: int = 32_000, options: Mapping[str, object] | None = None, **more: Any
) -> Settings:
    """One service that talks, sees and paints; `options` of its account."""
    account = Account(
        "lab", "openai", url, free=True, default_model="talks", image_model="paints", options=options or {}
    )
    made = Settings(
        data=seeded(folder),
        web=Web(port=0, token=SecretStr(TOKEN)),
        accounts={"lab": account},
        models={"lab/talks": ModelEntry(vision=True, context_length=context)},
        routes={
            Need.CHAT: ("lab/talks",),
            Need.VISION: ("lab/talks",),
            Need.IMAGE: ("lab/paints",),
        },
    )
    return replace(made, **more)


def _text(content: str | list[dict[str, Any]]) -> str:
    """The words of a turn, which may have pictures beside them."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)
