"""What of a room's past may bear on a question: found by likeness and by words, and merged. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.memory.vectors import Likenesses
from bot.records import Exchange, Passage, Said
from bot.text import estimate_tokens

CANDIDATES: Final = 50
"""Of either kind."""

MOST: Final = 5
"""Exchanges that a question is reminded of."""

TOKENS: Final = 1000
"""What they may weigh together, as estimated."""

HEARD: Final = 1200
"""Characters that are brought back of a message that was found."""

BESIDE: Final = 300
"""Characters of the question or the answer that belongs to it."""

STANDS_OUT: Final = 3.5
"""How many times as far as texts usually lie apart one has to lie nearer than they usually do. Models differ
too much for a fixed likeness: what one gives to all texts another gives to equal ones."""

WORDED: Final = 2.0
"""The same of a text that has words of the question."""

BESIDE_THE_BEST: Final = 0.4
"""Part of that by which the best one is nearer than usual; the others need as much."""

LEAST: Final = 0.08
"""More likeness than usual that everything needs: chance alone gives as much."""

_K: Final = 60
"""Reciprocal rank fusion's constant: what is first in one list is worth little more than what is third."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message, and how like the question it is; 0: that is not known."""

    message_id: int
    likeness: float = 0.0


def merged(rankings: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Several rankings as one, by reciprocal rank fusion: each id once, ties as they came."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, each in enumerate(dict.fromkeys(ranking)):
            scores[each] = scores.get(each, 0.0) + 1 / (_K + place + 1)
    return tuple(sorted(scores, key=lambda each: -scores[each]))


def candidates(worded: Sequence[int], likenesses: Likenesses | None) -> tuple[Candidate, ...]:
    """What was found either way and stands out, the best first. Of those that have no place yet words alone
    decide, and only the best of them count."""
    if likenesses is None:
        return tuple(Candidate(each) for each in worded[:MOST])
    usual, spread = likenesses.usual
    like = {near.id: near.likeness for near in likenesses.nearest(CANDIDATES)}
    best = frozenset(worded[:MOST])
    found = []
    for each in merged([tuple(like), worded]):
        likeness = like.get(each, likenesses.of(each))
        if likeness is None:
            found += [Candidate(each)] if each in best else []
        elif likeness > usual + spread * (WORDED if each in worded else STANDS_OUT):
            found.append(Candidate(each, likeness))
    least = max([LEAST, *((one.likeness - usual) * BESIDE_THE_BEST for one in found if one.likeness)])
    return tuple(one for one in found if not one.likeness or one.likeness - usual >= least)


def passages(found: Sequence[Candidate], exchanges: Iterable[Exchange]) -> tuple[Passage, ...]:
    """Of what was found as much as a question is reminded of, in the order in which it was said: each message
    with the question or the answer that belongs to it, as far as they are brought back. What was said again
    and again comes back once."""
    by_message = _by_message(exchanges)
    taken: dict[int, tuple[Passage, ...]] = {}
    left, said = TOKENS, set[str]()
    for each in found:
        exchange = by_message.get(each.message_id)
        if exchange is None or exchange.question.id in taken:
            continue
        brought = tuple(_brought(exchange, each))
        if exchange.question.text in said:
            continue
        if (weight := sum(estimate_tokens(one.text) for one in brought)) > left:
            continue
        taken[exchange.question.id], left = brought, left - weight
        said.add(exchange.question.text)
        if len(taken) == MOST:
            break
    return tuple(one for number in sorted(taken) for one in taken[number])


def _by_message(exchanges: Iterable[Exchange]) -> Mapping[int, Exchange]:
    found = {}
    for exchange in exchanges:
        found[exchange.question.id] = exchange
        if exchange.answer is not None:
            found[exchange.answer.id] = exchange
    return found


def _brought(exchange: Exchange, found: Candidate) -> Iterable[Passage]:
    for said in filter(None, (exchange.question, exchange.answer)):
        hit = said.id == found.message_id
        if text := _cut(said, HEARD if hit else BESIDE):
            likeness = found.likeness if hit else 0.0
            who, by, at = said.person.name, exchange.question.person.id, said.at
            yield Passage("said", text, who, by, at=at, message_id=said.id, likeness=likeness)


def _cut(said: Said, longest: int) -> str:
    text = " ".join(said.text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
