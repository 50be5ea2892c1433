"""The process in which pictures from outside are decoded. Whatever happens here happens to nobody else."""

import io
import warnings

from PIL import Image, ImageOps

from bot.errors import UserError
from bot.media.header import DAMAGED, MAX_PIXELS, check_size
from bot.workers.serve import Order, serve

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")

BROKEN = (OSError, SyntaxError, ValueError, EOFError, MemoryError)
"""How Pillow says that a picture is broken. What else it may raise ends this process, which says the same."""


def handle(order: Order, data: bytes) -> tuple[Order, bytes]:
    """Do one order: `clean` a picture, or `shrink` it to a small JPEG."""
    try:
        image = opened(data)
        if order["do"] == "shrink":
            return shrunk(image, tuple(order["box"]), order["quality"])
        return cleaned(image)
    except UserError as refused:
        return {"refused": refused.reply, "code": refused.code}, b""
    except BROKEN:
        return {"refused": DAMAGED, "code": "bad_option"}, b""


def opened(data: bytes) -> Image.Image:
    """The first frame, upright and decoded. Checked again: a frame may be larger than the header said."""
    image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
    check_size(*image.size)
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return image


def cleaned(image: Image.Image) -> tuple[Order, bytes]:
    """Written anew: pixels only. Photographs become JPEG; what is drawn or transparent stays exact in PNG."""
    photo = image.format in ("JPEG", "WEBP") and not image.has_transparency_data
    pixels = plain(image)
    return encoded(pixels.convert("RGB") if photo and pixels.mode != "L" else pixels, photo)


def plain(image: Image.Image) -> Image.Image:
    """Eight bits a channel, in a mode that every reader of PNG and JPEG knows."""
    if image.mode.startswith(("I", "F")):
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def shrunk(image: Image.Image, box: tuple[int, int], quality: int) -> tuple[Order, bytes]:
    """Small enough for `box`, never enlarged, transparency on white."""
    image.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=3)
    pixels = plain(image)
    if pixels.mode in ("RGBA", "LA"):
        white = Image.new("RGBA", pixels.size, "white")
        pixels = Image.alpha_composite(white, pixels.convert("RGBA"))
    return encoded(pixels.convert("RGB"), True, quality)


def encoded(image: Image.Image, photo: bool, quality: int = 85) -> tuple[Order, bytes]:
    """The bytes without any metadata, and what they are."""
    image.info.clear()
    out = io.BytesIO()
    if photo:
        image.save(out, "JPEG", quality=quality, optimize=True)
    else:
        image.save(out, "PNG", compress_level=4)
    kind = "image/jpeg" if photo else "image/png"
    return {"media_type": kind, "width": image.width, "height": image.height}, out.getvalue()


def main() -> None:
    """Serve, with Pillow's own alarms turned into errors."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    serve(handle)


if __name__ == "__main__":
    main()
