"""What a model would have Parley say another day is judged like what it says now."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.conversation.moderation.screening import HELD
from bot.messages import Actor, Address, ToolCall
from bot.tools.builtin.remind import reminding
from tests.test_moderation import Judge, ever, moderated


@dataclass
class Bell:
    """Reminders that are only written down here."""

    kept: list[str] = field(default_factory=list)

    async def remind(
        self,
        to: Address,
        actor: Actor,
        when: str,
        text: str,
        *,
        place: str = "",
        event_id: str = "",
        worded: bool = False,
    ) -> str:
        self.kept.append(text)
        return "I'll remind you."


@pytest.mark.parametrize(
    ("words", "mode", "kept"),
    [
        ("the badger", "filter", 0),
        ("it will hurt", "filter", 0),
        ("the fox", "filter", 1),
        ("the badger", "report", 1),
    ],
)
async def test_no_reminder_is_set_with_what_the_room_does_not_want(
    tmp_path: Path, words: str, mode: str, kept: int
) -> None:
    bell = Bell()
    async with moderated(tmp_path, mode=mode, judge=Judge(), tools=[reminding(bell)]) as at:
        given = json.dumps({"when": "tomorrow 9:00", "text": words})
        at.one.asks_for(ToolCall("c1", "remind", given))
        at.one.says("Done.")
        said = await at.ask("remind me of the animal")
        assert len(bell.kept) == kept
        assert said.startswith("Done." if kept else HELD)
        assert words not in ever(at)
