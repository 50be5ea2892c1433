"""The painter's tools: gradients, seeded noise, glows and masks. Everything heavy happens inside Pillow."""

import itertools
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]
Point = tuple[float, float]

FINE = 2
"""Shapes are drawn this many times larger and reduced: soft edges."""


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two; `share` of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gradient(size: Size, stops: Sequence[Colour], bend: float = 1.0) -> Image.Image:
    """From top to bottom through all `stops`; `bend` above 1 keeps the first longer."""
    rows = 256
    column = Image.new("RGB", (1, rows))
    for row in range(rows):
        at = (row / (rows - 1)) ** bend * (len(stops) - 1)
        index = min(int(at), len(stops) - 2)
        column.putpixel((0, row), mix(stops[index], stops[index + 1], at - index))
    return column.resize(size, Image.Resampling.BICUBIC)


def noise(chance: random.Random, size: Size, cells: tuple[float, float], octaves: int = 5) -> Image.Image:
    """Cloudy grey of mean 128: `cells` across and down in the coarsest layer, each finer one has double."""
    total = Image.new("L", size, 128)
    for octave in range(octaves):
        wide = min(size[0], max(2, round(cells[0] * 2**octave)))
        high = min(size[1], max(2, round(cells[1] * 2**octave)))
        layer = Image.frombytes("L", (wide, high), chance.randbytes(wide * high))
        layer = layer.resize(size, Image.Resampling.BICUBIC)
        total = Image.blend(total, layer, 0.5) if not octave else added(total, layer, 0.62**octave / 2)
    return total


def added(image: Image.Image, layer: Image.Image, weight: float) -> Image.Image:
    """The image plus what the layer deviates from middle grey, weighted."""
    return ImageChops.add(image, layer.point(lambda v: v * weight), 1, -round(127.5 * weight))


def curve(image: Image.Image, shape: Callable[[float], float]) -> Image.Image:
    """The grey image with every value 0 to 1 sent through `shape`."""
    return image.point([max(0, min(255, round(255 * shape(value / 255)))) for value in range(256)])


def ramp(low: float, high: float, top: float = 1.0) -> Callable[[float], float]:
    """A smooth step from 0 at `low` to `top` at `high`."""

    def shape(value: float) -> float:
        t = max(0.0, min(1.0, (value - low) / (high - low)))
        return top * t * t * (3 - 2 * t)

    return shape


def tint(canvas: Image.Image, colour: Colour, mask: Image.Image) -> None:
    """Paint a colour through a mask."""
    canvas.paste(colour, (0, 0), mask)


def glow(
    canvas: Image.Image, centre: Point, radius: float, colour: Colour, power: float = 2.0
) -> Image.Image:
    """Light added around a point, fading to nothing at `radius` pixels."""
    side = max(2, round(radius * 2))
    fading = curve(Image.radial_gradient("L"), lambda v: max(0.0, 1 - v * math.sqrt(2)) ** power)
    fading = fading.resize((side, side), Image.Resampling.BICUBIC)
    mask = Image.new("L", canvas.size)
    mask.paste(fading, (round(centre[0] - radius), round(centre[1] - radius)))
    light = Image.composite(Image.new("RGB", canvas.size, colour), Image.new("RGB", canvas.size), mask)
    return ImageChops.screen(canvas, light)


def polygon(size: Size, points: Sequence[Point]) -> Image.Image:
    """A mask with one soft-edged shape."""
    mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
    ImageDraw.Draw(mask).polygon([(x * FINE, y * FINE) for x, y in points], fill=255)
    return mask.reduce(FINE)


def disc(size: Size, centre: Point, radius: float) -> Image.Image:
    """A mask with a soft-edged circle."""
    mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
    (x, y), r = centre, radius
    ImageDraw.Draw(mask).ellipse([(v) * FINE for v in (x - r, y - r, x + r, y + r)], fill=255)
    return mask.reduce(FINE)


def ridge(chance: random.Random, width: int, roughness: float = 0.55, steps: int = 9) -> list[float]:
    """Heights from -1 to 1 along a ridge, by displacing midpoints; one for every pixel column."""
    heights = [chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5)]
    reach = 1.0
    for _ in range(steps):
        finer: list[float] = []
        for left, right in itertools.pairwise(heights):
            finer += [left, (left + right) / 2 + chance.uniform(-reach, reach) / 2]
        heights = [*finer, heights[-1]]
        reach *= roughness
    low, high = min(heights), max(heights)
    scaled = [(value - low) / (high - low) * 2 - 1 for value in heights]
    last = len(scaled) - 1
    return [_between(scaled, column * last / max(1, width - 1)) for column in range(width)]


def _between(values: Sequence[float], at: float) -> float:
    """The value at a place between two."""
    index = min(int(at), len(values) - 2)
    return values[index] + (values[index + 1] - values[index]) * (at - index)


def soften(image: Image.Image, radius: float) -> Image.Image:
    """Blurred."""
    return image.filter(ImageFilter.GaussianBlur(radius))
