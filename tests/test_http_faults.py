"""Every error of the libraries underneath has a name of ours, and every status a meaning."""

import inspect
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import client_exceptions, http_exceptions
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.http.faults import ACCOUNT, DAY, retry_after, status_error, translated

KEY = "sk-secret-1234567890"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SPECIAL = SimpleNamespace(ssl=True, host="ai.example", port=443, is_ssl=True)
"""Stands for what aiohttp's errors know of the connection."""


def errors_of(*modules: ModuleType) -> Iterator[type[Exception]]:
    for module in modules:
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, Exception) and not issubclass(found, Warning):
                yield found


EVERY = sorted(
    set(errors_of(httpx, aiohttp, client_exceptions, http_exceptions)),
    key=lambda kind: (kind.__qualname__, kind.__module__),
)


ODD: dict[type[Exception], tuple[Any, ...]] = {
    aiohttp.ClientConnectorCertificateError: (SPECIAL, ssl.SSLCertVerificationError(KEY)),
    client_exceptions.UnixClientConnectorError: ("a.socket", SPECIAL, OSError(1, KEY)),
    aiohttp.ClientConnectorError: (SPECIAL, OSError(1, KEY)),
    aiohttp.ServerFingerprintMismatch: (b"a", b"b", "ai.example", 443),
    aiohttp.ClientResponseError: (SimpleNamespace(real_url=f"https://ai.example/{KEY}"), ()),
    aiohttp.WebSocketError: (1000, KEY),
    http_exceptions.LineTooLong: (KEY.encode(), 1),
}
"""What these errors and the kinds of them are made of; all others, of a text or of nothing."""


def made(kind: type[Exception]) -> Exception:
    """An error of this kind as the library would raise it, with the key in its text where that is free."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://ai.example")
        return kind(KEY, request=request, response=httpx.Response(500))
    for odd, parts in ODD.items():
        if issubclass(kind, odd):
            return kind(*parts)
    try:
        return kind(KEY)
    except TypeError:
        return kind()


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: f"{kind.__module__}.{kind.__qualname__}")
def test_no_foreign_error_gets_past(kind: type[Exception]) -> None:
    with pytest.raises(ProviderError) as caught, translated(KEY):
        raise made(kind)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.reply}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_the_list_of_errors_is_not_empty_by_accident() -> None:
    assert len(EVERY) > 60
    assert {httpx.ReadTimeout, aiohttp.ServerDisconnectedError, http_exceptions.BadStatusLine} <= set(EVERY)


@pytest.mark.parametrize(
    ("kind", "expected", "sent"),
    [
        (aiohttp.ClientConnectorError, ProviderDown, False),
        (aiohttp.ClientConnectorDNSError, ProviderDown, False),
        (aiohttp.ClientConnectorCertificateError, ProviderDown, False),
        (aiohttp.ConnectionTimeoutError, ProviderDown, False),
        (aiohttp.ServerDisconnectedError, ProviderDown, True),
        (aiohttp.ClientOSError, ProviderDown, True),
        (aiohttp.ClientPayloadError, ProviderDown, True),
        (aiohttp.ClientConnectionResetError, ProviderDown, True),
        (ConnectionResetError, ProviderDown, True),
        (aiohttp.SocketTimeoutError, ProviderTimeout, None),
        (TimeoutError, ProviderTimeout, None),
        (aiohttp.ClientResponseError, ProviderGarbled, None),
        (aiohttp.InvalidURL, ProviderRefused, None),
        (httpx.UnsupportedProtocol, ProviderRefused, None),
        (httpx.ConnectError, ProviderDown, False),
        (httpx.ReadTimeout, ProviderTimeout, None),
    ],
)
def test_what_was_certainly_not_sent_is_told_apart(
    kind: type[Exception], expected: type[ProviderError], sent: bool | None
) -> None:
    with pytest.raises(ProviderError) as caught, translated():
        raise made(kind)
    assert type(caught.value) is expected
    assert getattr(caught.value, "sent", None) is sent


def test_our_own_errors_and_a_cancellation_pass() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, KeyRefused) for status in (401, 402)),
        *((status, ProviderRefused) for status in (301, 302, 307, 400, 403, 404, 405, 413, 422, 451)),
        *((status, ProviderBusy) for status in (408, 429, 503, 529)),
        *((status, ProviderDown) for status in (500, 501, 502, 504, 520, 599)),
    ],
)
def test_every_status_has_a_meaning(status: int, kind: type[ProviderError]) -> None:
    told = {"message": f"No: {KEY} {'x' * 9000}", "code": "no_such_thing", "type": f"{KEY} or else"}
    error = status_error(status, json.dumps({"error": told}), key=KEY)
    assert type(error) is kind
    assert str(error) == f"{status} no_such_thing"
    assert "No: [key] xxx" in error.said
    assert KEY not in error.said
    assert getattr(error, "status", status) == status
    assert "No" not in error.reply


@pytest.mark.parametrize("status", [400, 403, 429])
@pytest.mark.parametrize("name", sorted(ACCOUNT))
@pytest.mark.parametrize("place", ["code", "type"])
def test_an_error_that_only_the_operator_can_mend_is_the_account_s(
    status: int, name: str, place: str
) -> None:
    error = status_error(status, json.dumps({"error": {place: name, "message": "Pay."}}))
    assert type(error) is KeyRefused
    assert (error.status, str(error)) == (status, f"{status} {name}")


def test_a_service_that_fails_says_nothing_about_the_account() -> None:
    assert type(status_error(500, '{"error": {"code": "insufficient_quota"}}')) is ProviderDown


@pytest.mark.parametrize(
    "body", ['{"code": "invalid_api_key"}', '{"error": "no", "type": "invalid_api_key"}']
)
def test_an_error_s_name_is_found_outside_an_error_object_too(body: str) -> None:
    assert type(status_error(403, body)) is KeyRefused


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (
            '{"error": "Incomplete generation", "error_type": "incomplete_generation"}',
            "incomplete_generation",
        ),
        ('{"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}', "invalid_argument"),
    ],
)
def test_every_service_s_own_name_for_an_error_is_in_the_log(body: str, name: str) -> None:
    assert str(status_error(400, body)) == f"400 {name}"


@pytest.mark.parametrize(
    "body", ["", "[]", "7", '"insufficient_quota"', '{"error": []}', "<html>", "[" * 100_000]
)
def test_a_refusal_without_a_name_is_no_word_about_the_account(body: str) -> None:
    assert str(status_error(403, body)) == "403"
    assert type(status_error(429, body)) is ProviderBusy


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Saturday, 21-Nov-26 12:00:30 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30"}, 30),
        ({"retry-after": "999999999"}, DAY),
        ({"retry-after": "9" * 400}, DAY),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, DAY),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "no", "retry-after": "1"}, 1),
    ],
)
def test_patience_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


@given(st.text(), st.text())
def test_no_header_breaks_the_reading(seconds: str, milliseconds: str) -> None:
    wait = retry_after({"retry-after": seconds, "retry-after-ms": milliseconds}, NOW)
    assert wait is None or 0 <= wait <= DAY
