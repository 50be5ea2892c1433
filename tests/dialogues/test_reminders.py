"""Being told something later."""

import pytest

from tests.dialogues.stage import Stage


@pytest.fixture(autouse=True)
def _short_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.queues.timers.LONGEST_NAP", 0.1)


async def test_a_reminder_comes_to_who_wanted_it_and_calls_nobody(stage: Stage) -> None:
    await stage.ann.runs("/remind", when="in 1 second", text="take the bread out, @everyone")
    await stage.ann.sees("from now (number 1)")
    rung = await stage.bo.sees_final("take the bread out")

    assert rung.text.startswith("⏰")
    assert "ann" in rung.text.lower()
    assert rung.buttons == ("Delete",)
    assert list(stage.place.called()) == []
    assert stage.asked == []


async def test_a_reminder_is_listed_with_its_zone_and_taken_back(stage: Stage) -> None:
    await stage.ann.runs("/remind", zone="Europe/Berlin")
    await stage.ann.sees("Your time zone is Europe/Berlin")
    await stage.ann.runs("/remind", when="tomorrow 9:00", text="buy milk")
    await stage.ann.sees("at 09:00 (Europe/Berlin)")
    assert any("buy milk" in name for name in await stage.ann.completes("/reminders cancel", "number", ""))
    await stage.ann.runs("/reminders cancel", number="1")
    await stage.ann.sees("I won't remind you of it: buy milk")
    await stage.ann.runs("/reminders list")
    await stage.ann.sees("You have no reminders here")
