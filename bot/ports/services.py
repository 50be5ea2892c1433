"""What the core asks of AI services."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from bot.messages import (
    Calling,
    ChatRequest,
    CompletionRequest,
    Drawn,
    DrawRequest,
    Embedded,
    End,
    Fit,
    ModelFacts,
    Text,
    TextsRequest,
    ToolCall,
    Verdict,
)


class Chats(Protocol):
    """Continues a conversation, piece by piece; a tool's call comes as a whole, and before that in pieces
    where it is followed. A stream without an End was cut off. Raises ProviderError."""

    def chat(self, request: ChatRequest) -> AsyncIterator[Text | Calling | ToolCall | End]: ...


class Completes(Protocol):
    """Continues one prompt, piece by piece. Raises ProviderError."""

    def complete(self, request: CompletionRequest) -> AsyncIterator[Text | End]: ...


class Draws(Protocol):
    """Makes pictures. Raises ProviderError."""

    def draw(self, request: DrawRequest) -> AsyncIterator[Drawn | End]: ...


class Embeds(Protocol):
    """Places texts in a space in which likeness is nearness. Raises ProviderError."""

    async def embed(self, request: TextsRequest) -> Embedded: ...


class Moderates(Protocol):
    """Judges texts, and each picture by itself: a verdict on each. Raises ProviderError."""

    async def moderate(self, request: TextsRequest) -> Sequence[Verdict]: ...


class Checks(Protocol):
    """Asks the cheapest question that shows whether the service takes the key. Raises ProviderError."""

    async def check(self) -> None: ...


class Fits(Protocol):
    """A service that takes small pictures only: they are made to fit before it is asked."""

    fit: Fit


class Lists(Protocol):
    """Knows which models its account offers. Raises ProviderError."""

    async def models(self) -> Sequence[ModelFacts]: ...
