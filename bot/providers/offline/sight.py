"""What can be measured of a picture, and how to put it into words."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.providers.offline import colours

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
SAMPLE = (64, 64)
"""Colours are counted in a picture of this size."""

Sight = Mapping[str, Any]


def measure(data: bytes) -> Sight:
    """Look at a picture: format, size, light, and how much of it has which colour."""
    from PIL import Image, ImageStat

    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        shape = {"format": image.format, "width": image.width, "height": image.height, "bytes": len(data)}
        clear = image.has_transparency_data
        image.draft("RGB", (256, 256))
        rgba = image.convert("RGBA")
    seen = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    small = seen.resize(SAMPLE, Image.Resampling.BOX)
    light = ImageStat.Stat(small.convert("L"))
    return {
        **shape,
        "clear": clear and min(rgba.getchannel("A").tobytes()) < 255,
        "light": light.mean[0] / 255,
        "contrast": light.stddev[0] / 255,
        "colours": _shares(small),
    }


def _shares(small: "Image.Image") -> list[tuple[str, float]]:
    """The colours' names and what part of the picture each covers, most first."""
    pixels = small.tobytes()
    named = Counter(colours.name(*pixels[at : at + 3]) for at in range(0, len(pixels), 3))
    total = named.total()
    return [(word, count / total) for word, count in named.most_common(4) if count / total >= 0.05]


def describe(sights: Sequence[Sight], asked: str) -> str:
    """The pictures in words, without pretending to know what they show."""
    if len(sights) == 1:
        seen = _sentences(sights[0])
    else:
        seen = "\n".join(f"{number}. {_sentences(sight)}" for number, sight in enumerate(sights, 1))
        seen = f"You showed me {len(sights)} pictures.\n\n{seen}"
    regret = "What it shows I can't tell: I measure, I don't understand."
    return f"{seen}\n\n{regret}" + (
        " So your question about it has to wait for a real model." if "?" in asked else ""
    )


def _sentences(sight: Sight) -> str:
    """One picture."""
    width, height = sight["width"], sight["height"]
    shape = "square" if width == height else "landscape format" if width > height else "portrait format"
    return (
        f"This is a {sight['format']} picture of {width:,} × {height:,} pixels ({shape}, "
        f"{_size(sight['bytes'])}). It is {_light(sight['light'])}, with {_contrast(sight['contrast'])}. "
        f"{_coloured(sight['colours'])}" + (" Parts of it are transparent." if sight["clear"] else "")
    )


def _size(count: int) -> str:
    """Bytes for people."""
    return (
        f"{count:,} bytes"
        if count < 10_000
        else f"{count / 1024:,.0f} KiB"
        if count < 2**20
        else f"{count / 2**20:.1f} MiB"
    )


def _light(light: float) -> str:
    """How bright, in a word."""
    steps = ((0.15, "very dark"), (0.35, "rather dark"), (0.65, "of middling brightness"), (0.85, "bright"))
    return next((word for bound, word in steps if light < bound), "very bright")


def _contrast(contrast: float) -> str:
    """How lively, in a word."""
    steps = ((0.02, "hardly any contrast"), (0.12, "soft contrast"), (0.25, "clear contrast"))
    return next((word for bound, word in steps if contrast < bound), "strong contrast")


def _coloured(shares: Sequence[tuple[str, float]]) -> str:
    """The colours, most first."""
    if not shares:
        return "It has a little of very many colours."
    first, *rest = (f"{word} ({share:.0%})" for word, share in shares)
    if not rest:
        return (
            f"Its colour is {first}."
            if shares[0][1] > 0.95
            else f"Its main colour is {first}, beside a little of many others."
        )
    others = " and ".join(filter(None, (", ".join(rest[:-1]), rest[-1])))
    return f"Its main colour is {first}, then {others}."
