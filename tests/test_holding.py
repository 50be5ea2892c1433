"""Nothing of an answer is shown that nobody has cleared, however its pieces come."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.moderation.holding import BEFORE, STEP, Screen
from bot.governance.moderation.words import WordList

LIST = WordList.of(["badger", "go home now"])
BAD = "hurt"


@dataclass
class Judge:
    """Nothing with a bad word in it passes; what was asked is kept."""

    asked: list[str] = field(default_factory=list)
    passes: bool = True

    async def __call__(self, text: str) -> bool:
        self.asked.append(text)
        await asyncio.sleep(0)
        return BAD not in text


PIECES = st.lists(
    st.sampled_from(
        ["a ", "fox. ", "go ", "home ", "now ", "bad", "ger", "b a d g ", "e r ", "hu", "rt ", "\n", "e" * 90]
    ),
    max_size=30,
)


@given(PIECES, st.booleans(), st.integers(0, 3))
def test_no_edit_shows_a_banned_word_or_its_beginning(pieces: list[str], judged: bool, turns: int) -> None:
    async def answer() -> None:
        judge = Judge()
        screen = Screen(LIST, judge if judged else None)
        text, shown = "", [""]
        for piece in pieces:
            text += piece
            screen.take(text)
            for _ in range(turns):
                await asyncio.sleep(0)
            shown.append(await screen.clear(text, final=False))
            if screen.held:
                break
        await screen.settle(text)
        hit = LIST.find(text)
        for one in (*shown, screen.shown(text)):
            assert text.startswith(one)
            assert len(one) <= (hit.start if hit else len(text))
            if judged:
                assert BAD not in one
        assert screen.held == bool(hit or (judged and BAD in text))
        if not screen.held:
            assert screen.shown(text) == text
        await screen.close()

    asyncio.run(answer())


async def test_more_is_shown_as_soon_as_it_is_cleared() -> None:
    woken = asyncio.Event()
    screen = Screen(LIST, Judge(), woken.set)
    screen.take("It was a calm day, and nobody wanted anything but a little tea. Then")
    assert await screen.clear("It was a calm day", final=False) == ""
    await woken.wait()
    cleared = await screen.clear(
        "It was a calm day, and nobody wanted anything but a little tea. Then", final=False
    )
    assert cleared.endswith("tea. ")


async def test_a_long_answer_costs_few_steps_and_each_sees_what_stands_before_it() -> None:
    judge, text = Judge(), ""
    screen = Screen(LIST, judge)
    for _ in range(1500):
        text += "some more words here "
        screen.take(text)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await screen.settle(text)
    assert len(judge.asked) < 60
    assert sum(map(len, judge.asked)) < 2 * len(text) + BEFORE
    assert all(len(one) > STEP for one in judge.asked[1:-1])


async def test_what_another_model_says_instead_is_judged_anew() -> None:
    screen = Screen(LIST, None)
    screen.take("a fox and a bad")
    screen.take("a b")
    assert await screen.clear("a b", final=False) == "a "
    await screen.settle("a b")
    assert screen.shown("a b") == "a b"


@pytest.mark.parametrize("text", ["so it goes", "so it goes b"])
async def test_a_verdict_on_words_that_are_gone_ends_nothing(text: str) -> None:
    screen = Screen(LIST, Judge())
    screen.take(f"{BAD} " * 60)
    screen.take(text)
    await screen.settle(text)
    assert not screen.held
    assert screen.shown(text) == text


async def test_what_an_answer_goes_on_from_is_not_judged_again() -> None:
    judge = Judge()
    screen = Screen(LIST, judge)
    screen.begin("Once upon a time ")
    assert await screen.clear("Once upon a time there", final=False) == "Once upon a time "
    await screen.settle("Once upon a time there was a fox")
    assert len(judge.asked) == 1
