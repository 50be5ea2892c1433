"""What a platform shows, and how much of it at once. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.messages.content import Made, PictureRef


class Verb(StrEnum):
    """What a button under an answer does."""

    STOP = "stop"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    DELETE = "delete"
    VARY = "vary"
    ENLARGE = "enlarge"
    ALLOW = "allow"
    FORBID = "forbid"
    DISMISS = "dismiss"
    WIPE = "wipe"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Action:
    """A button's meaning. Platforms draw it natively; `target` is a run's id."""

    verb: Verb
    target: int


@dataclass(frozen=True, slots=True)
class Post:
    """One message as a platform shall show it, of the answer of a run. `final`: it changes no more;
    `further`: it goes on with the message before it, which replies already."""

    text: str = field(repr=False)
    pictures: tuple[PictureRef, ...] = ()
    actions: tuple[Action, ...] = ()
    final: bool = False
    run_id: int = 0
    further: bool = field(default=False, compare=False)
    files: tuple[Made, ...] = ()
    links: frozenset[str] | None = None
    """The hosts that it may link to: addresses of others are shown as code. None: it is in our own words, or
    in a person's, and may link anywhere."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: `text` in UTF-16 units, `interval` seconds between two posts or edits in
    one chat, `per_second` requests in all, `pictures` in one post, with `caption` units of text beside them,
    0: as many as without. `files` in one post, which has no words then when they stand `apart`; `code`: the
    units of the longest code block that is shown, 0: of any. Longer ones come as files. `source`: where it
    shows what a room knows, with {room}, {file} and {position} in it; empty: nowhere."""

    text: int
    interval: float
    per_second: float
    pictures: int = 10
    caption: int = 0
    files: int = 10
    apart: bool = False
    code: int = 0
    source: str = ""
