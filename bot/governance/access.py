"""Whom Parley answers, and where: as was said in a room, its channel, its server, and by the operator. Pure.

The most specific rule wins, and at the same place a block beats a permission. What the operator said for
everywhere stands above all that. Moderators and the operator are never kept out of a room by its own rules.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from bot.errors import BadOption
from bot.messages import Actor, ChannelKey, Standing

SETTING: Final = "access"
"""What the rules of a scope are kept as: one setting, in every version."""

EVERYWHERE: Final = "everywhere/parley"
"""The operator's scope."""

MOST: Final = 500
"""Rules of one scope."""


class Mode(StrEnum):
    """Who is answered of those about whom nothing is said."""

    OPEN = "open"
    ONLY = "only"


class Why(StrEnum):
    """Why somebody is not answered."""

    BLOCKED = "blocked"
    UNNAMED = "unnamed"
    """Only who is allowed is answered."""
    OFF = "off"
    """Nobody is answered in this place."""


@dataclass(frozen=True, slots=True)
class Rule:
    """About a person, a role or a place: it is allowed, or (for a while) not."""

    allows: bool
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is not over."""
        return self.until is None or self.until > now


@dataclass(frozen=True, slots=True)
class Rules:
    """What was said in one scope, by subject. `mode`: None when nothing was said about the others."""

    mode: Mode | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: str | None) -> Self:
        """As `kept` wrote them. None: nothing is kept."""
        told: dict[str, Any] = json.loads(kept) if kept else {}
        found = {
            subject: Rule(one["allows"], datetime.fromisoformat(one["until"]) if one.get("until") else None)
            for subject, one in told.get("rules", {}).items()
        }
        return cls(Mode(told["mode"]) if told.get("mode") else None, found)

    @property
    def kept(self) -> str | None:
        """As they are stored; None: nothing is said."""
        if self.mode is None and not self.rules:
            return None
        told = {
            subject: {"allows": rule.allows} | ({"until": rule.until.isoformat()} if rule.until else {})
            for subject, rule in self.rules.items()
        }
        return json.dumps({"mode": self.mode, "rules": told}, separators=(",", ":"))

    def having(self, subject: str, rule: Rule, now: datetime) -> Self:
        """With a rule in place of what was said about its subject. Raises BadOption: there are too many."""
        left = {name: one for name, one in self.rules.items() if name != subject and one.holds(now)}
        if len(left) >= MOST:
            raise BadOption(f"There are {MOST} rules already: take some back with /access clear.")
        return replace(self, rules={**left, subject: rule})

    def without(self, subject: str) -> Self:
        """Without what was said about a subject."""
        return replace(self, rules={name: one for name, one in self.rules.items() if name != subject})


@dataclass(frozen=True, slots=True)
class Refusal:
    """That somebody is not answered. `above`: the operator said so, everywhere."""

    why: Why
    until: datetime | None = None
    above: bool = False


Book = Mapping[str, Rules]
"""What was said, by scope."""


def person(person_id: str) -> str:
    """Somebody, as the subject of a rule."""
    return f"who:{person_id}"


def role(role_id: str) -> str:
    """A role."""
    return f"role:{role_id}"


def place(scope: str) -> str:
    """A thread, a channel or a server: what is said about it is kept in its own scope, or the operator's."""
    return f"where:{scope}"


def levels(key: ChannelKey) -> tuple[str, ...]:
    """The scopes whose rules hold in a room, the most specific first; where somebody is alone, none."""
    return () if key.direct else key.scopes()[::-1]


def by_role(book: Book, key: ChannelKey) -> bool:
    """Whether anything that holds in a room is said about roles."""
    scopes = (*levels(key), EVERYWHERE)
    return any(
        subject.startswith(role("")) for scope in scopes if scope in book for subject in book[scope].rules
    )


def refusal(book: Book, actor: Actor, key: ChannelKey | None, now: datetime) -> Refusal | None:
    """Why somebody is not answered in a room, or (None) anywhere; None: they are."""
    if not book:
        return None
    if found := _above(book, actor, key, now):
        return found
    if key is None or key.direct:
        return None
    here = _place(book, key, now)
    if here is not None and not here.allows:
        return Refusal(Why.OFF, here.until)
    if actor.standing >= Standing.MODERATOR:
        return None
    return _theirs(book, actor, key, now, here)


def _above(book: Book, actor: Actor, key: ChannelKey | None, now: datetime) -> Refusal | None:
    """What the operator said for everywhere."""
    rules = book.get(EVERYWHERE)
    if rules is None or actor.standing >= Standing.OPERATOR:
        return None
    about = [rule for subject in _subjects(actor) if (rule := _rule(rules, subject, now))]
    where = [rule for scope in (key.scopes() if key else ()) if (rule := _rule(rules, place(scope), now))]
    if blocks := [rule for rule in about if not rule.allows]:
        return Refusal(Why.BLOCKED, _last(blocks), above=True)
    if any(not rule.allows for rule in where[-1:]):
        return Refusal(Why.OFF, where[-1].until, above=True)
    if rules.mode is Mode.ONLY and not (about or where):
        return Refusal(Why.UNNAMED, above=True)
    return None


def _place(book: Book, key: ChannelKey, now: datetime) -> Rule | None:
    """What is said about the place itself: first about the thread, then its channel, then its server."""
    for scope in levels(key):
        if (rules := book.get(scope)) and (rule := _rule(rules, place(scope), now)):
            return rule
    return None


def _theirs(book: Book, actor: Actor, key: ChannelKey, now: datetime, here: Rule | None) -> Refusal | None:
    """What is said about the person and their roles, and else about all others."""
    said = [rules for level in levels(key) if (rules := book.get(level))]
    for rules in said:
        about = [rule for subject in _subjects(actor) if (rule := _rule(rules, subject, now))]
        if blocks := [rule for rule in about if not rule.allows]:
            return Refusal(Why.BLOCKED, _last(blocks))
        if about:
            return None
    mode = next((rules.mode for rules in said if rules.mode), Mode.OPEN)
    return Refusal(Why.UNNAMED) if mode is Mode.ONLY and here is None else None


def _subjects(actor: Actor) -> Iterator[str]:
    yield person(actor.person.id)
    yield from map(role, actor.roles)


def _rule(rules: Rules, subject: str, now: datetime) -> Rule | None:
    found = rules.rules.get(subject)
    return found if found and found.holds(now) else None


def _last(blocks: list[Rule]) -> datetime | None:
    """When the last of them is over; None: never."""
    ends = [rule.until for rule in blocks if rule.until]
    return max(ends) if len(ends) == len(blocks) else None
