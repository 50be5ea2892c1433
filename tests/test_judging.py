"""Long texts are judged to their end, in pieces."""

from pathlib import Path

import pytest

from bot.conversation.moderation.judging import AT_ONCE, OVERLAP, PIECES, READ, Unjudged
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


STEP = READ - OVERLAP


@pytest.mark.parametrize("piece", [6, 20, PIECES - 1])
async def test_no_piece_of_a_long_text_is_left_to_the_list_of_words(tmp_path: Path, piece: int) -> None:
    """What is too much is found wherever it stands, and nothing is asked once it is found."""
    judge = Judge()
    async with moderated(tmp_path, judge=judge) as at:
        run = await at.say("hello", ANN)
        await at.answer(run)
        judge.seen.clear()
        text = "." * (STEP * piece + OVERLAP) + "hurt" + "." * STEP * 9
        found = await at.conversation.moderation._judges.read(run, text, {})
        assert max(one.verdict.scores["violence"] for one in found) == 0.8
        assert len(judge.seen) == len(found) <= piece + AT_ONCE
        calls = [call for call in (await at.store.run(run)).calls if call.model.startswith("law/")]
        assert len(calls) >= len(found) > piece


async def test_a_text_that_is_too_long_to_be_judged_is_judged_by_nobody(tmp_path: Path) -> None:
    judge = Judge()
    async with moderated(tmp_path, judge=judge) as at:
        run = await at.say("hello", ANN)
        await at.answer(run)
        judge.seen.clear()
        with pytest.raises(Unjudged):
            await at.conversation.moderation._judges.read(run, "." * (STEP * PIECES + READ), {})
        assert len(judge.seen) == PIECES
