"""An answer while it is written: shown at once, at the platform's pace, and never held up."""

import asyncio
from itertools import pairwise

import pytest

from bot.delivery import Open, pieces
from bot.errors import Refused
from bot.messages import (
    Post,
)
from tests.delivering import AGAIN, HERE, LONG, PICTURES, STOP, World, stream


async def test_the_first_words_are_shown_at_once() -> None:
    world = World()
    answer = world.open()
    answer.show("He")
    await world.clock.settle()
    assert world.platform.posts(HERE) == [Post("He", actions=STOP, run_id=1)]
    await answer.abandon()


async def test_nothing_is_posted_before_its_intent_and_each_result_is_written_down_at_once() -> None:
    world = World()
    answer = world.open()
    await stream(world, answer, LONG)
    await world.finish(answer, LONG)
    lines = [line for line in world.log if not line.startswith("edit")]
    assert lines[:4] == ["post p1", "posted 0 m1 intend 1", "post p2", "posted 1 m2 intend 2"]
    assert all(after.startswith("posted") for line, after in pairwise(lines) if line.startswith("post "))
    assert lines[-1] == "delivered 1"
    assert world.platform.texts(HERE) == pieces(LONG, 100)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
async def test_one_commit_for_each_message_of_a_whole_text_and_one_in_the_end(count: int) -> None:
    world = World()
    answer = world.open()
    await world.finish(answer, LONG[: 90 * count])
    commits = [line for line in world.log if line.startswith(("posted", "intend", "delivered"))]
    assert len(world.platform.texts(HERE)) == count
    assert len(commits) == count + 1


async def test_a_streamed_answer_of_one_message_is_two_commits() -> None:
    world = World()
    answer = world.open()
    await stream(world, answer, LONG[:90])
    await world.finish(answer, LONG[:90])
    assert [line for line in world.log if not line.startswith(("edit", "post "))] == [
        "posted 0 m1 intend 1",
        "delivered 1",
    ]


async def test_edits_are_an_interval_apart_and_take_the_latest_text() -> None:
    """The platform itself refuses what comes faster."""
    world = World()
    answer = world.open()
    await stream(world, answer, LONG[:80], seconds=0.25, size=4)
    began = [at for at, *_ in world.platform.began]
    assert began == [0, 1, 2, 3, 4, 5]
    assert world.platform.texts(HERE) == [LONG[:80].strip()]
    await answer.abandon()


async def test_messages_that_are_full_are_not_touched_again() -> None:
    world = World()
    answer = world.open()
    await stream(world, answer, LONG)
    await world.finish(answer, LONG)
    last = {post: at for at, (_, _, post) in enumerate(world.platform.began)}
    final = [last[post] for post in world.platform.posts(HERE)]
    assert final == sorted(final)


async def test_the_token_loop_never_waits_while_the_platform_hangs() -> None:
    world = World()
    world.platform.hangs = asyncio.Event()
    answer = world.open()
    for n in range(1000):
        answer.show("x" * (n % 100))
    await world.clock.advance(60)
    assert world.platform.texts(HERE) == []
    world.platform.hangs.set()
    await world.finish(answer, "done")
    assert world.platform.texts(HERE) == ["done"]
    assert len(world.platform.began) == 2


async def test_the_buttons_stand_under_the_last_message_alone() -> None:
    world = World()
    answer = world.open()
    answer.show(LONG)
    await world.clock.advance(20)
    assert [post.actions for post in world.platform.posts(HERE)] == [()] * 3 + [STOP]
    await world.finish(answer, LONG)
    assert [post.actions for post in world.platform.posts(HERE)] == [()] * 3 + [AGAIN]
    assert all(post.final for post in world.platform.posts(HERE))


async def test_another_model_replaces_what_was_shown() -> None:
    world = World()
    answer = world.open()
    answer.show(LONG)
    await world.clock.advance(20)
    answer.show("Anew")
    await world.clock.advance(2)
    assert world.platform.texts(HERE)[0] == "Anew"
    await world.finish(answer, "Anew and short.")
    assert world.platform.texts(HERE) == ["Anew and short."]
    assert [slot.post_id for slot in world.ledger.slots.values()] == ["m1"]


async def test_regenerating_edits_the_old_answer_in_place() -> None:
    world = World()
    await world.finish(world.open(), LONG)
    again = world.open(2, slots=list(world.ledger.slots.values()))
    await stream(world, again, "Another answer.")
    await world.finish(again, "Another answer.")
    assert world.platform.texts(HERE) == ["Another answer."]
    assert list(world.platform.screen[str(HERE.key)]) == ["m1"]


async def test_pictures_stand_under_the_last_words_and_the_rest_behind() -> None:
    world = World()
    await world.finish(world.open(), "Three", *PICTURES)
    assert world.platform.posts(HERE) == [
        Post("Three", pictures=PICTURES[:2], final=True, run_id=1),
        Post("", pictures=PICTURES[2:], actions=AGAIN, final=True, run_id=1),
    ]


async def test_pictures_without_words_are_one_message() -> None:
    world = World()
    await world.finish(world.open(), "", *PICTURES[:2])
    assert world.platform.posts(HERE) == [
        Post("", pictures=PICTURES[:2], actions=AGAIN, final=True, run_id=1)
    ]


async def test_an_answer_of_nothing_is_delivered_without_a_message() -> None:
    world = World()
    await world.finish(world.open(), " \n")
    assert world.log == ["delivered 1"]
    assert not world.ledger.slots


async def test_typing_is_shown_until_the_first_message() -> None:
    world = World()
    answer = world.open()
    await world.clock.advance(9)
    answer.show("Hello")
    await world.clock.advance(9)
    assert world.platform.typed == [0, 4, 8]
    await answer.abandon()


async def test_typing_that_hangs_or_fails_holds_nothing_up() -> None:
    world = World()
    world.platform.hangs = asyncio.Event()
    answer = world.open()
    await world.clock.settle()
    world.platform.hangs = None
    answer.show("Hello")
    await world.clock.settle()
    assert world.platform.texts(HERE) == ["Hello"]
    await answer.abandon()


async def test_an_edit_in_between_that_is_refused_does_not_keep_the_final_text() -> None:
    world = World()
    answer = world.open()
    world.platform.faults.extend([None, Refused("markup")])
    await stream(world, answer, LONG[:90])
    await world.finish(answer, LONG[:90])
    assert world.platform.texts(HERE) == [LONG[:90].strip()]
    assert world.ledger.ended == {1: "delivered"}


async def test_a_platform_that_refuses_everything_is_soon_left_alone() -> None:
    world = World()
    answer = world.open()
    world.platform.faults.extend([Refused("no")] * 99)
    await stream(world, answer, LONG)
    await world.finish(answer, LONG)
    assert len(world.platform.began) == 4


async def test_abandoning_waits_for_the_request_under_way_and_writes_it_down() -> None:
    world = World()
    world.platform.hangs = asyncio.Event()
    answer = world.open()
    answer.show("Hello")
    await world.clock.settle()
    leaving = asyncio.create_task(answer.abandon())
    await world.clock.settle()
    assert not leaving.done()
    world.platform.hangs.set()
    await leaving
    assert world.log == ["post p1", "posted 0 m1 intend 1"]


class Hiding(Open):
    """Shows nothing of a word until it is complete, and never the last."""

    async def clear(self, text: str, *, final: bool) -> str:
        return (
            text.replace("secret", "######") if final else text.rpartition(" ")[0].replace("secret", "######")
        )


async def test_only_what_is_cleared_is_ever_shown() -> None:
    world = World(screens=Hiding())
    answer = world.open()
    text = "The secret word is secret"
    await stream(world, answer, text, seconds=0.3, size=1)
    await world.finish(answer, text)
    assert all("se" not in post.text for _, _, post in world.platform.began)
    assert world.platform.texts(HERE) == ["The ###### word is ######"]
