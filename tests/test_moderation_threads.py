"""A thread follows its channel's moderation until its moderators say otherwise: then what they said holds."""

from dataclasses import replace
from pathlib import Path

from bot.conversation.moderation.screening import REFUSED, UNCHECKED
from tests.rig import ROOM
from tests.test_moderation import Judge, moderated

THREAD = replace(ROOM, thread="7")


async def test_what_is_off_in_a_thread_is_off_whatever_the_channel_does(tmp_path: Path) -> None:
    async with moderated(tmp_path) as at:
        assert await at.ask("a badger", key=THREAD) == REFUSED
        assert "nothing is moderated" in (await at.command("moderation/policy", key=THREAD, mode="off")).text
        at.one.says("A badger, then.")
        assert await at.ask("a badger", key=THREAD) == "A badger, then."
        assert await at.ask("a badger") == REFUSED


async def test_a_thread_may_have_another_list_other_scores_and_another_choice(tmp_path: Path) -> None:
    judge = Judge()
    async with moderated(tmp_path, judge=judge) as at:
        await at.command("moderation/words", add="fie")
        await at.command("moderation/words", key=THREAD, remove="fie")
        await at.command("moderation/threshold", category="violence", score=0.9)
        await at.command("moderation/threshold", key=THREAD, category="violence")
        await at.command("moderation/unavailable", then="closed")
        at.one.says("Hm.")
        assert await at.ask("fie!", key=THREAD) == "Hm."
        assert await at.ask("it will hurt", key=THREAD) == REFUSED
        judge.down = True
        assert await at.ask("hello", key=THREAD) == UNCHECKED
        await at.command("moderation/unavailable", key=THREAD, then="open")
        at.one.says("Hello.")
        assert await at.ask("hello", key=THREAD) == "Hello."
        assert await at.ask("hello") == UNCHECKED
