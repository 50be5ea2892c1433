"""Skies: light of the hour, clouds, stars, sun and moon, and the northern lights."""

import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from bot.providers.offline.painting.brush import (
    Colour,
    Point,
    curve,
    disc,
    glow,
    gradient,
    mix,
    noise,
    ramp,
    soften,
    tint,
)
from bot.providers.offline.painting.scene import Scene


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of an hour: sky from the top down, clouds lit and shaded, land far and near, the lamp."""

    sky: tuple[Colour, ...]
    cloud: Colour
    shade: Colour
    far: Colour
    near: Colour
    lamp: Colour
    cover: float


LIGHTS = {
    "day": Light(
        ((38, 104, 190), (92, 160, 224), (168, 210, 236), (222, 236, 240)),
        (255, 255, 255),
        (176, 192, 212),
        (150, 182, 204),
        (34, 74, 52),
        (255, 252, 232),
        0.5,
    ),
    "sunset": Light(
        ((40, 34, 88), (122, 58, 118), (226, 98, 84), (252, 170, 84), (255, 222, 150)),
        (255, 178, 120),
        (104, 58, 104),
        (176, 92, 104),
        (30, 20, 44),
        (255, 236, 180),
        0.56,
    ),
    "dawn": Light(
        ((104, 136, 184), (168, 176, 206), (232, 194, 196), (252, 218, 190), (255, 236, 212)),
        (255, 236, 226),
        (176, 164, 192),
        (190, 180, 198),
        (60, 74, 94),
        (255, 248, 224),
        0.46,
    ),
    "night": Light(
        ((6, 10, 32), (14, 26, 62), (30, 52, 96), (62, 88, 128)),
        (70, 88, 128),
        (16, 24, 52),
        (34, 52, 88),
        (4, 8, 20),
        (236, 240, 250),
        0.36,
    ),
    "storm": Light(
        ((44, 52, 64), (78, 88, 102), (120, 130, 140), (176, 182, 182)),
        (160, 168, 176),
        (40, 46, 58),
        (96, 108, 118),
        (20, 28, 32),
        (220, 222, 214),
        0.85,
    ),
}


def light_of(scene: Scene) -> Light:
    """The hour's light, leaning to the colours that were asked for."""
    light = LIGHTS[scene.hour]
    if not scene.colours or scene.place in ("hills", "forest") or scene.subjects & {"parrot", "boat"}:
        return light
    wanted = scene.colours
    sky = tuple(mix(colour, wanted[index % len(wanted)], 0.45) for index, colour in enumerate(light.sky))
    return Light(
        sky,
        mix(light.cloud, wanted[0], 0.2),
        mix(light.shade, wanted[-1], 0.3),
        mix(light.far, wanted[0], 0.35),
        mix(light.near, wanted[-1], 0.15),
        light.lamp,
        light.cover,
    )


def paint_sky(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> Point:
    """Everything above the horizon. Returns where the sun or the moon stands."""
    width, chance = canvas.width, scene.chance
    canvas.paste(gradient((width, horizon), light.sky), (0, 0))
    low = scene.hour in ("sunset", "dawn")
    lamp = (
        width * chance.uniform(0.28, 0.72),
        horizon * (chance.uniform(0.74, 0.88) if low else chance.uniform(0.2, 0.36)),
    )
    if scene.hour == "night":
        stars(canvas, chance, horizon)
    if "aurora" in scene.subjects:
        canvas.paste(aurora(canvas, chance, horizon))
    else:
        canvas.paste(paint_lamp(canvas, scene, light, lamp))
    clouds(canvas, chance, light, horizon, lamp)
    return lamp


def paint_lamp(canvas: Image.Image, scene: Scene, light: Light, lamp: Point) -> Image.Image:
    """The sun or the moon with its light in the air."""
    unit = min(canvas.size)
    if scene.hour == "storm":
        return glow(canvas, lamp, unit * 0.5, (90, 92, 88), 1.6)
    low = scene.hour in ("sunset", "dawn")
    radius = unit * (0.052 if low else 0.036)
    warm = light.lamp if scene.hour == "night" else mix(light.lamp, light.sky[-1], 0.4)
    strength = 0.45 if scene.hour == "night" else 0.8
    halo = mix((0, 0, 0), warm, strength)
    canvas = glow(canvas, lamp, unit * 0.62, mix((0, 0, 0), halo, 0.6), 2.2)
    canvas = glow(canvas, lamp, unit * 0.2, halo, 2.0)
    tint(canvas, light.lamp, disc(canvas.size, lamp, radius))
    if scene.hour == "night":
        _craters(canvas, scene.chance, lamp, radius)
    return canvas


def _craters(canvas: Image.Image, chance: random.Random, lamp: Point, radius: float) -> None:
    """The moon's seas: soft grey spots within its disc."""
    face = disc(canvas.size, lamp, radius * 0.98)
    spots = curve(
        noise(chance, canvas.size, (canvas.width / radius * 0.9, canvas.height / radius * 0.9), 3),
        ramp(0.5, 0.7, 0.45),
    )
    tint(canvas, (150, 160, 182), ImageChops.multiply(face, spots))


def stars(canvas: Image.Image, chance: random.Random, horizon: int) -> None:
    """Many faint stars, a few bright ones."""
    draw = ImageDraw.Draw(canvas)
    unit = min(canvas.size) / 1024
    for _ in range(round(canvas.width * horizon / 1100)):
        x, y = chance.uniform(0, canvas.width), chance.uniform(0, horizon) ** 1.0
        bright = chance.random() ** 3
        size = (0.35 + 1.0 * bright) * max(0.7, unit)
        faint = canvas.getpixel((min(int(x), canvas.width - 1), min(int(y), horizon - 1)))
        base = faint if isinstance(faint, tuple) else (0, 0, 0)
        tone = mix(
            (base[0], base[1], base[2]),
            chance.choice(((255, 255, 255), (206, 220, 255), (255, 236, 208))),
            0.35 + 0.65 * bright,
        )
        draw.ellipse((x - size, y - size, x + size, y + size), fill=tone)


def clouds(canvas: Image.Image, chance: random.Random, light: Light, horizon: int, lamp: Point) -> None:
    """Drifting clouds, flatter towards the horizon, bright on the side of the light."""
    size = (canvas.width, horizon)
    field = noise(chance, size, (2.4 * size[0] / min(size), 5.5), 6)
    threshold = 0.78 - light.cover * 0.42
    body = curve(field, ramp(threshold, threshold + 0.2, 0.92))
    offset = ImageChops.offset(field, round((size[0] / 2 - lamp[0]) * 0.02), round(-size[1] * 0.012))
    lit = soften(curve(ImageChops.subtract(field, offset, 1.2, 118), ramp(0.22, 0.66)), size[0] / 340)
    colour = Image.composite(Image.new("RGB", size, light.cloud), Image.new("RGB", size, light.shade), lit)
    canvas.paste(colour, (0, 0), body)


def aurora(canvas: Image.Image, chance: random.Random, horizon: int) -> Image.Image:
    """Curtains of green light that fade upwards into violet."""
    width = canvas.width
    light = Image.new("RGB", (width, horizon))
    for green, base in ((1.0, 0.78), (0.7, 0.6), (0.55, 0.45)):
        wave = [chance.uniform(0, 6.3) for _ in range(3)]
        pleats = noise(chance, (width, 1), (26, 1), 3).tobytes()
        curtain = Image.new("RGB", (width, horizon))
        draw = ImageDraw.Draw(curtain)
        tall = horizon * chance.uniform(0.34, 0.5)
        for x in range(width):
            t = x / width
            foot = horizon * (base + 0.09 * math.sin(5 * t + wave[0]) + 0.05 * math.sin(11 * t + wave[1]))
            strength = green * (pleats[x] / 255) ** 1.5 * (0.55 + 0.45 * math.sin(4 * t + wave[2]))
            _ray(draw, x, foot, tall * (0.6 + 0.6 * pleats[x] / 255), max(0.0, strength))
        light = ImageChops.screen(light, curtain)
    light = soften(light, width / 260)
    whole = Image.new("RGB", canvas.size)
    whole.paste(light)
    return ImageChops.screen(canvas, whole)


def _ray(draw: ImageDraw.ImageDraw, x: int, foot: float, tall: float, strength: float) -> None:
    """One vertical ray of the northern lights."""
    steps = 14
    for step in range(steps):
        t = step / steps
        colour = mix((60, 255, 150), (150, 70, 220), t)
        draw.line(
            (x, foot - tall * t, x, foot - tall * (t + 1 / steps)),
            fill=mix((0, 0, 0), colour, strength * (1 - t) ** 1.6),
        )
