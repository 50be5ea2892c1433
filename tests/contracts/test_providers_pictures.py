"""What every provider that draws keeps, however its service hands pictures over."""

import asyncio
import json
import re
import traceback
from contextlib import aclosing
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.messages import Drawn, DrawRequest, End, EndReason, PictureOptions
from tests.contracts.providers import KEY, MAGIC, OFFLINE, PAINTERS, PNG, Painter, asking, gives, nothing_left
from tests.contracts.test_providers import CANARY, ODD, SOON, all_of, leaves, names
from tests.wire.answers import CLOSE, RESET, Answer, Gate, fails, hangs, page, resets, sends
from tests.wire.imagine import png

CAT = DrawRequest("m", CANARY)
OPTIONS = {
    *("n", "numimages", "count", "size", "imagesize", "imgsize", "width", "height", "seed"),
    *("steps", "numinferencesteps", "guidance", "guidancescale", "negative", "negativeprompt"),
}
"""What services call the options of a picture."""

every_painter = pytest.mark.parametrize("one", PAINTERS, ids=attrgetter("name"))


async def drawn(
    one: Painter, *answers: Answer, pictures: tuple[bytes, ...] = (), request: DrawRequest = CAT
) -> list[Drawn | End]:
    """All that is made of these answers, and of those that bring these pictures."""
    async with asyncio.timeout(SOON), asking(one, *one.first, *answers) as (ai, provider):
        ai.will(*(one.paints(ai.url, pictures) if pictures else ()))
        return await all_of(provider.draw(request))


async def asked(one: Painter, request: DrawRequest) -> Any:
    """The body of the last request for a picture."""
    async with asyncio.timeout(SOON), asking(one, *one.first) as (ai, provider):
        ai.will(*one.paints(ai.url, [PNG] * request.options.count))
        assert await all_of(provider.draw(request))
    return [made.body for made in ai.requests if made.method == "POST"][-1]


def shown(parts: list[Drawn | End]) -> list[tuple[str, bytes]]:
    return [(part.picture.media_type, part.picture.data) for part in parts if isinstance(part, Drawn)]


@every_painter
@pytest.mark.parametrize(("media_type", "data"), MAGIC.items(), ids=MAGIC)
async def test_a_picture_is_what_its_bytes_are_and_behind_it_is_one_end(
    one: Painter, media_type: str, data: bytes
) -> None:
    picture, end = await drawn(one, pictures=(data,))
    assert shown([picture]) == [(media_type, data)]
    assert end == End(usage=one.usage)


@every_painter
async def test_as_many_pictures_come_as_were_asked_for(one: Painter) -> None:
    pictures = tuple(png(shade) for shade in range(3 if one.counts else 1))
    options = PictureOptions(count=len(pictures))
    parts = await drawn(one, pictures=pictures, request=DrawRequest("m", "a cat", options))
    assert shown(parts) == [("image/png", data) for data in pictures]
    assert [part for part in parts if isinstance(part, End)] == parts[-1:]


@every_painter
async def test_only_what_was_chosen_is_asked_for(one: Painter) -> None:
    always = {name.replace("_", "") for name in one.always}
    plain = await asked(one, CAT)
    assert names(plain) & OPTIONS == always & OPTIONS
    assert always <= names(plain)
    for options in (PictureOptions(seed=0), PictureOptions(size=(512, 768)), PictureOptions(steps=3)):
        body = await asked(one, DrawRequest("m", "a cat", options))
        assert None not in leaves(body)
        assert "" not in leaves(body)
        assert len(names(body) & OPTIONS - always) <= 3  # image_size, width, height
    assert None not in leaves(plain)


@every_painter
@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(ODD) | st.text(max_size=20), min_size=1, max_size=12).map("".join))
@example("".join(ODD))
@example("ä🦜 " * 33_333)
async def test_no_prompt_breaks_a_request(one: Painter, odd: str) -> None:
    body = await asked(one, DrawRequest("m", f"a {odd} z", PictureOptions()))
    expected = f"a {odd} z".encode("utf-8", "replace").decode()
    assert one.spells(expected) in leaves(body)


@every_painter
async def test_a_refusal_is_an_error_or_the_end(one: Painter) -> None:
    parts: list[Drawn | End] = []
    refused = ""
    try:
        parts = await drawn(one, one.rejects)
    except ProviderRefused as error:
        refused = type(error).__name__
    assert (refused, parts) in (
        ("ProviderRefused", []),
        ("", [End(EndReason.REFUSAL)]),
    )


@every_painter
@pytest.mark.parametrize(
    "body", [b"<!doctype html><title>Log in", b'{"detail": "no"}', b"no picture", b"\x89PN", b"%PDF-1.7"]
)
async def test_bytes_that_are_no_picture_are_never_drawn(one: Painter, body: bytes) -> None:
    with pytest.raises(ProviderGarbled):
        await drawn(one, pictures=(body,))


@every_painter
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(401, CANARY), KeyRefused),
        (fails(402, CANARY), KeyRefused),
        (fails(400, CANARY), ProviderRefused),
        (fails(429, CANARY, retry_after="7"), ProviderBusy),
        (fails(503, CANARY, retry_after="7"), ProviderBusy),
        (fails(500, CANARY), ProviderDown),
        (resets(), ProviderDown),
        (sends(b'{"data": [', CLOSE), ProviderDown),
        (sends(PNG[:30], RESET), ProviderDown),
        (page(), ProviderError),
        (gives({}), ProviderError),
        (gives(CANARY), ProviderError),
        (sends(), ProviderError),
    ],
)
async def test_a_failure_says_what_can_be_done(
    one: Painter, answer: Answer, kind: type[ProviderError]
) -> None:
    with pytest.raises(kind) as caught:
        await drawn(one, answer)
    assert kind is ProviderError or type(caught.value) is kind
    if isinstance(caught.value, ProviderBusy):
        assert caught.value.retry_after == 7


@every_painter
async def test_neither_the_key_nor_what_a_service_says_is_in_an_error_or_the_log(one: Painter) -> None:
    said = f"{CANARY} {KEY}"
    answers = (
        *(fails(status, said, x_debug=said) for status in (400, 401, 403, 404, 422, 429, 500, 503)),
        fails(400, {"code": KEY, "type": KEY, "message": said}),
        gives({"error": {"code": KEY, "type": KEY, "message": said}}),
        gives({"error": said, "detail": said, said: said}),
        sends(said.encode()),
        sends(f"<p>{said}".encode()),
    )
    for answer in answers:
        with capture_logs() as logs, pytest.raises(ProviderError) as caught:
            await drawn(one, answer, answer)
        error = caught.value
        told = f"{logs} {CAT!r} {error!r} {error} {error.reply} {''.join(traceback.format_exception(error))}"
        assert KEY not in told + error.said
        assert not re.search("Marzipan|Zimtbaum", told)


@every_painter
async def test_the_key_is_in_no_address_and_in_no_body(one: Painter) -> None:
    async with asking(one, *one.first) as (ai, provider):
        ai.will(*one.paints(ai.url, [PNG]))
        await all_of(provider.draw(CAT))
    assert not any(KEY in request.path + json.dumps(request.body) for request in ai.requests)
    posts = [request for request in ai.requests if request.method == "POST"]
    assert all(sum(KEY in value for value in post.headers.values()) == 1 for post in posts)


@every_painter
@pytest.mark.parametrize("late", [False, True], ids=["at once", "at the files"])
async def test_cancelling_the_reader_closes_every_connection(one: Painter, late: bool) -> None:
    gate = Gate()
    async with asyncio.timeout(SOON), asking(one, *one.first) as (ai, provider):
        answers = one.paints(ai.url, [PNG, PNG])
        waits = len(answers) - 1 if late else 0
        ai.will(*answers[:waits], *(hangs(gate) for _ in answers[waits:]))
        options = PictureOptions(count=2 if one.counts else 1)
        with nothing_left():
            reading = asyncio.create_task(all_of(provider.draw(DrawRequest("m", "a cat", options))))
            await gate.reached()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        await ai.hung_up()


@every_painter
async def test_closing_early_asks_nothing_more(one: Painter) -> None:
    pictures = [png(shade) for shade in range(3 if one.counts else 1)]
    async with asyncio.timeout(SOON), asking(one, *one.first) as (ai, provider):
        await provider.draw(CAT).aclose()
        assert ai.requests == []
        ai.will(*one.paints(ai.url, pictures))
        request = DrawRequest("m", "a cat", PictureOptions(len(pictures)))
        with nothing_left():
            async with aclosing(provider.draw(request)) as parts:
                assert shown([await anext(parts)]) == [("image/png", pictures[0])]
                made = len(ai.requests)
        await asyncio.sleep(0)
        assert len(ai.requests) == made


async def test_the_stand_in_keeps_to_it_too() -> None:
    options = PictureOptions(count=2, size=(64, 64), seed=7)
    async with asking(OFFLINE) as (ai, provider):
        parts = await all_of(provider.draw(DrawRequest("m", "".join(ODD), options)))
        assert ai.requests == []
    assert [kind for kind, _ in shown(parts)] == ["image/png"] * 2
    assert [type(part) for part in parts] == [Drawn, Drawn, End]
