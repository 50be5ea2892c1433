"""An answer at its end: whole on the screen, whatever the platform does, or left over for later."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import pieces
from bot.errors import DeliveryError, Gone, Refused, SlowDown, Unreachable
from bot.links import Known
from tests.clock import START
from tests.delivering import AGAIN, HERE, LIMITS, LONG, PICTURES, STOP, THERE, World, address, stream


async def test_slow_down_in_between_is_waited_for_and_the_final_text_goes_out_whole() -> None:
    world = World()
    answer = world.open()
    world.platform.faults.extend([None, SlowDown(retry_after=3.5), SlowDown(retry_after=5)])
    await stream(world, answer, LONG)
    world.platform.faults.append(SlowDown(retry_after=20))
    await world.finish(answer, LONG)
    assert world.platform.texts(HERE) == pieces(LONG, 100)
    assert world.ledger.ended == {1: "delivered"}


async def test_what_is_left_over_leads_where_it_would_have_led() -> None:
    """What an answer may link to is stored with it, and each message knows its own."""
    text = f"{'Look at https://a.example and https://b.example. ' * 2}{LONG}https://a.example"
    whole, late = World(), World()
    known = Known(named=("a.example", "c.example"))
    answer = whole.deliveries.open(1, HERE, [whole.ledger.slot()], actions=STOP, known=known)
    await stream(whole, answer, text)
    assert all("b.example" not in (post.links or ()) for post in whole.platform.posts(HERE))
    await whole.finish(answer, text)
    pending = late.pending(text, slots=[late.ledger.slot()])
    await late.deliver(replace(pending, links=known.among(text)))

    assert whole.platform.posts(HERE) == late.platform.posts(HERE)
    assert {post.links for post in late.platform.posts(HERE)} == {frozenset({"a.example"}), frozenset()}


async def test_html_is_on_no_screen_while_it_is_written_nor_when_it_is_left_over() -> None:
    text = f"Look: <img src='https://evil.example/?q=S'> <tg-spoiler>`List<a>`</tg-spoiler>. {LONG}"
    whole, late, ours = World(), World(), World()
    answer = whole.deliveries.open(1, HERE, [whole.ledger.slot()], actions=STOP, known=Known())
    for end in range(0, len(text), 7):
        answer.show(text[:end])
        await whole.clock.advance(1)
        assert not any(sign in "".join(whole.platform.texts(HERE)) for sign in ("<i", "evil", "<tg", "</"))
    await whole.finish(answer, text)
    await late.deliver(replace(late.pending(text, slots=[late.ledger.slot()]), links=frozenset()))
    await ours.finish(ours.open(), "Write <b>.")

    assert whole.platform.texts(HERE)[0].startswith("Look:  `List<a>`. ")
    assert whole.platform.texts(HERE) == late.platform.texts(HERE)
    assert ours.platform.texts(HERE) == ["Write <b>."]


async def test_one_chats_slow_down_delays_no_other() -> None:
    world = World()
    slow, quick = world.open(1, HERE), world.open(2, THERE)
    world.platform.faults.append(SlowDown(retry_after=25))
    slow.show("slow")
    await world.clock.settle()
    quick.show("quick")
    await world.clock.advance(0.1)
    assert world.platform.texts(THERE) == ["quick"]
    await world.finish(quick, "quick, whole")
    assert world.clock.monotonic() < 2
    await world.finish(slow, "slow, whole")
    assert world.platform.texts(HERE) == ["slow, whole"]


async def test_a_long_slow_down_parks_the_answer_and_those_behind_it_but_no_other_chat() -> None:
    world = World()
    first = world.open(1)
    first.show("first")
    await world.clock.advance(1)
    world.platform.faults.append(SlowDown(retry_after=300))
    await world.finish(first, "first, whole")
    second, third = world.open(2), world.open(3, THERE)
    before = len(world.log)
    second.show("second")
    await world.clock.advance(2)
    await world.finish(second, "second, whole")
    assert world.log[before:] == ["park 2"]
    await world.finish(third, "third")
    assert world.platform.texts(THERE) == ["third"]
    assert [(run, (until - START).total_seconds()) for run, until in world.ledger.parked] == [
        (1, 301),
        (2, 301),
    ]

    await world.clock.advance(300)
    slots = sorted(world.ledger.slots.values(), key=lambda slot: slot.id)
    await world.deliver(
        world.pending("first, whole", 1, slots=slots[:1]), world.pending("second, whole", 2, slots=slots[1:2])
    )
    assert world.platform.texts(HERE) == ["first, whole", "second, whole"]
    assert world.ledger.ended == {1: "delivered", 2: "delivered", 3: "delivered"}


async def test_nobody_overtakes_the_parked_when_their_time_has_come() -> None:
    """The timer is due, but has not fired yet."""
    world = World()
    world.platform.faults.append(SlowDown(retry_after=60))
    await world.finish(world.open(1), "first")
    await world.clock.advance(61)
    await world.finish(world.open(2), "second")
    assert world.log[-1] == "park 2"
    assert world.platform.texts(HERE) == []


async def test_behind_a_parked_answer_nothing_is_shown_while_it_is_written_either() -> None:
    world = World()
    world.platform.faults.extend([Unreachable()] * 4)
    await world.finish(world.open(1), "first")
    second = world.open(2)
    await stream(world, second, LONG, seconds=1)
    assert world.platform.texts(HERE) == []
    await second.abandon()


async def test_delivering_too_early_parks_again_until_the_same_time() -> None:
    world = World()
    world.platform.faults.append(SlowDown(retry_after=60))
    await world.finish(world.open(1), "first")
    await world.deliver(world.pending("first"))
    assert len({until for _, until in world.ledger.parked}) == 1
    assert len(world.platform.began) == 1


async def test_unreachable_is_tried_three_times_more_then_parked_for_longer_each_time() -> None:
    world = World()
    world.platform.faults.extend([Unreachable()] * 8)
    await world.finish(world.open(), "whole")
    assert len(world.platform.began) == 4
    parked = world.ledger.parked[-1][1]
    assert (parked - world.clock.now()).total_seconds() == 30
    await world.clock.advance(31)
    await world.deliver(world.pending("whole"))
    assert (world.ledger.parked[-1][1] - world.clock.now()).total_seconds() == 60
    await world.clock.advance(61)
    await world.deliver(world.pending("whole"))
    assert world.platform.texts(HERE) == ["whole"]
    assert world.ledger.ended == {1: "delivered"}


async def test_a_post_whose_result_was_lost_is_asked_for_under_the_same_nonce() -> None:
    world = World()
    world.platform.lost.append(Unreachable("reset"))
    await world.finish(world.open(), "whole")
    assert [line for line in world.log if line.startswith("post ")] == ["post p1", "post p1"]
    assert world.platform.texts(HERE) == ["whole"]


@pytest.mark.parametrize(("fault", "why"), [(Refused("blocked"), "blocked"), (Gone("chat"), "gone")])
async def test_what_the_platform_will_never_take_is_a_stored_failure(fault: DeliveryError, why: str) -> None:
    world = World()
    world.platform.faults.append(fault)
    await world.finish(world.open(), "whole")
    assert world.ledger.ended == {1: why}
    await world.finish(world.open(2), "next")
    assert world.platform.texts(HERE) == ["next"]


async def test_an_answer_that_somebody_deleted_is_not_posted_again() -> None:
    world = World()
    answer = world.open()
    answer.show("Hello")
    await world.clock.advance(1)
    world.platform.screen.clear()
    await stream(world, answer, "Hello" + LONG)
    await world.finish(answer, "Hello" + LONG)
    assert world.platform.texts(HERE) == []
    assert world.ledger.ended == {1: "gone"}


async def test_what_is_left_of_an_answer_that_somebody_deleted_loses_its_stop_button() -> None:
    world = World()
    answer = world.open()
    answer.show(LONG[:150])
    await world.clock.advance(3)
    del world.platform.screen[str(HERE.key)]["m1"]
    await world.finish(answer, "Other words. " + LONG[:250])
    assert [post.actions for post in world.platform.posts(HERE)] == [()]
    assert world.ledger.ended == {1: "gone"}


async def test_after_a_kill_the_same_messages_are_edited_and_not_posted_again() -> None:
    world = World()
    answer = world.open()
    await stream(world, answer, LONG[:150])
    await answer.abandon()
    world.restart()
    await world.clock.advance(5)
    await world.deliver(world.pending(LONG))
    assert world.platform.texts(HERE) == pieces(LONG, 100)
    assert list(world.platform.screen[str(HERE.key)]) == ["m1", "m2", "m3", "m4"]


async def test_a_delivery_that_was_read_before_another_one_ended_does_nothing_twice() -> None:
    world = World()
    left = world.pending("whole", slots=[world.ledger.slot()])
    both = asyncio.gather(*(world.deliveries.deliver([left], lambda _: AGAIN) for _ in range(2)))
    await world.clock.advance(10)
    await both
    assert world.log == ["post p1", "posted 0 m1", "delivered 1"]


async def test_an_answer_that_is_being_finished_is_not_delivered_beside() -> None:
    world = World()
    answer = world.open()
    await world.deliver(world.pending("whole"))
    assert world.log == []
    await world.finish(answer, "whole")


async def test_final_texts_of_a_chat_go_out_one_after_the_other() -> None:
    world = World()
    first, second = world.open(1), world.open(2)
    world.platform.faults.extend([None, Unreachable(), Unreachable()])
    both = asyncio.gather(first.finish(LONG), second.finish("second"))
    await world.clock.advance(30)
    await both
    assert world.platform.texts(HERE) == [*pieces(LONG, 100), "second"]


async def test_a_database_that_is_out_is_waited_for_and_nothing_is_posted_twice() -> None:
    world = World()
    answer = world.open()
    world.ledger.out = 3
    answer.show("Hello")
    await world.clock.advance(2)
    await world.finish(answer, "Hello there")
    assert [line for line in world.log if line.startswith("post ")] == ["post p1"]
    assert world.platform.texts(HERE) == ["Hello there"]
    assert any(line.startswith("posted 0 m1") for line in world.log)
    assert world.log[-1] == "delivered 1"


async def test_chats_that_are_quiet_are_forgotten() -> None:
    world = World()
    for n in range(3000):
        answer = world.open(n, address(f"c{n}"))
        await world.finish(answer, "Hi")
    await world.clock.advance(30)
    await world.finish(world.open(0, address("last")), "Hi")
    assert len(world.deliveries._lanes) == 1
    assert len(world.deliveries._lanes._resting) <= 1
    assert not world.deliveries._open


FAULTS = st.one_of(
    st.none(),
    st.builds(lambda seconds: SlowDown(retry_after=seconds), st.sampled_from([0.1, 1.0, 3.0, 25.0, 90.0])),
    st.builds(Unreachable),
)
WORDS = st.sampled_from(
    ["word ", "\n\n", "```py\n", "x = 1\n", "\n```\n", "🙂", "a" * 40, ". ", "Fox jumps. ", " "]
)  # fmt: skip


@given(
    st.lists(WORDS, max_size=60),
    st.lists(FAULTS, max_size=12),
    st.lists(FAULTS, max_size=12),
    st.integers(0, 59),
    st.sampled_from([0.05, 0.3, 2.0]),
)
@settings(max_examples=150, deadline=None)
def test_whatever_happens_the_screen_ends_as_the_final_text(
    words: list[str],
    early: list[DeliveryError | None],
    late: list[DeliveryError | None],
    restart: int,
    seconds: float,
) -> None:
    """Random words, faults and a restart of the text in the middle; the timer is played by the test."""

    async def play() -> None:
        world, text = World(), ""
        world.platform.faults.extend(early)
        answer = world.open()
        for at, word in enumerate(words):
            text = word if at == restart else text + word
            answer.show(text)
            await world.clock.advance(seconds)
        world.platform.faults.extend(late)
        await world.finish(answer, text)
        while not world.ledger.ended:
            await world.clock.advance((world.ledger.parked[-1][1] - world.clock.now()).total_seconds())
            await world.deliver(world.pending(text))
        assert world.platform.texts(HERE) == pieces(text, LIMITS.text)
        assert {slot.post_id for slot in world.ledger.slots.values()} == set(
            world.platform.screen.get(str(HERE.key), {})
        )

    asyncio.run(play())


async def test_a_chat_whose_parked_answer_was_deleted_shows_new_ones_again() -> None:
    world = World()
    world.platform.faults.append(SlowDown(retry_after=3600))
    await world.finish(world.open(), "parked")
    world.deliveries.nothing_waits(HERE.key)
    answer = world.open(2)
    answer.show("Hello")
    await world.clock.advance(4000)
    assert world.platform.texts(HERE) == ["Hello"]
    await answer.abandon()


@settings(max_examples=25, deadline=None)
@given(st.text("ab \n*.😀", min_size=200, max_size=700), st.booleans(), st.integers(64, 90))
async def test_nothing_is_lost_where_a_message_holds_less_than_its_platform_says(
    written: str, fenced: bool, takes: int
) -> None:
    text = f"```\n{written}\n```" if fenced else written
    world = World()
    world.platform.takes = takes
    answer = world.open()
    await stream(world, answer, text, size=50)
    await world.finish(answer, text, PICTURES[0])
    shown = world.platform.posts(HERE)
    assert _ink("".join(post.text for post in shown)) == _ink("".join(pieces(text, 100)))
    assert [post.pictures for post in shown if post.pictures] == [(PICTURES[0],)]
    assert [bool(post.actions) for post in shown] == [False] * (len(shown) - 1) + [True]
    assert world.ledger.ended == {1: "delivered"}


def _ink(text: str) -> str:
    """What there is to see, but for fences, which are set again about what is cut."""
    return "".join(text.replace("`", "").split())


async def test_what_holds_nothing_at_all_is_refused_in_the_end() -> None:
    world = World()
    world.platform.takes = 10
    answer = world.open()
    await world.finish(answer, LONG)
    assert world.ledger.ended == {1: "it is full before its time"}
