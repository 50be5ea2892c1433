"""What hangs in the air: haze at the foot of things, snow, rain."""

from PIL import Image, ImageChops, ImageDraw

from bot.providers.offline.painting.brush import gradient, mix, soften, tint
from bot.providers.offline.painting.scene import Scene
from bot.providers.offline.painting.sky import Light


def mist(canvas: Image.Image, mask: Image.Image, light: Light, base: float, depth: float) -> None:
    """The haze that gathers at the foot of a range."""
    haze = gradient(
        (canvas.width, max(2, round(depth * 2))), ((0, 0, 0), (120, 120, 120), (120, 120, 120))
    ).convert("L")
    veil = Image.new("L", canvas.size)
    veil.paste(haze, (0, round(base)))
    tint(canvas, mix(light.far, light.sky[-1], 0.5), ImageChops.multiply(veil, mask))


def weather(canvas: Image.Image, scene: Scene) -> None:
    """Falling snow or rain."""
    chance, unit = scene.chance, min(canvas.size)
    if "snow" in scene.subjects:
        flakes = Image.new("L", canvas.size)
        draw = ImageDraw.Draw(flakes)
        for _ in range(420):
            x, y, r = (
                chance.uniform(0, canvas.width),
                chance.uniform(0, canvas.height),
                unit * chance.uniform(0.0008, 0.0042),
            )
            draw.ellipse((x - r, y - r, x + r, y + r), fill=chance.randint(110, 240))
        canvas.paste((255, 255, 255), (0, 0), soften(flakes, unit / 900))
    elif "rain" in scene.subjects:
        streaks = Image.new("L", canvas.size)
        draw = ImageDraw.Draw(streaks)
        for _ in range(700):
            x, y, long = (
                chance.uniform(-50, canvas.width),
                chance.uniform(-50, canvas.height),
                unit * chance.uniform(0.02, 0.06),
            )
            draw.line(
                (x, y, x + long * 0.18, y + long),
                fill=chance.randint(30, 90),
                width=max(1, round(unit / 800)),
            )
        canvas.paste((220, 230, 240), (0, 0), soften(streaks, unit / 1200))
