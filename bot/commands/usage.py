"""What was used: calls, tokens and money, by model."""

from collections.abc import Sequence
from decimal import Decimal

from bot.commands.base import Ask, Choice, Command, Kind, Param, Reply
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.records import Used
from bot.routes.shown import dollars

DAYS = 30
"""Days that are shown where nobody asks for others."""
ALONE = "A chat with me alone belongs to no server."
ROWS = 15
"""Models that have a row of their own; the cheapest share one."""


async def usage(ask: Ask) -> Reply:
    """Tell a person what they used, or a moderator what the channel or the server did."""
    of, days, limits = ask.text("of"), _days(ask), ask.looking.limits
    if of == "server" and ask.key.direct:
        raise BadOption(ALONE, "of")
    wide = {"channel": of == "channel", "server": of == "server"}
    used = await ask.conversation.budgets.usage(ask.key, ask.actor, days=days, **wide)
    today = await ask.conversation.budgets.usage(ask.key, ask.actor, days=1, **wide)
    whose, limit = {
        "channel": ("This channel", limits.per_channel_day),
        "server": ("This server", limits.per_server_day),
    }.get(of, ("You", limits.per_person_day))
    most = f" of US$ {dollars(limit)}" if limit else ""
    said = f"{whose} used US$ {dollars(_sum(today).cost)}{most} today (UTC)."
    period = "today" if days == 1 else f"in the last {days} days"
    if not used:
        return Reply(f"{said} No model was asked {period}.")
    notes = (_table(used), _estimates(_sum(used)), _unpriced(ask, used))
    people = not ask.call.overheard
    drawing = await ask.conversation.budgets.drawn(ask.key, ask.actor, days=days, people=people, **wide)
    text = f"{said} By model, {period}:\n\n" + "\n\n".join(filter(None, notes))
    return Reply(text, drawing=drawing)


def _days(ask: Ask) -> int:
    days = ask.options.get("days")
    return days if isinstance(days, int) else DAYS


def _sum(used: Sequence[Used], name: str = "") -> Used:
    """Several as one."""
    return Used(
        name,
        calls=sum(each.calls for each in used),
        prompt_tokens=sum(each.prompt_tokens for each in used),
        completion_tokens=sum(each.completion_tokens for each in used),
        pictures=sum(each.pictures for each in used),
        cost=sum((each.cost for each in used), Decimal(0)),
        estimated=sum(each.estimated for each in used),
        estimated_cost=sum((each.estimated_cost for each in used), Decimal(0)),
    )


def _table(used: Sequence[Used]) -> str:
    """A row for each model, the dearest first, and one for all."""
    shown, others = used[:ROWS], used[ROWS:]
    painted = any(each.pictures for each in used)
    rows = [_row(f"`{each.model}`", each, painted) for each in shown]
    if others:
        rows.append(_row(f"others ({len(others)})", _sum(others), painted))
    if len(used) > 1:
        rows.append(_row("**together**", _sum(used), painted))
    head = ("model", "calls", "tokens in", "tokens out", *(["pictures"] if painted else []), "US$")
    lines = [_line(head), "|---" + "|--:" * (len(head) - 1) + "|", *rows]
    return "\n".join(lines)


def _row(name: str, used: Used, painted: bool) -> str:
    about = "≈ " if used.estimated else ""
    tokens = (f"{about}{used.prompt_tokens:,}", f"{about}{used.completion_tokens:,}")
    pictures = (f"{used.pictures:,}",) if painted else ()
    money = f"{'≈ ' if used.estimated_cost else ''}{dollars(used.cost)}"
    return _line((name, f"{used.calls:,}", *tokens, *pictures, money))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _estimates(all_: Used) -> str:
    """How much of it nobody reported."""
    if not all_.estimated:
        return ""
    calls = "1 call" if all_.estimated == 1 else f"{all_.estimated:,} calls"
    money = f" (US$ {dollars(all_.estimated_cost)})" if all_.estimated_cost else ""
    return f"≈ is estimated: of {calls}{money} the service has not said what was used."


def _unpriced(ask: Ask, used: Sequence[Used]) -> str:
    """Whose cost is an agreed sum, because nobody says what they cost."""
    unpriced = {model.id for model in ask.looking.routes.models() if model.price is None}
    names = [f"`{each.model}`" for each in used[:ROWS] if each.model in unpriced]
    if not names:
        return ""
    counted = f"a call counts US$ {dollars(ask.looking.limits.unknown_call)}"
    return f"The price is not known, and {counted}: {', '.join(names)}."


COMMANDS = (
    Command(
        "usage",
        "Show what was used: calls, tokens and money",
        Act.SEE_USAGE,
        usage,
        (
            Param(
                "of",
                "Whose usage: your own everywhere, or this channel's or server's (for moderators)",
                choices=(Choice("me", "me"), Choice("channel", "channel"), Choice("server", "server")),
            ),
            Param("days", f"How many days up to today; else {DAYS}", Kind.INTEGER, least=1, most=90),
        ),
    ),
)
