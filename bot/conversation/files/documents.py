"""What files say, as a model is shown it and as people are told of it. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.messages import Document, ModelFacts
from bot.reading.cutting import cut
from bot.records import Context
from bot.text import estimate_tokens, unmarked
from bot.unseen import seen

READABLE: Final = (
    *("image/", "text/", "application/json", "application/xml", "application/javascript"),
    *(
        "application/pdf",
        "application/xhtml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.",
    ),
)
"""How the types of files begin that may be a picture or have words; one without a type may, too."""

LEAST: Final = 50
"""Tokens below which a piece of a document is of no use."""

RECENT: Final = 3
"""Long files of earlier messages that are still leafed through."""

LOOKED_UP: Final = 1700
"""Tokens that pieces of a long file may have, marks included."""

PART: Final = 8
"""At most this part of what a model takes."""

LONGEST: Final = 8
"""Characters of a token that are looked at: more of them do not fit."""


def shown(document: Document) -> str:
    """A file as a model is shown it: its name, how much of it this is, and its words between fences."""
    if not document.text:
        return f"(A file, {named(document.name)}, was shown here, for which there is no room any more.)"
    return fenced(document.name, document.text, _extent(document))


def missing(document: Document, looked_up: bool = False) -> str:
    """What people should know who sent it; empty when nothing is missing. `looked_up`: the rest was leafed
    through for what bears on the question."""
    if document.whole:
        return ""
    part = f"the first {document.read} of {document.pages} pages" if document.read else "only the beginning"
    part = part if document.text else "nothing"
    if looked_up:
        return f"*(I read {part} of {named(document.name)}, and looked up the rest for this question.)*"
    return f"*(I read {part} of {named(document.name)}. For more, send the part that matters.)*"


def cut_short(context: Context, lines: Sequence[str]) -> tuple[tuple[Document, ...], Callable[[str], bool]]:
    """The files of the question, and of the newest messages before it, of which a model that is shown these
    `lines` misses a part; and whether it is shown a certain text."""
    before = [one for exchange in context.past for one in exchange.question.documents]
    brought = [one for one in (*before[-RECENT:], *context.question.documents) if one.text]
    there = _plain(" ".join(lines)) if brought else ""

    def is_shown(text: str) -> bool:
        return _plain(unmarked(text)) in there

    return tuple(one for one in brought if not is_shown(one.text)), is_shown


def _plain(text: str) -> str:
    return " ".join(text.split())


def fitted(documents: Sequence[Document], tokens: int) -> tuple[Document, ...]:
    """As much of some documents as `tokens` hold: short ones whole, and of long ones a like share."""
    found: dict[int, Document] = {}
    for place in sorted(range(len(documents)), key=lambda place: len(documents[place].text)):
        found[place] = _fitted(documents[place], tokens // (len(documents) - len(found)))
        tokens -= weight(found[place])
    return tuple(found[place] for place in range(len(documents)))


def files_room(context: Context, model: ModelFacts, budget: int) -> int:
    """The tokens that the question's files may have: half of it, and less where pieces are looked up of what
    is not shown."""
    whole = all(one.whole for one in fitted(context.question.documents, budget // 2))
    return budget // 2 if whole else budget // 2 - min(LOOKED_UP, model.context_length // PART)


def recent(brought: Iterable[Sequence[Document]], tokens: int) -> Iterator[tuple[Document, ...]]:
    """What earlier messages brought, the newest first: it has what `tokens` hold, others what is left."""
    for documents in brought:
        found = fitted(documents, tokens)
        tokens -= sum(map(weight, found))
        yield found


@lru_cache(maxsize=64)
def weight(document: Document) -> int:
    """A document's estimated tokens."""
    return estimate_tokens(document.text)


@lru_cache(maxsize=64)
def _fitted(document: Document, tokens: int) -> Document:
    """As much of one document as `tokens` hold; nothing of it when that is of no use."""
    if tokens < LEAST:
        return replace(document, text="", read=0, whole=False)
    found = cut(document, tokens * LONGEST)
    while (size := weight(found)) > tokens:
        found = cut(found, int(len(found.text) * tokens / size * 0.98))
    return found


def _extent(document: Document) -> str:
    """How much of a file is shown."""
    if document.whole:
        return f" ({document.pages} pages)" if document.pages > 1 else ""
    if document.read:
        return f" (the first {document.read} of {document.pages} pages; the rest could not be shown)"
    return " (only its beginning; the rest could not be shown)"


def fenced(name: str, text: str, extent: str = "") -> str:
    """A file's text as a code block that it cannot end itself."""
    longest = max((len(run) for run in _ticks(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{named(name)}{extent}:\n{fence}\n{text.rstrip()}\n{fence}"


def named(name: str) -> str:
    """A file's name as it may be shown: one short line."""
    shown = " ".join(seen(name).replace("`", "'").split())[:80]
    return f"`{shown or 'a file'}`"


def _ticks(text: str) -> list[str]:
    """Every run of back ticks."""
    return [part for part in "".join(c if c == "`" else " " for c in text).split() if part]
