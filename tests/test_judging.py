"""Long texts are judged to their end, in pieces."""

from pathlib import Path

import pytest

from bot.conversation.moderation.judging import OVERLAP, READ
from bot.conversation.moderation.screening import REFUSED
from tests.rig import ANN
from tests.test_moderation import Judge, ever, moderated


@pytest.mark.parametrize("before", [READ - 2, READ + 1, READ + 300])
async def test_what_stands_behind_many_fair_words_is_judged_too(tmp_path: Path, before: int) -> None:
    judge = Judge()
    async with moderated(tmp_path, judge=judge) as at:
        assert await at.ask("." * before + "hurt", ANN) == REFUSED
        assert "hurt" not in ever(at)
        assert at.one.asked == []
        assert all(len(text) <= READ for request in judge.seen for text in request.texts)


@pytest.mark.parametrize("length", [1, READ, READ + 1])
async def test_a_text_is_asked_about_as_often_as_it_has_pieces(tmp_path: Path, length: int) -> None:
    judge = Judge()
    async with moderated(tmp_path, judge=judge) as at:
        await at.ask("." * length, ANN)
        asked = [len(text) for request in judge.seen for text in request.texts if set(text) == {"."}]
        assert asked == ([length] if length <= READ else [READ, length - READ + OVERLAP])
