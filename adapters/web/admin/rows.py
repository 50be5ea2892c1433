"""Rows of the operator's tables as JSON: US dollars, milliseconds, moments in ISO 8601. Pure."""

from collections.abc import Sequence
from typing import Any

from adapters.web.api.entries import Json, time_json
from adapters.web.api.operating import audit_json
from adapters.web.api.runs import run_json
from bot.conversation.answer.buttons import undone
from bot.conversation.oversight.overseeing import AccountSeen, Overview, Revision, Speed
from bot.conversation.spending.budgeting import readable, spoken
from bot.governance.limits import read, stated
from bot.governance.personas import parsed
from bot.messages import ChannelKey
from bot.records import Entry, Purse, RunRecord
from bot.records.overseeing import AlertSeen, AuditSeen, DaySpent, KeptSeen, RoomSeen, RunSeen
from bot.settings import SpendLimits

BRIEF = 80
"""Characters that a table shows of a persona."""


def overview_json(seen: Overview) -> Json:
    """How things stand."""
    return {
        "reasons": dict(seen.reasons),
        "notes": list(seen.notes),
        "missing": list(seen.missing),
        "rooms": seen.counts.rooms,
        "private": seen.counts.private,
        "private_today": seen.counts.private_today,
        "alerts": seen.counts.alerts,
        "today": _spent(seen.today),
        "month": _spent(seen.month),
        "days": [_spent(one) for one in seen.spent],
        "rows": [run_row(one) for one in seen.unended],
    }


def _spent(one: DaySpent) -> Json:
    return {"period": one.period, "requests": one.requests, "cost": float(one.cost)}


def room_row(room: RoomSeen) -> Json:
    """A room."""
    return {
        "id": room.id,
        "platform": room.key.platform,
        "name": room.title or room.name or _place(room.key),
        "server": room.server or room.key.space,
        "place": _place(room.key),
        "last_at": time_json(room.last_at),
        "created_at": time_json(room.created_at),
        "messages": room.messages,
        "persona": _brief(room.persona),
        "model": room.model,
        "spent": float(room.spent),
    }


def run_row(run: RunSeen) -> Json:
    """An answer; of one in private no room, and nobody's name."""
    private = bool(run.key.person) or run.key.direct
    took = (run.ended_at - run.started_at).total_seconds() if run.ended_at and run.started_at else None
    return {
        "id": run.id,
        "created_at": time_json(run.created_at),
        "room": "private" if private else run.room or _place(run.key),
        "room_id": None if private else run.room_id,
        "platform": run.key.platform,
        "person": "" if private else run.person.name,
        "kind": run.kind,
        "status": run.status,
        "model": run.model,
        "tokens": run.tokens,
        "cost": float(run.cost),
        "took": None if took is None else round(took * 1000),
        "last_error": run.last_error,
    }


def alert_row(alert: AlertSeen) -> Json:
    """Something that moderators were told, and what can be done about it."""
    return {
        "id": alert.id,
        "of_run": alert.of_run,
        "at": time_json(alert.at),
        "state": "closed" if alert.closed_at else "open",
        "room": alert.room or _place(alert.key),
        "platform": alert.key.platform,
        "person": alert.person.name,
        "told": alert.told,
        "done": list(alert.done),
        "verbs": [str(verb) for verb in undone(",".join(alert.done))],
    }


def persona_row(kept: KeptSeen) -> Json:
    """A persona as it is now."""
    named = kept.name.removeprefix("persona").removeprefix(":")
    return {
        "scope": kept.scope,
        "place": kept.place,
        "setting": kept.name,
        "name": (parsed(kept.value).name if kept.value else "") or named or "of the room",
        "begins": _brief(kept.value),
        "versions": kept.versions,
        "by": kept.by.name,
        "at": time_json(kept.at),
        "reason": kept.reason,
    }


def revision_json(revision: Revision) -> Json:
    """A version, and what it changed."""
    made = revision.setting
    return {
        "number": revision.number,
        "by": made.by.name,
        "at": time_json(made.at),
        "reason": made.reason,
        "cleared": made.value is None,
        "diff": revision.diff,
    }


def budget_row(kept: KeptSeen, day: DaySpent, month: DaySpent) -> Json:
    """What moderators gave, and what of it was spent."""
    purse = Purse.CHANNEL if kept.name == "budget.channel" else Purse.SERVER
    return {
        "scope": kept.scope,
        "place": kept.place,
        "whose": str(purse),
        "limits": [spoken(one) for one in read(purse, kept.value or "")],
        "today": float(day.cost),
        "month": float(month.cost),
        "by": kept.by.name,
        "at": time_json(kept.at),
    }


def stated_json(limits: SpendLimits) -> list[str]:
    """What the operator's settings allow."""
    return [spoken(one).replace("this ", "a ", 1) for one in stated(limits)]


def audit_row(seen: AuditSeen) -> Json:
    """An entry, with what its values mean and what its place is called."""
    entry = audit_json(seen.entry)
    values = {name: entry[name] and readable(seen.entry.subject, entry[name]) for name in ("before", "after")}
    return entry | values | {"place": seen.place}


def speed_row(speed: Speed) -> Json:
    """How a model answered lately."""
    return {
        "name": speed.name,
        "calls": speed.calls,
        "failed": speed.failed,
        "p50": speed.p50,
        "p95": speed.p95,
        "first": speed.first,
        "tokens": speed.tokens,
        "cost": float(speed.cost),
        "last_error": speed.last_error,
        "last_error_at": time_json(speed.last_error_at),
    }


def account_row(account: AccountSeen) -> Json:
    """An account and its health."""
    return speed_row(account.speed) | {
        "kind": account.kind,
        "state": account.state,
        "resting": list(account.resting),
        "listed_at": time_json(account.listed_at),
        "models": account.models,
    }


def run_without_words(record: RunRecord) -> Json:
    """How an answer came about, but for what anybody said: numbers, names of models and tools, times."""
    run = run_json(record)
    run["chosen"] = {name: value for name, value in run["chosen"].items() if name in ("model", "style")}
    run["steps"] = [_wordless(step) for step in run["steps"]]
    return run


def _wordless(step: Json) -> Json:
    if step["type"] == "model_call":
        return step
    plain = {name: value for name, value in step.items() if isinstance(value, int | float) or name in _PLAIN}
    if step["type"] == "tool_calls":
        plain["calls"] = [{"name": call["name"], "failed": _failed(call["result"])} for call in step["calls"]]
    return plain


_PLAIN = frozenset({"type", "at", "about", "action", "scores", "over", "by", "allowed"})
"""What steps say that is nobody's words."""


def _failed(result: Any) -> bool | None:
    return result["failed"] if result else None


def run_with_words(record: RunRecord, entries: Sequence[Entry]) -> Json:
    """All of it, for who asked for it and was written down."""
    said = [{"role": one.role, "author": one.author.name, "text": one.text or one.notice} for one in entries]
    return run_json(record) | {"said": said}


def _place(key: ChannelKey) -> str:
    return ".".join(filter(None, (key.channel, key.thread)))


def _brief(kept: str | None) -> str:
    """How a persona begins, or whom it follows."""
    if not kept:
        return ""
    persona = parsed(kept)
    words = persona.name or persona.of or " ".join(persona.text.split())
    return words if len(words) <= BRIEF else f"{words[: BRIEF - 1]}…"
