"""Pictures and other files as Telegram takes them."""

from dataclasses import dataclass
from typing import Final

from bot.errors import Refused, UserError
from bot.http import File
from bot.messages import Fit, Made, Picture, PictureRef
from bot.ports import Shrinks
from bot.records import Drawing

PHOTO_AT_MOST: Final = 10_000_000
"""Bytes of a photo."""

FILE_AT_MOST: Final = 50_000_000
"""Bytes of another file."""

SIDES_AT_MOST: Final = 10_000
"""Pixels of a photo's width and height together."""

LONGEST_SHAPE: Final = 20
"""How many times longer than the other one a photo's side may be."""

SMALLER: Final = Fit(box=(2560, 2560), quality=90)
"""What a picture that is too large becomes: Telegram itself shows no photo larger."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture to send; `as_file`: Telegram takes no photo of its shape."""

    file: File
    as_file: bool = False


async def upload(pictures: Shrinks, ref: PictureRef) -> Upload:
    """A picture's bytes, made smaller where Telegram would not take them. Raises Refused."""
    short, long = sorted((ref.width, ref.height))
    as_file = long > LONGEST_SHAPE * max(short, 1)
    try:
        picture = await pictures.load(ref)
        if len(picture.data) > PHOTO_AT_MOST or (short + long > SIDES_AT_MOST and not as_file):
            picture = await pictures.shrink(picture, SMALLER)
    except UserError as error:
        raise Refused(f"a picture that cannot be read: {type(error).__name__}") from None
    return Upload(File(_name(picture), picture.data, picture.media_type), as_file)


def text_file(made: Made) -> File:
    """A text file. Raises Refused for what is too large."""
    if len(made.data) > FILE_AT_MOST:
        raise Refused("a file that is too large")
    return File(made.name, made.data, made.media_type)


def _name(picture: Picture) -> str:
    return f"picture.{picture.media_type.removeprefix('image/').replace('jpeg', 'jpg')}"


def shown(drawing: Drawing) -> File:
    """A picture that was drawn for a reply."""
    return File(drawing.name, drawing.data, "image/png")
