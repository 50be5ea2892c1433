"""What lies below and before the sky: mountains, hills and dunes; woods and a town stand on it."""

import math
import random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from bot.providers.offline.painting.air import mist
from bot.providers.offline.painting.brush import (
    Colour,
    Point,
    Size,
    curve,
    mix,
    noise,
    polygon,
    ramp,
    ridge,
    soften,
    tint,
)
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light
from bot.providers.offline.painting.town import city
from bot.providers.offline.painting.woods import forest, groves


def layers(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """The land of a scene, far things first."""
    canvas.paste(light.far, (0, horizon, canvas.width, canvas.height))
    if scene.place in ("mountains", "lake"):
        mountains(canvas, scene, light, horizon)
        if scene.place == "mountains":
            forest(canvas, scene.chance, light, round(horizon + canvas.height * 0.16), rows=(3, 4))
    elif scene.place == "forest":
        mountains(canvas, scene, light, horizon, count=2, height=0.16)
        forest(canvas, scene.chance, light, horizon)
    elif scene.place == "hills":
        hills(canvas, scene, light, horizon)
    elif scene.place == "desert":
        dunes(canvas, scene.chance, light, horizon)
    elif scene.place == "city":
        city(canvas, scene, light, horizon)
    elif scene.chance.random() < 0.6:
        mountains(canvas, scene, light, horizon, count=1, height=0.07)


def mountains(
    canvas: Image.Image, scene: Scene, light: Light, horizon: int, count: int = 3, height: float = 0.36
) -> None:
    """Ranges one behind another, paler with distance, lit from one side, with snow where it is high."""
    width, tall, chance = canvas.width, canvas.height, scene.chance
    foot = tall if scene.place in ("mountains", "forest") else horizon
    for layer in range(count):
        near = (layer + 1) / count
        base = horizon - tall * height * (0.55 - 0.5 * near) + (tall - horizon) * near * 0.35 * (foot == tall)
        line = ridge(chance, width, 0.56)
        crest = [base - tall * height * (0.72 - 0.3 * near) * (value * 0.5 + 0.5) ** 1.25 for value in line]
        mask = below(canvas.size, crest, foot)
        colour = mix(light.far, light.near, near**1.3 * 0.86)
        body = _rock(canvas.size, chance, colour, light, near)
        if (height > 0.2 and layer < count - 1) or "snow" in scene.subjects:
            _snow(body, chance, crest, mix((250, 252, 255), light.far, 0.18))
        canvas.paste(body, (0, 0), mask)
        if layer < count - 1 or foot != tall:
            mist(canvas, mask, light, base, tall * 0.12)


def below(size: tuple[int, int], crest: list[float], foot: float) -> Image.Image:
    """A mask of everything between a crest and the foot."""
    points: list[Point] = [(float(x), y) for x, y in enumerate(crest)]
    return polygon(size, [*points, (size[0], crest[-1]), (size[0], foot), (0, foot)])


def _rock(
    size: tuple[int, int], chance: random.Random, colour: Colour, light: Light, near: float
) -> Image.Image:
    """A flank with light and shade, as if it had folds."""
    relief = noise(chance, size, (9, 7), 5).filter(
        ImageFilter.Kernel((3, 3), (-2, -1, 0, -1, 0, 1, 0, 1, 2), 0.32, 128)
    )
    relief = soften(relief, size[0] / 900)
    bright, dark = mix(colour, light.cloud, 0.16 + 0.1 * (1 - near)), mix(colour, (0, 0, 0), 0.3)
    return ImageOps.colorize(relief, dark, bright, colour)


def _snow(body: Image.Image, chance: random.Random, crest: list[float], white: Colour) -> None:
    """Snow on what is high, with a ragged lower edge; light and shade of the rock show through."""
    width = body.width
    line = min(crest) + (max(crest) - min(crest)) * 0.42
    ragged = [line + value * body.height * 0.045 for value in ridge(chance, width, 0.8)]
    points: list[Point] = [(float(x), y) for x, y in enumerate(ragged)]
    mask = polygon(body.size, [(0, 0), *points, (width, ragged[-1]), (width, 0)])
    shade = ImageOps.autocontrast(body.convert("L")).point(lambda v: 70 + v * 0.72)
    tint(body, white, ImageChops.multiply(mask, shade))


def hills(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """Rolling country, each hill greener than the one behind."""
    tall, chance = canvas.height, scene.chance
    mountains(canvas, scene, light, horizon, count=1, height=0.2)
    green = (
        (236, 240, 246)
        if "snow" in scene.subjects
        else {"sunset": (120, 96, 48), "night": (16, 34, 36), "storm": (66, 84, 60)}.get(
            scene.hour, (108, 156, 66)
        )
    )
    for row in range(5):
        near = (row + 1) / 5
        base = horizon + (tall - horizon) * (row / 5) ** 1.2
        wave = [chance.uniform(0, 6.3) for _ in range(2)]
        pitch = chance.uniform(2.0, 4.0)
        crest = [
            base
            + tall
            * 0.035
            * (
                math.sin(x / canvas.width * pitch + wave[0])
                + 0.5 * math.sin(x / canvas.width * pitch * 2.3 + wave[1])
            )
            for x in range(canvas.width)
        ]
        colour = mix(mix(light.far, green, 0.35 + 0.6 * near), light.near, 0.4 * near**2)
        mask = below(canvas.size, crest, tall)
        canvas.paste(_turf(canvas.size, chance, colour, light, near), (0, 0), mask)
        if row in (1, 2, 3):
            groves(canvas, chance, crest, tall * 0.05 * near, mix(colour, light.near, 0.55))
        if row < 2:
            mist(canvas, mask, light, base, tall * 0.05)


def _turf(
    size: tuple[int, int], chance: random.Random, colour: Colour, light: Light, near: float
) -> Image.Image:
    """Grass: streaks that grow coarser towards the viewer."""
    streaks = noise(chance, size, (10, 30 - 16 * near), 5)
    return ImageOps.colorize(
        curve(streaks, ramp(0.25, 0.75)),
        mix(colour, light.near, 0.28),
        mix(colour, light.cloud, 0.16),
        colour,
    )


def dunes(canvas: Image.Image, chance: random.Random, light: Light, horizon: int) -> None:
    """Dunes with one flank in the light and one in the shade."""
    tall, width = canvas.height, canvas.width
    sand = mix((226, 170, 104), light.sky[-1], 0.25)
    dark = mix(mix(sand, light.near, 0.62), light.shade, 0.2)
    for row in range(5):
        near = (row + 1) / 5
        base = horizon + (tall - horizon) * (row / 5) ** 1.25
        peak = width * chance.uniform(0.15, 0.85)
        high = tall * (0.05 + 0.09 * near)
        phase = chance.uniform(0, 6.3)
        crest = [
            base
            + high * 0.4
            - high * math.exp(-abs(x - peak) / width * 3.2)
            + high * 0.12 * math.sin(x / width * 6 + phase)
            for x in range(width)
        ]
        mask = below(canvas.size, crest, tall)
        haze = 0.45 * (1 - near)
        canvas.paste(_ripples(canvas.size, chance, mix(sand, light.far, haze)), (0, 0), mask)
        shade = ImageChops.multiply(_lee(canvas.size, chance, (peak, crest[round(peak)]), crest), mask)
        tint(canvas, mix(dark, light.far, haze), shade.point(lambda v: v * 0.5))
        mist(canvas, mask, light, base + high, tall * 0.1 * (1.2 - near))


def _lee(size: Size, chance: random.Random, peak: Point, crest: list[float]) -> Image.Image:
    """The flank in the shade: from the peak along a winding spine to the ground, and softly back up."""
    side = chance.choice((-1, 1))
    reach, swing = side * size[0] * chance.uniform(0.3, 0.5), side * size[0] * chance.uniform(0.03, 0.12)
    drop = (size[1] - peak[1]) * chance.uniform(0.5, 0.9)
    falls = [step / 30 for step in range(31)]
    spine = [(peak[0] + swing * math.sin(t * 4.4) * t - swing * t, peak[1] + drop * t) for t in falls]
    edge = min(len(crest) - 1, max(0, round(peak[0] + reach)))
    top = min(crest[edge], peak[1] + drop) - 2
    back = [
        (peak[0] + reach + (spine[-1][0] - peak[0] - reach) * t**0.6, top + (spine[-1][1] - top) * t)
        for t in falls
    ]
    return soften(polygon(size, [*spine, *reversed(back)]), size[0] / 700)


def _ripples(size: tuple[int, int], chance: random.Random, colour: Colour) -> Image.Image:
    """Sand, with the wind's fine writing on it."""
    lines = noise(chance, size, (5, 60), 4)
    return ImageOps.colorize(
        lines, mix(colour, (70, 40, 30), 0.25), mix(colour, (255, 240, 214), 0.3), colour
    )
