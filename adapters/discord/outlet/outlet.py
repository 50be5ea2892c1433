"""Discord as delivery sees it: answers in channels and threads, through interactions, in direct messages.

A post's id says how it was made, so that whoever changes it later finds it:

    c:<message>             in the address's channel or thread
    i:<message>             through an interaction; a public one can be changed in the channel, too
    d:<channel>:<message>   in direct messages, because there was no other way
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import structlog

from adapters.discord.asking.buckets import Route, route
from adapters.discord.asking.faults import Archived, Blocked, CannotReply, Elsewhere, Expired
from adapters.discord.asking.rest import Rest
from adapters.discord.outlet.live import Interaction, Live, replied_to
from adapters.discord.outlet.payloads import EDITABLE, Draft, brings, draft, instead, once, reply, shows
from adapters.discord.outlet.threads import REOPEN, Threads
from adapters.discord.outlet.uploads import texts, uploads
from adapters.discord.outlet.webhooks import Webhooks
from bot.errors import Gone
from bot.messages import Address, ChannelKey, Limits, Post
from bot.ports import Shrinks

LIMITS: Final = Limits(text=2000, interval=1.2, per_second=40, pictures=10, code=6000)

CREATE: Final = "POST /channels/{channel}/messages"
CHANGE: Final = "PATCH /channels/{channel}/messages/{message}"
REMOVE: Final = "DELETE /channels/{channel}/messages/{message}"
TYPING: Final = "POST /channels/{channel}/typing"
DIRECT: Final = "POST /users/@me/channels"

LATER: Final = "I am being restarted. My answer comes as a message of its own."

REMEMBERED: Final = 512
"""Messages with pictures whose attachments' ids are known, people whose direct messages are, and messages
that were taken away."""

K = TypeVar("K")

log = structlog.get_logger()


class DiscordOutlet(Threads):
    """An Outlet. What is private goes through its interaction or by direct message, never into a channel."""

    def __init__(self, rest: Rest, live: Live, pictures: Shrinks, *, limits: Limits = LIMITS) -> None:
        self.limits = limits
        super().__init__(rest)
        self._live = live
        self._webhooks = Webhooks(rest, live)
        self._pictures = pictures
        self._attached: OrderedDict[str, tuple[tuple[str, ...], tuple[str, ...]]] = OrderedDict()
        self._direct: OrderedDict[str, str] = OrderedDict()
        self._taken: OrderedDict[str, None] = OrderedDict()

    def exempt(self, to: Address, run_id: int) -> bool:
        """An interaction's webhook does not count against the bot's requests a second."""
        return self._live.answering(run_id, to) is not None

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        """Every chat is as ready as its pace allows."""
        return 0.0

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        """Text in the making has a message of its own here."""
        return False

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        """Show a new message."""
        try:
            return await self._post(to, post, nonce)
        except (Blocked, Elsewhere) as why:
            if (said := instead(post, why)) is None:
                raise
            return await self._post(to, said, nonce)

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        """Show another text."""
        try:
            await self._edit(to, post_id, post)
        except (Blocked, Elsewhere) as why:
            if (said := instead(post, why)) is None:
                raise
            await self._edit(to, post_id, said)

    async def remove(self, to: Address, post_id: str) -> None:
        """Take a message away; a private one stays when its interaction is over: only its reader can."""
        channel, message = _place(to, post_id)
        _keep(self._taken, message, None)
        if one := await self._holding(message):
            try:
                await self._webhooks.remove(one, message)
            except Expired:
                self._live.close(one)
            else:
                return
        if _private(to, post_id):
            raise Expired("a private message whose interaction is over")
        await self._ask(route(REMOVE, channel=channel, message=message), Draft({}))

    def deleted(self, message: str) -> tuple[str, ...]:
        """What a deleted message's post may be called; nothing, when it was taken away from here."""
        return () if message in self._taken else posts_of(message)

    async def typing(self, to: Address) -> None:
        """Show that the bot is writing; of a command people see that it thinks already."""
        if not to.key.person and replied_to(to) == to.reply_to:
            await self._rest.ask(route(TYPING, channel=_channel(to)), repeat=False)

    async def farewell(self, seconds: float) -> None:
        """Parley ends: where it is still thinking, people are told that the answer comes later."""
        told = draft(Post(LATER), (), ())
        try:
            async with asyncio.timeout(seconds):
                ways = (self._webhooks.edit(one, one.original, told) for one in self._live.thinking())
                await asyncio.gather(*ways, return_exceptions=True)
        except TimeoutError:
            log.info("not everybody was told that their answer comes later")

    async def aclose(self) -> None:
        """Close every connection."""
        await self._rest.aclose()

    async def _post(self, to: Address, post: Post, nonce: str) -> str:
        made = await self._draft(post)
        post_id, said = await self._posted(to, post, made, nonce)
        self._remember(post_id, post, said)
        return post_id

    async def _posted(
        self, to: Address, post: Post, made: Draft, nonce: str
    ) -> tuple[str, Mapping[str, Any]]:
        """Through the interaction, else in the channel, else to the person alone."""
        if one := self._live.answering(post.run_id, to):
            try:
                said = await self._webhooks.post(one, made, nonce, _channel(to))
            except Elsewhere as why:
                self._leave(one, why)
            else:
                return f"i:{said['id']}", said
        if to.key.person:
            return await self._alone(to, to.key.person, made, nonce)
        channel = _channel(to)
        whole = made.with_(**once(to, nonce), **reply("" if post.further else replied_to(to)))
        try:
            said = await self._created(channel, whole)
        except Elsewhere:
            if not (asker := self._live.asker(post.run_id)):
                raise
            return await self._alone(to, asker, made, nonce)
        return f"c:{said['id']}", said

    async def _edit(self, to: Address, post_id: str, post: Post) -> None:
        channel, message = _place(to, post_id)
        made = await self._draft(post, post_id)
        said = await self._changed(to, post_id, post, made, route(CHANGE, channel=channel, message=message))
        self._remember(post_id, post, said)

    async def _changed(self, to: Address, post_id: str, post: Post, made: Draft, where: Route) -> Any:
        """On the way it was made, else in the channel; a final text else to the person alone."""
        message = _place(to, post_id)[1]
        if one := await self._holding(message):
            try:
                return await self._webhooks.edit(one, message, made)
            except Elsewhere as why:
                self._leave(one, why)
        person = to.key.person or self._live.asker(post.run_id)
        try:
            if _private(to, post_id):
                raise Expired("a private message whose interaction is over")
            return await self._ask(where, made)
        except Elsewhere:
            if not (post.final and person):
                raise
        await self._alone(to, person, await self._draft(post), post_id)
        return {}

    async def _alone(
        self, to: Address, person: str, made: Draft, nonce: str
    ) -> tuple[str, Mapping[str, Any]]:
        """By direct message, without buttons: they are of another room. Raises Refused."""
        user = person.rpartition(":")[2]
        if (channel := self._direct.get(user)) is None:
            channel = (await self._rest.ask(route(DIRECT), {"recipient_id": user}))["id"]
            _keep(self._direct, user, channel)
        log.info("answer goes by direct message")
        whole = made.with_(**once(to, nonce), components=[])
        said = await self._created(channel, whole)
        return f"d:{channel}:{said['id']}", said

    async def _created(self, channel: str, made: Draft) -> Any:
        """A message of a nonce: an earlier request, its result lost, may have made it with other words."""
        said = await self._ask(route(CREATE, channel=channel), made)
        if shows(said, made):
            return said
        where = route(CHANGE, channel=channel, message=said["id"])
        return await self._ask(where, Draft({name: made.body[name] for name in EDITABLE}, made.files))

    async def _ask(self, where: Route, made: Draft) -> Any:
        """Ask in a channel, once more after removing what stood in the way."""
        try:
            return await self._rest.ask(where, made.body or None, made.files)
        except Archived:
            await self._rest.ask(route(REOPEN, channel=where.major), {"archived": False})
        except CannotReply:
            made = Draft(
                {name: one for name, one in made.body.items() if name != "message_reference"}, made.files
            )
        return await self._rest.ask(where, made.body or None, made.files)

    async def _holding(self, message: str) -> Interaction | None:
        """The interaction that can change a message now."""
        one = self._live.holding(message)
        return one if one and await one.usable() else None

    def _leave(self, one: Interaction, why: Elsewhere) -> None:
        """The interaction did not take it: another way is next."""
        log.info("interaction left", why=str(why))
        if isinstance(why, Expired):
            self._live.close(one)

    async def _draft(self, post: Post, post_id: str = "") -> Draft:
        """A post; pictures and files that its message shows already are kept, others are sent."""
        shown, kept = self._attached.get(post_id, ((), ()))
        same = bool(shown) and shown == brings(post)
        files = [] if same else [*await uploads(self._pictures, post.pictures), *texts(post.files)]
        made = draft(post, files, kept if same else ())
        return made.with_(components=[]) if post_id.startswith("d:") else made

    def _remember(self, post_id: str, post: Post, said: Mapping[str, Any]) -> None:
        """Keep which attachments are which pictures and files."""
        ids = tuple(str(one["id"]) for one in said.get("attachments") or ())
        if len(ids) == len(shown := brings(post)) and ids:
            _keep(self._attached, post_id, (shown, ids))
        else:
            self._attached.pop(post_id, None)


def _channel(to: Address) -> str:
    return to.key.thread or to.key.channel


def _place(to: Address, post_id: str) -> tuple[str, str]:
    """A post's channel and message. Raises Gone for an id that is none of ours."""
    match post_id.split(":"):
        case [("c" | "i"), message]:
            return _channel(to), message
        case ["d", channel, message]:
            return channel, message
        case _:
            raise Gone("no post of this bot's")


def _private(to: Address, post_id: str) -> bool:
    """Whether only its interaction can change it."""
    return bool(to.key.person) and post_id.startswith("i:")


def _keep(known: OrderedDict[str, K], name: str, value: K) -> None:
    """Remember, and forget the oldest."""
    known[name] = value
    if len(known) > REMEMBERED:
        known.popitem(last=False)


def posts_of(message: str) -> tuple[str, ...]:
    """What the post that a message is may be called."""
    return f"c:{message}", f"i:{message}"
