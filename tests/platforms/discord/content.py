"""What a message may contain, and what it does to others: the rules that a form body has to keep."""

import re
from dataclasses import dataclass
from typing import Any

from tests.platforms.discord.payloads import walk
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.world import Account, Channel, Message, Right, World, rights

Json = dict[str, Any]

TEXT = 2000
"""UTF-16 units of a message."""
SHOWN = 4000
"""UTF-16 units of all that a message of components displays."""
QUIET, EPHEMERAL, LOADING, SILENT, V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15
OWN_FLAGS = QUIET | SILENT | V2
LINK = re.compile(r"(?<!<)https?://[^\s<>()]+\.[^\s<>()]+|(?<!<)https?://(?:\d|localhost)[^\s<>()]+")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check(content: str, components: list[Json], embeds: list[Json], flags: int, files: int) -> None:
    """Raises Refused for a message that cannot be."""
    if units(content) > TEXT:
        raise invalid("content", f"Must be {TEXT} or fewer in length.")
    if files > 10:
        raise invalid("attachments", "Must be 10 or fewer in length.")
    if flags & V2:
        _check_displayed(content, components, embeds)
    elif not (content.strip() or embeds or files or components):
        raise Refused(50006, broken=True)
    else:
        _check_rows(components)
    ids = [one["custom_id"] for one in walk(components) if one.get("custom_id")]
    if len(ids) != len(set(ids)):
        raise invalid("components", "Component custom id cannot be duplicated")
    for one in walk(components):
        _check_button(one)


def _check_displayed(content: str, components: list[Json], embeds: list[Json]) -> None:
    if content or embeds:
        raise invalid("flags", "The 'content' and 'embeds' fields cannot be used with IS_COMPONENTS_V2")
    if not components:
        raise Refused(50006, broken=True)
    if len(walk(components)) > 40:
        raise invalid("components", "Must be 40 or fewer in length.")
    if sum(units(one.get("content", "")) for one in walk(components) if one.get("type") == 10) > SHOWN:
        raise invalid("components", f"The total displayable text exceeds {SHOWN}")


def _check_rows(components: list[Json]) -> None:
    if len(components) > 5:
        raise invalid("components", "Must be 5 or fewer in length.")
    if any(one.get("type") != 1 for one in components):
        raise invalid("components", "Only action rows, without IS_COMPONENTS_V2")


def _check_button(one: Json) -> None:
    if one.get("type") != 2:
        return
    link = one.get("style") == 5
    if link == bool(one.get("custom_id")) or link != bool(one.get("url")):
        raise invalid("components", "A button has either a custom id or, as a link, an address")
    if not (one.get("label") or one.get("emoji")):
        raise invalid("components", "A button needs a label or an emoji")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message calls."""

    people: tuple[Account, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False
    replied: bool = False

    def names(self, message: Message, world: World) -> list[str]:
        """Who is pinged, by name."""
        found = [account.name for account in self.people]
        guild = message.channel.guild
        if guild:
            found += [guild.roles[role].name for role in self.roles]
        return found + (["everyone"] if self.everyone else [])


def mentions(message: Message, allowed: Json | None, world: World) -> Mentions:
    """Whom a message calls; without `allowed_mentions`, everybody whom its text names.

    `parse` and the lists of ids exclude each other. Raises Refused.
    """
    text = "\n".join([message.content, *(str(one.get("content", "")) for one in walk(message.components))])
    parse = ["users", "roles", "everyone"] if allowed is None else allowed.get("parse") or []
    for kind in ("users", "roles"):
        if allowed and allowed.get(kind) and kind in parse:
            raise invalid("allowed_mentions", f"parse:[{kind!r}] and {kind} are mutually exclusive.")
    named = [int(found) for found in re.findall(r"<@!?(\d+)>", text)]
    people = [one for one in named if one in world.accounts and _may(one, "users", parse, allowed)]
    guild = message.channel.guild
    roles = [int(r) for r in re.findall(r"<@&(\d+)>", text) if guild and int(r) in guild.roles]
    called = [role for role in roles if _may(role, "roles", parse, allowed)]
    loud = bool(re.search(r"@(everyone|here)\b", text)) and "everyone" in parse
    replied = message.replied is not None and (allowed is None or bool(allowed.get("replied_user")))
    if replied and message.replied:
        people.append(message.replied.author.id)
    return Mentions(
        tuple(world.accounts[one] for one in dict.fromkeys(people)),
        tuple(dict.fromkeys(called)),
        loud and bool(rights(message.author, message.channel) & Right.MENTION_EVERYONE),
        replied,
    )


def _may(one: int, kind: str, parse: list[str], allowed: Json | None) -> bool:
    return kind in parse or str(one) in [str(given) for given in (allowed or {}).get(kind) or []]


def link_in(message: Message) -> str | None:
    """An address that Discord would unfurl."""
    if message.flags & (QUIET | V2):
        return None
    found = LINK.search(message.content)
    return found[0] if found else None


def may_write(who: Account, channel: Channel, *, files: bool, reply: bool) -> None:
    """Raises Refused when somebody may not write in a channel."""
    has = rights(who, channel)
    if not has & Right.VIEW:
        raise Refused(50001)
    if channel.kind == 15:
        raise Refused(50008)
    if channel.locked or not has & (Right.SEND_IN_THREADS if channel.thread else Right.SEND):
        raise Refused(50083 if channel.locked else 50013)
    if files and not has & Right.ATTACH:
        raise Refused(50013)
    if reply and not has & Right.HISTORY:
        raise Refused(160002)
    others = [one for one in channel.people.values() if one is not who]
    if channel.kind == 1 and not all(one.takes_direct for one in others):
        raise Refused(50007)
