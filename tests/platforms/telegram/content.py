"""What a message carries, as people's clients make it."""

from collections.abc import Sequence

from tests.platforms.people import NotOffered
from tests.platforms.telegram.files import Upload
from tests.platforms.telegram.found import find
from tests.platforms.telegram.refusals import Json, Refused
from tests.platforms.telegram.units import Formatted, cleaned
from tests.platforms.telegram.world import World

OGG = b"OggS\x00\x02" + bytes(20)
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(14)


def text_of(text: str, name: str = "text") -> Json:
    """A text or a caption with its links, mentions and commands."""
    found = find(cleaned(Formatted(text)))
    entities = "entities" if name == "text" else "caption_entities"
    return {name: found.text} | ({entities: list(found.entities)} if found.entities else {})


def _caption(text: str) -> Json:
    return text_of(text, "caption") if text else {}


def photo_of(world: World, picture: bytes, text: str = "") -> Json:
    """A photo. Raises NotOffered when it is no picture."""
    try:
        return {"photo": world.files.photo(picture)} | _caption(text)
    except Refused as refused:
        raise NotOffered(refused.description) from refused


def album_of(world: World, pictures: Sequence[bytes], text: str) -> list[Json]:
    """A photo or several, with the text at the first."""
    contents = [photo_of(world, picture, "" if place else text) for place, picture in enumerate(pictures)]
    if len(contents) == 1:
        return contents
    group = {"media_group_id": str(13_000_000_000 + next(world.numbers))}
    return [content | group for content in contents]


def file_of(world: World, upload: Upload, text: str) -> Json:
    """A file as it is."""
    return {"document": world.files.document(upload)} | _caption(text)


def sticker_of(world: World, emoji: str) -> Json:
    """A sticker."""
    stored = world.files.keep(WEBP, "stickers", ".webp")
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": stored.named | shape | {"emoji": emoji}}


def voice_of(world: World, text: str) -> Json:
    """A voice note."""
    stored = world.files.keep(OGG, "voice", ".oga")
    return {"voice": stored.named | {"duration": 2, "mime_type": "audio/ogg"}} | _caption(text)
