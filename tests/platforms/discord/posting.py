"""Messages come to be, change and go; whoever writes them."""

import time
from typing import Any

from tests.platforms.discord import content
from tests.platforms.discord.content import EPHEMERAL, LOADING, OWN_FLAGS, QUIET, V2
from tests.platforms.discord.core import Core, Ping
from tests.platforms.discord.payloads import now, walk
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.world import Account, Channel, Message, Right, Upload, rights

Json = dict[str, Any]


class Files:
    """What was uploaded with a request: (name, bytes, type) by the number in `files[0]`."""

    def __init__(self, parts: dict[int, tuple[str, bytes, str]]) -> None:
        self.parts = parts


NONE = Files({})


def create(
    core: Core,
    channel: Channel,
    author: Account,
    body: Json,
    files: Files = NONE,
    *,
    like: Message | None = None,
) -> Message:
    """A message by somebody; `like` is one made ready by an interaction. Raises Refused."""
    message = like or Message(core.world.snowflake(), channel, author)
    if (same := _same(core, author, body)) is not None:
        return same
    message.flags |= (body.get("flags") or 0) & (OWN_FLAGS | (EPHEMERAL if message.interaction else 0))
    _reply(core, message, body.get("message_reference"))
    _fill(core, message, body, files)
    channel.messages[message.id] = message
    if (nonce := body.get("nonce")) is not None:
        message.nonce = nonce
        if body.get("enforce_nonce"):
            core.nonces[author.id, str(nonce)] = (time.monotonic(), message)
    _join(core, message)
    core.announcer.message("MESSAGE_CREATE", message)
    _unfurl(core, message)
    return message


def edit(core: Core, message: Message, body: Json, files: Files = NONE) -> None:
    """Change a message; what the body leaves out stays. Raises Refused."""
    if message.flags & V2 and body.get("flags") is not None and not body["flags"] & V2:
        raise invalid("flags", "IS_COMPONENTS_V2 cannot be removed")
    if body.get("flags") is not None:
        message.flags = (message.flags & ~QUIET) | (body["flags"] & (QUIET | V2))
    was_loading = message.loading
    message.flags &= ~LOADING
    try:
        _fill(core, message, body, files)
    except Refused:
        message.flags |= LOADING if was_loading else 0
        raise
    if not was_loading:
        message.edited = now()
    core.announcer.message("MESSAGE_UPDATE", message)
    _unfurl(core, message)


def remove(core: Core, message: Message) -> None:
    message.gone = True
    message.channel.messages.pop(message.id, None)
    core.announcer.message_gone(message)


def _join(core: Core, message: Message) -> None:
    """Who writes in a thread, or is called there, is a member of it from then on."""
    thread = message.channel
    coming = [one for one in (message.author, *message.mentions) if one.id not in thread.people]
    if not thread.thread or not coming:
        return
    thread.people |= {one.id: one for one in coming if not one.webhook}
    if core.bot in coming:
        core.announcer.thread_joined(thread)


def _same(core: Core, author: Account, body: Json) -> Message | None:
    """The message that the same nonce made already."""
    if body.get("nonce") is None or not body.get("enforce_nonce"):
        return None
    at, found = core.nonces.get((author.id, str(body["nonce"])), (float("-inf"), None))
    return found if at > time.monotonic() - core.limits.nonce_kept else None


def _reply(core: Core, message: Message, reference: Json | None) -> None:
    if not reference:
        return
    replied = message.channel.messages.get(int(reference["message_id"]))
    if replied is None or replied.only:
        if reference.get("fail_if_not_exists") is False:
            return
        raise Refused(50035, "Invalid Form Body: message_reference: Unknown message")
    message.kind = 19
    message.replied = replied
    message.reference = {"type": 0, "channel_id": str(message.channel.id), "message_id": str(replied.id)}
    if message.channel.guild:
        message.reference["guild_id"] = str(message.channel.guild.id)


def _fill(core: Core, message: Message, body: Json, files: Files) -> None:
    """What a body says, checked as a whole before any of it is taken over."""
    text = (body["content"] or "") if "content" in body else message.content
    components = (body["components"] or []) if "components" in body else message.components
    embeds = (body["embeds"] or []) if "embeds" in body else message.embeds
    kept = _kept(message, body)
    named = {int(one["id"]): one for one in body.get("attachments") or [] if int(one["id"]) in files.parts}
    content.check(text, components, embeds, message.flags, len(kept) + len(files.parts))
    for blocked in core.moderated:
        if blocked in text:
            raise Refused(200000)
    uploads = [_upload(core, part, named.get(number, {})) for number, part in files.parts.items()]
    message.content, message.components, message.embeds = text, _numbered(components), embeds
    message.files = kept + uploads
    _mention(core, message, body.get("allowed_mentions"))


def _kept(message: Message, body: Json) -> list[Upload]:
    if "attachments" not in body:
        return list(message.files)
    wanted = {int(one["id"]) for one in body["attachments"] or []}
    return [file for file in message.files if file.id in wanted]


def _upload(core: Core, part: tuple[str, bytes, str], said: Json) -> Upload:
    name, data, kind = part
    if len(data) > core.limits.file:
        raise Refused(40005, broken=True)
    return core.world.upload(said.get("filename") or name, data, kind, said.get("description"))


def _numbered(components: list[Json]) -> list[Json]:
    """Components have ids in the order in which they stand."""
    for number, one in enumerate(walk(components), 1):
        one.setdefault("id", number)
    return components


def _mention(core: Core, message: Message, allowed: Json | None) -> None:
    called = content.mentions(message, allowed, core.world)
    message.mentions, message.roles, message.everyone = (
        list(called.people),
        list(called.roles),
        called.everyone,
    )
    if message.author is core.bot:
        core.sights.pings += [Ping(message, who) for who in called.names(message, core.world)]


def _unfurl(core: Core, message: Message) -> None:
    """A link that nobody has wrapped is shown with what it leads to; Discord tells of it as of an edit."""
    link = content.link_in(message)
    if link is None or message.embeds or not rights(message.author, message.channel) & Right.EMBED_LINKS:
        return
    if message.author is core.bot:
        core.sights.unfurled.append(link)
    message.embeds = [{"type": "link", "url": link, "title": link}]
    core.announcer.message("MESSAGE_UPDATE", message)
