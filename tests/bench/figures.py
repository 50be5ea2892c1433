"""What is printed: figures beside their bounds, and facts about the machine they were measured on."""

import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median

HEAD = ("what", "measured", "bound", "× a bare loop", "verdict")


@dataclass(frozen=True, slots=True)
class Bound:
    """How much the figure `of` may be at most; at least, if `least`."""

    limit: float
    of: str = ""
    least: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Something measured, by figures with names ("" for an only one). `bare`: what a bare loop needs for the
    figure that the bound is about, or the first."""

    what: str
    figures: Mapping[str, float]
    unit: str
    bound: Bound | None = None
    bare: float | None = None

    @property
    def judged(self) -> float:
        """The figure that counts."""
        return self.figures[self.bound.of] if self.bound else next(iter(self.figures.values()))

    @property
    def within(self) -> bool | None:
        """Whether the bound is kept; None: there is none."""
        if self.bound is None:
            return None
        return self.judged >= self.bound.limit if self.bound.least else self.judged <= self.bound.limit

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        measured = " / ".join(f"{name} {_number(figure)}".strip() for name, figure in self.figures.items())
        verdict = {True: "within", False: "OVER", None: ""}[self.within]
        ratio = f"{self.judged / self.bare:.1f} × {_number(self.bare)}" if self.bare else ""
        return self.what, f"{measured} {self.unit}".strip(), self._limit(), ratio, verdict

    def _limit(self) -> str:
        if self.bound is None:
            return ""
        sign = "≥" if self.bound.least else "≤"
        return f"{self.bound.of} {sign} {_number(self.bound.limit)} {self.unit}".strip()


def milliseconds(times: Sequence[float], *parts: int) -> dict[str, float]:
    """Percentiles of seconds, by name: p50 and p95 unless others are named."""
    ordered = sorted(times)
    return {
        f"p{part}": ordered[min(len(ordered) - 1, len(ordered) * part // 100)] * 1000
        for part in parts or (50, 95)
    }


def medians(runs: Sequence[Sequence[Row]]) -> list[Row]:
    """The rows of several runs of the same measure as one."""
    return [
        replace(
            rows[0],
            figures={name: median(row.figures[name] for row in rows) for name in rows[0].figures},
            bare=median(row.bare or 0.0 for row in rows),
        )
        for rows in zip(*runs, strict=True)
    ]


def printed(rows: Sequence[Row]) -> str:
    """A Markdown table."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    cells.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    )


def machine() -> str:
    """Where this is measured."""
    sync = " / ".join(f"{name} {_number(figure)}" for name, figure in milliseconds(_syncs()).items())
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{len(os.sched_getaffinity(0))} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {_loop()}; write 4 KiB and sync: {sync} ms; load {load}"
    )


def _loop() -> str:
    try:
        return f"uvloop {version('uvloop')}"
    except ModuleNotFoundError:
        return "no uvloop"


def _syncs(count: int = 200) -> list[float]:
    """What one commit must wait for at the least: a page written and synced."""
    times = []
    with tempfile.TemporaryDirectory() as folder, Path(folder, "sync").open("wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return times


def _number(value: float) -> str:
    """Three digits are enough, and none behind the point from a hundred on."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
