"""What an attempt reserves before it is made."""

from decimal import Decimal

import pytest

from bot.conversation.prompt.window import Asked, Line
from bot.conversation.spending.meter import Meter, priced
from bot.messages import ModelFacts, Need, Price
from bot.records import Reservation
from bot.runs import RunKind
from bot.settings import SpendLimits
from tests.clock import VirtualClock

PAINTER = ModelFacts("b/painter", frozenset({Need.IMAGE}), price=Price(picture=Decimal("0.04")))
ONE_PICTURE = Asked((Line("user", "a red dot"),), 100, 10, 10, pictures=1)


class Book:
    """Writes down every reservation."""

    def __init__(self) -> None:
        self.reserved: list[Reservation] = []

    async def reserve(
        self, run_id: int, reservation: Reservation, settled: object, *, at: object, allow: object
    ) -> int:
        self.reserved.append(reservation)
        return 2


def painting(book: Book, limits: SpendLimits) -> Meter:
    """A picture is about to be painted by somebody else than whom it was reserved for."""
    return Meter(
        book,  # type: ignore[arg-type]  # all that a meter asks of the store
        VirtualClock(),
        limits,
        lambda model: ONE_PICTURE,
        kind=RunKind.IMAGINE,
        run_id=1,
        call_id=1,
        reserved="a/painter",
    )


@pytest.mark.parametrize(("outcome", "cost"), [("cancelled", "0.04"), ("down", "0"), ("garbled", "0")])
async def test_a_picture_that_was_being_made_when_it_was_stopped_is_paid_for(outcome: str, cost: str) -> None:
    meter = painting(Book(), SpendLimits())
    await meter.begin(PAINTER)
    meter.ended(outcome, None)

    settled = meter.settlement()
    assert (settled.cost, settled.pictures) == (Decimal(cost), 0)


async def test_a_painter_that_takes_over_reserves_its_picture() -> None:
    book, limits = Book(), SpendLimits()
    meter = painting(book, limits)
    await meter.begin(PAINTER)

    assert book.reserved == [Reservation("b/painter", Decimal("0.04"))]
    assert priced(PAINTER, ONE_PICTURE, limits) == Decimal("0.04")
