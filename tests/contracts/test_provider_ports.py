"""A provider is what its docstring says that it implements, to the last parameter."""

import inspect
import re
from collections.abc import AsyncGenerator, AsyncIterator
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from bot.messages import Fit
from bot.ports import Chats, Checks, Completes, Draws, Embeds, Fits, Lists, Moderates
from bot.providers import BUILT_IN, REMOTE
from tests.contracts.providers import LISTERS, PAINTERS, TALKERS, asking

PORTS = {port.__name__: port for port in (Chats, Completes, Draws, Embeds, Moderates, Lists, Checks, Fits)}
CLASSES = REMOTE | BUILT_IN
every_kind = pytest.mark.parametrize("kind", CLASSES)


def provider(kind: str) -> Any:
    module, _, name = CLASSES[kind].partition(":")
    return getattr(import_module(module), name)


def claimed(kind: str) -> set[str]:
    """The ports that a class says it implements."""
    said = re.search(r"Implements ([\w, ]+)\.", provider(kind).__doc__ or "")
    assert said, f"{kind} does not say what it implements"
    return set(re.findall(r"[A-Z]\w+", said[1]))


def methods(of: Any) -> dict[str, Any]:
    """What a class or a protocol lets others call."""
    return {name: one for name, one in vars(of).items() if inspect.isfunction(one) and name[0] != "_"}


def shape(method: Any) -> tuple[Any, ...]:
    """All that a caller has to know of a method. A generator is an iterator that can be closed, too."""
    hints = get_type_hints(method)
    returned = hints.pop("return")
    if get_origin(returned) is AsyncGenerator:
        returned = AsyncIterator[get_args(returned)[0]]  # type: ignore[misc]  # a type, at run time
    parameters = [(one.name, one.kind, one.default) for one in inspect.signature(method).parameters.values()]
    return parameters, hints, returned, inspect.iscoroutinefunction(method)


@every_kind
def test_a_provider_implements_what_it_claims_and_nothing_else(kind: str) -> None:
    asked = {name: one for port in claimed(kind) for name, one in methods(PORTS[port]).items()}
    offered = methods(provider(kind))
    assert {name: shape(one) for name, one in offered.items()} == {
        name: shape(one) for name, one in asked.items()
    }


@every_kind
async def test_who_wants_small_pictures_says_how_small(kind: str) -> None:
    one = next(one for one in LISTERS if one.kind == kind)
    async with asking(one) as (_, built):
        assert isinstance(getattr(built, "fit", None), Fit) == ("Fits" in claimed(kind))


def test_whoever_claims_a_port_is_held_to_its_contract() -> None:
    held = {
        "Chats": {one.kind for one in TALKERS} | {"offline"},
        "Draws": {one.kind for one in PAINTERS} | {"offline"},
        "Lists": {one.kind for one in LISTERS},
        "Checks": {one.kind for one in LISTERS if one.takes_key is not None},
    }
    for port, kinds in held.items():
        assert kinds == {kind for kind in CLASSES if port in claimed(kind)}, port
