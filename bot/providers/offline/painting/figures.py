"""A sheet to draw figures on: smooth shapes, strokes and feathers."""

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

from bot.providers.offline.painting.brush import FINE, Colour, Point, mix, soften


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 12) -> list[Point]:
    """A Catmull-Rom curve through all points."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        a, b, c, d = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        if not closed:
            a, d = points[max(0, index - 1)], points[min(count - 1, index + 2)]
        for step in range(steps):
            t = step / steps
            curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return curve if closed else [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Figure:
    """A transparent sheet on which shapes are drawn in units of `scale` pixels around `origin`."""

    def __init__(self, size: tuple[int, int], origin: Point, scale: float, mirrored: bool = False) -> None:
        self.sheet = Image.new("RGBA", (size[0] * FINE, size[1] * FINE))
        self.draw = ImageDraw.Draw(self.sheet)
        self._origin, self._scale, self._sign = origin, scale, -1 if mirrored else 1

    def at(self, point: Point) -> Point:
        """Where a point of the figure lies on the sheet."""
        x, y = point
        left, top = self._origin
        return (left + self._sign * x * self._scale) * FINE, (top + y * self._scale) * FINE

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """A smooth closed shape."""
        self.draw.polygon([self.at(point) for point in smooth(points)], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A smooth stroke."""
        curve = [self.at(point) for point in smooth(points, closed=False)]
        self.draw.line(curve, fill=colour, width=max(1, round(width * self._scale * FINE)), joint="curve")

    def dot(self, centre: Point, radius: float, colour: Colour) -> None:
        """A circle."""
        (x, y), r = self.at(centre), radius * self._scale * FINE
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def feather(self, root: Point, angle: float, length: float, width: float, colour: Colour) -> None:
        """One feather from its root, with a paler shaft; `angle` in degrees, 90 is straight down."""
        turn = math.radians(angle)
        along, across = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))
        outline = [
            (
                root[0] + along[0] * length * t + across[0] * width * side,
                root[1] + along[1] * length * t + across[1] * width * side,
            )
            for t, side in (
                (0, -0.3),
                (0.3, -0.5),
                (0.75, -0.48),
                (0.97, -0.2),
                (1, 0),
                (0.97, 0.2),
                (0.75, 0.48),
                (0.3, 0.5),
                (0, 0.3),
            )
        ]
        self.shape(outline, colour)
        tip = (root[0] + along[0] * length * 0.92, root[1] + along[1] * length * 0.92)
        self.line((root, tip), mix(colour, (255, 255, 255), 0.18), width * 0.05)
        edge = [
            (
                root[0] + along[0] * length * t + across[0] * width * 0.46,
                root[1] + along[1] * length * t + across[1] * width * 0.46,
            )
            for t in (0.15, 0.5, 0.8)
        ]
        self.line(edge, mix(colour, (0, 0, 0), 0.22), width * 0.06)

    def onto(self, canvas: Image.Image, shadow: int = 0) -> None:
        """Lay the sheet on the picture, with a soft shadow under it."""
        sheet = self.sheet.reduce(FINE)
        alpha = sheet.getchannel("A")
        if shadow:
            fallen = soften(ImageChops.offset(alpha, shadow, shadow), shadow * 1.2).point(lambda v: v * 0.35)
            canvas.paste((8, 8, 18), (0, 0), fallen)
        canvas.paste(sheet.convert("RGB"), (0, 0), alpha)
