"""Numbers as a picture: piles by day, and a bar for each person. It has a ground of its own: it
can be read on dark pages and on light ones alike."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from bot.records import Chart

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

WIDTH: Final = 1000
EDGE: Final = 40
PLOT: Final = 300
"""Pixels that the highest pile has."""
ROW: Final = 34
GROUND, INK, FAINT = "#ffffff", "#1c1f26", "#c9ced8"
COLOURS: Final = ("#3366cc", "#dc7a1a", "#2e8b57", "#a13a9e", "#c23b3b", "#6b7a99", "#8a6d1f")
"""Told apart by most eyes, and dark enough on the ground; names stand beside them."""


def painted(chart: Chart) -> bytes:
    """A PNG."""
    rows = -(-len(chart.piles) // 2)
    below = EDGE + 60 + PLOT + 50 + rows * ROW
    height = below + (30 + len(chart.people) * ROW if chart.people else 0) + EDGE
    image = Image.new("RGB", (WIDTH, height), GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((EDGE, EDGE - 10), chart.title, fill=INK, font=_font(24))
    _piles(draw, chart, EDGE + 60 + PLOT)
    _names(draw, chart, EDGE + 60 + PLOT + 50)
    if chart.people:
        _people(draw, chart, below + 10)
    made = io.BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _piles(draw: ImageDraw.ImageDraw, chart: Chart, ground: int) -> None:
    """A pile for each day, on a line for nothing and under one for the most."""
    heights = [sum(pile[at] for pile in chart.piles.values()) for at in range(len(chart.days))]
    most = max(heights, default=0.0) or 1.0
    left, right = EDGE + 90, WIDTH - EDGE
    for share in (0.0, 0.5, 1.0):
        y = ground - PLOT * share
        draw.line((left, y, right, y), fill=FAINT)
        draw.text((left - 10, y), _told(chart, most * share), fill=INK, font=_font(16), anchor="rm")
    step = (right - left) / max(len(chart.days), 1)
    for at, day in enumerate(chart.days):
        x, y = left + step * at, float(ground)
        for number, pile in enumerate(chart.piles.values()):
            top = y - PLOT * pile[at] / most
            if pile[at] > 0:
                draw.rectangle((x + 2, min(top, y - 1), x + max(step - 2, 3), y), fill=_colour(number))
            y = top
        if at % 7 == len(chart.days) % 7 or len(chart.days) <= 7:
            draw.text((x + step / 2, ground + 8), f"{day:%d %b}", fill=INK, font=_font(16), anchor="mt")


def _names(draw: ImageDraw.ImageDraw, chart: Chart, top: int) -> None:
    """Which colour is whose, in two columns."""
    half = (WIDTH - 2 * EDGE) // 2
    for number, (name, pile) in enumerate(chart.piles.items()):
        x, y = EDGE + half * (number % 2), top + ROW * (number // 2)
        draw.rectangle((x, y, x + 18, y + 18), fill=_colour(number))
        said = _fitting(draw, f"{name}  {_told(chart, sum(pile))}", half - 40)
        draw.text((x + 28, y + 9), said, fill=INK, font=_font(18), anchor="lm")


def _people(draw: ImageDraw.ImageDraw, chart: Chart, top: int) -> None:
    """A bar for each, as long as their part."""
    most = max(chart.people.values()) or 1.0
    left, right = EDGE + 260, WIDTH - EDGE - 130
    for number, (name, value) in enumerate(chart.people.items()):
        y = top + ROW * number
        draw.text((EDGE, y + 11), _fitting(draw, name, 240), fill=INK, font=_font(18), anchor="lm")
        draw.rectangle((left, y, left + max((right - left) * value / most, 1), y + 20), fill=COLOURS[0])
        draw.text((right + 10, y + 11), _told(chart, value), fill=INK, font=_font(18), anchor="lm")


def _told(chart: Chart, value: float) -> str:
    return f"{chart.unit}{value:.3g}"


def _fitting(draw: ImageDraw.ImageDraw, text: str, width: int) -> str:
    """As much of a text as fits."""
    if draw.textlength(text, font=_font(18)) <= width:
        return text
    while text and draw.textlength(f"{text}…", font=_font(18)) > width:
        text = text[:-1]
    return f"{text}…"


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _font(size: int) -> Font:
    """One that has many alphabets, where this machine has it; else Pillow's own."""
    names: Sequence[str] = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial.ttf")
    for name in names:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)
