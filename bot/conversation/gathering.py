"""Files that came with a message are fetched in its room's turn: accepting waits for no network."""

from collections.abc import Mapping

from bot.errors import BadOption, DeliveryError, TooLarge, UserError
from bot.messages import Address, Attachment, PictureRef
from bot.ports import Clock, Files, Pictures, Store
from bot.unseen import seen

PICTURE_AT_MOST = 10 * 1024 * 1024
"""Bytes of one file; what is no picture may have less."""
TEXT_AT_MOST = 100_000
"""Bytes of one text: about what the longest windows hold beside a conversation."""
FILES_AT_MOST = 10
"""Files of one message; Discord allows as many."""


class Owed(UserError):
    """A message's files are not fetched yet: its run begins when they are."""

    def __init__(self, message_id: int, to: Address, attachments: tuple[Attachment, ...]) -> None:
        super().__init__("I have not read the files of this message yet.")
        self.message_id = message_id
        self.to = to
        self.attachments = attachments


class Gathering:
    """Fetches, checks and keeps them. `files` by platform."""

    def __init__(self, store: Store, pictures: Pictures, files: Mapping[str, Files], clock: Clock) -> None:
        self._store = store
        self._pictures = pictures
        self._files = files
        self._clock = clock

    async def gather(self, owed: Owed) -> None:
        """Fetch what a message brought. Raises UserError with what is wrong with a file."""
        if len(owed.attachments) > FILES_AT_MOST:
            count = len(owed.attachments)
            raise TooLarge(f"I can read {FILES_AT_MOST} files of one message; these are {count}.")
        pictures: list[PictureRef] = []
        texts: list[str] = []
        for attachment in owed.attachments:
            data = await self._fetched(attachment, owed.to)
            if (text := as_text(data)) is None:
                pictures.append(await self._kept(attachment, data))
            else:
                texts.append(fenced(attachment.name, text))
        await self._store.attach(owed.message_id, pictures, "\n\n".join(texts), at=self._clock.now())

    async def _fetched(self, attachment: Attachment, to: Address) -> bytes:
        files = self._files.get(to.key.platform)
        if files is None:
            raise BadOption("I can't read files here.")
        try:
            return await files.fetch(attachment, to, PICTURE_AT_MOST)
        except DeliveryError as exc:
            raise BadOption(f"I couldn't fetch {named(attachment.name)}. Please send it again.") from exc

    async def _kept(self, attachment: Attachment, data: bytes) -> PictureRef:
        try:
            return await self._pictures.keep(data)
        except UserError as exc:
            exc.reply = f"{named(attachment.name)}: {exc.reply}"
            raise


def as_text(data: bytes) -> str | None:
    """A file's text. None: it is something else. Raises TooLarge."""
    if not data or b"\0" in data[:1024]:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if len(data) > TEXT_AT_MOST:
        size = f"{len(data) // 1000:,} kB"
        raise TooLarge(f"A text file may have {TEXT_AT_MOST // 1000} kB; this one has {size}.")
    return text


def fenced(name: str, text: str) -> str:
    """A file's text as a code block that it cannot end itself."""
    longest = max((len(run) for run in _ticks(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{named(name)}:\n{fence}\n{text.rstrip()}\n{fence}"


def named(name: str) -> str:
    """A file's name as it may be shown: one short line."""
    shown = " ".join(seen(name).replace("`", "'").split())[:80]
    return f"`{shown or 'a file'}`"


def _ticks(text: str) -> list[str]:
    """Every run of back ticks."""
    return [part for part in "".join(c if c == "`" else " " for c in text).split() if part]
