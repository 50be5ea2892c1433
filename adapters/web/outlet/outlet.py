"""What the web chat shows while an answer is written: screens in memory, under limits like Discord's."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.web.links import link
from adapters.web.outlet.callings import Callings
from bot.delivery.clusters import units
from bot.errors import Refused, SlowDown
from bot.messages import Address, Calling, ChannelKey, Limits, Post, Verb
from bot.records import Said

SOURCE = "/api/rooms/{room}/knowledge/{file}/{position}"
LIMITS = Limits(text=2000, interval=0.2, per_second=1000, source=SOURCE)
BURST = 5
"""Requests a chat may make at once, when it was quiet before."""
ROOMS_REMEMBERED = 4096
NUMBERED = re.compile(r"room-[0-9]{1,6}")
"""What the page calls a room that is begun without a name."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The text of one post of an answer that is still being written."""

    run_id: int
    text: str = field(repr=False)
    links: frozenset[str] | None = None
    """The hosts that it may link to; None: any."""


class WebOutlet:
    """An Outlet that names posts after their nonce: one repeated after a crash is the same post."""

    def __init__(self, *, limits: Limits = LIMITS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._screens: dict[ChannelKey, dict[str, Screen]] = {}
        self._free_at: dict[ChannelKey, float] = {}
        self._all_free_at = 0.0
        self._heard: Callable[[ChannelKey], None] = lambda _: None
        self.callings = Callings()

    def listen(
        self, heard: Callable[[ChannelKey], None], watched: Callable[[ChannelKey], bool] = lambda _: False
    ) -> None:
        """Call `heard` whenever a room's screens change, or what models write of calls where it is
        `watched`."""
        self._heard = self.callings.moved = heard
        self.callings.watched = watched

    def screens(self, key: ChannelKey) -> Mapping[str, Screen]:
        """The room's unfinished posts by their id. A view: it moves on."""
        return self._screens.get(key, {})

    def clear(self, key: ChannelKey, run_id: int) -> None:
        """An answer is final: its words are read from storage now."""
        self.callings.clear(key, run_id)
        screens = self._screens.pop(key, {})
        if left := {post_id: screen for post_id, screen in screens.items() if screen.run_id != run_id}:
            self._screens[key] = left

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        """Show a new message. The same nonce is the same message."""
        post_id = f"w{nonce}"
        await self.edit(to, post_id, post)
        return post_id

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        """Show another text. After a restart nothing is on the screen: an unknown id is a new message."""
        self._check(post)
        self._take(to.key)
        self._screens.setdefault(to.key, {})[post_id] = Screen(post.run_id, post.text, post.links)
        if any(action.verb is not Verb.STOP for action in post.actions):
            self.clear(to.key, post.run_id)
        self._heard(to.key)

    async def remove(self, to: Address, post_id: str) -> None:
        """Take a message off the screen. One that is not there is gone already."""
        self._take(to.key)
        screens = self._screens.get(to.key, {})
        screens.pop(post_id, None)
        if not screens:
            self._screens.pop(to.key, None)
        self._heard(to.key)

    async def typing(self, to: Address) -> None:
        """The page shows by the run's status that an answer is on its way."""

    def link(self, to: Address, said: Said) -> str:
        """The page's own link to a message."""
        return link(to.key, said.id)

    def followed(self, key: ChannelKey, run_id: int) -> Callable[[int, Calling], None] | None:
        """Who watches the room."""
        return self.callings.followed(key, run_id)

    def titled(self, key: ChannelKey) -> str:
        """Every room has one."""
        return "room"

    def unnamed(self, key: ChannelKey) -> bool:
        """What the page has numbered."""
        return not key.thread and NUMBERED.fullmatch(key.channel) is not None

    async def starter(self, key: ChannelKey) -> str:
        """Nobody begins a room here: it is there when somebody speaks."""
        return ""

    async def rename(self, to: Address, title: str) -> None:
        """The page shows the title that is recorded."""

    def exempt(self, to: Address, run_id: int) -> bool:
        """Every request counts."""
        return False

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        """Every chat is as ready as its pace allows."""
        return 0.0

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        """Text in the making has a message of its own here."""
        return False

    def _check(self, post: Post) -> None:
        """Refuse what Discord would refuse."""
        if not post.text.strip() and not (post.pictures or post.files):
            raise Refused("an empty message")
        if units(post.text) > self.limits.text:
            raise Refused(f"a message of more than {self.limits.text} UTF-16 units")
        if len(post.pictures) > self.limits.pictures:
            raise Refused(f"a message of more than {self.limits.pictures} pictures")

    def _take(self, key: ChannelKey) -> None:
        """Count one request against the room's bucket and everybody's. Raises SlowDown.

        A bucket is the time at which it will be full again: leaky buckets need no timer.
        """
        now = self._monotonic()
        room = max(now, self._free_at.get(key, 0.0)) + self.limits.interval
        everybody = max(now, self._all_free_at) + 1 / self.limits.per_second
        wait = max(room - now - BURST * self.limits.interval, everybody - now - 1.0)
        if wait > 1e-9:
            raise SlowDown("the web chat's own limit", retry_after=wait)
        self._all_free_at = everybody
        self._free_at[key] = room
        if len(self._free_at) > ROOMS_REMEMBERED:
            self._free_at = {key: at for key, at in self._free_at.items() if at > now}


def common_prefix(before: str, after: str) -> int:
    """How many characters two texts begin with in common. For text that only grew: one comparison."""
    if after.startswith(before):
        return len(before)
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if after.startswith(before[:middle]):
            low = middle
        else:
            high = middle - 1
    return low
