"""A service's list of models, as far as it can be believed: somebody else wrote it, and people will see it,
in a chat, in a terminal and in a table. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Final

from bot.messages import ModelFacts, Price

MOST: Final = 3000
"""Models of one account; the longest lists of real services have hundreds."""

LONGEST_NAME: Final = 128
LONGEST_TITLE: Final = 200
LONGEST_CONTEXT: Final = 100_000_000
LARGEST: Final = 65_536
"""Pixels of a side."""

DEAREST: Final = Decimal(1000)
"""US dollars, for a token or a picture."""

PLACES: Final = 20
"""Decimal places of a price."""

UNKNOWN: Final = ModelFacts("")


def credible(models: Iterable[ModelFacts]) -> tuple[ModelFacts, ...]:
    """The models that can be named, without what cannot be so of them. A name is one line of characters
    that people see, and does not end a code span or a cell of a table."""
    named = (_plausible(facts) for facts in models if speakable(facts.name))
    return tuple(islice(named, MOST))


def speakable(name: str) -> bool:
    """Whether a model may be called so: by a list, or by a person who names one that nobody has listed."""
    return (
        len(name) <= LONGEST_NAME
        and name.isprintable()
        and name == name.strip()
        and {"`", "|"}.isdisjoint(name)
    )


def _plausible(facts: ModelFacts) -> ModelFacts:
    length_fits = 0 < facts.context_length <= LONGEST_CONTEXT
    return replace(
        facts,
        title="".join(letter for letter in facts.title[:LONGEST_TITLE] if letter.isprintable()),
        context_length=facts.context_length if length_fits else UNKNOWN.context_length,
        price=facts.price if facts.price and _payable(facts.price) else None,
        takes=None if facts.takes is None else frozenset(filter(speakable, islice(facts.takes, 100))),
        largest=facts.largest if 0 <= facts.largest <= LARGEST else 0,
    )


def _payable(price: Price) -> bool:
    """Whether it is a sum of money; nobody is paid for asking."""
    return all(
        amount.is_finite() and 0 <= amount <= DEAREST and -PLACES <= int(amount.as_tuple().exponent) <= PLACES
        for amount in (price.prompt, price.completion, price.picture)
    )
