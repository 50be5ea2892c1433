"""What every provider that chats or lists its models keeps, whatever its service calls things."""

import asyncio
import json
import re
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderRefused
from bot.messages import ChatRequest, End, EndReason, Picture, Style, Text, Turn, Usage
from tests.contracts.providers import (
    KEY,
    LISTERS,
    MAGIC,
    OFFLINE,
    TALKERS,
    Lister,
    Talker,
    Told,
    asking,
    base64_of,
    gives,
    nothing_left,
)
from tests.wire.answers import CLOSE, RESET, Answer, Gate, fails, hangs, page, resets, sends

T = TypeVar("T")

CANARY = "Marzipan unter dem Zimtbaum"
HI = ChatRequest("m", (Turn("system", "Be brief."), Turn("user", CANARY)), 54_321)
SOON = 60.0
"""Seconds after which something that does not happen has failed."""

SAMPLING = {"temperature", "topp", "presencepenalty", "frequencypenalty"}
ODD = (
    *("🦜", "👩‍👩‍👧‍👦", "\u2028", "\u2029", "\x85", "\0", "\x1b[31m", "\ud83d", "\udd9c"),
    *("\ufeff", "\u202e", "e\u0301"),
    *("<|im_start|>system\n", "<|im_end|>", "[INST]", "[/INST]", "</s>", "<<SYS>>", "<|eot_id|>", "<image>"),
    *('"', "\\", "\\u0000", "data: [DONE]\n\n", "\r\n\r\n", "![](http://evil.example/x.png)", "<", "!", "["),
)  # fmt: skip
"""Texts that break what is careless with them."""

every_talker = pytest.mark.parametrize("one", TALKERS, ids=attrgetter("name"))
every_streaming_talker = pytest.mark.parametrize(
    "one", [one for one in TALKERS if not one.at_once], ids=attrgetter("name")
)
every_lister = pytest.mark.parametrize("one", LISTERS, ids=attrgetter("name"))
every_lister_that_asks = pytest.mark.parametrize(
    "one", [one for one in LISTERS if one.asks], ids=attrgetter("name")
)
every_checker = pytest.mark.parametrize(
    "one", [one for one in LISTERS if one.takes_key is not None], ids=attrgetter("name")
)


async def all_of(parts: AsyncIterator[T]) -> list[T]:
    return [part async for part in parts]


async def heard(one: Talker, *answers: Answer, request: ChatRequest = HI) -> list[Text | End]:
    async with asyncio.timeout(SOON), asking(one, *answers) as (_, provider):
        return await all_of(provider.chat(request))


async def taken(one: Talker, *answers: Answer) -> tuple[list[Text | End], ProviderError | None]:
    """What comes of an answer, and the error that ends it."""
    parts: list[Text | End] = []
    async with asyncio.timeout(SOON), asking(one, *answers) as (_, provider):
        try:
            async for part in provider.chat(HI):
                parts += [part]
        except ProviderError as error:
            return parts, error
    return parts, None


async def asked(one: Talker, request: ChatRequest) -> Any:
    """The body of the request that is made of this one."""
    async with asking(one, one.says("Hello")) as (ai, provider):
        assert await all_of(provider.chat(request))
    (made,) = ai.requests
    return made.body


def joined(parts: list[Text | End]) -> str:
    return "".join(part.text for part in parts if isinstance(part, Text))


def leaves(body: Any) -> Iterator[Any]:
    """Every value in a body."""
    if isinstance(body, dict | list):
        for value in body.values() if isinstance(body, dict) else body:
            yield from leaves(value)
    else:
        yield body


def names(body: Any) -> set[str]:
    """Every name in a body, in one spelling: `topP` and `top_p` are the same."""
    if isinstance(body, list):
        return set().union(*map(names, body))
    if not isinstance(body, dict):
        return set()
    spelt = {name.replace("_", "").lower() for name in body}
    return spelt.union(*map(names, body.values()))


# Text.


@every_streaming_talker
async def test_text_is_passed_on_as_soon_as_it_comes(one: Talker) -> None:
    gate = Gate()
    async with asyncio.timeout(SOON), asking(one, one.says("Hel", gate, "lo ", "🦜")) as (_, provider):
        parts = provider.chat(HI)
        assert await anext(parts) == Text("Hel")
        gate.open()
        rest = await all_of(parts)
    assert rest == [Text("lo "), Text("🦜"), End(EndReason.STOP, one.usage)]


@every_talker
@pytest.mark.parametrize(
    "pieces", [(), ("Hello",), ("a", " b", "\n\nc  ", "d"), ("x\u2028y\x85", "</", "b>"), ("x" * 100_000,)]
)
async def test_the_pieces_are_the_text_and_behind_them_is_one_end(one: Talker, pieces: tuple[str]) -> None:
    parts = await heard(one, one.says(*pieces))
    assert joined(parts) == "".join(pieces)
    assert [part for part in parts if isinstance(part, End)] == parts[-1:] == [End(usage=one.usage)]
    assert Text("") not in parts


@every_talker
@pytest.mark.parametrize("ending", [(CLOSE,), (RESET,), ()], ids=["closed", "reset", "without a mark"])
async def test_an_answer_that_breaks_off_has_no_end(one: Talker, ending: tuple[Any]) -> None:
    parts, error = await taken(one, one.says("Hel", *ending) if ending else one.stops("Hel"))
    assert parts in ([Text("Hel")], [])
    assert parts or error
    assert not isinstance(error, ProviderRefused)


@every_streaming_talker
async def test_what_cannot_be_read_is_left_out_and_the_log_counts_it(one: Talker) -> None:
    with capture_logs() as logs:
        parts = await heard(one, one.says(b"data: what?\n\n", "Hel", b"data: {\n\n", "lo"))
    assert parts == [Text("Hel"), Text("lo"), End(EndReason.STOP, one.usage)]
    assert [line["count"] for line in logs if line["event"] == "events skipped"] == [2]


@every_talker
async def test_an_error_behind_some_text_is_one(one: Talker) -> None:
    parts, error = await taken(one, one.errs("It is not to be."))
    assert parts == ([] if one.at_once else [Text("Hel")])
    assert type(error) is ProviderDown


@every_streaming_talker
@pytest.mark.parametrize("style", [Style(), Style(temperature=0.3)], ids=["plain", "styled"])
async def test_closing_a_stream_early_closes_its_connection(one: Talker, style: Style) -> None:
    async with asyncio.timeout(SOON), asking(one, one.says("Hel", Gate(), "lo")) as (ai, provider):
        with nothing_left():
            async with aclosing(provider.chat(replace(HI, style=style))) as parts:
                assert await anext(parts) == Text("Hel")
        await ai.hung_up()


@every_talker
@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("style", [Style(), Style(temperature=0.3)], ids=["plain", "styled"])
async def test_cancelling_the_reader_closes_its_connection(one: Talker, begun: bool, style: Style) -> None:
    gate = Gate()
    answer = one.says("Hel", gate, "lo") if begun else hangs(gate)
    async with asyncio.timeout(SOON), asking(one, answer) as (ai, provider):
        with nothing_left():
            reading = asyncio.create_task(all_of(provider.chat(replace(HI, style=style))))
            await gate.reached()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        await ai.hung_up()


@every_talker
async def test_nothing_is_asked_before_somebody_reads(one: Talker) -> None:
    async with asking(one) as (ai, provider):
        await provider.chat(HI).aclose()
        assert ai.requests == []


# Failures.


@every_talker
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(401, CANARY), KeyRefused),
        (fails(402, CANARY), KeyRefused),
        (fails(400, CANARY), ProviderRefused),
        (fails(429, CANARY, retry_after="7"), ProviderBusy),
        (fails(503, CANARY, retry_after="7"), ProviderBusy),
        (fails(529, CANARY, retry_after="7"), ProviderBusy),
        (fails(500, CANARY), ProviderDown),
        (fails(502, CANARY), ProviderDown),
        (page(), ProviderError),
        (gives({"hello": CANARY}), ProviderError),
        (sends(CANARY.encode()), ProviderError),
        (sends(), ProviderError),
        (resets(), ProviderDown),
    ],
)
async def test_a_failure_says_what_can_be_done(
    one: Talker, answer: Answer, kind: type[ProviderError]
) -> None:
    parts, error = await taken(one, answer)
    assert parts == []  # and no End: at the least it is cut off
    assert type(error) is kind or (kind is ProviderError and not isinstance(error, ProviderRefused))
    if isinstance(error, ProviderBusy):
        assert error.retry_after == 7


def echoes(one: Talker) -> list[Answer]:
    """Answers that say what nobody may hear."""
    said = f"{CANARY} {KEY}"
    statuses = (400, 401, 403, 404, 413, 422, 429, 500, 503)
    return [
        *(fails(status, said, x_debug=said) for status in statuses),
        *(fails(status, {"code": KEY, "type": KEY, "message": said}) for status in statuses),
        one.errs(said),
        sends(f"data: {said}\n\n".encode(), f'data: {{"error": "{said}"}}\n\n'.encode()),
        sends(f'{{"{said}": '.encode()),
        gives({"error": {"code": KEY, "message": said}}),
        sends(f"<p>{said}".encode()),
    ]


@every_talker
async def test_neither_the_key_nor_what_a_service_says_is_in_an_error_or_the_log(one: Talker) -> None:
    for answer in echoes(one):
        with capture_logs() as logs:
            parts, error = await taken(one, answer, answer)
        told = f"{logs} {HI!r} {parts!r} {error!r} {error} "
        if error is not None:
            told += "".join(traceback.format_exception(error)) + error.reply
            assert KEY not in error.said
        assert KEY not in told
        assert not re.search("Marzipan|Zimtbaum", told)


# What is asked.


def talk(*texts: str) -> tuple[tuple[Turn, ...], Told]:
    """A conversation, and how it shall be told."""
    said = [("system", "You are a parrot."), *zip(("user", "assistant") * len(texts), texts, strict=False)]
    return tuple(Turn(role, text) for role, text in said), said  # type: ignore[arg-type]  # those are roles


@every_talker
@pytest.mark.parametrize("count", [1, 3, 301])
async def test_every_turn_arrives_in_order_and_in_its_role(one: Talker, count: int) -> None:
    turns, told = talk(*(f"This is turn {number}." for number in range(count)))
    assert one.told(await asked(one, ChatRequest("m", turns, 10))) == told


@every_talker
async def test_of_turns_that_do_not_alternate_none_is_lost(one: Talker) -> None:
    roles = ("system", "user", "user", "system", "assistant", "assistant", "user", "user")
    turns = tuple(Turn(role, f"[{number}]") for number, role in enumerate(roles))  # type: ignore[arg-type]
    told = one.told(await asked(one, ChatRequest("m", turns, 10)))
    said = {role: "".join(text for who, text in told if who == role) for role in roles}
    assert {role: re.findall(r"\d", text) for role, text in said.items()} == {
        "system": ["0", "3"],
        "user": ["1", "2", "6", "7"],
        "assistant": ["4", "5"],
    }
    assert [role for role, _ in groupby(told, lambda turn: turn[0]) if role != "system"] == [
        *("user", "assistant", "user")
    ]


@every_talker
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(ODD) | st.text(max_size=20), min_size=1, max_size=12).map("".join))
@example("".join(ODD))
@example("ä🦜" * 50_000)
async def test_no_text_breaks_a_request(one: Talker, odd: str) -> None:
    """Half a surrogate pair is no character, and becomes `?`."""
    turns, told = talk(f"a {odd} z", f"b {odd} z", f"c {odd} z")
    body = await asked(one, ChatRequest("m", turns, 10))
    expected = [(role, text.encode("utf-8", "replace").decode()) for role, text in told]
    assert [(role, one.spells(text)) for role, text in one.told(body)] == [
        (role, one.spells(text)) for role, text in expected
    ]


@every_talker
async def test_pictures_travel_as_their_bytes_and_never_as_an_address(one: Talker) -> None:
    pictures = tuple(Picture(data, kind) for kind, data in MAGIC.items())
    turns = (Turn("user", "These?", pictures[:2]), Turn("assistant", "Yes."), Turn("user", "", pictures[2:]))
    sent = json.dumps(await asked(one, ChatRequest("m", turns, 10)))
    places = [sent.find(base64_of(picture.data)) for picture in pictures]
    assert -1 not in places
    assert places == sorted(places)
    for picture in pictures:
        assert picture.media_type in sent
    assert "://" not in sent


@every_talker
async def test_the_cap_is_always_sent_and_of_the_style_what_was_chosen(one: Talker) -> None:
    plain = await asked(one, HI)
    assert names(plain).isdisjoint(SAMPLING)
    for style, name in ((Style(temperature=0.31), "temperature"), (Style(top_p=0.31), "topp")):
        body = await asked(one, ChatRequest("m", HI.turns, 54_321, style))
        assert names(body) & SAMPLING == {name}
        assert 0.31 in leaves(body)
        assert {54_321, None} & {*leaves(body)} == {54_321}
    assert {54_321, None} & {*leaves(plain)} == {54_321}


@every_talker
async def test_the_key_travels_in_one_header_and_nowhere_else(one: Talker) -> None:
    async with asking(one, one.says("Hello")) as (ai, provider):
        await all_of(provider.chat(HI))
    (request,) = ai.requests
    assert KEY not in request.path + json.dumps(request.body)
    assert len([value for value in request.headers.values() if KEY in value]) == 1


@every_talker
@pytest.mark.parametrize("key", ["EMPTY", "ollama", "none", "not-needed", "o"])
async def test_a_key_that_is_none_is_a_word_like_any_other(one: Talker, key: str) -> None:
    """Servers without keys are given such ones, for programs that insist."""
    async with asking(one, one.says(f"Ask {key} ", "about it."), key=key) as (_, provider):
        assert joined(await all_of(provider.chat(HI))) == f"Ask {key} about it."


# The stand-in, which asks nobody.


async def test_the_stand_in_keeps_to_it_too() -> None:
    turns, _ = talk(*(f"{odd} This is turn {number}." for number, odd in enumerate(ODD)))
    async with asking(OFFLINE) as (ai, provider):
        for request in (HI, ChatRequest("m", turns[:-1], 7), ChatRequest("m", turns, 2000)):
            parts = await all_of(provider.chat(request))
            (end,) = (part for part in parts if isinstance(part, End))
            assert parts[-1] is end
            assert 1 < len(parts) <= request.max_tokens + 1
            assert isinstance(end.usage, Usage)
            assert end.usage.completion_tokens == len(parts) - 1
        assert ai.requests == []


# Lists and checks.


@every_lister
async def test_models_are_named_after_their_account(one: Lister) -> None:
    async with asking(one, *filter(None, [one.lists])) as (ai, provider):
        ai.models = one.lists or fails(500)
        models = await provider.models()
    assert models
    assert all(model.id.startswith("lab/") for model in models)
    assert bool(ai.requests) is one.asks


@every_lister_that_asks
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(401, CANARY), KeyRefused),
        (fails(429, CANARY, retry_after="7"), ProviderBusy),
        (fails(500, CANARY), ProviderDown),
        (page(), ProviderError),
        (gives(CANARY), ProviderError),
        (sends(b'{"data": [', headers={}), ProviderError),
        (resets(), ProviderDown),
    ],
)
async def test_a_list_that_does_not_come_is_an_error(
    one: Lister, answer: Answer, kind: type[ProviderError]
) -> None:
    async with asking(one, answer, answer) as (ai, provider):  # what fails to read may be asked for twice
        ai.models = answer
        with pytest.raises(kind if one.guarded else ProviderError) as caught:
            await provider.models()
    assert CANARY not in f"{caught.value} {caught.value!r}"


@every_checker
async def test_a_good_key_passes_its_check(one: Lister) -> None:
    assert one.takes_key is not None
    async with asyncio.timeout(SOON), asking(one, one.takes_key) as (ai, provider):
        ai.models = one.takes_key
        await provider.check()
    (request,) = ai.requests
    assert KEY not in request.path + json.dumps(request.body)
    assert len([value for value in request.headers.values() if KEY in value]) == 1


@every_checker
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(401), KeyRefused),
        (fails(402), KeyRefused),
        (fails(429), ProviderBusy),
        (fails(500), ProviderDown),
        (resets(), ProviderDown),
    ],
)
async def test_a_check_that_fails_says_why(one: Lister, answer: Answer, kind: type[ProviderError]) -> None:
    async with asking(one, answer, answer) as (ai, provider):
        ai.models = answer
        with pytest.raises(ProviderError) as caught:
            await provider.check()
    assert type(caught.value) is kind
