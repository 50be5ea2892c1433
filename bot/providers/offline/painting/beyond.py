"""Pictures without a landscape: space, and flowing colour for everything that has no shape."""

import colorsys
import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageOps

from bot.providers.offline.painting.brush import (
    Colour,
    Point,
    curve,
    disc,
    glow,
    gradient,
    mix,
    noise,
    polygon,
    ramp,
    soften,
    tint,
)
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import stars


def palette(scene: Scene, count: int = 5) -> list[Colour]:
    """Colours that go together: the prompt's own, else neighbours on the wheel and one opposite."""
    if scene.colours:
        base = list(scene.colours)
        return [
            mix(base[index % len(base)], (255, 244, 224) if index % 2 else (24, 20, 48), 0.12 + 0.1 * index)
            for index in range(count)
        ]
    hue, made = scene.chance.random(), []
    for index in range(count):
        turn = hue + (0.5 if index == count - 1 else 0.07 * index)
        made.append(_from_hls(turn, 0.3 + 0.11 * index, 0.55 + 0.08 * scene.chance.random()))
    return made


def _from_hls(hue: float, lightness: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, min(0.82, lightness), saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def space(canvas: Image.Image, scene: Scene) -> Image.Image:
    """A nebula, a great many stars, and a planet that may have a ring."""
    chance, size = scene.chance, canvas.size
    colours = palette(scene)
    canvas.paste(gradient(size, ((6, 6, 20), (12, 10, 34), (6, 8, 24))), (0, 0))
    for index, colour in enumerate(colours[:3]):
        cloud = noise(chance, size, (2.2 + index, 2.2 + index), 6)
        band = curve(noise(chance, size, (1.4, 1.4), 2), ramp(0.35, 0.7))
        mask = ImageChops.multiply(curve(cloud, ramp(0.46, 0.86, 0.95)), band)
        light = Image.composite(
            Image.new("RGB", size, mix(colour, (255, 255, 255), 0.1)), Image.new("RGB", size), mask
        )
        canvas = ImageChops.screen(canvas, light)
    stars(canvas, chance, canvas.height)
    for _ in range(5):
        canvas = glow(
            canvas,
            (chance.uniform(0, size[0]), chance.uniform(0, size[1])),
            min(size) * chance.uniform(0.01, 0.03),
            (255, 250, 240),
            3,
        )
    return planet(canvas, scene, colours)


def planet(canvas: Image.Image, scene: Scene, colours: list[Colour]) -> Image.Image:
    """A banded planet, lit from one side."""
    chance, size, unit = scene.chance, canvas.size, min(canvas.size)
    radius = unit * chance.uniform(0.17, 0.24)
    centre = (size[0] * chance.uniform(0.34, 0.66), size[1] * chance.uniform(0.36, 0.6))
    canvas = glow(canvas, centre, radius * 1.5, mix((0, 0, 0), colours[1], 0.55), 1.5)
    bands = ImageOps.colorize(
        noise(chance, size, (2, 26), 4),
        mix(colours[0], (0, 0, 0), 0.2),
        mix(colours[2], (255, 255, 255), 0.35),
        colours[1],
    )
    ball = disc(size, centre, radius)
    turn = chance.uniform(0, 6.3)
    away = (centre[0] + math.cos(turn) * radius * 0.62, centre[1] + abs(math.sin(turn)) * radius * 0.4)
    shade = soften(disc(size, away, radius * 1.06), radius * 0.16)
    night = ImageChops.subtract(ball, ImageOps.invert(shade).point(lambda v: 255 - v))
    ring = (
        _ring(size, centre, radius, mix(colours[3], (255, 255, 255), 0.3))
        if "ring" in scene.subjects or chance.random() < 0.5
        else None
    )
    if ring:
        canvas.paste(ring.convert("RGB"), (0, 0), ring.getchannel("A"))
    canvas.paste(bands, (0, 0), ball)
    tint(canvas, (4, 4, 14), night.point(lambda v: v * 0.86))
    if ring:
        front = ring.getchannel("A")
        front.paste(0, (0, 0, size[0], round(centre[1])))
        canvas.paste(ring.convert("RGB"), (0, 0), front)
    return canvas


def _ring(size: tuple[int, int], centre: Point, radius: float, colour: Colour) -> Image.Image:
    """A thin ring around the planet, in several lanes."""
    sheet = Image.new("RGBA", (size[0] * 2, size[1] * 2), (*colour, 0))
    draw = ImageDraw.Draw(sheet)
    for lane in range(26):
        wide = radius * (1.45 + lane * 0.026)
        flat = wide * 0.24
        box = [v * 2 for v in (centre[0] - wide, centre[1] - flat, centre[0] + wide, centre[1] + flat)]
        strength = round(200 * abs(math.sin(lane * 0.75)) ** 0.6 * (0.4 if lane in (15, 16) else 1))
        draw.ellipse(
            box, outline=(*mix(colour, (90, 70, 60), lane / 40), strength), width=max(1, round(radius * 0.05))
        )
    return sheet.reduce(2)


def abstract(canvas: Image.Image, scene: Scene) -> Image.Image:
    """Ribbons of colour that flow over one another, with a few discs of light."""
    chance, size, unit = scene.chance, canvas.size, min(canvas.size)
    colours = palette(scene, 6)
    chance.shuffle(colours)
    ground = mix(colours[0], (250, 244, 232), 0.5)
    canvas.paste(
        gradient(size, (ground, mix(colours[1], ground, 0.4), mix(colours[2], (20, 18, 40), 0.3))), (0, 0)
    )
    canvas = glow(
        canvas, (size[0] * chance.random(), size[1] * 0.25), unit * 0.7, mix((0, 0, 0), colours[3], 0.55)
    )
    sun = (size[0] * chance.uniform(0.25, 0.75), size[1] * chance.uniform(0.2, 0.4))
    tint(canvas, mix(colours[-1], (255, 250, 240), 0.25), disc(size, sun, unit * chance.uniform(0.08, 0.16)))
    count = 9
    for index in range(count):
        _ribbon(
            canvas,
            chance,
            index / (count - 1),
            mix(colours[index % len(colours)], (20, 16, 40), 0.1 * index / count),
        )
    for _ in range(4):
        where = (size[0] * chance.random(), size[1] * chance.random())
        canvas = glow(
            canvas, where, unit * chance.uniform(0.05, 0.16), mix((0, 0, 0), (255, 240, 220), 0.3), 1.4
        )
    return canvas


def _ribbon(canvas: Image.Image, chance: random.Random, depth: float, colour: Colour) -> None:
    """One wave of colour across the picture, lighter along its crest, with a shadow on what is behind."""
    width, height = canvas.size
    phases = [chance.uniform(0, 6.3) for _ in range(3)]
    base, swing = height * (0.3 + 0.72 * depth), height * chance.uniform(0.05, 0.13)
    crest = [
        base
        + swing
        * (
            math.sin(x / width * 4.4 + phases[0])
            + 0.5 * math.sin(x / width * 7.9 + phases[1])
            + 0.2 * math.sin(x / width * 17 + phases[2])
        )
        for x in range(width)
    ]
    points: list[Point] = [(float(x), y) for x, y in enumerate(crest)]
    mask = polygon(canvas.size, [*points, (width, height), (0, height)])
    shadow = soften(ImageChops.offset(mask, 0, -round(height * 0.012)), height * 0.014).point(
        lambda v: v * 0.4
    )
    tint(canvas, (10, 8, 26), shadow)
    grain = noise(chance, canvas.size, (3, 22), 4)
    body = ImageOps.colorize(
        grain, mix(colour, (10, 8, 30), 0.32), mix(colour, (255, 250, 238), 0.34), colour
    )
    canvas.paste(body, (0, 0), mask)
    edge = ImageChops.subtract(mask, ImageChops.offset(mask, 0, max(2, round(height * 0.005))))
    tint(canvas, mix(colour, (255, 252, 240), 0.6), edge.point(lambda v: v * 0.8))
