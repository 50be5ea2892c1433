"""A town: a skyline in three depths."""

import random

from PIL import Image, ImageDraw

from bot.providers.offline.painting.air import mist
from bot.providers.offline.painting.brush import Colour, mix
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light


def city(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """A skyline in three depths; after sunset its windows are lit."""
    chance, tall = scene.chance, canvas.height
    dark = scene.hour in ("night", "sunset", "storm")
    for row in range(3):
        near = (row + 1) / 3
        colour = mix(light.far, light.near, 0.25 + 0.7 * near)
        x = -chance.uniform(0, 40.0)
        draw = ImageDraw.Draw(canvas)
        while x < canvas.width:
            wide = canvas.width * chance.uniform(0.03, 0.075) * (0.7 + 0.5 * near)
            centred = 1 - abs(x / canvas.width - 0.5) * 1.1
            high = tall * (0.1 + 0.34 * chance.random() ** 1.6 * centred) * (1.16 - 0.3 * near)
            _house(draw, chance, (x, horizon - high, x + wide, horizon), colour, light, near if dark else 0)
            x += wide + chance.choice((0, 0, 1, wide * 0.2))
        if row < 2:
            mist(
                canvas,
                Image.new("L", canvas.size, 255).crop((0, 0, *canvas.size)),
                light,
                horizon - tall * 0.1,
                tall * 0.05,
            )
            canvas.paste(light.near, (0, horizon, canvas.width, tall))


def _house(
    draw: ImageDraw.ImageDraw,
    chance: random.Random,
    box: tuple[float, float, float, float],
    colour: Colour,
    light: Light,
    lit: float,
) -> None:
    """One building: a body, perhaps a mast or a setback, and its windows."""
    left, top, right, foot = box
    shade = mix(colour, light.shade, chance.uniform(0, 0.25))
    draw.rectangle(box, fill=shade)
    wide = right - left
    if chance.random() < 0.4:
        inset = wide * chance.uniform(0.15, 0.3)
        draw.rectangle((left + inset, top - wide * 0.35, right - inset, top), fill=shade)
    if chance.random() < 0.25:
        middle = (left + right) / 2
        draw.line((middle, top - wide * 1.1, middle, top), fill=shade, width=max(1, round(wide / 22)))
    step = max(4.0, wide / chance.choice((5, 6, 7, 8)))
    y = top + step * 0.6
    while y < foot - step * 0.5:
        x = left + step * 0.45
        while x < right - step * 0.6:
            if lit and chance.random() < 0.36:
                tone = chance.choice(((255, 214, 130), (255, 232, 176), (250, 190, 110), (190, 214, 255)))
                draw.rectangle(
                    (x, y, x + step * 0.42, y + step * 0.5),
                    fill=mix(shade, tone, 0.3 + 0.65 * lit * chance.random()),
                )
            elif not lit:
                draw.rectangle((x, y, x + step * 0.42, y + step * 0.5), fill=mix(shade, light.sky[1], 0.35))
            x += step
        y += step * 1.15
