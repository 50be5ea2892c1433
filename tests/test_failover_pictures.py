"""When a service cannot paint, the next one does; a picture that is none is not shown to anybody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.accounts import Accounts
from bot.messages import Need, Price
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Account, Deadlines, ModelEntry, Settings
from tests.rig import ANN, Rig, rig
from tests.test_failover import ACCOUNT, BUSY, PATIENT, PROBLEM, REFUSED, SLOW, UNREACHABLE, Fault, Hasty
from tests.wire.answers import CLOSE, HANG, fails, hangs, page, resets, sends
from tests.wire.imagine import paints, png, refuses
from tests.wire.server import AiServer, serving

PRICE = Price(picture=Decimal("0.04"))
PNG = {"Content-Type": "image/png"}

FAULTS = {
    "busy": Fault(refuses(503, "Model is overloaded"), "busy", BUSY, 3),
    "broken inside": Fault(refuses(500, "CUDA out of memory"), "down", UNREACHABLE, 3),
    "a connection that breaks": Fault(resets(), "down", UNREACHABLE, 3),
    "half a picture": Fault(sends(png()[:30], CLOSE, headers=PNG), "down", UNREACHABLE, 3),
    "a refused token": Fault(fails(401), "key", ACCOUNT),
    "a refused prompt": Fault(refuses(422, "no"), "refused", REFUSED),
    "a web page with 200": Fault(page(), "garbled", PROBLEM),
    "nothing with 200": Fault(sends(headers=PNG), "garbled", PROBLEM),
    "a sentence with 200": Fault(sends(b"It is not to be.", headers=PNG), "garbled", PROBLEM),
    "a picture that cannot be opened": Fault(sends(png()[:40], headers=PNG), "garbled", PROBLEM),
    "a picture without an end": Fault(sends(png()[:30], HANG, headers=PNG), "timeout", SLOW, 3),
    "no headers": Fault(hangs(), "timeout", SLOW, 3),
}


@asynccontextmanager
async def painters(
    folder: Path, *, second: bool = True, first: Deadlines = PATIENT
) -> AsyncIterator[tuple[Rig, AiServer, AiServer]]:
    """Two Flux servers in one route, or the first alone. `first`: how long that is waited for."""
    async with serving() as one, serving() as two:
        urls = {"flux-1": one.url} | ({"flux-2": two.url} if second else {})
        settings = Settings(
            data=folder,
            accounts={name: Account(name, "imagine", url) for name, url in urls.items()},
            models={f"{name}/flux": ModelEntry(price=PRICE) for name in urls},
            routes={Need.IMAGE: tuple(f"{name}/flux" for name in urls)},
            deadlines=PATIENT,
        )
        async with Accounts(settings) as accounts, Accounts(replace(settings, deadlines=first)) as firsts:
            providers = {"flux-1": firsts.provider, "flux-2": accounts.provider}
            routes = Routes(settings, lambda name: providers[name](name), Hasty(), jitter=lambda: 0.0)
            async with rig(folder, settings=settings, scripts={}, routes=routes) as parley:
                yield parley, one, two


async def painted(parley: Rig) -> int:
    reply = await parley.command("imagine", ANN, prompt="a dot")
    assert reply.run_id is not None
    return reply.run_id


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_the_second_server_paints_when_the_first_does_not(tmp_path: Path, fault: Fault) -> None:
    async with painters(tmp_path, first=fault.within) as (parley, one, two):
        one.always, two.always = fault.answer, paints()
        run = await painted(parley)
        shown = await parley.ended(run)

        assert len(shown.pictures) == 1
        assert "flux-2/flux" in shown.text
        record = await parley.store.run(run)
        assert [(call.model, call.outcome) for call in record.calls] == [
            *[("flux-1/flux", fault.outcome)] * fault.asked,
            ("flux-2/flux", "ok"),
        ]
        assert record.calls[-1].cost == PRICE.picture
        assert record.run.status is RunStatus.COMPLETED


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_where_nobody_can_paint_a_sentence_says_so(tmp_path: Path, fault: Fault) -> None:
    async with painters(tmp_path, second=False, first=fault.within) as (parley, one, _):
        one.always = fault.answer
        run = await painted(parley)
        shown = await parley.ended(run)

        assert (shown.text, shown.notice, shown.pictures) == ("", fault.reply, ())
        assert (await parley.store.run(run)).run.status is RunStatus.FAILED
