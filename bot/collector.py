"""How often Python looks for garbage that refers to itself. What does not is freed at once, unlooked for."""

import gc

THRESHOLDS = (2_000, 10, 25)
"""With Python's own, (700, 10, 10), it walks through all there is again and again while a thousand streams
begin, and each walk stops the event loop for up to 0.4 s. So seldom, a busy evening's garbage is some tens of
MiB at most."""

LOADING = (50_000, 20, 50)
"""What is imported stays: looking through it as often as Python would takes a quarter of the start."""


def load() -> None:
    """Look hardly ever. Call it before anything large is loaded; short commands leave it at that."""
    gc.set_threshold(*LOADING)


def calm() -> None:
    """Look seldom, and never again at what is there now. Call it when everything is loaded and started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
