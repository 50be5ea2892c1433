"""What Discord's refusals mean, code by code; and when it may be asked again."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.asking.buckets import Buckets, route
from adapters.discord.asking.faults import (
    BANNED,
    DAY,
    MEANINGS,
    UNSAID,
    Acknowledged,
    Archived,
    Blocked,
    CannotReply,
    Elsewhere,
    Everywhere,
    Expired,
    Passing,
    Unwelcome,
    fault,
)
from bot.errors import DeliveryError, Gone, Refused, SlowDown, Unreachable

SECRET = "what somebody wrote"
DISCORD = {"via": "1.1 google"}


def told(
    status: int, code: int | None = None, headers: Mapping[str, str] = DISCORD, **more: object
) -> DeliveryError:
    said = {"message": SECRET} | ({} if code is None else {"code": code}) | more
    return fault(status, headers, json.dumps(said).encode())


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, Gone),
        (404, 10004, Gone),
        (404, 10008, Gone),
        (404, 10013, Gone),
        (404, 10015, Expired),
        (404, 10062, Expired),
        (429, 20016, SlowDown),
        (429, 20028, SlowDown),
        (429, 20029, SlowDown),
        (429, 30046, SlowDown),
        (400, 30046, SlowDown),
        (400, 40004, Unreachable),
        (413, 40005, Refused),
        (400, 40006, Unreachable),
        (400, 40060, Acknowledged),
        (400, 40094, Elsewhere),
        (403, 50001, Elsewhere),
        (403, 50005, Refused),
        (400, 50006, Refused),
        (403, 50007, Refused),
        (400, 50008, Elsewhere),
        (403, 50013, Elsewhere),
        (401, 50027, Expired),
        (400, 50035, Refused),
        (400, 50083, Archived),
        (403, 50278, Refused),
        (503, 130000, Unreachable),
        (400, 160002, CannotReply),
        (400, 200000, Blocked),
        (400, 200001, Blocked),
    ],
)  # fmt: skip
def test_every_code_has_its_meaning(status: int, code: int, kind: type[DeliveryError]) -> None:
    assert type(told(status, code)) is kind


def test_every_code_of_the_table_is_tested() -> None:
    marks = test_every_code_has_its_meaning.pytestmark  # type: ignore[attr-defined]  # pytest puts it there
    assert {code for _, code, _ in marks[0].args[1]} == MEANINGS.keys()


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 12345, Refused),
        (400, None, Refused),
        (401, 0, Unwelcome),
        (403, 0, Refused),
        (404, 0, Gone),
        (405, 0, Refused),
        (408, None, Unreachable),
        (413, None, Refused),
        (500, 0, Passing),
        (501, None, Unreachable),
        (502, None, Passing),
        (503, None, Unreachable),
        (504, None, Passing),
        (520, None, Passing),
        (522, None, Passing),
        (524, None, Passing),
        (599, None, Unreachable),
    ],
)
def test_an_unknown_code_means_what_its_status_does(
    status: int, code: int | None, kind: type[DeliveryError]
) -> None:
    assert type(told(status, code)) is kind


def test_a_page_that_forbids_is_the_proxys_and_about_this_machine() -> None:
    assert isinstance(fault(403, {}, b"<html>blocked</html>"), Unwelcome)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("code", [None, 0, 50035, 200000])
def test_nothing_that_discord_says_gets_into_an_error(status: int, code: int | None) -> None:
    assert SECRET not in repr(told(status, code, retry_after=1.0))


@pytest.mark.parametrize(
    ("headers", "more", "kind", "wait"),
    [
        (DISCORD, {"retry_after": 0.25, "global": False}, SlowDown, 0.25),
        (DISCORD | {"x-ratelimit-scope": "user", "retry-after": "3"}, {"retry_after": 2.5}, SlowDown, 2.5),
        (DISCORD | {"x-ratelimit-scope": "shared"}, {"retry_after": 1.5}, SlowDown, 1.5),
        (DISCORD | {"x-ratelimit-scope": "global"}, {"retry_after": 4.0}, Everywhere, 4.0),
        (DISCORD, {"retry_after": 4.0, "global": True}, Everywhere, 4.0),
        (DISCORD | {"retry-after": "7"}, {}, SlowDown, 7.0),
        (DISCORD, {}, SlowDown, UNSAID),
        (DISCORD, {"retry_after": -1}, SlowDown, UNSAID),
        (DISCORD, {"retry_after": "soon"}, SlowDown, UNSAID),
        (DISCORD, {"retry_after": 1e12}, SlowDown, DAY),
        (DISCORD, {"retry_after": 2, "code": 30046}, SlowDown, 2.0),
        (DISCORD, {"code": 30046}, SlowDown, BANNED),
        ({"retry-after": "900"}, {"retry_after": 1.0}, Everywhere, 900.0),
        ({}, {}, Everywhere, BANNED),
    ],
)
def test_patience_is_for_as_long_and_as_wide_as_discord_says(
    headers: Mapping[str, str], more: Mapping[str, object], kind: type[SlowDown], wait: float
) -> None:
    found = fault(429, headers, json.dumps({"message": "slowly"} | dict(more)).encode())
    assert type(found) is kind
    assert isinstance(found, SlowDown)
    assert found.retry_after == wait


def test_a_ban_is_a_page_and_everywhere() -> None:
    found = fault(429, {"retry-after": "60"}, b"<html>error code: 1015</html>")
    assert isinstance(found, Everywhere)
    assert found.retry_after == 60.0


@given(
    st.integers(300, 599),
    st.dictionaries(st.sampled_from(["via", "retry-after", "x-ratelimit-scope"]), st.text()),
    st.binary()
    | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(lambda j: json.dumps(j).encode()),
)
def test_whatever_comes_back_means_something(status: int, headers: dict[str, str], body: bytes) -> None:
    found = fault(status, headers, body)
    assert not isinstance(found, SlowDown) or 0 <= found.retry_after <= DAY


HERE = route("POST /channels/{channel}/messages", channel="1")
EDIT = route("PATCH /channels/{channel}/messages/{message}", channel="1", message="7")
THERE = route("POST /channels/{channel}/messages", channel="2")
ITS = route("PATCH /webhooks/{application}/{token}/messages/@original", application="9", token="t")


def empty(bucket: str, after: str) -> dict[str, str]:
    return {
        "x-ratelimit-bucket": bucket,
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset-after": after,
    }


def test_an_empty_bucket_is_left_alone_until_it_is_full_again() -> None:
    buckets = Buckets()
    buckets.read(HERE, empty("a", "2.5"), 10.0)
    assert buckets.wait(HERE, 10.0) == 2.5
    assert buckets.wait(HERE, 12.5) == 0
    assert buckets.wait(THERE, 10.0) == 0


def test_a_bucket_with_room_lets_everything_pass() -> None:
    buckets = Buckets()
    buckets.read(HERE, empty("a", "2.5") | {"x-ratelimit-remaining": "1"}, 10.0)
    assert buckets.wait(HERE, 10.0) == 0


def test_routes_that_share_a_bucket_wait_for_each_other() -> None:
    buckets = Buckets()
    buckets.read(EDIT, {"x-ratelimit-bucket": "a", "x-ratelimit-remaining": "3"}, 9.0)
    buckets.read(HERE, empty("a", "2"), 10.0)
    assert buckets.wait(EDIT, 10.0) == 2


def test_a_pause_of_everything_leaves_interactions_alone() -> None:
    buckets = Buckets()
    buckets.pause_all(5, 10.0)
    assert buckets.wait(HERE, 11.0) == buckets.wait(THERE, 11.0) == 4
    assert buckets.wait(ITS, 11.0) == 0


@pytest.mark.parametrize("after", ["", "x", "nan", "inf", "-1"])
def test_headers_that_make_no_sense_are_no_wait(after: str) -> None:
    buckets = Buckets()
    buckets.read(HERE, empty("a", after), 10.0)
    assert buckets.wait(HERE, 10.0) == 0


def test_buckets_that_are_full_again_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.asking.buckets.REMEMBERED", 3)
    buckets = Buckets()
    for number in range(20):
        buckets.pause(route("POST /channels/{channel}/messages", channel=str(number)), 1, float(number))
    assert len(buckets._free_at) <= 4


def test_no_token_stands_in_a_routes_repr() -> None:
    assert "secret-token" not in repr(
        route("POST /webhooks/{application}/{token}", application="1", token="secret-token")
    )
