"""An answer that comes late says so, and one that comes soon says nothing."""

from datetime import timedelta

import pytest

from bot.conversation.gate.lateness import LATE, Lateness
from tests.clock import START, VirtualClock


@pytest.mark.parametrize(
    ("ago", "told"),
    [(0, ""), (LATE, ""), (LATE + 1, "15 minutes"), (7200, "2 hours"), (90_000, "1 day"), (-60, "")],
)
async def test_how_long_ago_somebody_asked_is_said_as_people_say_it(ago: float, told: str) -> None:
    note = Lateness(VirtualClock()).note("room", START - timedelta(seconds=ago))
    assert (told in note) if told else note == ""


async def test_it_is_said_once_for_a_while_in_each_room() -> None:
    clock = VirtualClock()
    lateness = Lateness(clock)
    long_ago = START - timedelta(hours=3)
    assert lateness.note("one", long_ago)
    assert not lateness.note("one", long_ago)
    assert lateness.note("other", long_ago)
    await clock.advance(LATE)
    assert lateness.note("one", long_ago)
