"""Whatever goes wrong at a service: what the reader sees, what is stored, and who takes over.

Two services on real sockets. The first goes wrong in every way there is; then the second answers in its
place, and, where there is no second, a sentence or a cut-off answer says what happened.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.messages import Need, Price
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Account, Deadlines, ModelEntry, Settings, SpendLimits
from tests.rig import Rig, rig
from tests.wire.answers import (
    CLOSE,
    DRIP,
    HANG,
    RESET,
    Answer,
    event,
    fails,
    hangs,
    page,
    resets,
    says,
    sends,
)
from tests.wire.server import AiServer, nobody, serving

PATIENT = Deadlines(connect=60, first_token=60, between_tokens=60, whole=60, turn=90)
SILENT_AT_FIRST = replace(PATIENT, first_token=0.2, whole=0.2)
SILENT_LATER = replace(PATIENT, between_tokens=0.2)
"""Where a service is waited for in vain; the other one has all the time that a slow machine needs."""
PRICES = Price(Decimal("0.001"), Decimal("0.002"))
ENTRY = ModelEntry(context_length=8000, price=PRICES)

UNREACHABLE = "The AI service cannot be reached right now. Please try again in a moment."
BUSY = "The AI service is busy. Please try again in a moment."
SLOW = "The AI service took too long to answer. Please try again in a moment."
REFUSED = "The AI service did not accept this request. Try other words or another model."
ACCOUNT = "The AI service did not accept this bot's account. Its operator has been told."
PROBLEM = "The AI service had a problem, so there is no answer this time. Please try again in a moment."
CUT_OFF = "*(cut off: the AI service stopped in the middle)*"

IN_AN_HOUR = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
LONG_AGO = "Wed, 21 Oct 2015 07:28:00 GMT"
ERROR_EVENT = event({"error": {"message": "It is not to be.", "code": 502}})
HALF = event({"choices": [{"delta": {"content": "Half an"}}]})


class Hasty(SystemClock):
    """Waits between two attempts are over at once; they are remembered."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Fault:
    """How a service fails, how its calls are kept, what is said where it is alone, how often it is asked."""

    answer: Answer
    outcome: str
    reply: str
    asked: int = 1

    @property
    def within(self) -> Deadlines:
        """How long it is waited for: short only where nothing comes."""
        if self.outcome != "timeout":
            return PATIENT
        return SILENT_LATER if self.reply == CUT_OFF else SILENT_AT_FIRST


BEFORE = {
    "a connection that breaks": Fault(resets(), "down", UNREACHABLE, 3),
    "no headers": Fault(hangs(), "timeout", SLOW, 3),
    "headers and then nothing": Fault(sends(HANG), "timeout", SLOW, 3),
    "nothing but pings": Fault(sends(DRIP), "timeout", SLOW, 3),
    "429": Fault(fails(429), "busy", BUSY, 3),
    "429 for a second": Fault(fails(429, retry_after="1"), "busy", BUSY, 3),
    "429 until a date that is over": Fault(fails(429, retry_after=LONG_AGO), "busy", BUSY, 3),
    "429 for less than nothing": Fault(fails(429, retry_after="-5"), "busy", BUSY, 3),
    "429 in words": Fault(fails(429, retry_after="soon"), "busy", BUSY, 3),
    "429 until a date in an hour": Fault(fails(429, retry_after=IN_AN_HOUR), "busy", BUSY),
    "429 for ever": Fault(fails(429, retry_after="99999999999"), "busy", BUSY),
    "500": Fault(fails(500), "down", UNREACHABLE, 3),
    "502": Fault(fails(502), "down", UNREACHABLE, 3),
    "503": Fault(fails(503), "busy", BUSY, 3),
    "529": Fault(fails(529), "busy", BUSY, 3),
    "400": Fault(fails(400), "refused", REFUSED),
    "401": Fault(fails(401), "key", ACCOUNT),
    "402": Fault(fails(402), "key", ACCOUNT),
    "403": Fault(fails(403), "refused", REFUSED),
    "404 for an unknown model": Fault(fails(404), "refused", REFUSED),
    "413": Fault(fails(413), "refused", REFUSED),
    "a web page with 200": Fault(page(), "garbled", PROBLEM),
    "an empty answer": Fault(says(), "garbled", PROBLEM),
    "an answer that nobody sees": Fault(says("\u3164", " \u2800\u200b"), "garbled", PROBLEM),
    "an empty stream": Fault(sends(), "garbled", PROBLEM),
    "a stream that is over before a word": Fault(sends(CLOSE), "down", UNREACHABLE, 3),
    "an error inside a 200": Fault(sends(ERROR_EVENT), "down", UNREACHABLE, 3),
    "a line without an end": Fault(sends(*[b"x" * 1_000_000] * 40), "garbled", PROBLEM),
}
"""Nothing of an answer has come."""

AFTER = {
    "the connection is closed": Fault(sends(HALF, CLOSE), "down", CUT_OFF),
    "the connection breaks": Fault(sends(HALF, RESET), "down", CUT_OFF),
    "the stream ends without a reason": Fault(sends(HALF), "cut_off", CUT_OFF),
    "it ends in the middle of a line": Fault(sends(HALF, HALF[:20]), "cut_off", CUT_OFF),
    "an error comes": Fault(sends(HALF, ERROR_EVENT), "down", CUT_OFF),
    "nothing more comes": Fault(sends(HALF, HANG), "timeout", CUT_OFF),
    "only pings come": Fault(sends(HALF, DRIP), "timeout", CUT_OFF),
    "a line without an end comes": Fault(sends(HALF, *[b"x" * 1_000_000] * 40), "garbled", CUT_OFF),
}
"""A part of the answer has been shown."""


@asynccontextmanager
async def services(
    folder: Path,
    *,
    second: bool = True,
    first_url: str = "",
    limits: SpendLimits | None = None,
    first: Deadlines = PATIENT,
) -> AsyncIterator[tuple[Rig, AiServer, AiServer, Hasty]]:
    """A Parley with a route of two services, or of the first alone. `first`: how long that is waited for."""
    async with serving() as one, serving() as two:
        urls = {"one": first_url or one.url} | ({"two": two.url} if second else {})
        settings = Settings(
            data=folder,
            accounts={name: Account(name, "openai", url) for name, url in urls.items()},
            models={f"{name}/m": ENTRY for name in urls},
            routes={Need.CHAT: tuple(f"{name}/m" for name in urls)},
            deadlines=PATIENT,
            limits=limits or SpendLimits(per_person_day=Decimal(90), per_channel_day=Decimal(90)),
        )
        hasty = Hasty()
        async with Accounts(settings) as accounts, Accounts(replace(settings, deadlines=first)) as firsts:
            providers = {"one": firsts.provider, "two": accounts.provider}
            routes = Routes(settings, lambda name: providers[name](name), hasty, jitter=lambda: 0.0)
            async with rig(folder, settings=settings, scripts={}, routes=routes) as parley:
                yield parley, one, two, hasty


async def calls(parley: Rig, run: int) -> list[tuple[str, str]]:
    return [(call.model, call.outcome) for call in (await parley.store.run(run)).calls]


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
async def test_before_the_first_word_the_next_service_takes_over_unseen(tmp_path: Path, fault: Fault) -> None:
    async with services(tmp_path, first=fault.within) as (parley, one, two, _):
        one.always = fault.answer
        two.will(says("All is", " well."))
        run = await parley.say("hello")

        assert await parley.answer(run) == "All is well."
        assert parley.glass.texts() == ["All is well."]
        assert await calls(parley, run) == [("one/m", fault.outcome)] * fault.asked + [("two/m", "ok")]
        record = await parley.store.run(run)
        assert (record.run.status, record.run.model) == (RunStatus.COMPLETED, "two/m")
        assert record.calls[-1].cost == 9 * PRICES.prompt + 3 * PRICES.completion


@pytest.mark.parametrize("fault", BEFORE.values(), ids=BEFORE)
async def test_where_nobody_takes_over_a_sentence_says_so(tmp_path: Path, fault: Fault) -> None:
    async with services(tmp_path, second=False, first=fault.within) as (parley, one, _, _):
        one.always = fault.answer
        run = await parley.say("hello")

        assert await parley.answer(run) == fault.reply
        assert parley.glass.texts() == [fault.reply]
        assert await calls(parley, run) == [("one/m", fault.outcome)] * fault.asked
        assert (await parley.store.run(run)).run.status is RunStatus.FAILED


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
async def test_in_the_middle_of_an_answer_another_one_replaces_it(tmp_path: Path, fault: Fault) -> None:
    async with services(tmp_path, first=fault.within) as (parley, one, two, _):
        one.always = fault.answer
        two.will(says("All is", " well."))
        run = await parley.say("hello")

        assert await parley.answer(run) == "All is well."
        assert parley.glass.texts() == ["All is well."]
        assert await calls(parley, run) == [("one/m", fault.outcome), ("two/m", "ok")]
        lost, paid = (await parley.store.run(run)).calls
        assert lost.usage.estimated
        assert lost.cost > 0
        assert paid.cost > 0


@pytest.mark.parametrize("fault", AFTER.values(), ids=AFTER)
async def test_half_an_answer_is_shown_and_kept_as_half_an_answer(tmp_path: Path, fault: Fault) -> None:
    async with services(tmp_path, second=False, first=fault.within) as (parley, one, _, _):
        one.always = fault.answer
        run = await parley.say("hello")

        assert await parley.answer(run) == f"Half an\n\n{fault.reply}"
        record = await parley.store.run(run)
        assert (record.run.status, record.calls[-1].outcome) == (RunStatus.INCOMPLETE, fault.outcome)


@asynccontextmanager
async def speaking_no_tls() -> AsyncIterator[str]:
    """An https address at which somebody answers in plain text."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"


async def test_a_service_that_cannot_be_reached_costs_nothing(tmp_path: Path) -> None:
    async with speaking_no_tls() as without_tls:
        for name, url in (("refused", nobody()), ("tls", without_tls)):
            async with services(tmp_path / name, first_url=url) as (parley, _, two, _):
                two.will(says("All is well."))
                run = await parley.say("hello")

                assert await parley.answer(run) == "All is well."
                record = await parley.store.run(run)
                assert [call.outcome for call in record.calls] == ["down"] * 3 + ["ok"]
                assert [call.cost for call in record.calls[:3]] == [0, 0, 0]


async def test_a_service_is_asked_again_when_it_said_so_and_not_before(tmp_path: Path) -> None:
    async with services(tmp_path) as (parley, one, _, hasty):
        one.will(fails(429, retry_after="3"), fails(429, retry_after_ms="1500"), says("At last."))

        assert await parley.answer(await parley.say("hello")) == "At last."
        assert hasty.waited == [3.0, 1.5]


@pytest.mark.parametrize("status", [401, 402])
async def test_a_refused_account_is_left_alone_and_its_operator_told_once(
    tmp_path: Path, status: int
) -> None:
    async with services(tmp_path) as (parley, one, two, _):
        one.always = fails(status, "sk-secret was refused")
        two.always = says("All is well.")
        with capture_logs() as told:
            for _ in range(3):
                await parley.ask("hello")

        assert (len(one.requests), len(two.requests)) == (1, 3)
    (line,) = [entry for entry in told if "account refused" in entry["event"]]
    assert (line["log_level"], line["account"], line["status"]) == ("error", "one", status)
    assert "sk-secret" not in str(told)


async def test_a_refused_account_that_is_alone_is_not_asked_again(tmp_path: Path) -> None:
    async with services(tmp_path, second=False) as (parley, one, _, _):
        one.always = fails(401)

        assert await parley.ask("hello") == ACCOUNT
        run = await parley.say("hello?")
        assert await parley.answer(run) == ACCOUNT
        assert len(one.requests) == 1
        (call,) = (await parley.store.run(run)).calls
        assert (call.outcome, call.cost) == ("skipped", Decimal(0))


async def test_a_flood_is_cut_where_the_cap_is(tmp_path: Path) -> None:
    limits = SpendLimits(output_tokens=50)
    async with services(tmp_path, second=False, limits=limits) as (parley, one, _, _):
        one.always = sends(*[HALF * 100] * 5000)
        run = await parley.say("hello")
        entry = await parley.ended(run)

        assert len(entry.text) <= 50 * 16
        assert "length limit" in entry.notice
        assert entry.run_status is RunStatus.INCOMPLETE
        await one.hung_up()


async def test_characters_that_are_none_are_replaced_and_nothing_else_is_lost(tmp_path: Path) -> None:
    broken = json.dumps({"choices": [{"delta": {"content": "caf@"}}]}).encode().replace(b"@", b"\xe9")
    async with services(tmp_path, second=False) as (parley, one, _, _):
        one.will(sends(b"data: " + broken + b"\n\n", event({"choices": [{"finish_reason": "stop"}]})))

        assert await parley.ask("hello") == "caf\ufffd"
