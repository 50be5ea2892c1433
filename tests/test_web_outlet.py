"""The web chat's screens: Discord's limits, so that delivery is exercised from the first day."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.outlet.outlet import Screen, WebOutlet, common_prefix
from bot.delivery.clusters import units
from bot.errors import Refused, SlowDown
from bot.messages import Action, Address, ChannelKey, Limits, PictureRef, Post, Verb
from tests.web_chat import GENERAL

HERE = Address(GENERAL)
STOP = (Action(Verb.STOP, 12),)
DONE = (Action(Verb.REGENERATE, 12), Action(Verb.DELETE, 12))
PICTURE = PictureRef("0" * 64, "image/png", 1, 1)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_post_is_named_after_its_nonce_and_posted_once() -> None:
    outlet = WebOutlet()
    first = await outlet.post(HERE, Post("a", actions=STOP, run_id=12), nonce="12-0")
    again = await outlet.post(HERE, Post("ab", actions=STOP, run_id=12), nonce="12-0")
    assert first == again == "w12-0"
    assert outlet.screens(GENERAL) == {"w12-0": Screen(12, "ab")}


async def test_an_edit_after_a_restart_shows_the_message_again() -> None:
    outlet = WebOutlet()
    await outlet.edit(HERE, "wp7", Post("a", actions=STOP, run_id=12))
    assert outlet.screens(GENERAL) == {"wp7": Screen(12, "a")}


async def test_a_screen_belongs_to_the_run_that_writes_it_now() -> None:
    outlet = WebOutlet()
    await outlet.edit(HERE, "wp7", Post("a", actions=STOP, run_id=12))
    await outlet.edit(HERE, "wp7", Post("ab", run_id=99))
    assert outlet.screens(GENERAL)["wp7"].run_id == 99


async def test_a_final_answer_frees_its_screens_and_no_others() -> None:
    outlet = WebOutlet(monotonic=itertools.count().__next__)
    await outlet.post(HERE, Post("a", actions=STOP, run_id=12), nonce="12-0")
    await outlet.edit(HERE, "w12-0", Post("a", final=True, run_id=12))
    await outlet.post(HERE, Post("other", actions=(Action(Verb.STOP, 13),), run_id=13), nonce="13-0")
    await outlet.post(HERE, Post("b", actions=DONE, final=True, run_id=12), nonce="12-1")
    assert set(outlet.screens(GENERAL)) == {"w13-0"}
    await outlet.remove(HERE, "w13-0")
    await outlet.remove(HERE, "w13-0")
    assert outlet._screens == {}


@pytest.mark.parametrize(
    "post",
    [
        Post(""),
        Post(" \n\t "),
        Post("x" * 2001),
        Post("😀" * 1001),
        Post("x", pictures=(PICTURE,) * 11),
    ],
)
async def test_what_discord_refuses_is_refused(post: Post) -> None:
    outlet = WebOutlet()
    with pytest.raises(Refused):
        await outlet.post(HERE, post, nonce="1-0")
    assert outlet.screens(GENERAL) == {}


@pytest.mark.parametrize("post", [Post("x" * 2000), Post("😀" * 1000), Post("", pictures=(PICTURE,) * 10)])
async def test_what_discord_takes_is_taken(post: Post) -> None:
    assert await WebOutlet().post(HERE, post, nonce="1-0") == "w1-0"


async def test_a_chat_takes_five_a_second_and_says_when_the_next() -> None:
    watch = Watch()
    outlet = WebOutlet(monotonic=watch)
    for _ in range(5):
        await outlet.edit(HERE, "w1-0", Post("a"))
    with pytest.raises(SlowDown) as refused:
        await outlet.edit(HERE, "w1-0", Post("b"))
    assert refused.value.retry_after == pytest.approx(0.2)
    assert outlet.screens(GENERAL)["w1-0"].text == "a"
    other = Address(ChannelKey("web", "parley", "home", "other"))
    await outlet.edit(other, "w2-0", Post("free"))
    watch.now += refused.value.retry_after
    await outlet.edit(HERE, "w1-0", Post("b"))
    with pytest.raises(SlowDown):
        await outlet.remove(HERE, "w1-0")
    watch.now += 60
    for _ in range(5):
        await outlet.edit(HERE, "w1-0", Post("c"))
    with pytest.raises(SlowDown):
        await outlet.edit(HERE, "w1-0", Post("d"))


async def test_all_chats_together_have_a_limit_too() -> None:
    outlet = WebOutlet(limits=Limits(text=2000, interval=0.2, per_second=10), monotonic=Watch())
    rooms = [Address(ChannelKey("web", "parley", "home", f"r{n}")) for n in range(11)]
    for room in rooms[:10]:
        await outlet.edit(room, "w1-0", Post("a"))
    with pytest.raises(SlowDown) as refused:
        await outlet.edit(rooms[10], "w1-0", Post("a"))
    assert refused.value.retry_after == pytest.approx(0.1)


async def test_quiet_rooms_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.outlet.outlet.ROOMS_REMEMBERED", 10)
    watch = Watch()
    outlet = WebOutlet(monotonic=watch)
    for number in range(100):
        watch.now += 1
        await outlet.edit(Address(ChannelKey("web", "parley", "home", f"r{number}")), "w1-0", Post("a"))
    assert len(outlet._free_at) <= 10


async def test_whoever_listens_hears_every_change_of_a_screen() -> None:
    outlet = WebOutlet()
    heard: list[ChannelKey] = []
    outlet.listen(heard.append)
    await outlet.post(HERE, Post("a"), nonce="1-0")
    await outlet.edit(HERE, "w1-0", Post("b"))
    await outlet.remove(HERE, "w1-0")
    await outlet.typing(HERE)
    assert heard == [GENERAL] * 3


@given(st.text(), st.text(), st.text())
def test_the_common_prefix_is_the_longest(start: str, one: str, two: str) -> None:
    length = common_prefix(start + one, start + two)
    assert length >= len(start)
    assert (start + one)[:length] == (start + two)[:length]
    assert (start + one)[length : length + 1] != (start + two)[length : length + 1] or len(
        start + one
    ) == length


@given(st.text(st.characters(codec=None)))
def test_length_is_counted_as_a_browser_counts_it(text: str) -> None:
    assert units(text) == sum(2 if ord(character) > 0xFFFF else 1 for character in text)
