"""What a message on Telegram says, in our words: its text, what it points at, and its files. Pure.

Only what Telegram sent with the message itself is read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from telegram import (
    Document,
    ExternalReplyInfo,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    PhotoSize,
    User,
)

from adapters.telegram.talk.triggers import names
from adapters.telegram.talk.unread import apology, unread
from adapters.telegram.words.entities import Change, Part, between, changed, parts, written
from bot.conversation.files.documents import READABLE
from bot.messages import Attachment, Quote


@dataclass(frozen=True, slots=True)
class Pointed:
    """What somebody points at: a message's words, and those of its files that can be read."""

    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said, and what they pointed at with it. What cannot be read is named in a sentence."""

    text: str = field(repr=False)
    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()


def spoken(messages: Sequence[Message], me: User) -> Spoken | None:
    """A person's message, or an album in order, the bot's name taken out. None: nothing in it can be read."""
    if messages[0].forward_origin:
        return _passed_on(messages)
    own = joined(*(words(message, lambda mark: names(mark, me)) for message in messages))
    about = answered(messages[0], me)
    files = (*brought(*messages), *about.attachments)
    if not (own or files or about.quote):
        return None
    missing = (sentence for message in messages for sentence in unread(message))
    return Spoken(joined(own, *missing), about.quote, files)


def words(message: Message, left_out: Callable[[Part], bool] = lambda _: False) -> str:
    """A message's words as people see them: code as code, links with where they lead, without some parts."""
    whole = written(message)
    return changed(whole, _changes(whole, parts(message), left_out)).strip()


def answered(message: Message, me: User) -> Pointed:
    """What a message passes on or replies to. Parley's own words are in the room's window already, unless a
    part of them was picked out."""
    if message.forward_origin:
        return pointed(message)
    if message.external_reply:
        return _elsewhere(message.external_reply, message)
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created:
        return Pointed()
    picked = message.quote.text if message.quote else ""
    mine = replied.from_user is not None and replied.from_user.id == me.id
    if mine:
        return Pointed(_quote(me.full_name, picked))
    found = pointed(replied)
    return Pointed(_quote(author(replied), picked), found.attachments) if picked else found


def pointed(message: Message) -> Pointed:
    """A message that somebody points at."""
    return Pointed(_quote(author(message), _shown(message)), _readable(message))


def brought(*messages: Message) -> tuple[Attachment, ...]:
    """The files of a message, or of an album. Those that cannot be read are refused later, by name."""
    return tuple(file for message in messages for file in _files(message))


def accompanying(messages: Sequence[Message], me: User) -> Pointed:
    """What goes with a command: its own files, else those of what it replies to, be it Parley's; and what
    that says."""
    about, replied = answered(messages[0], me), messages[0].reply_to_message
    return Pointed(about.quote, brought(*messages) or (brought(replied) if replied else about.attachments))


def captioned(messages: Sequence[Message]) -> Message:
    """The one of an album's messages that has its words."""
    return next((message for message in messages if written(message)), messages[0])


def author(message: Message) -> str:
    """Who wrote a message, or what was passed on in it."""
    if message.forward_origin:
        return origin(message.forward_origin)
    if message.sender_chat:
        return message.author_signature or message.sender_chat.effective_name or ""
    return message.from_user.full_name if message.from_user else ""


def origin(told: MessageOrigin) -> str:
    """Who wrote what was passed on, as far as Telegram says."""
    match told:
        case MessageOriginUser(sender_user=user):
            return str(user.full_name)
        case MessageOriginHiddenUser(sender_user_name=name):
            return str(name)
        case MessageOriginChat(sender_chat=chat) | MessageOriginChannel(chat=chat):
            return chat.effective_name or ""
    return ""


def joined(*parts: str) -> str:
    """The parts that there are, each on its own line."""
    return "\n".join(found for found in parts if found)


def _passed_on(messages: Sequence[Message]) -> Spoken | None:
    """What somebody only passes on: none of it is their own words."""
    found = [pointed(message) for message in messages]
    files = tuple(file for one in found for file in one.attachments)
    if not files and all(apology(message) and not words(message) for message in messages):
        return None
    shown = joined(*(one.quote.text for one in found if one.quote))
    quote = _quote(author(messages[0]), shown)
    return Spoken("", quote, files) if quote or files else None


def _shown(message: Message) -> str:
    """A message's words, and a sentence for each thing in it that cannot be read."""
    closed = (file for file in _files(message) if not _may_be_read(file.media_type))
    names = (f'(A file named "{file.name}" was sent here, which you cannot read.)' for file in closed)
    return joined(words(message), *unread(message), *names)


def _elsewhere(reply: ExternalReplyInfo, message: Message) -> Pointed:
    """A message of another chat, or topic: only what was picked out of it comes with the reply."""
    picked = message.quote.text if message.quote else ""
    return Pointed(_quote(origin(reply.origin), joined(picked, *unread(reply))), tuple(_files(reply)))


def _quote(name: str, shown: str) -> Quote | None:
    return Quote(name, shown) if shown else None


def _readable(message: Message) -> tuple[Attachment, ...]:
    """Those of its files that may be a picture or have words."""
    return tuple(file for file in _files(message) if _may_be_read(file.media_type))


def _files(message: Message | ExternalReplyInfo) -> Iterator[Attachment]:
    """A photo in its largest size, and a file; a moving picture counts as one, and is none."""
    if message.photo:
        yield _photo(message.photo)
    if message.document and not message.animation:
        yield _document(message.document)


def _photo(sizes: Sequence[PhotoSize]) -> Attachment:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return Attachment(largest.file_id, "photo.jpg", "image/jpeg", largest.file_size or 0)


def _document(file: Document) -> Attachment:
    return Attachment(file.file_id, file.file_name or "a file", _type(file.mime_type), file.file_size or 0)


def _may_be_read(mime: str | None) -> bool:
    return not _type(mime) or _type(mime).startswith(READABLE)


def _type(mime: str | None) -> str:
    return (mime or "").partition(";")[0].strip().lower()


def _changes(whole: str, marks: Sequence[Part], left_out: Callable[[Part], bool]) -> Iterator[Change]:
    for mark in marks:
        start, end = mark.entity.offset, mark.entity.offset + mark.entity.length
        if left_out(mark):
            yield _without(whole, start, end)
        elif (shown := _marked(mark)) is not None:
            yield Change(start, end, shown)


def _without(whole: str, start: int, end: int) -> Change:
    """Leave out a name, and what sets it apart: before all else, what follows it; else, what is before it."""
    before = between(whole, 0, start)
    if not before.strip():
        after = between(whole, end)
        return Change(0, end + len(after) - len(after.lstrip(" \t,:")), "")
    return Change(start - len(before) + len(before.rstrip(" \t")), end, "")


def _marked(mark: Part) -> str | None:
    """What a mark says beside its words. None: nothing."""
    match mark.entity.type:
        case MessageEntity.CODE:
            return f"`{mark.text}`"
        case MessageEntity.PRE:
            return _block(mark.text, mark.entity.language or "")
        case MessageEntity.TEXT_LINK if mark.entity.url and mark.entity.url != mark.text:
            return f"{mark.text} ({mark.entity.url})"
    return None


def _block(code: str, language: str) -> str:
    """A code block that what is in it cannot end."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"
