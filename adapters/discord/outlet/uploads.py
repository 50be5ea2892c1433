"""Pictures and other files as Discord takes them."""

from collections.abc import Sequence
from typing import Final

from bot.errors import Refused, UserError
from bot.http import File
from bot.messages import Fit, Made, Picture, PictureRef
from bot.ports import Shrinks
from bot.records import Drawing

FILE_AT_MOST: Final = 10 * 1024 * 1024
"""Bytes of one file, in a server without boosts."""

REQUEST_AT_MOST: Final = 24 * 1024 * 1024
"""Bytes of all files of a message; Discord takes a request of 25 MiB."""

SMALLER: Final = Fit(box=(2048, 2048), quality=90)
"""What a picture that is too large becomes."""


async def uploads(pictures: Shrinks, refs: Sequence[PictureRef]) -> list[File]:
    """The pictures' bytes, made smaller where Discord would not take them. Raises Refused."""
    try:
        found = [await _fitting(pictures, await pictures.load(ref), FILE_AT_MOST) for ref in refs]
        if sum(len(picture.data) for picture in found) > REQUEST_AT_MOST:
            found = [await _fitting(pictures, picture, REQUEST_AT_MOST // len(found)) for picture in found]
    except UserError as error:
        raise Refused(f"a picture that cannot be read: {type(error).__name__}") from None
    return [File(_name(number, one), one.data, one.media_type) for number, one in enumerate(found, 1)]


def texts(files: Sequence[Made]) -> list[File]:
    """Text files. Raises Refused for what is too large."""
    found = [File(one.name, one.data, f"{one.media_type}; charset=utf-8") for one in files]
    sizes = [len(one.data) for one in found]
    if max(sizes, default=0) > FILE_AT_MOST or sum(sizes) > REQUEST_AT_MOST:
        raise Refused("a file that is too large")
    return found


async def _fitting(pictures: Shrinks, picture: Picture, at_most: int) -> Picture:
    return picture if len(picture.data) <= at_most else await pictures.shrink(picture, SMALLER)


def _name(number: int, picture: Picture) -> str:
    return f"picture-{number}.{picture.media_type.removeprefix('image/').replace('jpeg', 'jpg')}"


def drawings(drawing: Drawing | None) -> list[File]:
    """A picture that was drawn for a reply, if one was."""
    return [File(drawing.name, drawing.data, "image/png")] if drawing else []
