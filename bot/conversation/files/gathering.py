"""Files that came with a message are fetched in its room's turn: accepting waits for no network."""

from collections.abc import Mapping

from bot.conversation.files.documents import named
from bot.conversation.files.intake import Intake
from bot.errors import BadOption, DeliveryError, TooLarge, UserError
from bot.messages import Address, Attachment
from bot.ports import Clock, Files, Store

AT_MOST = 10 * 1024 * 1024
"""Bytes of one file."""
FILES_AT_MOST = 10
"""Files of one message; Discord allows as many."""


class Owed(UserError):
    """A message's files are not fetched yet: its run begins when they are."""

    def __init__(
        self, message_id: int, to: Address, attachments: tuple[Attachment, ...], *, wide: bool = False
    ) -> None:
        super().__init__("I have not read the files of this message yet.")
        self.message_id = message_id
        self.to = to
        self.attachments = attachments
        self.wide = wide


class Gathering:
    """Fetches, checks and keeps them. `files` by platform."""

    def __init__(self, store: Store, intake: Intake, files: Mapping[str, Files], clock: Clock) -> None:
        self._store = store
        self._intake = intake
        self._files = files
        self._clock = clock

    async def gather(self, owed: Owed) -> None:
        """Fetch what a message brought. Raises UserError with what is wrong with a file."""
        if len(owed.attachments) > FILES_AT_MOST:
            count = len(owed.attachments)
            raise TooLarge(f"I can read {FILES_AT_MOST} files of one message; these are {count}.")
        fetched = [(one.name, await self._fetched(one, owed.to)) for one in owed.attachments]
        found = await self._intake.take(fetched, wide=owed.wide)
        await self._store.attach(owed.message_id, found, at=self._clock.now())

    async def _fetched(self, attachment: Attachment, to: Address) -> bytes:
        files = self._files.get(to.key.platform)
        if files is None:
            raise BadOption("I can't read files here.")
        try:
            return await files.fetch(attachment, to, AT_MOST)
        except DeliveryError as exc:
            raise BadOption(f"I couldn't fetch {named(attachment.name)}. Please send it again.") from exc
