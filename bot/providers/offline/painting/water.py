"""Water: it shows what is above it, broken by waves, with a road of light under the sun."""

import random

from PIL import Image, ImageChops, ImageFilter, ImageOps

from bot.providers.offline.painting.brush import Point, curve, gradient, mix, noise, ramp, soften
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light


def paint_water(canvas: Image.Image, scene: Scene, light: Light, horizon: int, lamp: Point) -> None:
    """Everything below the horizon, as a mirror of what is above."""
    width, depth = canvas.width, canvas.height - horizon
    calm = scene.place in ("lake", "city")
    waves = swell(scene.chance, (width, depth), 0.4 if calm else 1.0)
    mirror = ImageOps.flip(canvas.crop((0, max(0, horizon - round(depth * 1.35)), width, horizon))).resize(
        (width, depth)
    )
    mirror = shaken(mirror, waves, depth * (0.012 if calm else 0.05))
    mirror = mirror.filter(ImageFilter.BoxBlur((0.5, depth / (160 if calm else 45))))
    deep = mix(light.near, mix(light.sky[0], (10, 60, 90), 0.5), 0.6)
    body = gradient(
        (width, depth), (mix(light.sky[-1], light.far, 0.5), deep, mix(deep, light.near, 0.5)), 0.8
    )
    water = Image.blend(body, mirror, 0.78 if calm else 0.52)
    strength = 0.16 if calm else 0.42
    dark = curve(waves, ramp(0.52, 0.2, strength * 0.9))
    bright = curve(waves, ramp(0.56, 0.82, strength))
    water.paste(mix(deep, light.near, 0.5), (0, 0), dark)
    water.paste(mix(light.sky[-1], light.lamp, 0.3), (0, 0), bright)
    if "aurora" not in scene.subjects:
        water = glitter(water, scene, light, waves, lamp)
    canvas.paste(water, (0, horizon))


def swell(chance: random.Random, size: tuple[int, int], height: float) -> Image.Image:
    """Waves in perspective: fine and flat at the horizon, long and broad in front."""
    width, depth = size
    field = noise(chance, (width, depth), (7, 34 / height**0.3), 5)
    bands = 24
    water = Image.new("L", size)
    for band in range(bands):
        top, foot = (round(depth * (t / bands) ** 1.9) for t in (band, band + 1))
        if foot <= top:
            continue
        near = (band + 1) / bands
        source_top = depth * band / bands
        reach = width * (0.35 + 0.65 * (1 - near))
        left = (width - reach) / 2
        strip = field.transform(
            (width, foot - top),
            Image.Transform.EXTENT,
            (left, source_top, left + reach, source_top + depth / bands),
            Image.Resampling.BILINEAR,
        )
        water.paste(strip, (0, top))
    return water


def shaken(mirror: Image.Image, waves: Image.Image, reach: float) -> Image.Image:
    """The mirror image, pushed up and down where the waves rise and fall."""
    up, down = ImageChops.offset(mirror, 0, -round(reach)), ImageChops.offset(mirror, 0, round(reach))
    up.paste(
        mirror.crop((0, 0, mirror.width, max(1, round(reach)))), (0, mirror.height - max(1, round(reach)))
    )
    down.paste(mirror.crop((0, 0, mirror.width, max(1, round(reach)))), (0, 0))
    return Image.composite(up, down, curve(waves, ramp(0.35, 0.65)))


def glitter(water: Image.Image, scene: Scene, light: Light, waves: Image.Image, lamp: Point) -> Image.Image:
    """The broken road of light below the sun or the moon."""
    width, depth = water.size
    if scene.hour == "storm":
        return water
    road = Image.new("L", (width, depth))
    for row in range(0, depth, 2):
        spread = width * (0.035 + 0.1 * row / depth)
        road.paste(255, (round(lamp[0] - spread), row, round(lamp[0] + spread), row + 2))
    road = soften(road, width / 22)
    sparks = curve(waves, ramp(0.5, 0.66))
    strength = {"sunset": 1.0, "dawn": 0.8, "night": 0.6}.get(scene.hour, 0.5)
    mask = ImageChops.multiply(road, sparks).point(lambda v: v * strength)
    shine = Image.composite(
        Image.new("RGB", water.size, mix(light.lamp, light.sky[-1], 0.25)), Image.new("RGB", water.size), mask
    )
    return ImageChops.screen(water, shine)
