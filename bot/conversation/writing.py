"""An answer while it comes in."""

from dataclasses import dataclass, field

from bot.messages import Drawn, End, EndReason, Part, PictureRef, Restart, Text
from bot.records import Sight


@dataclass(slots=True)
class Writing:
    """What there is of an answer so far. `before`: what Continue goes on from."""

    before: str = field(default="", repr=False)
    written: str = field(default="", repr=False)
    pictures: list[PictureRef] = field(default_factory=list)
    seed: int | None = None
    reason: EndReason = EndReason.STOP
    sight: Sight | None = None

    @property
    def text(self) -> str:
        """The whole answer."""
        return self.before + self.written

    def take(self, part: Part) -> None:
        """Add one part."""
        match part:
            case Text(text):
                self.written += text
            case Restart():
                self.written, self.seed = "", None
                self.pictures.clear()
            case Drawn(seed=seed, kept=PictureRef() as kept):
                self.seed = seed if self.seed is None else self.seed
                self.pictures.append(kept)
            case End(reason):
                self.reason = reason

    def cut(self, longest: int) -> None:
        """End it here, as if the service had kept to its cap."""
        self.written = self.text[len(self.before) : longest]
        self.reason = EndReason.LENGTH
