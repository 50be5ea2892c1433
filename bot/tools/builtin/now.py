"""What time it is, which no model knows."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import BadOption
from bot.ports import Clock
from bot.tools.here import Here
from bot.tools.tool import Tool, tool


def clockwork(clock: Clock) -> Tool:
    """The tool that tells the time by this clock."""

    async def now(here: Here, zone: str = "UTC") -> str:
        """Say the date, the weekday and the time, now.

        zone: A time zone by its IANA name, such as Europe/Berlin or America/New_York; UTC if you don't know
            the person's.
        """
        return told(clock.now(), zone)

    return tool(now, says=lambda given: "looking at the clock")


def told(moment: datetime, zone: str) -> str:
    """A moment as a zone's clocks and calendars show it. Raises BadOption for a zone there is not."""
    there = moment.astimezone(_zone(zone))
    offset = f"{there:%z}"
    return (
        f"{there:%A}, {there.day} {there:%B %Y}, {there:%H:%M:%S} in {zone} (UTC{offset[:3]}:{offset[3:5]}); "
        f"{there.isoformat(timespec='seconds')}; week {there.isocalendar().week}"
    )


def _zone(name: str) -> tzinfo:
    """A zone by its name; zoneinfo itself lets none lead out of its folder. Raises BadOption."""
    if name == "UTC":
        return UTC  # needs no folder
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadOption("There is no such time zone; it has a name such as Europe/Berlin, or UTC.") from None
