"""What is known of a model, and what using it costs. Values only."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Need(StrEnum):
    """What a route is for."""

    CHAT = "chat"
    VISION = "vision"
    IMAGE = "image"
    EMBEDDING = "embedding"
    MODERATION = "moderation"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Style:
    """Sampling parameters; None leaves the service's default."""

    temperature: float | None = None
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `estimated` when the service reported none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Both together."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars: per token, and per picture."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)
    picture: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model. `id` is `account/model`; `price` None: unknown.

    `takes`: the names of the parameters that it accepts, None: nobody said. Of a model that paints they are
    fields of PictureOptions, of one that talks the service's own. `largest`: the longest side in pixels of
    what it paints, 0: unknown.
    """

    id: str
    needs: frozenset[Need] = frozenset({Need.CHAT})
    context_length: int = 8192
    price: Price | None = None
    title: str = ""
    takes: frozenset[str] | None = None
    largest: int = 0

    @property
    def account(self) -> str:
        """The account that offers it."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The account's own name for it; may itself contain slashes, or be empty."""
        return self.id.partition("/")[2]

    @property
    def sees(self) -> bool:
        """Whether it takes pictures."""
        return Need.VISION in self.needs
