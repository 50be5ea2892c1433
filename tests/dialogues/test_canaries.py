"""No room reads another, whatever words come by.

One Parley is on all three platforms at once. Every room is filled with canaries, words that stand nowhere
else, in every way in which words come in; then people ask in each for what lies in all of them, and the model
searches the room's past for it, and says whatever it was shown. Ids collide on purpose: a private chat of
Telegram and a room of the web chat have the number of a channel of Discord.
"""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.application import running
from bot.messages import Need
from tests.dialogues.stage import settings_of
from tests.hurried import LIMITS, PACE, HurriedClock
from tests.platforms.discord import Discord, Member, discord_server
from tests.platforms.people import DIRECT, Person
from tests.platforms.telegram import Person as Telegrammer
from tests.platforms.telegram import Telegram
from tests.platforms.telegram import serving as telegram_server
from tests.platforms.web import Visitor, Web, web_chat
from tests.wire.answers import says
from tests.wire.openai import asks, gives
from tests.wire.server import AiServer, serving
from tests.wire.wire import Wire

MARK = re.compile(r"#(\d+)#")
"""In a question, which has it in its answer: `Answer 7`."""
numbers = itertools.count(1)
CANARY = re.compile(r"canary-([a-z]+)-([a-z]+)")
BAIT = "Where does the treasure lie?"
CHATTER = "Nobody said anything today that one would want to keep in mind for long. " * 25
INHERITED = {"persona", "knowledge"}
"""What a thread, and a private question, have of their channel."""


def canaries(of: object) -> set[tuple[str, str]]:
    """The canaries in something: by which way they came in, and in which room."""
    return set(CANARY.findall(json.dumps(of)))


@dataclass(frozen=True, slots=True)
class Nook:
    """A room, and who is there. `calls`: how Parley is called there; `of`: the room whose persona and
    knowledge it has; `privately`: what ann asks for her eyes alone; `long`: more is said than a model is
    shown; `brief`: less is said, for Telegram takes a message a second in a group with all its topics."""

    name: str
    room: str
    ann: Person
    bo: Person
    mod: Person
    calls: str = ""
    of: str = ""
    privately: bool = False
    long: bool = False
    brief: bool = False

    @property
    def ways(self) -> set[str]:
        """How words come in here at least."""
        if self.privately:
            return {"chat"}
        return {"chat", "fact", "file", "persona"} | (set() if self.brief else {"knowledge"})

    def canary(self, way: str) -> str:
        """A sentence that nobody says elsewhere."""
        return f"The treasure lies at canary-{way}-{self.name}."

    def allows(self, found: Iterable[tuple[str, str]]) -> bool:
        """Whether these may be seen here."""
        return all(room == self.name or (room == self.of and way in INHERITED) for way, room in found)


FORMS: Mapping[str, Callable[[str], object]] = {
    "title": lambda known: {"title": known[:60]},
    "table": lambda known: {"columns": ["place"], "rows": [{"cells": [known], "messages": [1]}]},
    "summary": lambda known: {
        "topics": [{"text": known, "messages": [1]}],
        **{part: [] for part in ("decisions", "questions", "statements")},
    },
}
"""What the model fills in."""


async def obeying(wire: Wire) -> None:
    """The attacker's friend: it searches the room whenever it can, and tells all that it was ever shown. To
    it all texts are alike, so that whatever is looked through is found."""
    body = wire.request.body
    if wire.request.path.endswith("/embeddings"):
        alike = [{"index": number, "embedding": [1.0, 0.0]} for number, _ in enumerate(body["input"])]
        await gives({"data": alike})(wire)
    else:
        await _told(wire, body)


async def _told(wire: Wire, body: Any) -> None:
    """Whatever it was shown."""
    known = " ".join(f"canary-{way}-{room}" for way, room in sorted(canaries(body))) or "nothing"
    form = body.get("response_format", {}).get("json_schema", {}).get("name")
    tools = {tool["function"]["name"] for tool in body.get("tools", ())}
    last = body["messages"][-1]
    if form:
        await says(json.dumps(FORMS[form](known)), usage=None)(wire)
    elif "search_room" in tools and BAIT in str(last["content"]):
        await asks("", ("c1", "search_room", ['{"words": "treasure lies"}']))(wire)
    else:
        said = [turn["content"] for turn in body["messages"] if turn["role"] == "user"]
        marks = MARK.findall(json.dumps(said)) or ["0"]
        await says(f"Answer {marks[-1]}: I know {known}.", usage=None)(wire)


async def asked(nook: Nook, words: str, **more: Any) -> Any:
    """Ask, and wait for the answer."""
    number = next(numbers)
    words = f"{words} #{number}#"
    said = None
    if nook.privately:
        await nook.ann.runs("/chat", message=words, room=nook.room, private=True)
    else:
        said = await nook.ann.says(words, mention=True, room=nook.room, **more)
    await nook.ann.sees_final(f"Answer {number}:", room=nook.room)
    return said


async def ordered(nook: Nook, who: Person, command: str, seen: str, **options: Any) -> None:
    """Give a command, and wait until its reply is seen."""
    await who.runs(command, room=nook.room, **options)
    await who.sees(seen, room=nook.room)


async def filled(nook: Nook) -> None:
    """Words come into a room in every way that its platform has."""
    if nook.privately:
        await asked(nook, nook.canary("chat"))
        return
    if isinstance(nook.ann, Visitor):
        await ordered(nook, nook.mod, "/title", "is called", text=f"canary-title-{nook.name}")
    persona = f"{nook.canary('persona')} You are in {{channel}}."
    await ordered(nook, nook.mod, "/persona set", "I follow the new persona", text=persona)
    await ordered(nook, nook.ann, "/memory add", "as number 1", text=nook.canary("fact"))
    if not nook.brief:
        map_ = ("map.txt", nook.canary("knowledge").encode(), "text/plain")
        reminder = nook.canary("reminder")
        await ordered(nook, nook.mod, "/knowledge add", "now: ", picture=map_)
        await ordered(nook, nook.ann, "/remind", "3 hours from now", when="in 3 hours", text=reminder)
    letter = ("letter.txt", nook.canary("file").encode(), "text/plain")
    await asked(nook, nook.canary("chat"), files=[letter])
    for _ in range(3 if nook.long else 0):
        await asked(nook, CHATTER)
    await passed_on(nook)


async def passed_on(nook: Nook) -> None:
    """What only some platforms have: replies to what others said, edits, forwards."""
    ann, room = nook.ann, nook.room
    if isinstance(ann, Member | Telegrammer) and room != DIRECT:
        quoted = await nook.bo.says(nook.canary("quote"), room=room)
        said = await asked(nook, "What is that?", reply_to=quoted)
        number = next(numbers)
        await ann.edits(said, f"{nook.calls} {nook.canary('edit')} #{number}#")
        await ann.sees_final(f"Answer {number}:", room=room)
    elif isinstance(ann, Telegrammer):
        await ann.forwards(f"{nook.canary('forward')} #{(number := next(numbers))}#", "Somebody", room=room)
        await ann.sees_final(f"Answer {number}:", room=room)


async def baited(nook: Nook) -> None:
    """Everything that looks at what was said is asked for what lies in all rooms."""
    await asked(nook, BAIT)
    if not nook.long:
        return
    await ordered(nook, nook.mod, "/summarize", "Topics", since="2h")
    await ordered(nook, nook.mod, "/extract", " row", what="treasures", columns="place")
    await ordered(nook, nook.mod, "/runs", "latest answers")
    await ordered(nook, nook.ann, "/reminders list", "treasure")
    await ordered(nook, nook.ann, "/memory show", "remember in this room")


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[tuple[AiServer, list[Nook]]]:
    """One Parley on three platforms, and the rooms there."""
    async with (
        serving() as ai,
        discord_server(LIMITS) as discord,
        telegram_server(pace=PACE) as telegram,
    ):
        ai.always = obeying
        made = settings_of(folder, ai.url, 6_000)
        settings = replace(
            made,
            routes={**made.routes, Need.EMBEDDING: ("lab/text-embedding-tiny",)},
            discord_token=SecretStr(discord.token),
            discord_api_base=discord.url,
            telegram_token=SecretStr(telegram.token),
            telegram_api_base=telegram.url,
        )
        clock = HurriedClock()
        async with running(settings, clock=clock) as parley, web_chat(parley.url, parley.token) as web:
            await discord.gateway.connected()
            number = discord.channel("general").id
            await discord.member("bo").opens_thread("thread")
            yield ai, [*on_discord(discord), *on_telegram(telegram, number), *on_the_web(web, number)]


def on_discord(discord: Discord) -> list[Nook]:
    """A channel, its thread, another channel, one of another server, direct messages, and what is asked
    privately."""
    ann, bo, mod = discord.member("ann"), discord.member("bo"), discord.moderator("mod")
    at = f"<@{discord.bot.id}>"
    discord.room("garden")
    discord.room("abroad", server=discord.server("Abroad"))
    return [
        Nook("channel", "general", ann, bo, mod, at, long=True),
        Nook("thread", "thread", ann, bo, mod, at, of="channel"),
        Nook("garden", "garden", ann, bo, mod, at),
        Nook("abroad", "abroad", ann, bo, mod, at),
        Nook("letters", DIRECT, ann, ann, ann),
        Nook("answers", DIRECT, bo, bo, bo),
        Nook("private", "general", ann, bo, mod, of="channel", privately=True),
    ]


def on_telegram(telegram: Telegram, number: int) -> list[Nook]:
    """A group, two topics of another, and a private chat with the number of a channel of Discord."""
    telegram.group("club", topics=("help", "chatter"))
    at = f"@{telegram.bot.username}"
    ann = telegram.member("ann", number=number)
    bo, mod = telegram.member("bo"), telegram.administrator("mod")
    return [
        Nook("group", "general", ann, bo, mod, at),
        Nook("help", "club/help", ann, bo, mod, at, brief=True),
        Nook("chatter", "club/chatter", ann, bo, mod, at, brief=True),
        Nook("alone", DIRECT, ann, ann, ann),
    ]


def on_the_web(web: Web, number: int) -> list[Nook]:
    """Two rooms; one is called by the number of a channel of Discord."""
    ann, bo, mod = web.member("ann"), web.member("bo"), web.moderator("mod")
    return [
        Nook("page", "general", ann, bo, mod, long=True),
        Nook("twin", str(number), ann, bo, mod, long=True),
    ]


async def test_no_room_reads_another(tmp_path: Path) -> None:
    async with world(tmp_path) as (ai, nooks):
        await asyncio.gather(*map(filled, nooks))
        await asyncio.gather(*map(baited, nooks))
        told = [request.body for request in ai.requests if request.method == "POST"]

        leaks = [found for body in told if not any(nook.allows(found := canaries(body)) for nook in nooks)]
        assert leaks == []
        for nook in nooks:
            shown = [one.text for who in (nook.ann, nook.bo, nook.mod) for one in who.screen(nook.room)]
            beside = {other.name for other in nooks if other.room == nook.room and other.ann is nook.ann}
            assert {room for _, room in canaries(shown)} <= beside | {nook.of}
        bystander = [one.text for one in nooks[0].bo.screen(nooks[0].room)]
        assert "private" not in {room for _, room in canaries(bystander)}
        telling(told, nooks)


def telling(told: Sequence[Any], nooks: Sequence[Nook]) -> None:
    """The canaries have really come by, on every way that there is."""
    came = {pair for body in told for pair in canaries(body)}
    for nook in nooks:
        assert nook.ways <= {way for way, room in came if room == nook.name}
    assert {"quote", "forward", "edit", "title"} <= {way for way, _ in came}
    everything = json.dumps(told, ensure_ascii=False)
    kinds = ('"input"', '"role": "tool"', '"name": "summary"', '"name": "table"')
    marks = (
        "⟦end of the notes⟧",
        "⟦end of what is recalled⟧",
        "⟦end of the knowledge⟧",
        "⟦end of what is remembered⟧",
    )
    assert [kind for kind in (*kinds, *marks) if kind not in everything] == []
