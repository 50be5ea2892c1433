"""What the core asks of chat platforms, and of where pictures are kept."""

from collections.abc import Callable
from typing import Protocol

from bot.messages import (
    Address,
    Attachment,
    Calling,
    ChannelKey,
    Document,
    Fit,
    Limits,
    Picture,
    PictureRef,
    Post,
)
from bot.records import Said


class Screens(Protocol):
    """Decides what of a text may be shown. While an answer is written, the end may be held back."""

    async def clear(self, text: str, *, final: bool) -> str: ...


class Outlet(Protocol):
    """What a platform can do with an answer. Raises DeliveryError; `edit` raises Unlike, before it asks
    anything, of a message that cannot become such a one.

    `nonce` names a post for ever: a platform with idempotency keys posts it once, however often it is asked.
    """

    limits: Limits

    async def post(self, to: Address, post: Post, *, nonce: str) -> str: ...

    async def edit(self, to: Address, post_id: str, post: Post) -> None: ...

    async def remove(self, to: Address, post_id: str) -> None: ...

    async def typing(self, to: Address) -> None: ...

    def link(self, to: Address, said: Said) -> str:
        """Where people can read a message again that was said there; nothing where there is no such link."""
        ...

    def followed(self, key: ChannelKey, run_id: int) -> Callable[[int, Calling], None] | None:
        """Who is told how models write calls of tools for a run: the number of the request to a model, and
        each fragment. None: nobody wants to know, which costs nothing."""
        ...

    def titled(self, key: ChannelKey) -> str:
        """What has a title there that can be changed: thread, topic or room; nothing where nothing has."""
        ...

    def unnamed(self, key: ChannelKey) -> bool:
        """Whether nobody has called it anything yet."""
        ...

    async def starter(self, key: ChannelKey) -> str:
        """The id of the person who began it; nothing where that is not known."""
        ...

    async def rename(self, to: Address, title: str) -> None:
        """Give it a title. Raises UserError, too: where the bot lacks a right."""
        ...

    def exempt(self, to: Address, run_id: int) -> bool:
        """Whether a run's answer goes a way for now that `limits.per_second` does not count."""
        ...

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        """Seconds until this chat may be asked again, beyond `limits.interval`: some platforms count all that
        is said there. `urgent`: first words, or a final text. Final texts that have not long to wait are
        posted all the same: they wait there for their turn, in order."""
        ...

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        """Show text in the making, message `seq` of its answer, without a message of its own. False: here it
        needs one."""
        ...


class Files(Protocol):
    """Reads files from a platform. Raises DeliveryError, and TooLarge over `at_most` bytes."""

    async def fetch(self, attachment: Attachment, to: Address, at_most: int) -> bytes: ...


class Pictures(Protocol):
    """Keeps pictures by their content."""

    async def keep(self, data: bytes) -> PictureRef:
        """Check, strip and keep a picture from outside. Raises TooLarge, BadOption."""
        ...

    async def load(self, ref: PictureRef) -> Picture:
        """Read a kept picture. Raises NotFound."""
        ...


class Documents(Protocol):
    """Reads what is no picture."""

    async def document(self, name: str, data: bytes, *, wide: bool = False) -> Document:
        """What a file says that somebody sent, or its beginning: 300,000 characters, or `wide` 2,000,000.
        Raises BadOption, TooLarge."""
        ...


class Shrinks(Pictures, Protocol):
    """Makes them fit, too."""

    async def shrink(self, picture: Picture, fit: Fit) -> Picture:
        """A small JPEG of a picture, for models that take no more. Raises BadOption."""
        ...
