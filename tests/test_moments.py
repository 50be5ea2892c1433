"""When something shall happen, in words: what is understood, what is not, and never anything that is past."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import BadOption
from bot.moments import AGAIN, FAR, FARTHEST, PAST, UNCLEAR, moment, written, zone, zones

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 17, 20, tzinfo=UTC)
"""A Saturday, 18:20 in Berlin."""

SPRING = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
"""The day before Berlin's clocks skip from 02:00 to 03:00."""
AUTUMN = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
"""The day before they show the hour from 02:00 twice."""


def local(said: str, now: datetime = NOW, where: tzinfo = BERLIN) -> str:
    """What the zone's clocks show then."""
    return f"{moment(said, now, where).astimezone(where):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("said", "later"),
    [
        ("in 20 minutes", timedelta(minutes=20)),
        ("20 min", timedelta(minutes=20)),
        ("In 2h30", timedelta(hours=2, minutes=30)),
        ("in 2 h 30", timedelta(hours=2, minutes=30)),
        ("in 1h 5m 7s", timedelta(hours=1, minutes=5, seconds=7)),
        ("in 1 hour and 5 minutes", timedelta(hours=1, minutes=5)),
        ("in 1 hour, 5 minutes.", timedelta(hours=1, minutes=5)),
        ("in an hour", timedelta(hours=1)),
        ("in half an hour", timedelta(minutes=30)),
        ("in a minute", timedelta(minutes=1)),
        ("in one week", timedelta(weeks=1)),
        ("in 1.5 hours", timedelta(minutes=90)),
        ("in 90 secs", timedelta(seconds=90)),
        ("in 365 days", timedelta(days=365)),
    ],
)
def test_a_length_of_time_passes_from_now(said: str, later: timedelta) -> None:
    assert moment(said, NOW, BERLIN) == NOW + later


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("at 18:30", "2026-11-21 18:30"),
        ("18:30", "2026-11-21 18:30"),
        ("at 18.30", "2026-11-21 18:30"),
        ("at 18h30", "2026-11-21 18:30"),
        ("at 6:30 pm", "2026-11-21 18:30"),
        ("at 18:20", "2026-11-22 18:20"),
        ("at 9", "2026-11-22 09:00"),
        ("9am", "2026-11-22 09:00"),
        ("9 a.m.", "2026-11-22 09:00"),
        ("at 12am", "2026-11-22 00:00"),
        ("at 12 pm", "2026-11-22 12:00"),
        ("noon", "2026-11-22 12:00"),
        ("tomorrow 9:00", "2026-11-22 09:00"),
        ("Tomorrow at 9", "2026-11-22 09:00"),
        ("9:00 tomorrow", "2026-11-22 09:00"),
        ("tomorrow", "2026-11-22 09:00"),
        ("tomorrow evening", "2026-11-22 19:00"),
        ("the day after tomorrow, 7:15", "2026-11-23 07:15"),
        ("today at 23:59", "2026-11-21 23:59"),
        ("monday 8am", "2026-11-23 08:00"),
        ("on Monday at 8:00", "2026-11-23 08:00"),
        ("8am on mon", "2026-11-23 08:00"),
        ("thurs 8:00", "2026-11-26 08:00"),
        ("saturday 19:00", "2026-11-21 19:00"),
        ("saturday 18:00", "2026-11-28 18:00"),
        ("next saturday 19:00", "2026-11-28 19:00"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00", "2026-12-24 18:00"),
        ("2026-12-24T17:00:00Z", "2026-12-24 18:00"),
        ("2026-12-24T12:00:00-05:00", "2026-12-24 18:00"),
        ("on 2026-12-24 at 6pm", "2026-12-24 18:00"),
        ("at 18:00 on 2026-12-24", "2026-12-24 18:00"),
        ("2026-12-24", "2026-12-24 09:00"),
    ],
)
def test_a_time_of_day_is_what_the_zones_clocks_show(said: str, shown: str) -> None:
    assert local(said) == shown


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("", UNCLEAR),
        ("soon", UNCLEAR),
        ("9", UNCLEAR),
        ("in 20", UNCLEAR),
        ("in 20 minutes or so", UNCLEAR),
        ("at 25:00", UNCLEAR),
        ("at 9:60", UNCLEAR),
        ("at 13pm", UNCLEAR),
        ("2026-02-30 9:00", UNCLEAR),
        ("2026-13-01", UNCLEAR),
        ("monday at some time", UNCLEAR),
        ("٢٠ minutes", UNCLEAR),
        ("tomorrow" * 50, UNCLEAR),
        ("in 0 minutes", PAST),
        ("today at 9:00", PAST),
        ("2026-11-21 18:20", PAST),
        ("1999-12-31 23:59", PAST),
        ("0001-01-01 00:00", PAST),
        ("in 367 days", FAR),
        ("in 9999999 weeks", FAR),
        ("2028-01-01 9:00", FAR),
        ("9999-12-31T23:59", FAR),
        ("every day at 9", AGAIN),
        ("daily at 9", AGAIN),
    ],
)
def test_what_is_past_too_far_or_unclear_is_told_so(said: str, reply: str) -> None:
    with pytest.raises(BadOption) as refused:
        moment(said, NOW, BERLIN)
    assert (refused.value.reply, refused.value.option) == (reply, "when")


def test_a_time_of_day_stays_when_clocks_change_and_a_length_of_time_passes() -> None:
    assert local("tomorrow 9:00", SPRING) == "2026-03-29 09:00"
    assert moment("tomorrow 9:00", SPRING, BERLIN) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    assert moment("tomorrow 9:00", AUTUMN, BERLIN) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert local("in 24 hours", SPRING) == "2026-03-29 14:00"
    assert local("in 24 hours", AUTUMN) == "2026-10-25 13:00"


def test_a_time_that_clocks_skip_is_as_late_as_it_would_have_been() -> None:
    assert local("tomorrow 2:30", SPRING) == "2026-03-29 03:30"


def test_of_a_time_that_clocks_show_twice_the_first_to_come_is_meant() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert moment("tomorrow 2:30", AUTUMN, BERLIN) == first
    assert moment("at 2:30", first, BERLIN) == first + timedelta(hours=1)


def test_a_moment_is_written_as_its_zone_has_it() -> None:
    assert written(NOW, BERLIN) == "Saturday, 21 November 2026 at 18:20 (Europe/Berlin)"
    assert written(NOW, UTC) == "Saturday, 21 November 2026 at 17:20 (UTC)"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("utc", "UTC"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_town(name: str, known: str) -> None:
    assert str(zone(name)) == known
    assert zone(known) is zone(name)


@pytest.mark.parametrize(
    "name", ["", "x", "../../etc/passwd", "/etc/passwd", "Europe", "x" * 5000, "\ud800", "a\0"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(BadOption, match="time zone"):
        zone(name)


def test_zones_are_offered_while_they_are_typed() -> None:
    assert zones("berl") == ["Europe/Berlin"]
    assert zones("new y") == ["America/New_York"]
    assert zones("nowhere") == []


ZONES = st.sampled_from(
    [zone(name) for name in ("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")]
)
NOWS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # st wants them so
PIECES = """in at on next the day after and every today tomorrow monday sun 9 18:30 2 h 30 20 minutes 1.5
weeks am pm noon 2026-12-24 2026-02-30 T18:00 Z , . 0 99999999"""
WORDS = st.sampled_from(PIECES.split())


@given(st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(max_size=30)), NOWS, ZONES)
def test_whatever_is_said_no_moment_is_past_or_far(said: str, now: datetime, where: tzinfo) -> None:
    try:
        found = moment(said, now, where)
    except BadOption:
        return
    assert now < found <= now + FARTHEST
    assert found.tzinfo is UTC
    assert written(found, where)


@given(NOWS, ZONES, st.integers(2, 360 * 24 * 60))
def test_what_a_zones_clocks_show_is_read_as_that_moment(now: datetime, where: tzinfo, ahead: int) -> None:
    meant = (now + timedelta(minutes=ahead)).replace(second=0, microsecond=0)
    there = meant.astimezone(where)
    assume(there.fold == 0)

    assert moment(f"{there:%Y-%m-%d %H:%M}", now, where) == meant
    assert moment(f"at {there:%H:%M} on {there:%Y-%m-%d}", now, where) == meant


@given(NOWS, ZONES, st.integers(1, 500_000))
def test_a_length_of_time_is_the_same_in_every_zone(now: datetime, where: tzinfo, minutes: int) -> None:
    assert moment(f"in {minutes} minutes", now, where) == now + timedelta(minutes=minutes)
