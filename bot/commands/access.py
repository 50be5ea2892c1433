"""Whom Parley answers here: people, roles, channels and servers, as moderators say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bot.commands.base import Ask, Choice, Command, Kind, Param, Reply
from bot.commands.leaves import PAGE, leaf
from bot.commands.subjects import Subject, called, subject_of
from bot.conversation.gate.access import Edit, Shown, allowing, blocking
from bot.errors import BadOption, NotAllowed
from bot.governance.access import EVERYWHERE, Mode, Rule, Rules, person
from bot.governance.authorize import Act
from bot.governance.moderation.resting import barred_until
from bot.messages import ChannelKey, Standing
from bot.moments import moment

HERE, CHANNEL, SERVER, ALL = "here", "channel", "server", "everywhere"
LISTED: Final = 40
"""Lines that people are shown at once."""
FOR: Final = "Say for how long like this: 1 hour, 2 days, 30m. Without it, it is for good."
NOBODY: Final = "Say whom or what it is about: a person, a role, a channel or a server."

_MODES: Final = {
    Mode.OPEN: "I answer everybody who is not blocked",
    Mode.ONLY: "I answer only who or what is allowed, and moderators",
}


async def show(ask: Ask) -> Reply:
    """Show what holds here."""
    found, now = ask.conversation.access.shown(ask.actor, ask.key), ask.conversation.now()
    if ask.key.direct and not found.scopes:
        return Reply("Here you are alone with me: nobody else is answered.")
    if not (any(rules != Rules() for rules in found.scopes.values()) or found.rests or found.off):
        return Reply("Here I answer everybody. `/access block` and `/access mode` change that.")
    shown = leaf(ask, "access/show", list(_shown(found, ask.key, now)), LISTED)
    return Reply(shown.text, offers=shown.offers)


async def allow(ask: Ask) -> Reply:
    """Answer somebody, whatever holds for others."""
    about = _about(ask)
    await _change(ask, _scope(ask, about), allowing(about.name))
    return Reply(f"From now on {called(about.name, ask.key)} is allowed{_where(ask, about)}.")


async def block(ask: Ask) -> Reply:
    """Answer somebody no more, perhaps for a while."""
    about, until = _about(ask), _until(ask)
    if about.name == person(ask.actor.person.id):
        raise BadOption("That is you. Nobody can shut themselves out.", "who")
    await _change(ask, _scope(ask, about, widely=True), blocking(about.name, until))
    then = f", until {until:%d %B %Y at %H:%M} UTC" if until else ""
    mine = " Moderators and my operator are answered all the same." if about.name.startswith("role:") else ""
    return Reply(
        f"From now on {called(about.name, ask.key)} is blocked{_where(ask, about, widely=True)}{then}.{mine}"
    )


async def clear(ask: Ask) -> Reply:
    """Take back what was said about somebody, or all that was said in one place."""
    if not _given(ask):
        await _change(ask, _in(ask), lambda _rules, _now: Rules())
        return Reply(f"What was said{_in_words(ask)} is taken back.")
    about = _about(ask)
    if ask.text("in") or about.scope:
        scopes = [_scope(ask, about, widely=about.scope != "")]
    else:
        scopes = list(ask.conversation.access.shown(ask.actor, ask.key).scopes)
    left = await _cleared(ask, about, scopes)
    if about.name.startswith("who:") and not ask.key.direct:
        whom = about.name.partition(":")[2]
        left = await ask.conversation.access.release(ask.actor, ask.key, whom) or left
    hint = " On the whole server it stays: only those who manage the server can change that." if left else ""
    return Reply(f"Nothing is said about {called(about.name, ask.key)} here any more.{hint}")


async def mode(ask: Ask) -> Reply:
    """Say what becomes of those about whom nothing is said."""
    wanted = Mode(ask.text("to"))
    await _change(ask, _in(ask), lambda rules, _now: Rules(wanted, rules.rules))
    return Reply(f"From now on{_in_words(ask)}: {_MODES[wanted]}.")


async def _change(ask: Ask, scope: str, edit: Edit) -> None:
    await ask.conversation.access.change(ask.actor, ask.key, scope, edit, event_id=ask.call.event_id)


async def _cleared(ask: Ask, about: Subject, scopes: list[str]) -> bool:
    """Take back what was said in all of these; whether something stays that others have said."""
    left = False
    for scope in scopes:
        try:
            await ask.conversation.access.change(
                ask.actor, ask.key, scope, lambda rules, _now: rules.without(about.name)
            )
        except NotAllowed:
            found = ask.conversation.access.shown(ask.actor, ask.key).scopes[scope]
            left = left or about.name in found.rules
    return left


def _given(ask: Ask) -> list[str]:
    return [name for name in ("who", "role", "channel", "server") if ask.text(name)]


def _about(ask: Ask) -> Subject:
    """Whom or what it is about. Raises BadOption."""
    given = _given(ask)
    if len(given) != 1:
        raise BadOption(NOBODY if not given else "Name one of them at a time.", "who")
    return subject_of(given[0], ask.text(given[0]), ask.key)


def _scope(ask: Ask, about: Subject, *, widely: bool = False) -> str:
    """Where it is to hold. What an operator says of a server, and whom they block, holds everywhere."""
    operates = ask.actor.standing >= Standing.OPERATOR
    if ask.text("in") == ALL or (operates and about.name.startswith("where:") and about.server):
        return EVERYWHERE
    if about.scope:
        return about.scope
    return EVERYWHERE if operates and widely and not ask.text("in") else _in(ask)


def _in(ask: Ask) -> str:
    """The scope that the option names."""
    scopes = ask.key.scopes()
    return {HERE: scopes[-1], CHANNEL: scopes[1], SERVER: scopes[0], ALL: EVERYWHERE}[ask.text("in") or HERE]


def _where(ask: Ask, about: Subject, *, widely: bool = False) -> str:
    scope = _scope(ask, about, widely=widely)
    if scope == EVERYWHERE:
        return " everywhere"
    return "" if about.scope else _in_words(ask)


def _in_words(ask: Ask) -> str:
    return {HERE: " here", CHANNEL: " in this channel", SERVER: " on this server", ALL: " everywhere"}[
        ask.text("in") or HERE
    ]


def _until(ask: Ask) -> datetime | None:
    """When a block is over. Raises BadOption."""
    if not (said := ask.text("for").strip()):
        return None
    try:
        return moment(said if said.startswith("in ") else f"in {said}", ask.conversation.now(), UTC)
    except BadOption as exc:
        raise BadOption(FOR, "for") from exc


def _shown(found: Shown, key: ChannelKey, now: datetime) -> Iterator[str]:
    """All that holds, as lines."""
    apart = ""  # a line right below a list would be a part of its last point
    for scope, rules in found.scopes.items():
        if scope == EVERYWHERE and rules == Rules():
            continue
        said = _MODES[rules.mode] if rules.mode else "nothing is said about others"
        yield f"{apart}**{_title(scope, key)}**: {said}."
        yield from _listed(rules, key, now)
        apart = "\n"
    for bar in found.rests:
        waits = f"has to wait: I listen again {barred_until(bar.until, now)}"
        yield f"- {called(person(bar.person_id), key)} {waits}"
    if found.off:
        yield "\nOther channels with rules:"
        yield from (f"- {called(f'where:{one}', key)}" for one in found.off)


def _listed(rules: Rules, key: ChannelKey, now: datetime) -> Iterator[str]:
    live = [(name, rule) for name, rule in rules.rules.items() if rule.holds(now)]
    yield from (f"- {called(name, key)} {_says(rule)}" for name, rule in live)


def _says(rule: Rule) -> str:
    if rule.allows:
        return "is allowed"
    return f"is blocked until {rule.until:%d %B %Y at %H:%M} UTC" if rule.until else "is blocked"


def _title(scope: str, key: ChannelKey) -> str:
    scopes = key.scopes()
    if scope == EVERYWHERE:
        return "Everywhere"
    if scope == scopes[0]:
        return "This server"
    return "This channel" if scope == scopes[1] else "This thread"


_IN = Param(
    "in",
    "Where it holds: here when nothing is given",
    choices=(
        Choice("here", HERE),
        Choice("this channel and its threads", CHANNEL),
        Choice("this whole server", SERVER),
        Choice("everywhere: for my operator", ALL),
    ),
)
_ABOUT = (
    Param("who", "A person", Kind.PERSON),
    Param("role", "A role", Kind.ROLE),
    Param("channel", "A channel; here: this one", Kind.CHANNEL),
    Param("server", "A server by its number; here: this one"),
)

GROUPS = {"access": "Whom I answer here"}

COMMANDS = (
    Command("access/show", "Show whom I answer here", Act.SEE_ACCESS, show, (PAGE,)),
    Command(
        "access/allow",
        "Answer somebody here, whatever holds for others",
        Act.SET_ACCESS,
        allow,
        (*_ABOUT, _IN),
    ),
    Command(
        "access/block",
        "Answer somebody no more, or nobody in a channel",
        Act.SET_ACCESS,
        block,
        (*_ABOUT, Param("for", "For how long, such as 2 hours; without it for good"), _IN),
    ),
    Command(
        "access/clear",
        "Take back what was said about somebody, or all that was said here",
        Act.SET_ACCESS,
        clear,
        (*_ABOUT, _IN),
    ),
    Command(
        "access/mode",
        "Say whether I answer everybody here, or only who is allowed",
        Act.SET_ACCESS,
        mode,
        (
            Param(
                "to",
                "Whom I answer of those about whom nothing is said",
                required=True,
                choices=(
                    Choice("open: everybody", "open"),
                    Choice("only: nobody but who is allowed", "only"),
                ),
            ),
            _IN,
        ),
    ),
)
