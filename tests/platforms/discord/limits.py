"""How much Discord takes from a bot, and how long it waits: seconds and counts, all of them injectable."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many requests in so many seconds, counted for each channel, server or interaction."""

    name: str
    count: int
    seconds: float


OTHERS = Bucket("others", 50, 1.0)

BUCKETS: Mapping[str, Bucket | None] = {
    "POST /channels/{channel_id}/messages": Bucket("create", 5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Bucket("edit", 5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": Bucket("delete", 5, 1.0),
    "POST /channels/{channel_id}/typing": Bucket("typing", 5, 5.0),
    "GET /channels/{channel_id}/messages": Bucket("history", 5, 5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": Bucket("webhook", 5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": Bucket("webhook", 5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Bucket("webhook", 5, 2.0),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": Bucket("webhook", 5, 2.0),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": Bucket("webhook", 5, 2.0),
    "POST /interactions/{interaction_id}/{interaction_token}/callback": None,
}
"""What has been observed of routes that have a bucket of their own; None: no limit and no headers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Discord's own numbers; a test passes smaller ones where it would wait for them."""

    heartbeat: float = 41.25
    missed_heartbeat: float = 5.0
    """Seconds beyond one and a half intervals without a beat, after which the connection is closed (4009)."""
    identify_every: float = 5.0
    """Seconds between two identifies of one bucket."""
    max_concurrency: int = 1
    identifies: int = 1000
    """Sessions that may be started in a day."""
    events: int = 120
    """Gateway events a minute that a bot may send."""
    payload: int = 4096
    """Bytes of one of them."""
    session_kept: float = 180.0
    """Seconds for which a lost session can be resumed."""
    shards: int = 1
    """What `GET /gateway/bot` recommends."""
    acknowledge: float = 3.0
    token_lives: float = 900.0
    url_lives: float = 86_400.0
    """Seconds; an attachment's signed address. Zero: it has expired when it arrives."""
    per_second: int = 50
    """Requests a second of one bot, interactions' callbacks and follow-ups aside."""
    invalid: int = 10_000
    """401, 403 and 429 in ten minutes, after which Cloudflare answers."""
    follow_ups: int = 5
    """Of an interaction where the app is only its user's."""
    file: int = 10 * 1024 * 1024
    request: int = 25 * 1024 * 1024
    nonce_kept: float = 300.0
    created_commands: int = 200
    """New application commands a day."""
    hurry: float = 1.0
    """How many times as fast as ours its clock runs that counts requests."""
    buckets: Mapping[str, Bucket | None] = field(default_factory=lambda: BUCKETS)

    def with_bucket(self, route: str, count: int, seconds: float) -> "Limits":
        """The same with another limit for a route, such as "POST /channels/{channel_id}/messages"."""
        return replace(self, buckets={**self.buckets, route: Bucket(route, count, seconds)})

    def clock(self) -> float:
        """Seconds, monotonic, by which requests are counted."""
        return time.monotonic() * self.hurry

    def bucket(self, route: str) -> Bucket | None:
        return self.buckets.get(route, replace(OTHERS, name=f"others {route}"))


@dataclass(slots=True)
class Window:
    """One bucket's present window, for one channel, server or interaction."""

    bucket: Bucket
    began: float = float("-inf")
    used: int = 0

    def take(self, now: float) -> bool:
        """Use one request; False when there is none left."""
        if now >= self.began + self.bucket.seconds:
            self.began, self.used = now, 0
        self.used += 1
        return self.used <= self.bucket.count

    def headers(self, now: float) -> dict[str, str]:
        """What Discord says about it."""
        after = max(0.0, self.began + self.bucket.seconds - now)
        return {
            "X-RateLimit-Limit": str(self.bucket.count),
            "X-RateLimit-Remaining": str(max(0, self.bucket.count - self.used)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": sha256(self.bucket.name.encode()).hexdigest()[:32],
        }


class Sliding:
    """At most so many in any stretch of so many seconds."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self._taken: deque[float] = deque()

    def take(self, now: float) -> bool:
        """Use one; False when there were that many already."""
        while self._taken and self._taken[0] <= now - self.seconds:
            self._taken.popleft()
        if len(self._taken) >= self.count:
            return False
        self._taken.append(now)
        return True

    def frees(self, now: float) -> float:
        """Seconds until there is room again."""
        return max(0.001, self._taken[0] + self.seconds - now) if self._taken else 0.0
