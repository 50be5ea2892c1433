"""Who is doing what right now, and by which door they came: from the decision that lets them to the commit
that it leads to. It belongs to the task that asks, and to no other."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from bot.records import Deed


@dataclass(slots=True)
class Visit:
    """Somebody came by a door; `refused`: what they were not let do meanwhile."""

    door: str
    refused: list[Deed] = field(default_factory=list)
    deed: Deed | None = None
    over: bool = False


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)
_deed: ContextVar[Deed | None] = ContextVar("deed", default=None)


@contextmanager
def visiting(door: str) -> Iterator[Visit]:
    """Somebody comes by a door. What begins meanwhile and outlasts it is no part of it."""
    visit = Visit(door)
    before = _visit.set(visit)
    try:
        yield visit
    finally:
        visit.over = True
        if visit.deed:
            visit.deed.taken = True
        _visit.reset(before)


def inside() -> bool:
    """Whether somebody came by a door already, of which this is a part."""
    return _here() is not None


def door() -> str:
    """By which door they came; empty: by none."""
    visit = _here()
    return visit.door if visit else ""


def allowed(deed: Deed | None) -> None:
    """Somebody may do something. None: nothing that is written down."""
    visit = _here()
    if deed and visit:
        deed = replace(deed, door=visit.door)
        visit.deed = deed
    _deed.set(deed)


def refused(deed: Deed) -> None:
    """Somebody may not."""
    if visit := _here():
        visit.refused.append(replace(deed, door=visit.door))


def taken(acts: Collection[str]) -> Deed | None:
    """What is being done, when it is one of these acts and not written down yet; any, when none are named."""
    deed = _deed.get()
    if deed is None or deed.taken or (acts and deed.act not in acts):
        return None
    deed.taken = True
    return deed


def _here() -> Visit | None:
    visit = _visit.get()
    return visit if visit and not visit.over else None
