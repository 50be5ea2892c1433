"""Messages as they are stored."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Attachment, Document, Person, PictureRef, Quote


@dataclass(frozen=True, slots=True)
class Sight:
    """What a model that sees said of a message's pictures, for models that do not."""

    text: str = field(repr=False)
    model: str


@dataclass(frozen=True, slots=True)
class Said:
    """One stored message."""

    id: int
    person: Person
    text: str = field(repr=False)
    pictures: tuple[PictureRef, ...] = ()
    at: datetime | None = None
    sight: Sight | None = None
    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()
    """Still to be fetched."""
    documents: tuple[Document, ...] = ()
    posts: tuple[str, ...] = ()
    """What its platform calls it, its own messages' ids first; then those of what answers it."""
    links: tuple[str, ...] = ()
    """Of an answer: the hosts that its links lead to."""

    @property
    def strange(self) -> bool:
        """Whether words or pictures came with it that strangers may have made."""
        return bool(self.documents or self.pictures or self.quote)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of a message's files."""

    pictures: tuple[PictureRef, ...] = ()
    documents: tuple[Document, ...] = ()
