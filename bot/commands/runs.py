"""How a room's answers came about: for who watches over it."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain, zip_longest

from bot.commands import leaves
from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.commands.quoting import quoted
from bot.governance.authorize import Act
from bot.governance.moderation.alerts import judged
from bot.governance.personas import parsed
from bot.messages import RunOptions, ToolCall, ToolResult
from bot.records import Call, Round, RunRecord, RunStep
from bot.routes.shown import dollars
from bot.strangers import within
from bot.unseen import seen

SHOWN = 10
"""Answers in the list."""
LONGEST_NAME, LONGEST_WORDS = 24, 160
"""Characters that are shown of a person's name, and of what a tool was given and found."""
LARGEST = 2**53 - 1
"""The largest number that every platform can say."""

OUTCOMES = {
    "ok": "answered",
    "busy": "was busy",
    "down": "could not be reached",
    "key": "did not take the key",
    "refused": "refused",
    "timeout": "took too long",
    "cut_off": "broke off",
    "garbled": "answered what nobody can read",
    "cancelled": "was stopped",
    "reserved": "is being asked",
    "lost": "was asked when I was switched off",
}
"""What became of a call, in words."""


async def runs(ask: Ask) -> Reply:
    """List the latest answers, or tell how one was made."""
    number = ask.options.get("number")
    if isinstance(number, int):
        return Reply(_told(await ask.conversation.inspect(number, ask.actor, ask.key)))
    page = leaves.page(ask)
    found = await ask.conversation.latest_runs(ask.key, ask.actor, SHOWN + 1, (page - 1) * SHOWN)
    if not found:
        none = "There are no older ones." if page > 1 else "Nobody has asked me anything in this room yet."
        return Reply(none)
    more = len(found) > SHOWN
    older = f" `/runs page={page + 1}` shows older ones." if more else ""
    return Reply(
        f"The latest answers in this room:\n\n{_table(found[:SHOWN])}\n\n"
        f"`/runs number` tells how one was made.{older}",
        offers=leaves.turns(ask, "runs", page, page + more),
    )


def _table(found: Sequence[RunRecord]) -> str:
    head = ("number", "when (UTC)", "asked by", "model", "tokens", "US$", "tools", "outcome")
    return "\n".join([_line(head), "|--:|---|---|---|--:|--:|---|---|", *map(_row, found)])


def _row(record: RunRecord) -> str:
    run = record.run
    tools = list(dict.fromkeys(call.name for used in _used(record) for call in used.calls))
    return _line(
        (
            str(run.id),
            f"{run.created_at:%d %b %H:%M}",
            _quoted(run.actor.person.name.replace("|", "¦"), LONGEST_NAME),
            f"`{run.model}`" if run.model else "–",
            _tokens(record.calls),
            dollars(_cost(record)),
            ", ".join(_quoted(name.replace("|", "¦"), LONGEST_NAME) for name in tools) or "–",
            _status(record),
        )
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _told(record: RunRecord) -> str:
    """One answer, step by step."""
    run = record.run
    who = _quoted(run.actor.person.name, LONGEST_NAME)
    when = f"{run.created_at:%d %B %Y at %H:%M} UTC"
    about = f"**Answer {run.id}** ({run.kind}): {_status(record)}. Asked by {who} on {when}."
    lines = chain.from_iterable(_step(each) for each in record.in_order)
    steps = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
    together = f"Together: {_tokens(record.calls)} tokens, US$ {dollars(_cost(record))}."
    return "\n\n".join(filter(None, (about, _chosen(run.options), steps, together)))


def _chosen(options: RunOptions) -> str:
    """What was chosen for this answer alone."""
    said = {
        "model": options.model,
        "style": options.style,
        "persona": parsed(options.persona or "").text,
        "instructions": options.instructions,
    }
    told = [f"{name} {_quoted(value, LONGEST_WORDS)}" for name, value in said.items() if value]
    return f"For this answer alone: {', '.join(told)}." if told else ""


def _step(step: RunStep | Call) -> list[str]:
    """What happened, in a line each."""
    if isinstance(step, Call):
        return [_asked(step)]
    if step.used is None:
        return [_noted(step)]
    calls = zip_longest(step.used.calls, step.used.results[: len(step.used.calls)])
    return [_tool(call, result, step.used) for call, result in calls]


def _noted(step: RunStep) -> str:
    """What is no model's or tool's doing, or what a run condensed."""
    told = step.detail
    match step.kind:
        case "notes_shown":
            before = f"Notes of what was said before were shown: of {told.get('exchanges')} exchanges"
            return f"{before}, from {told.get('run_id')}."
        case "condensed":
            those = told.get("messages")
            count = len(those) if isinstance(those, list) else 0
            return f"{count} messages were condensed; the notes are of {told.get('exchanges')} exchanges."
        case "recall":
            return _recalled(told.get("found"))
        case "moderation":
            return judged(told)
    return "The answer was written."


def _recalled(found: object) -> str:
    """What came back for the question: numbers of messages, pages of files."""
    rows = found if isinstance(found, list) else []
    named = dict.fromkeys(_recollection(**one) for one in rows)
    return f"Recalled: {', '.join(named) or 'nothing'}."


def _recollection(kind: str, message_id: int, name: str, page: int, **_: object) -> str:
    if kind != "knowledge":
        return f"message {message_id}"
    return _quoted(name, LONGEST_NAME) + (f" page {page}" if page else "")


def _asked(call: Call) -> str:
    facts = [f"`{call.model}` {OUTCOMES.get(call.outcome, call.outcome)}"]
    if call.usage.total_tokens:
        about = "≈ " if call.usage.estimated else ""
        facts.append(f"{about}{call.usage.prompt_tokens:,} tokens in, {call.usage.completion_tokens:,} out")
    facts += [f"US$ {dollars(call.cost)}", f"{call.latency_ms / 1000:.1f} s"]
    return " · ".join(facts)


def _tool(call: ToolCall, result: ToolResult | None, used: Round) -> str:
    """A tool, what it was given and what it found."""
    asked = {True: ", with leave", False: ", which was not allowed", None: ""}[used.allowed]
    name, given = _quoted(call.name, LONGEST_NAME), _quoted(call.arguments, LONGEST_WORDS)
    if result is None:
        return f"{name} with {given}{asked}: no result"
    failed = "failed: " if result.failed else ""
    return f"{name} with {given}{asked}: {failed}{_quoted(within(result.text), LONGEST_WORDS)}"


def _used(record: RunRecord) -> list[Round]:
    return [step.used for step in record.steps if step.used]


def _tokens(calls: Sequence[Call]) -> str:
    about = "≈ " if any(call.usage.estimated and call.usage.total_tokens for call in calls) else ""
    return f"{about}{sum(call.usage.total_tokens for call in calls):,}"


def _cost(record: RunRecord) -> Decimal:
    return sum((call.cost for call in record.calls), Decimal(0))


def _status(record: RunRecord) -> str:
    status, why = record.run.status.replace("_", " "), record.run.last_error
    return f"{status} ({why})" if why else status


def _quoted(text: str, longest: int) -> str:
    """Somebody's words in one line, as they are written: nothing in them counts as Markdown."""
    line = " ".join(seen(text).split())
    return quoted(line if len(line) <= longest else f"{line[: longest - 1]}…")


COMMANDS = (
    Command(
        "runs",
        "Show how the latest answers were made",
        Act.SEE_RUNS,
        runs,
        (
            Param("number", "Which answer, step by step", Kind.INTEGER, least=1, most=LARGEST),
            leaves.PAGE,
        ),
    ),
)
