"""Who changed what here: for moderators, of what concerns their room."""

from collections.abc import Sequence
from typing import Final

from bot.commands.base import Ask, Command, Kind, Offer, Param, Reply
from bot.conversation.spending.budgeting import readable
from bot.governance.authorize import Act
from bot.messages import ChannelKey
from bot.records import REFUSED, Audited
from bot.unseen import seen

SHOWN: Final = 10
WEEK: Final = 7
LONGEST_NAME: Final = 24
LONGEST_VALUE: Final = 80
LARGEST: Final = 2**53 - 1


async def audit(ask: Ask) -> Reply:
    """List the newest entries; older ones by the last one's number."""
    days, before = int(str(ask.options.get("days") or WEEK)), ask.options.get("before")
    found = await ask.conversation.audit.told(
        ask.key,
        ask.actor,
        days=days,
        who=ask.text("who").strip(),
        before=int(str(before)) if before else None,
        limit=SHOWN + 1,
    )
    if not found:
        return Reply("Nothing was changed here in that time, as far as you asked.")
    last = found[:SHOWN][-1].id if len(found) > SHOWN else 0
    more = f"\n\n`/audit before:{last}` shows older ones." if last else ""
    return Reply(
        f"Who changed what here, the newest first:\n\n{_table(found[:SHOWN], ask.key)}{more}",
        offers=_older(ask, last) if last else (),
    )


def _older(ask: Ask, last: int) -> tuple[Offer, ...]:
    """A button to what is older than this number."""
    given = {name: str(value) for name, value in ask.options.items() if value not in (None, "")}
    return (Offer("Older ›", "audit", given | {"before": str(last)}),)


def _table(found: Sequence[Audited], key: ChannelKey) -> str:
    head = ("number", "when (UTC)", "who", "what", "where", "from")
    return "\n".join([_line(head), "|--:|---|---|---|---|---|", *(_row(entry, key) for entry in found)])


def _row(entry: Audited, key: ChannelKey) -> str:
    who = _quoted(entry.person.name or entry.person.id, LONGEST_NAME)
    when = f"{entry.at:%d %b %H:%M}"
    return _line((str(entry.id), when, who, _what(entry), _where(entry, key), entry.door or "–"))


def _what(entry: Audited) -> str:
    """What was done, or refused, and to what."""
    act = Act[entry.act.upper()].value if entry.act.upper() in Act.__members__ else entry.act
    if entry.decision == REFUSED:
        return f"refused: {act}" + (f" ({entry.count} times)" if entry.count > 1 else "")
    about = f": {_quoted(entry.subject.replace('_', ' '), LONGEST_VALUE)}" if entry.subject else ""
    if entry.before is None and entry.after is None:
        return act + about
    before, after = (_value(entry.subject, value) for value in (entry.before, entry.after))
    return f"{act}{about}, {before} → {after}"


def _where(entry: Audited, key: ChannelKey) -> str:
    """How far it reaches, as seen from a room."""
    scopes = key.scopes()
    if entry.scope == scopes[0]:
        return "server"
    if entry.scope == key.scope or not entry.scope.startswith(f"{scopes[0]}/"):
        return "here"
    return "channel" if entry.scope == scopes[1] else "a thread"


def _value(subject: str, value: str | None) -> str:
    return "–" if value is None else _quoted(readable(subject, value), LONGEST_VALUE)


def _quoted(text: str, longest: int) -> str:
    """Somebody's words in one line and one cell: nothing in them counts as Markdown."""
    line = " ".join(seen(text).split()).replace("`", "ʼ").replace("|", "¦")
    return f"`{line if len(line) <= longest else line[: longest - 1] + '…'}`" if line else "–"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


COMMANDS = (
    Command(
        "audit",
        "Show who changed what here",
        Act.SEE_AUDIT,
        audit,
        (
            Param("days", "Of how many days, 7 when nothing is given", Kind.INTEGER, least=1, most=3650),
            Param("who", "Only of a person: their name, or a part of it"),
            Param("before", "Older than this number of the list", Kind.INTEGER, least=1, most=LARGEST),
        ),
    ),
)
