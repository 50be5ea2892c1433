"""Choosing what a model may learn from: well rated answers, by consent of everybody in them. Pure."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final

from bot.governance.named import who
from bot.records import Spoken, Told
from bot.text import estimate_tokens, unmarked
from bot.tuning.alike import Kept, normal, shingles
from bot.tuning.personal import cleaned, secret

TOGETHER: Final = timedelta(hours=1)
"""What was said longer before is no longer of one conversation."""
COPIED: Final = 8
"""So many words in a row of somebody who does not consent are theirs, whoever says them."""
HEARD: Final = 500
"""Messages of a room before an answer in which those words are looked for."""
BESIDE: Final = 4
"""Tokens of a message beside its words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be written out. `persona`: in place of the rooms' own; `room`: what a room's key begins
    with, or its channel; `past`: exchanges before each; `validation`: the part that is held back, 0 to 1."""

    persona: str = ""
    since: datetime | None = None
    room: str = ""
    min_rating: int = 1
    past: int = 0
    validation: float = 0.1
    seed: int = 0
    longest: int = 16_385


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation to learn from: role and words in turn, the last an assistant's."""

    messages: tuple[tuple[str, str], ...] = field(repr=False)
    net: int

    @property
    def tokens(self) -> int:
        """What it is estimated to count."""
        return sum(BESIDE + estimate_tokens(words) for _, words in self.messages)

    @property
    def told(self) -> str:
        """Its words as they are compared: what stands for the persona is the same in most."""
        return normal("\n".join(words for role, words in self.messages if role != "system"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is written out, and what became of the rest: how many for each reason."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    rated: int
    liked: int
    consenting: int
    dropped: dict[str, int]


def choose(rooms: Iterable[Told], wanted: Wanted) -> Chosen:
    """Choose from all rooms. The same seed gives the same examples, each on the same side."""
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    found: list[Example] = []
    for told in rooms:
        if not _here(told, wanted.room):
            continue
        for one in _of_room(told, wanted, counts):
            if isinstance(one, str):
                dropped[one] += 1
            else:
                found.append(one)
    kept = list(_different(found, dropped))
    train, held = _split(kept, wanted)
    return Chosen(train, held, counts["rated"], counts["liked"], counts["consenting"], dict(dropped))


def _here(told: Told, room: str) -> bool:
    key = told.key
    return not room or str(key).startswith(room) or room in (key.channel, key.thread)


def _of_room(told: Told, wanted: Wanted, counts: Counter[str]) -> Iterator[Example | str]:
    """Each answer that people rated well: an example, or why it is none."""
    foreign: deque[frozenset[str]] = deque(maxlen=HEARD)
    for at, one in enumerate(told.spoken):
        if one.rated and (wanted.since is None or one.at >= wanted.since):
            counts["rated"] += 1
            if one.net >= wanted.min_rating:
                counts["liked"] += 1
                made = _example(told, at, wanted, foreign)
                counts["consenting"] += one.asker in told.consenting
                yield made
        if one.asker not in told.consenting:
            foreign.append(_runs(one.question))


def _example(told: Told, at: int, wanted: Wanted, foreign: Iterable[frozenset[str]]) -> Example | str:
    one = told.spoken[at]
    if why := _unfit(one, told):
        return why
    exchanges = [*_before(told, at, wanted.past), one]
    said = [("system", wanted.persona or who(one.personas.get, None, one.question).text)]
    for each in exchanges:
        said += [("user", each.question), ("assistant", each.answer)]
    if any(secret(words) for _, words in said):
        return "has a key or a password in it"
    mine = frozenset().union(*(_runs(words) for _, words in said[1:]))
    if any(mine & theirs for theirs in foreign):
        return "repeats words of somebody who does not consent"
    example = Example(
        tuple((role, cleaned(unmarked(words.strip()), told.names)) for role, words in said), one.net
    )
    return example if example.tokens <= wanted.longest else "is too long"


def _unfit(one: Spoken, told: Told) -> str:
    """Why an answer is nothing to learn from."""
    if one.asker not in told.consenting:
        return "the person who asked does not consent"
    if not one.learnable or not one.question.strip() or not one.answer.strip():
        return "is no whole answer in words"
    if one.ordered:
        return "had a persona or instructions of its own"
    if one.leans:
        return "rests on a file, a picture or a quote"
    return "rests on tools" if one.tools else ""


def _before(told: Told, at: int, most: int) -> Sequence[Spoken]:
    """The exchanges right before one that may stand with it."""
    found: deque[Spoken] = deque()
    now = told.spoken[at]
    for one in reversed(told.spoken[:at]):
        if len(found) >= most or _unfit(one, told) or now.at - one.at > TOGETHER:
            break
        found.appendleft(one)
        now = one
    return found


def _runs(text: str) -> frozenset[str]:
    """Every run of so many words; none of a shorter text."""
    said = normal(text)
    return shingles(said, COPIED) if said.count(" ") >= COPIED - 1 else frozenset()


def _different(found: Iterable[Example], dropped: Counter[str]) -> Iterator[Example]:
    """Of examples that are alike the one that people liked best, and of those the first."""
    seen: set[str] = set()
    kept = Kept()
    for example in sorted(found, key=lambda one: -one.net):
        told = example.told
        if told in seen:
            dropped["is there already, word for word"] += 1
        elif not kept.add(shingles(told)):
            dropped["is there already in nearly the same words"] += 1
        else:
            yield example
        seen.add(told)


def _split(kept: Sequence[Example], wanted: Wanted) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Which side an example is on depends on the seed and its own words."""

    def place(example: Example) -> bytes:
        return blake2b(f"{wanted.seed}\n{example.told}".encode(), digest_size=16).digest()

    ordered = sorted(kept, key=place)
    held = round(len(ordered) * wanted.validation)
    return tuple(ordered[held:]), tuple(ordered[:held])
