"""The time of a zone, summer and winter."""

from datetime import UTC, datetime

import pytest

from bot.errors import BadOption
from bot.messages import Actor, ChannelKey, Person, ToolCall
from bot.tools import Here, Toolbox
from bot.tools.builtin.now import clockwork, told
from tests.clock import VirtualClock

WINTER = datetime(2026, 1, 31, 23, 30, 5, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (WINTER, "UTC", "Saturday, 31 January 2026, 23:30:05 in UTC (UTC+00:00)"),
        (WINTER, "UTC", "; 2026-01-31T23:30:05+00:00; week 5"),
        (WINTER, "Europe/Berlin", "Sunday, 1 February 2026, 00:30:05 in Europe/Berlin (UTC+01:00)"),
        (SUMMER, "Europe/Berlin", "Wednesday, 1 July 2026, 14:00:00 in Europe/Berlin (UTC+02:00)"),
        (SUMMER, "America/New_York", "08:00:00 in America/New_York (UTC-04:00)"),
        (SUMMER, "Asia/Kathmandu", "17:45:00 in Asia/Kathmandu (UTC+05:45)"),
    ],
)
def test_a_moment_is_told_as_the_zone_has_it(moment: datetime, zone: str, said: str) -> None:
    assert said in told(moment, zone)


@pytest.mark.parametrize(
    "zone",
    ["", "Berlin", "../../etc/passwd", "/etc/passwd", "europe/berlin\x00", "Europe", "x" * 5000, "\ud800"],
)
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadOption, match="time zone"):
        told(SUMMER, zone)


async def test_the_tool_asks_the_clock_it_was_given() -> None:
    clock = VirtualClock()
    made = clockwork(clock)
    here = Here(ChannelKey("web", "1", "s", "c"), Actor(Person("web:ann", "Ann")), 1)

    (result,) = await Toolbox([made]).run([ToolCall("c", "now", "{}")], [made], here)

    assert result.text == told(clock.now(), "UTC")
    assert made.spec.schema["properties"]["zone"]["type"] == "string"
