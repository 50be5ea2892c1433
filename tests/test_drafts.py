"""Where a platform can show text in the making without a message, only what is finished becomes one."""

import asyncio
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import pieces
from bot.delivery.clusters import units
from bot.delivery.posts import finished
from bot.errors import DeliveryError, SlowDown, Unreachable
from bot.messages import Post
from bot.records import Slot
from tests.delivering import AGAIN, HERE, LIMITS, LONG, PICTURES, World, stream

WORDS = st.sampled_from(["word ", "\n\n", "```py\n", "x = 1\n", "\n```\n", "🙂", "Fox jumps. "])
FAULTS = st.one_of(st.none(), st.builds(SlowDown, retry_after=st.just(3.0)), st.builds(Unreachable))


def drafting() -> World:
    world = World()
    world.platform.drafts = True
    return world


async def test_what_is_written_is_a_draft_and_what_is_finished_a_message() -> None:
    world = drafting()
    answer = world.open()
    await stream(world, answer, LONG[:80], seconds=1.0, size=20)
    assert world.platform.texts(HERE) == []
    assert [text for _, _, text in world.platform.drafted] == [LONG[:n].strip() for n in (20, 40, 60, 80)]
    await world.finish(answer, LONG[:80])
    assert world.platform.posts(HERE) == [Post(LONG[:80].strip(), actions=AGAIN, final=True, run_id=1)]
    assert [line for line in world.log if not line.startswith("draft")] == [
        "post p1", "posted 0 m1", "delivered 1"
    ]  # fmt: skip


async def test_a_message_that_is_full_is_posted_and_the_next_one_drafted() -> None:
    world = drafting()
    answer = world.open()
    await stream(world, answer, LONG, seconds=1.0)
    parts = pieces(LONG, 100)
    assert world.platform.texts(HERE) == parts[:-1]
    assert world.platform.drafted[-1][1:] == (len(parts) - 1, parts[-1])
    await world.finish(answer, LONG)
    assert world.platform.texts(HERE) == parts


async def test_a_draft_is_shown_again_before_it_fades() -> None:
    """Telegram lets it go after 30 s."""
    world = drafting()
    answer = world.open()
    answer.show("Let me think")
    await world.clock.advance(100)
    times = [at for at, *_ in world.platform.drafted]
    assert len(times) >= 4
    assert all(0 < after - before <= 25 for before, after in pairwise(times))
    await answer.abandon()


async def test_an_answer_that_has_a_message_already_is_edited() -> None:
    world = drafting()
    slot = world.ledger.slot(0, "m9")
    world.platform.screen[str(HERE.key)] = {"m9": Post("before")}
    answer = world.open(slots=[slot])
    answer.show("anew")
    await world.clock.settle()
    assert world.platform.texts(HERE) == ["anew"]
    assert world.platform.drafted == []
    await answer.abandon()


async def test_a_draft_leaves_nothing_behind_when_the_process_ends() -> None:
    world = drafting()
    answer = world.open()
    answer.show("Half a sen")
    await world.clock.settle()
    await answer.abandon()
    assert world.ledger.slots == {1: Slot(1, 0)}
    assert [line for line in world.log if not line.startswith("draft")] == []


async def test_text_in_the_making_waits_for_what_the_platform_counts_and_first_words_less() -> None:
    world = World()
    world.platform.counts = {True: 1.0, False: 7.0}
    answer = world.open()
    answer.show("One")
    await world.clock.advance(2)
    answer.show("One two")
    await world.clock.advance(10)
    assert [at for at, *_ in world.platform.began] == [1.0, 7.0]
    world.platform.counts = {True: 14.0, False: 60.0}
    await world.finish(answer, "One two three")
    assert world.platform.began[-1][0] == 12.0  # final texts wait at the platform, in their order


async def test_what_the_platform_counts_for_long_parks_a_final_text() -> None:
    world = World()
    world.platform.counts = {True: 900.0}
    await world.finish(world.open(), "Later")
    assert world.platform.texts(HERE) == []
    assert world.ledger.parked


@given(st.lists(WORDS, max_size=40), st.lists(FAULTS, max_size=8), st.sampled_from([0.05, 0.7, 30.0]))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_to_drafts_the_final_text_is_posted_whole(
    words: list[str], faults: list[DeliveryError | None], seconds: float
) -> None:
    async def play() -> None:
        world, text = drafting(), ""
        world.platform.faults.extend(faults)
        answer = world.open()
        for word in words:
            text += word
            answer.show(text)
            await world.clock.advance(seconds)
        await world.finish(answer, text)
        while not world.ledger.ended:
            await world.clock.advance((world.ledger.parked[-1][1] - world.clock.now()).total_seconds())
            await world.deliver(world.pending(text))
        assert world.platform.texts(HERE) == pieces(text, LIMITS.text)

    asyncio.run(play())


def test_words_that_fit_are_a_pictures_caption() -> None:
    limits = replace(LIMITS, caption=50, pictures=1)
    assert finished("A fjord.", PICTURES[:2], AGAIN, limits) == [
        Post("A fjord.", PICTURES[:1], final=True),
        Post("", PICTURES[1:2], actions=AGAIN, final=True),
    ]


def test_words_that_are_too_many_begin_under_the_picture_and_go_on_behind_it() -> None:
    limits = replace(LIMITS, caption=50, pictures=1)
    posts = finished(LONG[:120], PICTURES[:1], AGAIN, limits)
    assert posts[0].pictures == PICTURES[:1]
    assert [len(post.text) <= 50 for post in posts] == [True] * len(posts)
    assert " ".join(post.text for post in posts) == LONG[:120].strip()
    assert [bool(post.actions) for post in posts] == [False] * (len(posts) - 1) + [True]


@given(st.text(max_size=400), st.integers(0, 3), st.sampled_from([0, 30, 100]))
def test_every_picture_is_shown_once_and_no_caption_is_too_long(text: str, count: int, caption: int) -> None:
    limits = replace(LIMITS, caption=caption, pictures=2)
    posts = finished(text, PICTURES[:count], AGAIN, limits)
    assert [ref for post in posts for ref in post.pictures] == list(PICTURES[:count])
    captions = [post.text for post in posts if post.pictures]
    assert not caption or all(units(words) <= caption for words in captions)
