"""A command's options as Discord's client sends them: typed, within their bounds, and resolved."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import payloads
from tests.platforms.discord.content import units
from tests.platforms.discord.core import Core
from tests.platforms.discord.world import Account, Channel, rights
from tests.platforms.people import NotOffered

if TYPE_CHECKING:
    from tests.platforms.discord.member import Member

Json = dict[str, Any]

STRING, INTEGER, BOOLEAN, PERSON, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
PICTURE = "picture.png"


@dataclass(frozen=True, slots=True)
class Given:
    """Options, and the people, channels and files that their values stand for."""

    options: list[Json] = field(default_factory=list)
    resolved: Json = field(default_factory=dict)


def typed(line: str, offered: list[Json], options: dict[str, object], core: Core, where: Channel) -> Given:
    """What is sent. Raises NotOffered for what the registration does not allow."""
    known = {
        name.replace("_", "-") if name not in _names(offered) else name: v for name, v in options.items()
    }
    if unknown := known.keys() - _names(offered):
        raise NotOffered(f"{line} has no option {sorted(unknown)}, only {sorted(_names(offered))}")
    given = Given()
    for one in offered:
        if known.get(one["name"]) is None:
            if one.get("required"):
                raise NotOffered(f"{line} needs {one['name']!r}")
            continue
        value = _value(one, known[one["name"]], core, where, given.resolved)
        given.options.append({"name": one["name"], "type": one["type"], "value": value})
    return given


def _names(offered: list[Json]) -> set[str]:
    return {one["name"] for one in offered}


def _value(one: Json, value: object, core: Core, where: Channel, resolved: Json) -> object:
    if one.get("choices"):
        return _choice(one, value)
    kind = one["type"]
    if kind == STRING and isinstance(value, str):
        return _within(one, value, units(value), "min_length", "max_length")
    if kind == BOOLEAN and isinstance(value, bool):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and (
        kind == NUMBER or (kind == INTEGER and isinstance(value, int))
    ):  # fmt: skip
        return _within(one, value, value, "min_value", "max_value")
    if kind == ATTACHMENT and isinstance(value, bytes | tuple):
        return _attached(value, core, where, resolved)
    if kind == CHANNEL and isinstance(value, Channel):
        return _channel(value, core, resolved)
    if kind in (PERSON, MENTIONABLE) and (account := _account(value)):
        return _person(account, where, resolved)
    raise NotOffered(f"{one['name']} takes no {value!r}"[:200])


def _choice(one: Json, value: object) -> object:
    for choice in one["choices"]:
        if value in (choice["name"], choice["value"]):
            return choice["value"]
    raise NotOffered(f"{one['name']} offers no {value!r}, only {[c['name'] for c in one['choices']]}")


def _within(one: Json, value: object, size: float, least: str, most: str) -> object:
    if one.get(least) is not None and size < one[least]:
        raise NotOffered(f"{one['name']}: {size} is less than {one[least]}")
    if one.get(most) is not None and size > one[most]:
        raise NotOffered(f"{one['name']}: {size} is more than {one[most]}")
    return value


def _attached(value: bytes | tuple[str, bytes, str], core: Core, where: Channel, resolved: Json) -> str:
    """A picture's bytes, or (name, bytes, type)."""
    name, data, kind = (PICTURE, value, "image/png") if isinstance(value, bytes) else value
    file = core.world.upload(name, data, kind)
    resolved.setdefault("attachments", {})[str(file.id)] = core.rendering.attachment(file, where) | {
        "ephemeral": True
    }
    return str(file.id)


def _channel(value: Channel, core: Core, resolved: Json) -> str:
    said = payloads.channel(value, core.bot) | {"permissions": str(int(rights(core.bot, value)))}
    resolved.setdefault("channels", {})[str(value.id)] = said
    return str(value.id)


def _account(value: "object | Member") -> Account | None:
    account = getattr(value, "account", value)
    return account if isinstance(account, Account) else None


def _person(account: Account, where: Channel, resolved: Json) -> str:
    resolved.setdefault("users", {})[str(account.id)] = payloads.user(account)
    if where.guild:
        member = payloads.member(account, where.guild) | {"permissions": "0"}
        resolved.setdefault("members", {})[str(account.id)] = member
    return str(account.id)
