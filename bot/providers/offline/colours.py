"""Colours and their English names."""

import colorsys

HUES = (
    (15, "red"),
    (40, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (258, "blue"),
    (295, "purple"),
    (345, "pink"),
    (361, "red"),
)
"""Where each hue ends, in degrees."""


def name(red: int, green: int, blue: int) -> str:
    """What most people would call a colour of 0 to 255 per channel."""
    hue, lightness, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    chroma = (max(red, green, blue) - min(red, green, blue)) / 255
    if lightness < 0.09:
        return "black"
    if chroma < 0.1 or saturation < 0.12:
        return (
            "white"
            if lightness > 0.9
            else "light grey"
            if lightness > 0.65
            else "grey"
            if lightness > 0.3
            else "dark grey"
        )
    return _shade(next(word for end, word in HUES if hue * 360 < end), lightness, chroma)


def _shade(hue: str, lightness: float, chroma: float) -> str:
    """The special names that dark and pale colours have."""
    if hue in ("orange", "yellow") and lightness < 0.4 and chroma < 0.75:
        return "brown" if hue == "orange" else "olive"
    if hue == "orange" and lightness > 0.7 and chroma < 0.5:
        return "beige"
    if hue == "red" and lightness > 0.7:
        return "pink"
    if hue == "pink" and lightness < 0.4:
        return "purple"
    if lightness < 0.3:
        return f"dark {hue}"
    return f"light {hue}" if lightness > 0.78 else hue
