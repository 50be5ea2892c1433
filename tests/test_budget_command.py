"""Moderators give less than they were given, never more; and everybody sees what is left."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadOption, ConfigError, NotAllowed
from bot.messages import ChannelKey
from bot.settings import Settings, SpendLimits, load
from tests.rig import ANN, BO, MOD, ROOM, Rig, rig, settings_for

THREAD = replace(ROOM, thread="7")
OTHER = replace(ROOM, channel="other")
DIRECT = ChannelKey("screen", "acct", "dm", "9")
SPENT = "limit of 1 question for today is used up. It opens again at midnight UTC"


def paid(folder: Path, limits: SpendLimits | None = None) -> Settings:
    """An account whose calls count a cent each, for nobody says what they cost."""
    settings = settings_for(folder, ["one"], limits)
    return replace(settings, accounts={"one": replace(settings.accounts["one"], free=False)})


async def test_a_moderator_gives_a_channel_less_and_its_threads_with_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        said = await parley.command("budget/set", questions=1)
        assert said.text == "From now on this channel may use 1 question a day."

        assert await parley.ask("one", ANN, THREAD) == "answer 1"
        assert (await parley.ask("two", BO)).startswith(f"This channel's {SPENT}")
        assert await parley.ask("elsewhere", ANN, OTHER) == "answer 2"

        await parley.command("budget/reset")
        assert await parley.ask("three") == "answer 3"


async def test_each_person_has_a_part_of_a_server(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("budget/set", questions=1, of="member")
        assert await parley.ask("one") == "answer 1"
        assert (await parley.ask("two", ANN, OTHER)).startswith(f"Your own part of this server's {SPENT}")
        assert await parley.ask("mine", BO) == "answer 2"


@pytest.mark.parametrize(
    ("of", "options", "bound"),
    [
        ("channel", {"dollars": 2.01}, "the operator allowed this channel US$ 2.00 a day"),
        ("person", {"dollars": 0.51}, "the operator allowed a person US$ 0.50 a day"),
        ("server", {"dollars": 5.5}, "the operator allowed everybody together US$ 5.00 a day"),
        ("channel", {"questions": 11, "per": "minute"}, "allowed this server 10 questions a minute"),
    ],
)
async def test_more_than_was_given_is_refused_with_the_bound(
    tmp_path: Path, of: str, options: dict[str, Any], bound: str
) -> None:
    limits = SpendLimits(per_all_day=Decimal(5), requests_per_server_minute=10)
    async with rig(tmp_path, settings=paid(tmp_path, limits)) as parley:
        with pytest.raises(BadOption, match="more than there is to give") as refused:
            await parley.command("budget/set", of=of, **options)
        assert bound in refused.value.reply


async def test_a_channel_gets_no_more_than_its_server_s_moderators_gave(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("budget/set", of="server", dollars=1)
        with pytest.raises(BadOption, match=r"the moderators of this server allowed this server US\$ 1.00"):
            await parley.command("budget/set", dollars=1.5)
        await parley.command("budget/set", dollars=1)
        await parley.command("budget/set", of="server", questions=0)

        assert "server's limit of 0 questions" in await parley.ask("now?")


async def test_values_join_what_was_set_before(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("budget/set", questions=5)
        await parley.command("budget/set", dollars=0.3, of="person", per="month")
        shown = (await parley.command("budget/show", ANN)).text
        told = (await parley.command("budget/show")).text

    assert "| you, in this channel | a month | US$ 0.00 of 0.30 | US$ 0.30 |" in shown
    assert "this channel" not in shown.replace("in this channel", "")
    assert "| this channel, as moderators set it | a day | 0 of 5 questions | 5 |" in told


async def test_everybody_sees_their_own_rest(tmp_path: Path) -> None:
    limits = SpendLimits(requests_per_person_minute=3)
    async with rig(tmp_path, settings=paid(tmp_path, limits)) as parley:
        await parley.ask("one")
        shown = (await parley.command("budget/show", ANN)).text

        assert "| you, everywhere | a day | US$ 0.01 of 0.50 | US$ 0.49 |" in shown
        assert "| you, everywhere | a minute | 1 of 3 questions | 2 |" in shown
        assert "| a day | US$ 0.00 of 0.50 |" in (await parley.command("budget/show", BO)).text


async def test_members_set_nothing_and_a_direct_message_has_no_server(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for path in ("budget/set", "budget/reset"):
            with pytest.raises(NotAllowed):
                await parley.command(path, ANN, dollars=1)
        with pytest.raises(BadOption, match="belongs to no server"):
            await parley.command("budget/set", MOD, DIRECT, of="server", dollars=1)
        with pytest.raises(BadOption, match="Say how much"):
            await parley.command("budget/set")


async def scared(parley: Rig) -> str:
    await parley.ask("first")
    return await parley.ask("second")


async def test_a_model_that_costs_nothing_answers_when_the_money_is_spent(tmp_path: Path) -> None:
    limits = SpendLimits(per_person_day=Decimal("0.01"), fallback="spare/m")
    settings = settings_for(tmp_path, ["one", "spare"], limits)
    settings = replace(
        settings,
        accounts={**settings.accounts, "one": replace(settings.accounts["one"], free=False)},
        routes={need: ("one/m",) for need in settings.routes},
    )
    async with rig(tmp_path, settings=settings, models=("one", "spare")) as parley:
        answer = await scared(parley)

        assert answer.startswith("answer 1\n\n*(Your limit for today is used up. It opens again at midnight")
        assert "Until then `spare/m` answers, which costs nothing" in answer
        assert len(parley.one.asked) == 1


async def test_a_fallback_that_is_to_be_paid_is_none(tmp_path: Path) -> None:
    limits = SpendLimits(per_person_day=Decimal("0.01"), fallback="one/m")
    async with rig(tmp_path, settings=paid(tmp_path, limits)) as parley:
        assert (await scared(parley)).startswith("Your limit for today is used up.")


async def test_no_fallback_answers_more_questions_than_are_allowed(tmp_path: Path) -> None:
    limits = SpendLimits(requests_per_person_day=1, fallback="one/m")
    async with rig(tmp_path, settings=settings_for(tmp_path, ["one"], limits)) as parley:
        assert (await scared(parley)).startswith(f"Your {SPENT}")


async def test_who_has_said_their_zone_is_told_in_it(tmp_path: Path) -> None:
    limits = SpendLimits(requests_per_person_day=1)
    async with rig(tmp_path, settings=settings_for(tmp_path, ["one"], limits)) as parley:
        await parley.command("remind", ANN, zone="Asia/Kolkata")
        assert "at midnight UTC (" in (said := await scared(parley))
        assert "05:30 in Asia/Kolkata), in " in said


def test_a_fallback_has_to_cost_nothing(tmp_path: Path) -> None:
    def told(fallback: str, more: str = "") -> list[str]:
        config = tmp_path / "parley.toml"
        config.write_text(f'[limits]\nfallback = "{fallback}"\n{more}')
        try:
            load({"PARLEY_CONFIG": str(config), "OPENAI_API_KEY": "sk-x"})
        except ConfigError as exc:
            return [problem for problem in exc.problems if "fallback" in problem]
        return []

    assert told("offline/parrot") == []
    assert told("openai/x", '[models."openai/x"]\nfree = true') == []
    assert told("openai/x") == [
        "[limits] fallback: openai/x must cost nothing: say free = true of it where that is so."
    ]
    assert told("parrot") == ['[limits] fallback: parrot must be of the form "account/model".']
    assert told("ofline/parrot")[0].endswith("names an account that does not exist. Did you mean offline?")
    assert told("groq/x") == ["[limits] fallback: groq/x needs the key of its account: set GROQ_API_KEY."]
