"""What a picture to be made shall be like, and what stands under it. Pure."""

import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Final

from bot.messages import ModelFacts, PictureOptions, PictureRef, RunOptions
from bot.records import Run

LARGEST = 2048
"""Pixels of the longest side that a model is asked for when nobody said how much it can."""


SHAPES: Final = {"square": (1024, 1024), "portrait": (768, 1024), "landscape": (1024, 768)}
"""Sizes that have a name."""


def own_seed(name: int | str) -> int:
    """The seed of a run, or of a call of its tools, for which nobody chose one: another for every one, and
    known ever after."""
    return zlib.crc32(f"run {name}".encode()) & 0x7FFF_FFFF


def seed_of(run: Run) -> int:
    """The seed that a run paints with, where its model takes one."""
    chosen = run.options.picture.seed
    return own_seed(run.id) if chosen is None else chosen


def asked_of(model: ModelFacts, run: Run) -> PictureOptions:
    """What the model is asked for: the options chosen that it takes, and a seed where it takes one."""
    return taken(model, replace(run.options.picture, seed=seed_of(run)))


def taken(model: ModelFacts, chosen: PictureOptions) -> PictureOptions:
    """Those of the options that a model takes."""
    takes = model.takes or frozenset()
    kept = {field.name: getattr(chosen, field.name) for field in fields(chosen) if field.name in takes}
    return PictureOptions(**kept)


def shaped(model: ModelFacts, shape: str) -> tuple[int, int] | None:
    """The size of a picture of this shape, as large as the model paints. None: any will do."""
    size = SHAPES.get(shape)
    if size is None or not model.largest or max(size) <= model.largest:
        return size
    wide, high = (side * model.largest // max(size) for side in size)
    return wide, high


def varied(run: Run) -> RunOptions:
    """The same again, with another seed."""
    return replace(run.options, model=run.model, picture=replace(run.options.picture, seed=None))


def enlarged(run: Run, size: tuple[int, int]) -> RunOptions:
    """The same in another size."""
    picture = replace(run.options.picture, seed=seed_of(run), size=size)
    return replace(run.options, model=run.model, picture=picture)


def larger(model: ModelFacts | None, pictures: Sequence[PictureRef]) -> tuple[int, int] | None:
    """Twice the size of what a model painted. None: it takes no size or no seed, or cannot paint so large."""
    if model is None or not pictures or not {"size", "seed"} <= (model.takes or frozenset()):
        return None
    size = (pictures[0].width * 2, pictures[0].height * 2)
    return size if max(size) <= (model.largest or LARGEST) else None


def caption(prompt: str, model: str, options: PictureOptions, seed: int | None, seconds: float) -> str:
    """What stands under a picture: prompt, model, size where it was chosen, seed where there is one, time."""
    size = "×".join(map(str, options.size)) if options.size else ""
    facts = [model, size, "" if seed is None else f"seed {seed}", f"{seconds:.1f} s"]
    return f"**{_one_line(prompt)}**\n{' · '.join(fact for fact in facts if fact)}"


def _one_line(prompt: str) -> str:
    """A prompt that cannot end its own bold type."""
    return " ".join(prompt.replace("*", "∗").split())[:300].rstrip(" \\")
