"""What a message on Discord says, in our words: its text, what it points at, and its files. Pure.

Only what Discord sent with the message itself is read; nothing is looked up in any channel.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import discord

from bot.conversation.files.documents import READABLE
from bot.messages import Attachment, Quote

Words: TypeAlias = discord.Message | discord.MessageSnapshot

_NAMED = re.compile(
    r"<(?P<kind>@!|@&|@|#)(?P<id>\d{15,20})>|<a?(?P<emoji>:\w{2,32}:)\d{15,20}>|<(?P<command>/[^:<>]{1,100}):\d{15,20}>"
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """What somebody points at: a message's words, and those of its files that can be read."""

    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()


def text(message: discord.Message, me: int) -> str:
    """What a person said to Parley, its mention taken out. What cannot be read is named in a sentence."""
    said = re.sub(rf"\A\s*<@!?{me}>[ \t,:]*", "", message.content)
    said = re.sub(rf"[ \t]*<@!?{me}>", "", said)
    return _joined(_readable(said, message), *_unread(message))


def pointed(message: discord.Message) -> Pointed:
    """A message that somebody points at, be it a reply or a menu: itself, or what was forwarded with it."""
    parts = [_readable(message.content, message) or _embedded(message), *_unread(message)]
    passed = _passed_on(message)
    if passed.quote:
        parts.append(passed.quote.text)
    files = [(name, file) for name, file in files_of(message) if not file.is_voice_message()]
    parts += [f"({_named(file)})" for _, file in files if not readable(file)]
    said = _joined(*parts)
    attachments = tuple(attachment(name, file) for name, file in files if readable(file))
    return Pointed(Quote(message.author.display_name, said) if said else None, attachments)


def answered(message: discord.Message, me: int) -> Pointed:
    """What a message replies to or passes on, as far as Discord sent it. Parley's own words are in the room's
    window already; what stands in another channel stays there, unless it was forwarded."""
    if message.message_snapshots:
        return _passed_on(message)
    reference = message.reference
    if reference is None or not isinstance(reference.resolved, discord.Message):
        return Pointed()
    if reference.channel_id != message.channel.id or reference.resolved.author.id == me:
        return Pointed()
    return pointed(reference.resolved)


def brought(message: discord.Message) -> tuple[Attachment, ...]:
    """The files that a person sent with their words. Those that cannot be read are refused later, by name."""
    found = ((name_of(message, file), file) for file in message.attachments)
    return tuple(attachment(name, file) for name, file in found if not file.is_voice_message())


def files_of(message: discord.Message) -> Iterator[tuple[str, discord.Attachment]]:
    """Every file that a message shows, those that were forwarded with it too, by the name it has for ever."""
    shown: tuple[Words, ...] = (message, *message.message_snapshots)
    for words in shown:
        for file in words.attachments:
            yield name_of(message, file), file


def name_of(message: discord.Message, file: discord.Attachment) -> str:
    """Where a file can be asked for again."""
    return f"{message.channel.id}/{message.id}/{file.id}"


def attachment(name: str, file: discord.Attachment) -> Attachment:
    """A file in our words."""
    return Attachment(name, file.filename, _type(file), file.size)


def readable(file: discord.Attachment) -> bool:
    """Whether it may be a picture or have words, by what Discord says of it."""
    return not _type(file) or _type(file).startswith(READABLE)


def _passed_on(message: discord.Message) -> Pointed:
    """What was forwarded: Discord does not say who wrote it, nor where."""
    parts: list[str] = []
    files: list[Attachment] = []
    for snapshot in message.message_snapshots:
        parts += [_readable(snapshot.content, message), *_unread(snapshot)]
        for file in snapshot.attachments:
            if readable(file):
                files.append(attachment(name_of(message, file), file))
            elif not file.is_voice_message():
                parts.append(f"({_named(file)})")
    said = _joined(*parts)
    return Pointed(Quote("", said) if said else None, tuple(files))


def _readable(said: str, message: discord.Message) -> str:
    """The text with names in place of ids, as people see it."""
    return _NAMED.sub(lambda found: _name(found, message), said).strip()


def _name(found: re.Match[str], message: discord.Message) -> str:
    if plain := found["emoji"] or found["command"]:
        return plain
    number = int(found["id"])
    match found["kind"]:
        case "#":
            channel = message.guild and message.guild.get_channel_or_thread(number)
            return f"#{channel.name}" if channel else found[0]
        case "@&":
            role = message.guild and message.guild.get_role(number)
            return f"@{role.name}" if role else found[0]
        case _:
            user = discord.utils.get(message.mentions, id=number)
            return f"@{user.display_name}" if user else found[0]


def _embedded(message: discord.Message) -> str:
    """The words of a message that has them in a box, as other bots do."""
    boxes = (box for box in message.embeds if box.type == "rich")
    return _joined(*(part for box in boxes for part in (box.title, box.description) if part))


def _unread(words: Words) -> Iterator[str]:
    """A sentence for each thing that only people can take in."""
    for sticker in words.stickers:
        yield f'(A sticker named "{sticker.name}" was sent here, which you cannot see.)'
    if any(file.is_voice_message() for file in words.attachments):
        yield "(A voice message was sent here, which you cannot hear.)"
    poll = words.poll if isinstance(words, discord.Message) else None
    if poll is not None:
        answers = ", ".join(f'"{answer.text}"' for answer in poll.answers)
        yield f'(A poll was made here: "{poll.question}", with the answers {answers}.)'


def _named(file: discord.Attachment) -> str:
    return f'A file named "{file.filename}" was sent here, which you cannot read.'


def _type(file: discord.Attachment) -> str:
    return (file.content_type or "").partition(";")[0].strip().lower()


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
