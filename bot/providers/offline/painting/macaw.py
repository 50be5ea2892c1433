"""The one thing the painter draws really well: a macaw on a branch."""

import math
import random

from PIL import Image

from bot.providers.offline.painting.brush import Colour, mix
from bot.providers.offline.painting.figures import Figure
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light

PLUMAGES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((206, 32, 40), (246, 190, 44), (34, 92, 190)),
    ((28, 108, 200), (246, 188, 40), (24, 66, 150)),
    ((54, 158, 72), (238, 206, 70), (30, 104, 168)),
)
"""Body, middle of the wing, its tips: as scarlet, blue-and-yellow and green macaws have them."""


def macaw(canvas: Image.Image, scene: Scene, light: Light) -> None:
    """A macaw on a branch, in the colours that were asked for."""
    chance, unit = scene.chance, min(canvas.size)
    body, middle, tips = _plumage(scene)
    mirrored = chance.random() < 0.5
    scale = unit / 10.2
    origin = (canvas.width * (0.56 if mirrored else 0.44), canvas.height * 0.47)
    figure = Figure(canvas.size, origin, scale, mirrored)
    bark = mix((92, 64, 46), light.near, 0.35)
    _tail(figure, chance, body, middle, tips)
    _branch(figure, chance, bark, mix((62, 120, 58), light.near, 0.35))
    _body(figure, chance, body)
    _wing(figure, chance, body, middle, tips)
    _head(figure, body)
    _claws(figure)
    figure.onto(canvas, round(unit * 0.012))


def _plumage(scene: Scene) -> tuple[Colour, Colour, Colour]:
    """The first colours of the prompt, or one of the macaws'."""
    chosen = scene.chance.choice(PLUMAGES)
    asked = scene.colours
    if not asked:
        return chosen
    middle = asked[1] if len(asked) > 1 else chosen[1]
    tips = asked[2] if len(asked) > 2 else mix(asked[0], (20, 40, 120), 0.62)
    return asked[0], middle, tips


def _body(figure: Figure, chance: random.Random, colour: Colour) -> None:
    """The breast and belly, with rows of small feathers."""
    figure.shape(
        (
            (0.2, -2.5),
            (1.05, -1.9),
            (1.35, -0.9),
            (1.2, 0.4),
            (0.7, 1.6),
            (0.0, 2.3),
            (-0.75, 2.2),
            (-1.0, 1.0),
            (-0.9, -0.6),
            (-0.6, -1.9),
        ),
        mix(colour, (0, 0, 0), 0.1),
    )
    for row in range(11):
        y = -1.9 + row * 0.36
        reach = 1.12 * math.sqrt(max(0.05, 1 - ((y - 0.0) / 2.75) ** 2))
        for step in range(7):
            x = -0.55 + reach * (step / 6) * 1.45 + chance.uniform(-0.04, 0.04) - max(0.0, y) * 0.24
            tone = mix(
                mix(colour, (0, 0, 0), 0.16 * (1 - step / 6) + 0.02 * row),
                (255, 255, 255),
                0.1 * step / 6 + chance.uniform(0, 0.05),
            )
            figure.feather((x, y), 98 + 6 * (3 - step), 0.52, 0.34, tone)


def _wing(figure: Figure, chance: random.Random, body: Colour, middle: Colour, tips: Colour) -> None:
    """The folded wing: long flight feathers below, coverts above, shoulder on top."""
    for index in range(8):
        t = index / 7
        figure.feather(
            (-0.95 + 0.75 * t, 0.1 - 0.25 * t),
            103 - 5 * t,
            3.6 - 1.35 * t,
            0.46,
            mix(tips, (0, 0, 0), 0.28 - 0.24 * t),
        )
    for index in range(7):
        t = index / 6
        figure.feather(
            (-1.0 + 1.15 * t, -0.75 + 0.1 * t),
            100 - 4 * t,
            1.55 - 0.3 * t,
            0.44,
            mix(tips, (255, 255, 255), 0.04 + 0.08 * t),
        )
    shoulder = ((-1.25, -0.7), (-1.2, -1.6), (-0.75, -2.15), (-0.1, -2.2), (0.35, -1.7), (0.4, -0.7))
    figure.shape(shoulder, mix(body, (0, 0, 0), 0.14))
    for row, colour in enumerate((middle, mix(middle, (0, 0, 0), 0.08), body, body)):
        for index in range(6):
            t = index / 5
            tone = mix(colour, (0, 0, 0), 0.2 * (1 - t) + chance.uniform(0, 0.05))
            figure.feather(
                (
                    -1.02 + 1.2 * t + row * row * 0.035,
                    -0.55 - row * 0.4 + 0.1 * t - 0.16 * math.sin(t * 3.1) * (row > 1),
                ),
                100 - 6 * t,
                0.95 - 0.1 * row,
                0.42,
                tone,
            )


def _head(figure: Figure, colour: Colour) -> None:
    """Head, bare cheek and a lively eye."""
    figure.shape(
        (
            (-0.62, -1.9),
            (-0.72, -2.7),
            (-0.35, -3.5),
            (0.4, -3.75),
            (1.05, -3.4),
            (1.25, -2.75),
            (1.05, -2.0),
            (0.4, -1.6),
        ),
        colour,
    )
    figure.shape(
        ((-0.5, -2.3), (-0.5, -3.0), (-0.1, -3.45), (0.35, -3.6), (-0.05, -3.1), (-0.1, -2.3)),
        mix(colour, (0, 0, 0), 0.12),
    )
    figure.shape(
        ((0.35, -2.95), (0.7, -3.25), (1.12, -3.1), (1.2, -2.6), (0.95, -2.2), (0.5, -2.35)), (246, 240, 230)
    )
    for row in range(3):
        figure.line(
            ((0.55 + row * 0.05, -2.52 + row * 0.13), (0.85, -2.5 + row * 0.13), (1.08, -2.58 + row * 0.13)),
            mix(colour, (246, 240, 230), 0.35),
            0.035,
        )
    _beak(figure)
    figure.dot((0.72, -2.93), 0.19, (250, 226, 130))
    figure.dot((0.74, -2.93), 0.115, (18, 16, 18))
    figure.dot((0.78, -2.98), 0.04, (255, 255, 255))


def _beak(figure: Figure) -> None:
    """A hooked beak, with the light on it."""
    figure.shape(((1.05, -2.25), (1.32, -2.15), (1.42, -1.92), (1.15, -1.72), (0.95, -1.95)), (44, 40, 44))
    figure.shape(
        (
            (0.98, -3.18),
            (1.45, -3.2),
            (1.9, -2.85),
            (2.05, -2.35),
            (1.93, -1.72),
            (1.8, -1.98),
            (1.62, -2.24),
            (1.25, -2.3),
            (1.02, -2.5),
        ),
        (58, 53, 56),
    )
    figure.line(((1.15, -3.02), (1.5, -2.98), (1.78, -2.7), (1.88, -2.4)), (122, 114, 114), 0.07)
    figure.line(((1.05, -2.42), (1.35, -2.3), (1.64, -2.22)), (24, 22, 24), 0.04)


def _tail(figure: Figure, chance: random.Random, body: Colour, middle: Colour, tips: Colour) -> None:
    """Long tail feathers, seen behind the branch."""
    for index, colour in enumerate(
        (tips, mix(tips, body, 0.5), body, body, mix(body, tips, 0.3), mix(body, (0, 0, 0), 0.15))
    ):
        figure.feather(
            (-0.62 + index * 0.12, 1.5),
            101 - index * 2.2 + chance.uniform(-0.6, 0.6),
            3.3 - 0.16 * index,
            0.36,
            colour,
        )


def _branch(figure: Figure, chance: random.Random, bark: Colour, leaf: Colour) -> None:
    """A branch across the picture, with a few leaves."""
    line = [(-9.0, 3.25), (-5.0, 2.75), (-2.0, 2.5), (1.0, 2.42), (4.0, 2.1), (9.0, 1.2)]
    figure.line(line, mix(bark, (0, 0, 0), 0.35), 0.56)
    figure.line([(x, y - 0.05) for x, y in line], bark, 0.42)
    figure.line([(x, y - 0.17) for x, y in line], mix(bark, (255, 226, 180), 0.3), 0.09)
    for _ in range(14):
        x = chance.choice((chance.uniform(-5.6, -2.4), chance.uniform(2.4, 6.0)))
        y = 2.48 - 0.05 * x + (0.02 * x * x if x < 0 else -0.012 * x * x)
        tone = mix(leaf, chance.choice(((255, 255, 160), (0, 20, 10))), chance.uniform(0, 0.3))
        figure.feather(
            (x, y),
            chance.choice((chance.uniform(200, 330), chance.uniform(30, 150))),
            chance.uniform(0.8, 1.5),
            0.42,
            tone,
        )


def _claws(figure: Figure) -> None:
    """Two toes of each foot around the branch."""
    for foot in (-0.05, 0.55):
        for toe in (0.0, 0.24):
            x = foot + toe
            figure.line(((x, 2.02), (x + 0.06, 2.3), (x + 0.05, 2.58)), (84, 78, 80), 0.19)
            figure.dot((x + 0.05, 2.62), 0.085, (40, 36, 38))
