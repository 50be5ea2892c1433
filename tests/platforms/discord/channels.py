"""REST: channels, their messages and threads."""

from typing import Any

from tests.platforms.discord import payloads, posting
from tests.platforms.discord.content import may_write
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.routing import Call, route
from tests.platforms.discord.sessions import Intent
from tests.platforms.discord.world import Channel, Kind, Message, Right, rights

Json = dict[str, Any]


def seen(call: Call) -> Channel:
    """The channel of a request. Raises Refused 10003, 50001."""
    channel = call.core.world.find_channel(call.params["channel_id"])
    if channel.guild and not channel.guild.joined:
        raise Refused(50001)
    if not rights(call.core.bot, channel) & Right.VIEW:
        raise Refused(50001)
    return channel


def said(call: Call) -> Message:
    """The message of a request; an ephemeral one is found by its interaction alone."""
    message = call.core.world.find_message(seen(call), call.params["message_id"])
    if message.only:
        raise Refused(10008)
    return message


def shown(call: Call, message: Message) -> Json:
    content = bool(call.core.handshake.granted & Intent.CONTENT)
    return call.core.rendering.message(message, content=content)


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Json:
    return payloads.channel(seen(call), call.core.bot)


@route("PATCH", "/channels/{channel_id}")
def change_channel(call: Call) -> Json:
    one = seen(call)
    if not rights(call.core.bot, one) & (Right.MANAGE_THREADS if one.thread else Right.MANAGE_CHANNELS):
        raise Refused(50013)
    one.archived = bool(call.body.get("archived", one.archived))
    one.locked = bool(call.body.get("locked", one.locked))
    one.name = call.body.get("name") or one.name
    call.core.announcer.channel("UPDATE", one)
    return payloads.channel(one, call.core.bot)


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> None:
    one = seen(call)
    may_write(call.core.bot, one, files=False, reply=False)
    call.core.sights.typed.append(one.id)
    call.core.news.tell()


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> list[Json]:
    one = seen(call)
    if not rights(call.core.bot, one) & Right.HISTORY:
        return []
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "int value should be between 1 and 100.")
    found = sorted((m for m in one.messages.values() if not m.only), key=lambda m: m.id)
    if after := call.query.get("after"):
        found = [m for m in found if m.id > int(after)][:limit]
    elif before := call.query.get("before"):
        found = [m for m in found if m.id < int(before)][-limit:]
    elif around := call.query.get("around"):
        found = sorted(sorted(found, key=lambda m: abs(m.id - int(around)))[:limit], key=lambda m: m.id)
    return [shown(call, m) for m in reversed(found[-limit:])]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def message(call: Call) -> Json:
    return shown(call, said(call))


@route("POST", "/channels/{channel_id}/messages")
def create_message(call: Call) -> Json:
    one = seen(call)
    reply = bool(call.body.get("message_reference"))
    may_write(call.core.bot, one, files=bool(call.files.parts), reply=reply)
    if one.archived:
        one.archived = False
        call.core.announcer.channel("UPDATE", one)
    return shown(call, posting.create(call.core, one, call.core.bot, call.body, call.files))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(call: Call) -> Json:
    one = said(call)
    if one.author is not call.core.bot:
        raise Refused(50005)
    if one.channel.archived:
        raise Refused(50083)
    posting.edit(call.core, one, call.body, call.files)
    return shown(call, one)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete_message(call: Call) -> None:
    one = said(call)
    if one.author is not call.core.bot and not rights(call.core.bot, one.channel) & Right.MANAGE_MESSAGES:
        raise Refused(50013)
    if one.channel.archived:
        raise Refused(50083)
    posting.remove(call.core, one)


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def react(call: Call) -> None:
    if not rights(call.core.bot, said(call).channel) & Right.ADD_REACTIONS:
        raise Refused(50013)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def unreact(call: Call) -> None:
    said(call)


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_on_message(call: Call) -> Json:
    one = said(call)
    if not rights(call.core.bot, one.channel) & Right.CREATE_THREADS:
        raise Refused(50013)
    return payloads.channel(open_thread(call, one.channel, call.body["name"], one.id), call.core.bot)


@route("POST", "/channels/{channel_id}/threads")
def thread(call: Call) -> Json:
    one = seen(call)
    if not rights(call.core.bot, one) & Right.CREATE_THREADS:
        raise Refused(50013)
    made = open_thread(call, one, call.body["name"], 0)
    said = payloads.channel(made, call.core.bot)
    if one.kind is not Kind.FORUM:
        return said
    first = Message(made.id, made, call.core.bot)
    posting.create(call.core, made, call.core.bot, call.body["message"], call.files, like=first)
    return said | {"message": shown(call, first)}


def open_thread(call: Call, parent: Channel, name: str, same: int) -> Channel:
    """One of the bot's own."""
    if same in call.core.world.channels:
        raise Refused(50035, "A thread has already been created for this message", broken=True)
    made = call.core.world.channel(Kind.THREAD, name, parent.guild, parent, same=same)
    made.people[call.core.bot.id] = call.core.bot
    call.core.announcer.channel("CREATE", made)
    return made


@route("PUT", "/channels/{channel_id}/thread-members/@me")
def join_thread(call: Call) -> None:
    thread = seen(call)
    thread.people[call.core.bot.id] = call.core.bot
    call.core.announcer.thread_joined(thread)


@route("DELETE", "/channels/{channel_id}/thread-members/@me")
def leave_thread(call: Call) -> None:
    seen(call).people.pop(call.core.bot.id, None)


@route("POST", "/users/@me/channels")
def open_direct(call: Call) -> Json:
    other = call.core.world.accounts.get(int(call.body["recipient_id"]))
    if other is None or other.webhook:
        raise Refused(10013)
    return payloads.channel(call.core.world.direct(call.core.bot, other), call.core.bot)
