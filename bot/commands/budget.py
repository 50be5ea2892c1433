"""What may be spent here: what is left, and how moderators give less."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from bot.commands.base import Ask, Choice, Command, Kind, Param, Reply
from bot.conversation.spending.budgeting import WHOSE, Left, amount
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.limits import STATED, Limit, Unit
from bot.moments import zone
from bot.records import Purse, Span
from bot.routes.shown import dollars

OF: Final[Mapping[str, Purse]] = {
    "channel": Purse.CHANNEL,
    "server": Purse.SERVER,
    "person": Purse.IN_CHANNEL,
    "member": Purse.IN_SERVER,
}
"""What moderators set, as the option says it."""

TITLES: Final[Mapping[Purse, str]] = {
    Purse.PERSON: "you, everywhere",
    Purse.IN_CHANNEL: "you, in this channel",
    Purse.IN_SERVER: "you, on this server",
    Purse.CHANNEL: "this channel",
    Purse.SERVER: "this server",
    Purse.ALL: "everybody",
}


async def show(ask: Ask) -> Reply:
    """Say what is left of every limit that concerns the person, and when it begins anew."""
    left = await ask.conversation.budgets.left(ask.key, ask.actor, ask.looking.limits)
    if not left:
        return Reply("Nothing is limited here.")
    place = zone(await ask.conversation.reminders.zone(ask.actor) or "UTC")
    rows = [
        f"| {_whose(one.limit)} | {_span(one)} | {_used(one)} | {_rest(one)} "
        f"| {one.opens.astimezone(place):%d %B, %H:%M} |"
        for one in left
    ]
    head = f"| of | in | used | left | begins anew ({_name(place)}) |\n|---|---|--:|--:|---|\n"
    return Reply(head + "\n".join(rows))


async def give(ask: Ask) -> Reply:
    """Give this channel, its server or each person in it less."""
    wanted = _wanted(ask)
    await ask.conversation.budgets.give(
        ask.key,
        ask.actor,
        ask.looking.limits,
        {limit.which: limit.most for limit in wanted},
        event_id=ask.call.event_id,
    )
    purse, span = wanted[0].purse, wanted[0].span
    given = " and ".join(amount(limit) for limit in wanted)
    return Reply(f"From now on {WHOSE[purse]} may use {given} a {span}.", private=False)


async def take_back(ask: Ask) -> Reply:
    """Let the operator's limits hold again."""
    purse = OF[ask.text("of") or "channel"]
    outer = Purse.SERVER if purse in (Purse.SERVER, Purse.IN_SERVER) else Purse.CHANNEL
    await ask.conversation.budgets.take_back(ask.key, ask.actor, outer, event_id=ask.call.event_id)
    return Reply(f"What was set for {WHOSE[outer]} is gone: what it was given holds again.", private=False)


def _wanted(ask: Ask) -> Sequence[Limit]:
    """The options as limits. Raises BadOption when none is given."""
    purse, span = OF[ask.text("of") or "channel"], Span(ask.text("per") or Span.DAY)
    most = {Unit.DOLLARS: ask.options.get("dollars"), Unit.REQUESTS: ask.options.get("questions")}
    wanted = [
        Limit(purse, span, unit, Decimal(str(value)), given=True)
        for unit, value in most.items()
        if isinstance(value, int | float)
    ]
    if not wanted:
        raise BadOption("Say how much: an amount in US dollars, a number of questions, or both.", "dollars")
    return wanted


def _whose(limit: Limit) -> str:
    """Whose it is, and that moderators have set it where the operator may have, too."""
    return f"{TITLES[limit.purse]}{', as moderators set it' if limit.given and limit.purse in STATED else ''}"


def _span(one: Left) -> str:
    return f"a {one.limit.span}"


def _used(one: Left) -> str:
    if one.limit.unit is Unit.DOLLARS:
        return f"US$ {dollars(one.used)} of {dollars(one.limit.most)}"
    return f"{one.used} of {amount(one.limit)}"


def _rest(one: Left) -> str:
    rest = max(one.limit.most - one.used, Decimal(0))
    return f"US$ {dollars(rest)}" if one.limit.unit is Unit.DOLLARS else f"{rest:f}"


def _name(place: object) -> str:
    return str(getattr(place, "key", "UTC"))


_OF = Param(
    "of",
    "Whose budget: this channel's, its server's, or each person's in one of them",
    choices=(
        Choice("this channel", "channel"),
        Choice("this server", "server"),
        Choice("each person in this channel", "person"),
        Choice("each person on this server", "member"),
    ),
)
_WHOLE = Param("of", "Whose budget: this channel's or its server's", choices=_OF.choices[:2])

GROUPS = {"budget": "What may be spent here"}

COMMANDS = (
    Command("budget/show", "Show what you have left, and when it begins anew", Act.SEE_BUDGET, show),
    Command(
        "budget/set",
        "Give this channel, its server or each person less",
        Act.SET_BUDGET,
        give,
        (
            _OF,
            Param(
                "dollars",
                "US dollars at most; 0: only what costs nothing",
                Kind.NUMBER,
                least=0,
                most=100_000,
            ),
            Param(
                "questions", "Questions at most, whatever they cost", Kind.INTEGER, least=0, most=1_000_000
            ),
            Param(
                "per", "In how long; else a day", choices=tuple(Choice(f"a {span}", span) for span in Span)
            ),
        ),
    ),
    Command("budget/reset", "Let what the operator gives hold again", Act.SET_BUDGET, take_back, (_WHOLE,)),
)
