"""Which request is whose: a table of routes, named as Discord's description names them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.platforms.discord.core import Core
from tests.platforms.discord.posting import Files

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read."""

    core: Core
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    files: Files


Handler = Callable[[Call], Any]
"""Returns what is answered as JSON; None: 204, without a body. Raises Refused."""
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Route:
    """`open`: needs no token; `exempt`: does not count against the requests a second of a bot."""

    method: str
    path: str
    handler: Handler
    open: bool = False
    exempt: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        ids = re.sub(r"\{(\w+_id)\}", r"(?P<\1>\\d+)", self.path)
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", ids) + "$")


class Table:
    """Routes in the order in which they are tried."""

    def __init__(self) -> None:
        self.routes: list[tuple[re.Pattern[str], Route]] = []

    def __call__(
        self, method: str, path: str, *, open_: bool = False, exempt: bool = False
    ) -> Callable[[H], H]:
        """Decorator: this function answers these requests."""

        def add(handler: H) -> H:
            route = Route(method, path, handler, open_, exempt)
            self.routes.append((route.pattern, route))
            return handler

        return add

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        for pattern, route in self.routes:
            if route.method == method and (found := pattern.match(path)):
                return route, found.groupdict()
        return None


route = Table()
