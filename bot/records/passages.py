"""What is brought back for a turn from before its window, or from what a room knows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

PassageKind = Literal["said", "knowledge"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that may bear on a question. Said: `who` said it, `at` a time, in a message of this
    room. Knowledge: it stands on a `page` (0: there are none) of the file `name`, which `link` opens."""

    kind: PassageKind
    text: str = field(repr=False)
    who: str = ""
    by: str = ""
    """The id of who said or asked it; of knowledge, nobody's."""
    name: str = ""
    page: int = 0
    at: datetime | None = None
    message_id: int = 0
    link: str = ""
    section: str = field(default="", repr=False)
    """The heading above it, when there is one."""
    file_id: int = 0
    position: int = 0
    """Which piece of the file it is, from 0."""
    likeness: float = 0.0
    """How near it is to the question, from -1 to 1; 0 when words alone found it."""
