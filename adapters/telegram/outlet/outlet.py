"""Telegram as delivery sees it: drafts and messages in private chats, messages that grow in groups.

A post's id is its message's number, and says when it was made with a picture:

    <message>       words alone, at first
    p:<message>     a picture, and the words under it
    f:<message>     a file, which never becomes words, nor do words become a file
"""

from collections import OrderedDict
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, Literal

import structlog

from adapters.telegram.asking.faults import NoPictures, NotAPhoto, NoText, Unwanted
from adapters.telegram.asking.sending import Sending
from adapters.telegram.keys import PRIVATE
from adapters.telegram.outlet.buttons import keyboard
from adapters.telegram.outlet.topics import Topics
from adapters.telegram.outlet.uploads import Upload, text_file, upload
from adapters.telegram.words.markdown import CAPTION, rendered
from bot.errors import Gone, Refused, TooLong, Unlike
from bot.messages import Address, ChannelKey, Limits, Post
from bot.ports import Shrinks

LIMITS: Final = Limits(
    text=4000, interval=1.0, per_second=25, pictures=1, caption=1000, files=1, apart=True, code=8000
)
"""A little less than Telegram's own: making a text harmless may make it longer."""

NO_PICTURES: Final = (
    "I may not send pictures here, so I can't show it. Please ask an administrator to allow it."
)

NO_FILES: Final = "I may not send files here, so I can't send `{}`. Please ask an administrator to allow it."

REMEMBERED: Final = 512
"""Messages whose picture or file is known, and chats that take no drafts."""

_LARGEST_DRAFT: Final = 2**31 - 1

log = structlog.get_logger()


class TelegramOutlet(Topics):
    """An Outlet. `streaming`: "auto" shows text in the making as drafts where somebody is alone with Parley,
    "edits" nowhere."""

    def __init__(
        self,
        sending: Sending,
        pictures: Shrinks,
        *,
        streaming: Literal["auto", "edits"] = "auto",
        limits: Limits = LIMITS,
    ) -> None:
        self.limits = limits
        super().__init__(sending)
        self._pictures = pictures
        self._streaming = streaming
        self._shown: OrderedDict[tuple[int, int], str] = OrderedDict()
        self._undrafted: OrderedDict[int, None] = OrderedDict()

    def exempt(self, to: Address, run_id: int) -> bool:
        """Everything that is said counts."""
        return False

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        """Seconds until the chat may be asked again; its topics share its pace."""
        return self._sending.wait(key, urgent=urgent)

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        """Show text in the making as a draft, which needs no message and fades by itself."""
        chat = self._sending.chat(to.key)
        if self._streaming == "edits" or to.key.space != PRIVATE or chat in self._undrafted:
            return False
        try:
            await self._sending.draft(
                to.key, draft_id(post.run_id, seq), rendered(post.text, links=post.links)
            )
        except (Gone, TooLong, Unwanted):
            raise
        except Refused as why:
            log.info("no drafts in a chat", why=str(why))
            self._undrafted[chat] = None
            _forget(self._undrafted)
            return False
        return True

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        """Show a new message. Telegram has no key against saying it twice: `nonce` goes nowhere."""
        if not (post.pictures or post.files):
            return str(await self._say(to, post))
        try:
            if post.files:
                return f"f:{await self._send(to, post)}"
            return f"p:{await self._show(to, post)}"
        except NoPictures:
            return str(await self._say(to, _without(post)))

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        """Show another text, another picture, or another file. Raises Unlike."""
        message, pictured = _place(post_id)
        if bool(post.files) is not post_id.startswith("f:"):
            raise Unlike("words, or a file")
        if not (post.pictures or post.files):
            await self._reword(to, message, post, pictured=pictured)
        elif self._shown.get((self._sending.chat(to.key), message)) == _digest(post):
            await self._caption(to, message, post)
        else:
            try:
                await self._replace(to, message, post)
            except NoPictures:
                await self._reword(to, message, _without(post), pictured=pictured)

    async def remove(self, to: Address, post_id: str) -> None:
        """Take a message away."""
        await self._sending.remove(to.key, _place(post_id)[0])

    async def typing(self, to: Address) -> None:
        """Show that the bot is writing."""
        await self._sending.typing(to.key)

    async def _say(self, to: Address, post: Post) -> int:
        return await self._sending.say(
            to.key,
            rendered(post.text, links=post.links),
            reply_to=_reply_to(to, post),
            markup=keyboard(post.actions),
            whole=post.final,
        )

    async def _show(self, to: Address, post: Post) -> int:
        """A picture with words under it; as a file where it is no photo to Telegram."""
        made = await upload(self._pictures, post.pictures[0])
        words, buttons, reply_to = (
            rendered(post.text, CAPTION, post.links),
            keyboard(post.actions),
            _reply_to(to, post),
        )
        try:
            message = await self._sending.picture(
                to.key, made.file, words, reply_to=reply_to, markup=buttons, as_file=made.as_file
            )
        except NotAPhoto:
            message = await self._sending.picture(
                to.key, made.file, words, reply_to=reply_to, markup=buttons, as_file=True
            )
        self._remember(to, message, post)
        return message

    async def _send(self, to: Address, post: Post) -> int:
        """A file, which no words go with."""
        message = await self._sending.picture(
            to.key,
            text_file(post.files[0]),
            rendered(post.text, CAPTION, post.links),
            reply_to=_reply_to(to, post),
            markup=keyboard(post.actions),
            as_file=True,
        )
        self._remember(to, message, post)
        return message

    async def _reword(self, to: Address, message: int, post: Post, *, pictured: bool) -> None:
        """Other words; under its picture where it has one, which only another picture can replace."""
        if not pictured:
            try:
                await self._sending.change(
                    to.key,
                    message,
                    rendered(post.text, links=post.links),
                    markup=keyboard(post.actions),
                    urgent=post.final,
                    whole=post.final,
                )
            except NoText:
                log.debug("message has a picture by now")
            else:
                return
        await self._caption(to, message, post)

    async def _caption(self, to: Address, message: int, post: Post) -> None:
        words = rendered(post.text, CAPTION, post.links)
        await self._sending.change_caption(
            to.key, message, words, markup=keyboard(post.actions), urgent=post.final
        )

    async def _replace(self, to: Address, message: int, post: Post) -> None:
        if post.files:
            made = Upload(text_file(post.files[0]), as_file=True)
        else:
            made = await upload(self._pictures, post.pictures[0])
        try:
            await self._changed(to, message, post, made)
        except NotAPhoto:
            await self._changed(to, message, post, replace(made, as_file=True))
        self._remember(to, message, post)

    async def _changed(self, to: Address, message: int, post: Post, made: Upload) -> None:
        await self._sending.change_picture(
            to.key,
            message,
            made.file,
            rendered(post.text, CAPTION, post.links),
            markup=keyboard(post.actions),
            as_file=made.as_file,
        )

    def _remember(self, to: Address, message: int, post: Post) -> None:
        """Keep which picture or file a message shows: with the same one, only its words are edited."""
        self._shown[self._sending.chat(to.key), message] = _digest(post)
        _forget(self._shown)


def draft_id(run_id: int, seq: int) -> int:
    """A draft's number: never 0, and another one for each message of each answer in a chat."""
    return (run_id * 64 + seq) % _LARGEST_DRAFT + 1


def _reply_to(to: Address, post: Post) -> str:
    """What a message answers: nothing where two are alone, or where it goes on with an answer."""
    return "" if post.further or to.key.space == PRIVATE else to.reply_to


def posts_of(message: int) -> tuple[str, ...]:
    """What the post that a message is may be called."""
    return str(message), f"p:{message}", f"f:{message}"


def _place(post_id: str) -> tuple[int, bool]:
    """A post's message, and whether it was made with a picture or a file. Raises Gone for an id that is none
    of ours."""
    number = post_id.removeprefix("p:").removeprefix("f:")
    if not (number.isascii() and number.isdigit()):
        raise Gone("no post of this bot's")
    return int(number), number != post_id


def _without(post: Post) -> Post:
    """What is said in place of a picture or a file that a chat does not take."""
    why = NO_FILES.format(post.files[0].name) if post.files else NO_PICTURES
    return replace(post, text=f"{post.text}\n\n{why}".strip(), pictures=(), files=())


def _digest(post: Post) -> str:
    """What tells a post's picture or file from others: its content."""
    if not post.files:
        return post.pictures[0].sha256
    one = post.files[0]
    return sha256(f"{one.name}\n{one.text}".encode("utf-8", "replace")).hexdigest()


def _forget(known: OrderedDict[Any, Any]) -> None:
    """Forget the oldest."""
    while len(known) > REMEMBERED:
        known.popitem(last=False)
