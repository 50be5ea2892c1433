"""An answer while it comes in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.messages import Drawn, End, EndReason, Made, Part, PictureRef, Restart, Text, ToolCall
from bot.records import Sight
from bot.unseen import voiced


@dataclass(slots=True)
class Writing:
    """What there is of an answer so far. `before`: what Continue goes on from; `earlier`: what was said in
    the rounds of tools that are over; `calls`: what is asked for in this one; `doing`: what tools are doing,
    in a line each."""

    before: str = field(default="", repr=False)
    earlier: str = field(default="", repr=False)
    written: str = field(default="", repr=False)
    calls: list[ToolCall] = field(default_factory=list, repr=False)
    doing: Sequence[str] = field(default=(), repr=False)
    pictures: list[PictureRef] = field(default_factory=list)
    files: list[Made] = field(default_factory=list)
    seed: int | None = None
    reason: EndReason = EndReason.STOP
    sight: Sight | None = None
    held: frozenset[str] = frozenset()
    """The names of pictures that are not to be shown."""
    voice: str = ""
    """The persona that was asked for by its name."""

    @property
    def text(self) -> str:
        """The whole answer."""
        return self.before + joined(self.earlier, self.written)

    @property
    def shown(self) -> str:
        """The whole answer, and what is being done for it."""
        return voiced(joined(self.text, "\n".join(f"*{line}…*" for line in self.doing)), self.voice)

    def next_round(self) -> None:
        """What was said before tools were asked for stays, whoever goes on."""
        self.earlier, self.written = joined(self.earlier, self.written), ""
        self.calls.clear()

    def take(self, part: Part) -> None:
        """Add one part."""
        match part:
            case Text(text):
                self.written += text
            case ToolCall():
                self.calls.append(part)
            case Restart():
                self.written, self.seed = "", None
                self.pictures.clear()
                self.files.clear()
                self.calls.clear()
            case Drawn(seed=seed, kept=PictureRef() as kept):
                self.seed = seed if self.seed is None else self.seed
                self.pictures.append(kept)
            case Made():
                self.files.append(part)
            case End(reason):
                self.reason = reason

    def cut(self, longest: int) -> None:
        """End it here, as if the service had kept to its cap."""
        self.earlier, self.written = "", self.text[len(self.before) : longest]
        self.calls.clear()
        self.reason = EndReason.LENGTH


def joined(*texts: str) -> str:
    """Paragraphs. One alone stays as it is, white space and all: it may go on."""
    found = [text for text in texts if text.strip()]
    return found[0] if len(found) == 1 else "\n\n".join(text.strip() for text in found)
