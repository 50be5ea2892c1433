"""The commands that Parley tells of, as the page lets people use them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.platforms.people import NotOffered

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A command and its options."""

    path: str
    params: Sequence[Json]

    def param(self, name: str) -> Json:
        """An option. Raises NotOffered."""
        for param in self.params:
            if param["name"] == name:
                return param
        raise NotOffered(f"/{self.path} has no option {name!r}, only {[p['name'] for p in self.params]}")

    def values(self, options: Mapping[str, object]) -> dict[str, object]:
        """What is sent for what was filled in: a choice by its name. Raises NotOffered."""
        return {name: _value(self.param(name), given) for name, given in options.items()}

    def missing(self, options: Mapping[str, object], pictures: int) -> bool:
        """Whether something is left to be filled in."""
        given = set(options) | {p["name"] for p in self._of_pictures()[:pictures]}
        return any(param["required"] and param["name"] not in given for param in self.params)

    def check_picture(self) -> None:
        """Raises NotOffered when it takes no picture."""
        if not self._of_pictures():
            raise NotOffered(f"/{self.path} takes no picture")

    def _of_pictures(self) -> list[Json]:
        return [param for param in self.params if param["kind"] == "picture"]


def offer(table: Sequence[Json], typed: str) -> Offer:
    """The command that somebody types, such as "/persona set". Raises NotOffered."""
    name, _, rest = typed.removeprefix("/").partition(" ")
    for command in table:
        if command["name"] == name and not rest and not command["subcommands"]:
            return Offer(name, command["params"])
        for inner in command["subcommands"]:
            if (command["name"], inner["name"]) == (name, rest):
                return Offer(f"{name}/{rest}", inner["params"])
    raise NotOffered(f"there is no command {typed!r}")


def _value(param: Json, given: object) -> object:
    """A value as it is sent."""
    choices = {choice["name"]: choice["value"] for choice in param["choices"]}
    if not choices:
        return given
    if given not in choices and given not in choices.values():
        raise NotOffered(f"{param['name']} offers no {given!r}, only {list(choices)}")
    return choices.get(str(given), given)
