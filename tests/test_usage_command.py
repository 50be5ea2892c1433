"""A person sees what they used, a moderator what the channel did: exactly, and in few words."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.clock import SystemClock
from bot.commands.usage import ROWS, _table
from bot.conversation.spending.charted import about, charted
from bot.errors import BadOption, CutOff, NotAllowed
from bot.messages import Price, Usage
from bot.records import DayUsed, Used
from bot.routes.shown import dollars
from bot.settings import ModelEntry, Settings
from tests.rig import ANN, BO, MOD, ROOM, rig, settings_for


class Calendar(SystemClock):
    """Days pass when a test says so."""

    later = timedelta()

    def now(self) -> datetime:
        return super().now() + self.later


def priced(folder: Path, prompt: str = "0.00001", completion: str = "0.0001") -> Settings:
    """One account that has to be paid, and its model's price in dollars per token."""
    settings = settings_for(folder, ["one"])
    price = Price(Decimal(prompt), Decimal(completion))
    return replace(
        settings,
        accounts={name: replace(each, free=False) for name, each in settings.accounts.items()},
        models={"one/m": ModelEntry(vision=True, context_length=8000, price=price)},
    )


async def test_a_person_sees_their_own_everywhere_and_no_one_else_s(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=priced(tmp_path)) as parley:
        await parley.ask("one")
        await parley.ask("two", ANN, replace(ROOM, channel="other"))
        await parley.ask("mine", BO)

        reply = await parley.command("usage", ANN)
        assert reply.private
        assert reply.text.startswith("You used US$ 0.004 of US$ 0.50 today (UTC). By model, in the last 30")
        assert "| `one/m` | 2 | 200 | 20 | 0.004 |" in reply.text
        assert "≈" not in reply.text


async def test_a_moderator_sees_all_of_the_channel(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=priced(tmp_path)) as parley:
        await parley.ask("one")
        await parley.ask("two", BO)
        await parley.ask("elsewhere", BO, replace(ROOM, channel="other"))

        reply = await parley.command("usage", MOD, of="channel", days=1)
        assert reply.text.startswith("This channel used US$ 0.004 of US$ 2.00 today (UTC). By model, today:")
        assert "| `one/m` | 2 | 200 | 20 | 0.004 |" in reply.text
        assert "No model was asked in the last 30 days" in (await parley.command("usage", MOD, of="me")).text


async def test_others_are_refused_the_channel_s(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(NotAllowed, match="Only moderators can see what all of a channel used here"):
            await parley.command("usage", ANN, of="channel")


async def test_what_a_service_did_not_tell_is_marked_as_estimated(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=priced(tmp_path)) as parley:
        parley.one.says("told", usage=Usage(12, 3))
        parley.one.says("not told", usage=None)
        await parley.ask("a")
        guessed = await parley.say("b")
        await parley.answer(guessed)
        (call,) = (await parley.store.run(guessed)).calls

        text = (await parley.command("usage", ANN)).text
        tokens = f"≈ {12 + call.usage.prompt_tokens} | ≈ {3 + call.usage.completion_tokens}"
        cost = dollars(Decimal("0.00042") + call.cost)
        assert f"| `one/m` | 2 | {tokens} | ≈ {cost} |" in text
        assert f"≈ is estimated: of 1 call (US$ {dollars(call.cost)}) the service has not said" in text


async def test_a_failed_call_is_paid_for_and_so_is_the_one_that_took_over(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ["one", "two"])
    price = Price(Decimal("0.00001"), Decimal("0.0001"))
    entries = {model: replace(entry, price=price) for model, entry in settings.models.items()}
    accounts = {name: replace(each, free=False) for name, each in settings.accounts.items()}
    settings = replace(settings, accounts=accounts, models=entries)
    async with rig(tmp_path, models=["one", "two"], settings=settings) as parley:
        parley.one.fails(CutOff("in the middle"), "Half an answ")
        run = await parley.say("hello")
        await parley.answer(run)
        cut, whole = (await parley.store.run(run)).calls

        text = (await parley.command("usage", ANN)).text
        assert cut.usage.estimated
        assert f"| `one/m` | 1 | ≈ {cut.usage.prompt_tokens} | ≈ 3 | ≈ {dollars(cut.cost)} |" in text
        assert "| `two/m` | 1 | 100 | 10 | 0.002 |" in text
        assert f"≈ {dollars(cut.cost + whole.cost)} |" in text


async def test_a_call_keeps_the_price_it_was_made_at(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=priced(tmp_path)) as parley:
        await parley.ask("cheap")
    async with rig(tmp_path, settings=priced(tmp_path, "0.00002", "0.0002")) as parley:
        await parley.ask("twice as dear")

        assert "| `one/m` | 2 | 200 | 20 | 0.006 |" in (await parley.command("usage", ANN)).text


async def test_a_price_that_nobody_knows_is_told_as_such(tmp_path: Path) -> None:
    settings = priced(tmp_path)
    settings = replace(settings, models={"one/m": replace(settings.models["one/m"], price=None)})
    async with rig(tmp_path, settings=settings) as parley:
        await parley.ask("hello")

        text = (await parley.command("usage", ANN)).text
        assert "| `one/m` | 1 | 100 | 10 | 0.01 |" in text
        assert "The price is not known, and a call counts US$ 0.01: `one/m`." in text


async def test_each_model_has_a_row_and_there_is_one_for_all(tmp_path: Path) -> None:
    async with rig(tmp_path, models=["one", "two"]) as parley:
        await parley.ask("a")
        await parley.command("model/set", model="two/m")
        await parley.ask("b")
        await parley.ask("c")

        rows = (await parley.command("usage", ANN)).text.splitlines()[4:]
        assert rows == [
            "| `two/m` | 2 | 200 | 20 | 0.00 |",
            "| `one/m` | 1 | 100 | 10 | 0.00 |",
            "| **together** | 3 | 300 | 30 | 0.00 |",
        ]


def test_the_cheapest_of_many_models_share_a_row() -> None:
    used = [Used(f"a/{number}", 1, 10, 5, Decimal("0.01")) for number in range(ROWS + 2)]

    *_, others, together = _table(used).splitlines()
    assert others == "| others (2) | 2 | 20 | 10 | 0.02 |"
    assert together == "| **together** | 17 | 170 | 85 | 0.17 |"


async def test_days_are_counted_back_from_today_in_utc(tmp_path: Path) -> None:
    clock = Calendar()
    async with rig(tmp_path, settings=priced(tmp_path), clock=clock) as parley:
        await parley.ask("then")
        clock.later = timedelta(days=2)

        assert "No model was asked in the last 2 days" in (await parley.command("usage", ANN, days=2)).text
        text = (await parley.command("usage", ANN, days="3")).text
        assert "used US$ 0.00 of US$ 0.50 today" in text
        assert "| `one/m` | 1 | 100 | 10 | 0.002 |" in text


@pytest.mark.parametrize("options", [{"days": 0}, {"days": 91}, {"days": 1.5}])
async def test_days_keep_to_their_range(tmp_path: Path, options: dict[str, float]) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(BadOption, match="days"):
            await parley.command("usage", days=options["days"])


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0.00"),
        ("0.5", "0.50"),
        ("0.496", "0.496"),
        ("0.0135", "0.0135"),
        ("0.000156", "0.000156"),
        ("0.00000015", "0.00000015"),
        ("0.000000000001", "0.000000000001"),
        ("0.99999", "1.00"),
        ("2", "2.00"),
        ("12.3456", "12.35"),
        ("12345.6", "12,345.60"),
    ],
)
def test_money_has_as_many_digits_as_it_takes(amount: str, shown: str) -> None:
    assert dollars(Decimal(amount)) == shown


@given(st.decimals(0, 10_000, places=12))
def test_only_nothing_shows_as_nothing(amount: Decimal) -> None:
    shown = Decimal(dollars(amount).replace(",", ""))

    assert (shown == 0) == (amount == 0)
    assert abs(shown - amount) <= max(amount / 200, Decimal("0.000000000001"))


async def test_a_picture_shows_people_to_moderators_alone(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=priced(tmp_path)) as parley:
        await parley.ask("one")
        await parley.ask("two", BO)
        mine = (await parley.command("usage", ANN)).drawing
        all_ = (await parley.command("usage", MOD, of="server")).drawing
        assert mine is not None
        assert all_ is not None
        for drawing in (mine, all_):
            with Image.open(io.BytesIO(drawing.data), formats=["PNG"]) as picture:
                assert picture.getpixel((0, 0)) == (255, 255, 255)

        assert mine.about.startswith("Ann, 30 days: US$ 0.0020. The most, US$ 0.0020, was on ")
        assert mine.about.endswith("one/m US$ 0.0020.")
        assert all_.about.startswith("This server, 30 days: US$ 0.0040.")
        assert all_.about.endswith("one/m US$ 0.0040; Ann US$ 0.0020; Bo US$ 0.0020.")
        with pytest.raises(NotAllowed):
            await parley.command("usage", ANN, of="server")


@given(
    st.lists(
        st.builds(
            DayUsed,
            st.dates(date(2026, 1, 1), date(2026, 3, 1)),
            st.text(max_size=30),
            st.sampled_from("abcdefghijklmno"),
            st.text(max_size=30),
            st.integers(1, 5),
            st.decimals(0, 9, places=3),
        ),
        max_size=60,
    )
)
def test_a_chart_loses_nothing(used: list[DayUsed]) -> None:
    chart = charted(used, date(2026, 3, 1), 60, "This channel", people=True)
    money = any(one.cost for one in used)
    total = sum(float(one.cost) if money else one.calls for one in used)

    assert sum(map(sum, chart.piles.values())) == pytest.approx(total)
    assert sum(chart.people.values()) == pytest.approx(total)
    assert len(chart.piles) <= 7
    assert len(about(chart)) <= 1001
