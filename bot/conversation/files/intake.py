"""Files from outside become what models are shown: pictures are kept, everything else is read."""

from collections.abc import Iterable

from bot.conversation.files.documents import named
from bot.errors import UserError
from bot.media.header import format_of
from bot.messages import Document, PictureRef
from bot.ports import Documents, Pictures
from bot.records import Gathered


class Intake:
    """Takes files by what they are, not by what they are called."""

    def __init__(self, pictures: Pictures, documents: Documents) -> None:
        self._pictures = pictures
        self._documents = documents

    async def take(self, files: Iterable[tuple[str, bytes]], *, wide: bool = False) -> Gathered:
        """Take files, each a name and its bytes; `wide`: to be looked up later, and so in far greater length.
        Raises UserError, which names the one that is refused."""
        pictures: list[PictureRef] = []
        documents: list[Document] = []
        for name, data in files:
            try:
                if format_of(data):
                    pictures.append(await self._pictures.keep(data))
                else:
                    documents.append(await self._documents.document(name, data, wide=wide))
            except UserError as exc:
                exc.reply = f"{named(name)}: {exc.reply}"
                raise
        return Gathered(tuple(pictures), tuple(documents))
