"""Small things far away: a sailing boat with its reflection, and birds."""

from PIL import Image

from bot.providers.offline.painting.brush import mix
from bot.providers.offline.painting.figures import Figure
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light


def boat(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """A small sailing boat with its reflection, some way out."""
    chance, unit = scene.chance, min(canvas.size)
    origin = (
        canvas.width * chance.choice((0.24, 0.3, 0.7, 0.76)),
        horizon + (canvas.height - horizon) * 0.16,
    )
    figure = Figure(canvas.size, origin, unit / 22, chance.random() < 0.5)
    hull = mix(scene.colours[0] if scene.colours else (120, 50, 40), light.near, 0.45)
    sail = mix((250, 244, 232), light.sky[-1], 0.45)
    for up in (-1, 1):
        fade = 0.0 if up < 0 else 0.55
        deep = light.near
        if up < 0:
            figure.line(((0, 0), (0, -3.4)), mix((70, 50, 40), light.near, 0.4), 0.07)
        figure.draw.polygon(
            [figure.at(p) for p in ((0.1, 0.35 * up), (0.1, 3.3 * up), (1.75, 0.45 * up))],
            fill=(*mix(sail, deep, fade), 255 if up < 0 else 90),
        )
        figure.draw.polygon(
            [figure.at(p) for p in ((-0.12, 0.4 * up), (-0.12, 2.9 * up), (-1.3, 0.5 * up))],
            fill=(*mix(mix(sail, light.shade, 0.3), deep, fade), 255 if up < 0 else 80),
        )
    figure.shape(((-1.9, -0.28), (0.0, -0.16), (2.1, -0.36), (1.5, 0.3), (0.0, 0.36), (-1.3, 0.28)), hull)
    figure.line(((-1.5, 0.42), (0.2, 0.46), (1.8, 0.4)), mix(light.sky[-1], light.near, 0.35), 0.06)
    figure.onto(canvas)


def flock(canvas: Image.Image, scene: Scene, light: Light, horizon: int) -> None:
    """A few birds far off."""
    chance, unit = scene.chance, min(canvas.size)
    middle = (canvas.width * chance.uniform(0.25, 0.75), horizon * chance.uniform(0.3, 0.55))
    for _ in range(chance.randint(5, 9)):
        where = (middle[0] + chance.gauss(0, unit * 0.09), middle[1] + chance.gauss(0, unit * 0.035))
        figure = Figure(canvas.size, where, unit / 110 * chance.uniform(0.6, 1.2))
        lift = chance.uniform(-0.9, 0.1)
        figure.line(
            ((-2, lift), (-1, -0.55), (0, 0.1), (1, -0.55), (2, lift)),
            mix(light.near, light.shade, 0.3),
            0.26,
        )
        figure.onto(canvas)
