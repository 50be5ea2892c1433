"""Trees: rows of firs, and groves on a hill."""

import random
from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.providers.offline.painting.air import mist
from bot.providers.offline.painting.brush import FINE, Colour, Point, mix, ridge, tint
from bot.providers.offline.painting.sky import Light


def forest(
    canvas: Image.Image, chance: random.Random, light: Light, horizon: int, rows: Sequence[int] = range(5)
) -> None:
    """Rows of firs, the nearest dark and tall."""
    tall = canvas.height
    for row in rows:
        near = (row + 1) / 5
        foot = horizon + (tall - horizon) * (near**1.5) * 1.25
        size = tall * (0.08 + 0.42 * near**1.7)
        mask = Image.new("L", (canvas.width * FINE, tall * FINE))
        draw = ImageDraw.Draw(mask)
        ground = [foot + value * tall * 0.02 for value in ridge(chance, 65, 0.5)]
        x = -size * 0.3
        while x < canvas.width + size:
            index = max(0, min(64, round(x / canvas.width * 64)))
            fir(draw, chance, x, ground[index], size * chance.uniform(0.6, 1.1))
            x += size * chance.uniform(0.14, 0.36)
        points = [(index / 64 * canvas.width * FINE, y * FINE) for index, y in enumerate(ground)]
        draw.polygon([*points, (canvas.width * FINE, tall * FINE), (0, tall * FINE)], fill=255)
        shape = mask.reduce(FINE)
        canvas.paste(mix(light.far, light.near, near**0.8), (0, 0), shape)
        if row < 4:
            mist(canvas, shape, light, foot - size * 0.45, size * 0.7)


def fir(draw: ImageDraw.ImageDraw, chance: random.Random, x: float, foot: float, size: float) -> None:
    """One fir: tiers of drooping branches, none quite like another."""
    tiers = max(6, min(16, round(size / 11)))
    left: list[Point] = []
    right: list[Point] = []
    for tier in range(tiers):
        t = (tier + 1) / tiers
        y = foot - size + size * 0.94 * t
        reach = size * 0.19 * t**0.85
        for side, edge in ((-1, left), (1, right)):
            edge.append((x + side * reach * chance.uniform(0.75, 1.1), y + size * 0.02))
            edge.append((x + side * reach * chance.uniform(0.34, 0.5), y - size * 0.012))
    outline = [(x, foot - size), *right, (x, foot), *reversed(left)]
    draw.polygon([(px * FINE, py * FINE) for px, py in outline], fill=255)
    trunk = size * 0.018
    draw.rectangle(
        [v * FINE for v in (x - trunk, foot - size * 0.1, x + trunk, foot + size * 0.06)], fill=255
    )


def groves(
    canvas: Image.Image, chance: random.Random, crest: list[float], size: float, colour: Colour
) -> None:
    """A few round trees along a crest, in loose groups."""
    mask = Image.new("L", (canvas.width * FINE, canvas.height * FINE))
    draw = ImageDraw.Draw(mask)
    for _ in range(chance.randint(2, 4)):
        middle = chance.uniform(0, canvas.width)
        for _ in range(chance.randint(2, 7)):
            x = middle + chance.gauss(0, size * 1.6)
            foot = crest[max(0, min(len(crest) - 1, round(x)))] + size * 0.1
            for _ in range(6):
                cx, cy, r = (
                    x + chance.gauss(0, size * 0.22),
                    foot - size * chance.uniform(0.4, 0.9),
                    size * chance.uniform(0.2, 0.36),
                )
                draw.ellipse([v * FINE for v in (cx - r, cy - r, cx + r, cy + r)], fill=255)
            draw.rectangle(
                [v * FINE for v in (x - size * 0.04, foot - size * 0.5, x + size * 0.04, foot)], fill=255
            )
    tint(canvas, colour, mask.reduce(FINE))
