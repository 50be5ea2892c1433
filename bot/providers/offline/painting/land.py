"""What lies below and before the sky: water, mountains, forests, hills, dunes, a town."""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from bot.providers.offline.painting.brush import (
    FINE,
    Colour,
    Point,
    curve,
    gradient,
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


def layers(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """The land of a scene, far things first."""
    if scene.place in ("mountains", "lake"):
        mountains(canvas, scene, light, horizon)
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
        line = ridge(chance, width, 0.5)
        crest = [base - tall * height * (0.5 - 0.16 * near) * (value * 0.5 + 0.5) for value in line]
        mask = _below(canvas.size, crest, foot)
        colour = mix(light.far, light.near, near**1.3 * 0.86)
        body = _rock(canvas.size, chance, colour, light, near)
        if (height > 0.2 and layer < count - 1) or "snow" in scene.subjects:
            _snow(body, chance, crest, tall * height * 0.22, mix((250, 252, 255), light.far, 0.22))
        canvas.paste(body, (0, 0), mask)
        _mist(canvas, mask, light, base, tall * 0.12)


def _below(size: tuple[int, int], crest: list[float], foot: float) -> Image.Image:
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


def _snow(body: Image.Image, chance: random.Random, crest: list[float], depth: float, white: Colour) -> None:
    """Snow below the crest, where the crest is high, with ragged lower edges."""
    top = min(crest)
    ragged = [
        y + depth * (1.15 - (y - top) / depth * 0.55) * (0.55 + 0.45 * r)
        for y, r in zip(crest, ridge(chance, len(crest), 0.72), strict=True)
    ]
    points = [(float(x), y) for x, y in enumerate(crest)] + [
        (float(x), max(ragged[x], crest[x])) for x in range(len(crest) - 1, -1, -1)
    ]
    mask = polygon(body.size, points)
    shade = ImageOps.autocontrast(body.convert("L")).point(lambda v: 120 + v * 0.53)
    tint(body, white, ImageChops.multiply(mask, shade))


def _mist(canvas: Image.Image, mask: Image.Image, light: Light, base: float, depth: float) -> None:
    """The haze that gathers at the foot of a range."""
    haze = gradient(
        (canvas.width, max(2, round(depth * 2))), ((0, 0, 0), (120, 120, 120), (120, 120, 120))
    ).convert("L")
    veil = Image.new("L", canvas.size)
    veil.paste(haze, (0, round(base)))
    tint(canvas, mix(light.far, light.sky[-1], 0.5), ImageChops.multiply(veil, mask))


def forest(canvas: Image.Image, chance: random.Random, light: Light, horizon: int) -> None:
    """Rows of firs, the nearest dark and tall."""
    tall = canvas.height
    for row in range(5):
        near = (row + 1) / 5
        foot = horizon + (tall - horizon) * (near**1.5) * 0.95
        size = tall * (0.07 + 0.3 * near**1.7)
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
            _mist(canvas, shape, light, foot - size * 0.45, size * 0.7)


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
        mask = _below(canvas.size, crest, tall)
        canvas.paste(_turf(canvas.size, chance, colour, light, near), (0, 0), mask)
        if row in (1, 2, 3):
            _trees(canvas, chance, crest, tall * 0.05 * near, mix(colour, light.near, 0.55))
        _mist(canvas, mask, light, base - tall * 0.03, tall * 0.05 * (1.3 - near))


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


def _trees(
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
        mask = _below(canvas.size, crest, tall)
        haze = 0.45 * (1 - near)
        canvas.paste(_ripples(canvas.size, chance, mix(sand, light.far, haze)), (0, 0), mask)
        sweep = width * chance.uniform(0.12, 0.3) * (1 if chance.random() < 0.5 else -1)
        spine = [
            (
                peak + sweep * math.sin(t * 2.2) * t + width * 0.02 * math.sin(t * 9),
                crest[round(peak)] + (tall - crest[round(peak)]) * t,
            )
            for t in (i / 40 for i in range(41))
        ]
        shade = polygon(canvas.size, [*spine, (width * 1.2, tall), (width * 1.2, crest[-1] - high)])
        tint(
            canvas,
            mix(dark, light.far, haze),
            ImageChops.multiply(ImageChops.multiply(shade, mask), Image.new("L", canvas.size, 190)),
        )


def _ripples(size: tuple[int, int], chance: random.Random, colour: Colour) -> Image.Image:
    """Sand, with the wind's fine writing on it."""
    lines = noise(chance, size, (5, 60), 4)
    return ImageOps.colorize(
        lines, mix(colour, (70, 40, 30), 0.25), mix(colour, (255, 240, 214), 0.3), colour
    )


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
            _mist(
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
