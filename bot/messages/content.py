"""What a message is made of: words, pictures, files, and what it points at. Values only."""

from dataclasses import dataclass, field

from bot.messages.people import Actor, Address, ChannelKey


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's checked bytes. Never a URL: those expire."""

    data: bytes = field(repr=False)
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class Fit:
    """How small a picture has to be for a model: within `box` pixels, as a JPEG of `quality`."""

    box: tuple[int, int]
    quality: int


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture that is kept: its content's SHA-256 is its name."""

    sha256: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message and is still on its platform. `id` names it there for ever, which an
    address does not; `size` in bytes, as far as the platform says."""

    id: str
    name: str = field(repr=False)
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A text file that comes with an answer. `name` is a plain file name, and safe to offer anybody."""

    name: str = field(repr=False)
    media_type: str
    text: str = field(repr=False)

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return self.text.encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class MadeRef:
    """Such a file without its words; `size` in bytes."""

    name: str = field(repr=False)
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says that came with a message. `pages`: how many it has, 0 when it has none; `read`: how
    many of them are in `text`; `whole`: nothing of it is missing."""

    name: str = field(repr=False)
    text: str = field(repr=False)
    pages: int = 0
    read: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person pointed at: a message they replied to, or passed on. Its words alone, never its room."""

    author: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person said to Parley. `event_id` is the platform's, for de-duplication."""

    actor: Actor
    text: str = field(repr=False)
    address: Address
    event_id: str = ""
    pictures: tuple[PictureRef, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    documents: tuple[Document, ...] = ()

    @property
    def key(self) -> ChannelKey:
        """The room it was said in."""
        return self.address.key
