"""The hosts that a model's links may lead to: a link to any other carries words to whoever owns it. Pure.

A host counts as it is written, in small letters and without `www.`.
"""

import re
from collections.abc import Iterable
from typing import Final

_SAID: Final = re.compile(
    r"://(?:[^\s/?#<>\\@]*+@)?(\[[0-9a-f:.]+\]|[\w\-.]++)|(?<![\w\-])([\w\-]++(?:\.[\w\-]++)++)",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"https?://(?:[^\s/?#<>\\]*@)?(\[[0-9a-f:.]+\]|[^\s/?#<>\\:@]+)(?::\d*)?", re.IGNORECASE
)

_HOST: Final = re.compile(r"[^\W_][\w\-]*(?:\.[\w\-]+)*")


def plainly(host: str) -> str:
    """A host as it is compared with others."""
    return host.lower().rstrip(".").removeprefix("www.")


def is_host(text: str) -> bool:
    """Whether it is a host and nothing else."""
    return _HOST.fullmatch(text) is not None


def hosts(text: str) -> frozenset[str]:
    """Every host that a text names, with or without the rest of an address."""
    return frozenset(plainly(address or name) for address, name in _SAID.findall(text))


def leads(address: str, links: frozenset[str]) -> bool:
    """Whether a web address leads to one of these hosts."""
    found = _ADDRESS.match(address)
    return (
        found is not None and address[found.end() :][:1] in ("", "/", "?", "#") and plainly(found[1]) in links
    )


class Known:
    """The hosts that one answer may link to. `named`: they have been named; `allowed`: by the operator, with
    all that belongs to them. What is heard is searched for hosts only when an answer has any."""

    def __init__(self, allowed: Iterable[str] = (), named: Iterable[str] = ()) -> None:
        self._allowed = tuple(allowed)
        self._named = set(named)
        self._heard: list[str] = []

    def hear(self, *texts: str) -> None:
        """What these texts name may be linked to."""
        self._heard += texts

    def among(self, text: str) -> frozenset[str]:
        """The hosts that a text names and may link to. Asked at every change of a
        growing text: most name none."""
        if "." not in text and "://" not in text:
            return frozenset()
        if self._heard:
            self._named.update(*map(hosts, self._heard))
            self._heard.clear()
        written = text.lower()
        if not any(host in written for host in (*self._allowed, *self._named)):
            return frozenset()
        return frozenset(host for host in hosts(text) if host in self._named or self._is_allowed(host))

    def _is_allowed(self, host: str) -> bool:
        return any(host == one or host.endswith(f".{one}") for one in self._allowed)
