"""What is remembered of a long conversation: how many tokens its notes save."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from bot.conversation.memory.condensing import compose_notes, condensed, outgrown, surplus
from bot.conversation.prompt.window import Asked, compose, weights
from bot.messages import Actor, Address, ChannelKey, ModelFacts, Person, RunOptions, Turn
from bot.providers.offline import notes
from bot.records import Context, Exchange, Notes, RoomSettings, Run, Said
from bot.runs import RunKind, RunStatus
from tests.bench.figures import Bound, Row

ANSWER: Final = 1000
"""Tokens that an answer may have."""
MODEL: Final = ModelFacts("bench/eight", context_length=8192)
ENDLESS: Final = replace(MODEL, context_length=10_000_000)
PEOPLE: Final = tuple(Person(f"web:{name.lower()}", name) for name in ("Ann", "Bo", "Cy", "Di"))
PARLEY: Final = Person("parley", "Parley", bot=True)
KEY: Final = ChannelKey("web", "local", "home", "bench")
TOPICS: Final = ("the garden", "our server", "the trip to Oslo", "the budget", "the cat", "the new house")
VERBS: Final = ("moved", "fixed", "sold", "painted", "counted", "planned", "forgot", "measured")


async def summary(exchanges: int = 400, seed: int = 7) -> list[Row]:
    """A conversation of some days, condensed as it goes on: the tokens of its whole past, and those of what a
    model is shown at its end. Notes that copy, as these do, keep less and less of what is long ago."""
    said = list(conversation(exchanges, random.Random(seed)))
    known = talked(said)
    shown, whole = compose(known, MODEL, ANSWER), compose(about(said), ENDLESS, ANSWER)
    without = compose(about(said), MODEL, ANSWER)
    noted = known.summary.exchanges if known.summary else 0
    saved = 100 * (1 - shown.prompt_tokens / whole.prompt_tokens)
    return [
        Row(
            f"a window after {exchanges} exchanges",
            {"with their words": whole.prompt_tokens, "with notes": shown.prompt_tokens},
            "tokens",
        ),
        Row("tokens saved by the summary", {"": saved}, "%", Bound(75, least=True)),
        Row(
            "exchanges that a window stands for",
            {"with notes": noted + shown.past, "without": without.past},
            f"of {exchanges}",
            Bound(exchanges, "with notes", least=True),
        ),
    ]


def conversation(exchanges: int, chance: random.Random) -> Iterator[Exchange]:
    """Questions and answers of four people, always the same for the same seed."""
    for number in range(exchanges):
        topic, verb = chance.choice(TOPICS), chance.choice(VERBS)
        asked = f"We {verb} {topic} on day {number}, with {chance.randrange(2, 90)} of us. What comes next?"
        answer = " ".join(
            f"Then {chance.choice(VERBS)} is what I would do about {chance.choice(TOPICS)}."
            for _ in range(chance.randrange(2, 12))
        )
        yield Exchange(
            Said(2 * number + 1, chance.choice(PEOPLE), asked), Said(2 * number + 2, PARLEY, answer)
        )


def talked(said: list[Exchange]) -> Context:
    """What a turn knows when all of it was said, one after the other, and condensed whenever it was time."""
    known = about([])
    for exchange in said:
        before = replace(known, question=exchange.question)
        answer = exchange.answer.text if exchange.answer else ""
        known = replace(known, past=(*known.past, exchange))
        if found := outgrown(before, compose(before, MODEL, ANSWER), MODEL, answer):
            while count := surplus(len(known.past), weights(known, MODEL, ANSWER), found.room):
                known = shortened(known, count)
    return known


def shortened(known: Context, count: int) -> Context:
    """The same with other notes, which cover so many more exchanges, or what of them is read at once."""
    asked, read = compose_notes(replace(known, past=known.past[:count]), MODEL, ANSWER)
    made = condensed(known, read, written(asked), MODEL)
    if made is None:
        raise RuntimeError("no notes were written")
    whole = read + (known.summary.exchanges if known.summary else 0)
    upto = known.past[read - 1].question.id
    return replace(known, past=known.past[read:], summary=Notes(upto, whole, made.text))


def written(asked: Asked) -> str:
    """Notes by the offline stand-in, which copies: a model that understands needs fewer words."""
    return notes.condensed([Turn(line.role, line.text) for line in asked.lines], asked.max_tokens) or ""


def about(past: list[Exchange]) -> Context:
    """A question after all that."""
    at, actor = datetime(2026, 1, 1, tzinfo=UTC), Actor(PEOPLE[0])
    run = Run(1, KEY, RunKind.CHAT, RunStatus.QUEUED, actor, Address(KEY), RunOptions(), 0, None, 0, at)
    question = Said(10**6, PEOPLE[0], "And now?")
    return Context(run, question, tuple(past), RoomSettings(), (), several=True)
