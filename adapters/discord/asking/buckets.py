"""When Discord may be asked again, by what the headers of its answers say. State only, no waiting.

Several routes may share a bucket: its name is in the headers, and it is counted for each channel or
interaction on its own. What is not known yet is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

REMEMBERED: Final = 4096
"""Buckets, before those that are full again are forgotten."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes. `rule`: its method and the path without ids; `major`: what its bucket is counted
    for; `exempt`: an interaction's own, outside of the bot's 50 requests a second."""

    method: str
    path: str = field(repr=False)
    rule: str
    major: str = field(repr=False)
    exempt: bool = False


def route(rule: str, **names: str) -> Route:
    """The route of a rule such as "POST /channels/{channel}/messages"; ids may be of any form."""
    method, _, template = rule.partition(" ")
    path = template.format(**{name: quote(value, safe="@") for name, value in names.items()})
    exempt = rule.split("/")[1] in ("webhooks", "interactions")
    return Route(method, path, rule, names.get("token") or names.get("channel") or "", exempt)


class Buckets:
    """What was read off so far. `now` is monotonic."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._free_at: dict[tuple[str, str], float] = {}
        self._left: dict[tuple[str, str], tuple[int, float]] = {}
        self._all_free_at = float("-inf")

    def wait(self, where: Route, now: float) -> float:
        """Seconds until a request may begin."""
        until = self._free_at.get(self._bucket(where), float("-inf"))
        if not where.exempt:
            until = max(until, self._all_free_at)
        return max(0.0, until - now)

    def began(self, where: Route, now: float) -> None:
        """A request begins: it counts, even if its answer is never seen."""
        bucket = self._bucket(where)
        left, until = self._left.get(bucket, (0, now))
        if now >= until:
            self._left.pop(bucket, None)
            return
        self._left[bucket] = left - 1, until
        if left <= 1:
            self.pause(where, until - now, now)

    def read(self, where: Route, headers: Mapping[str, str], now: float) -> None:
        """Take in an answer's headers, their names in small letters."""
        if name := headers.get("x-ratelimit-bucket"):
            self._names[where.rule] = name
        left, after = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset-after", "")
        if left == "0":
            self.pause(where, _number(after), now)
        elif left.isdecimal():
            self._left[self._bucket(where)] = int(left), now + _number(after)
            if len(self._left) > REMEMBERED:
                self._left = {one: known for one, known in self._left.items() if known[1] > now}

    def pause(self, where: Route, seconds: float, now: float) -> None:
        """Nothing of this bucket for so long."""
        bucket = self._bucket(where)
        self._free_at[bucket] = max(self._free_at.get(bucket, now), now + seconds)
        if len(self._free_at) > REMEMBERED:
            self._free_at = {one: at for one, at in self._free_at.items() if at > now}

    def pause_all(self, seconds: float, now: float) -> None:
        """Nothing at all for so long, interactions aside."""
        self._all_free_at = max(self._all_free_at, now + seconds)

    def _bucket(self, where: Route) -> tuple[str, str]:
        return self._names.get(where.rule, where.rule), where.major


def _number(text: str) -> float:
    """Seconds; none when it is no number."""
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < float("inf") else 0.0
