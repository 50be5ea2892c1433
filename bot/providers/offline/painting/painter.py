"""From a prompt to a picture: far things first, then what is near, then the grain of the paper."""

import io
import random

from PIL import Image, ImageChops, ImageEnhance

from bot.providers.offline.painting import beyond, land, vessels, water
from bot.providers.offline.painting.air import weather
from bot.providers.offline.painting.brush import Size, curve, soften
from bot.providers.offline.painting.macaw import macaw
from bot.providers.offline.painting.scene import Scene, read
from bot.providers.offline.painting.sky import light_of, paint_sky


def paint(prompt: str, size: Size, seed: str) -> bytes:
    """A PNG of what the prompt says, as far as the painter understands it."""
    scene = read(prompt, seed)
    canvas = finish(_painted(Image.new("RGB", size), scene), scene)
    out = io.BytesIO()
    canvas.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _painted(canvas: Image.Image, scene: Scene) -> Image.Image:
    """The scene without its finish."""
    if scene.place == "space":
        return beyond.space(canvas, scene)
    if scene.place == "abstract":
        return beyond.abstract(canvas, scene)
    landscape(canvas, scene)
    return canvas


def landscape(canvas: Image.Image, scene: Scene) -> None:
    """Sky, land or water, and what lives there."""
    wet = scene.place in ("sea", "lake", "city")
    share = {"sea": 0.54, "lake": 0.58, "city": 0.72, "desert": 0.5, "hills": 0.5, "forest": 0.5}.get(
        scene.place, 0.62
    )
    horizon = round(canvas.height * (share + scene.chance.uniform(-0.03, 0.03)))
    light = light_of(scene)
    lamp = paint_sky(canvas, scene, light, horizon)
    if (
        "parrot" not in scene.subjects
        and (scene.place == "sea" or "gulls" in scene.subjects)
        and scene.hour != "night"
    ):
        vessels.flock(canvas, scene, light, horizon)
    land.layers(canvas, scene, light, horizon)
    if wet:
        water.paint_water(canvas, scene, light, horizon, lamp)
    if wet and "boat" in scene.subjects:
        vessels.boat(canvas, scene, light, horizon)
    if "parrot" in scene.subjects:
        canvas.paste(soften(canvas, min(canvas.size) / 110))
        macaw(canvas, scene, light)
    weather(canvas, scene)


def finish(canvas: Image.Image, scene: Scene) -> Image.Image:
    """Darker corners, a little more contrast, and a fine grain that also hides the steps of gradients."""
    corners = curve(Image.radial_gradient("L"), lambda v: 1 - 0.34 * max(0.0, v - 0.45) ** 1.5 * 2)
    canvas = ImageChops.multiply(canvas, corners.resize(canvas.size, Image.Resampling.BICUBIC).convert("RGB"))
    canvas = ImageEnhance.Contrast(canvas).enhance(1.06)
    return grained(canvas, scene.chance)


def grained(canvas: Image.Image, chance: random.Random) -> Image.Image:
    """One grey speckle per pixel, hardly to be seen."""
    count = canvas.width * canvas.height
    speckle = Image.frombytes("L", canvas.size, chance.randbytes(count)).point(lambda v: v * 9 / 255)
    return ImageChops.add(canvas, Image.merge("RGB", (speckle,) * 3), 1, -4)
