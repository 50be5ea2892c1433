"""How an answer came about, as JSON. Pure."""

from dataclasses import asdict
from decimal import Decimal
from itertools import zip_longest

from adapters.web.api.entries import Json, time_json
from bot.governance.personas import parsed
from bot.messages import Price, RunOptions, ToolCall, ToolResult
from bot.records import Call, Round, RunRecord, RunStep
from bot.strangers import within


def run_json(record: RunRecord) -> Json:
    """A run with its steps in order, and the sums over all its calls, failed ones included."""
    run = record.run
    return {
        "id": run.id,
        "status": run.status,
        "kind": run.kind,
        "model": run.model,
        "chosen": _chosen(run.options),
        "steps": [_call(each) if isinstance(each, Call) else _step(each) for each in record.in_order],
        "usage": _usage(record.calls),
        "attempts": run.attempts,
        "last_error": run.last_error or None,
        "incomplete_details": {"reason": run.incomplete} if run.incomplete else None,
        "created_at": time_json(run.created_at),
        "started_at": time_json(run.started_at),
        "ended_at": time_json(run.ended_at),
    }


def used_json(record: RunRecord, step_id: int) -> list[Json]:
    """The calls of one round of tools, for everybody in the room: which, and how they went. What they were
    asked and what they found is for those who may see the run."""
    run = record.run
    about = {"run_id": run.id, "message_id": run.answer_id or run.question_id, "step_id": step_id}
    return [
        about | {"id": call.id, "name": call.name, "failed": result.failed if result else None}
        for step in record.steps
        if step.id == step_id and step.used
        for call, result in _calls(step.used)
    ]


def _chosen(options: RunOptions) -> Json:
    """What its person chose for this answer alone."""
    chosen = {
        "model": options.model,
        "persona": parsed(options.persona or "").text,
        "style": options.style,
        "instructions": options.instructions,
    }
    return {name: value for name, value in chosen.items() if value}


def _step(step: RunStep) -> Json:
    """A message written, or tools used; of a kind that is not known here, all there is."""
    about = {"type": step.kind, "at": time_json(step.at)}
    if step.used is None:
        return about | step.detail
    calls = [
        {"id": call.id, "name": call.name, "arguments": call.arguments, "result": _result(result)}
        for call, result in _calls(step.used)
    ]
    return about | {"text": step.used.text, "allowed": step.used.allowed, "calls": calls}


def _calls(used: Round) -> list[tuple[ToolCall, ToolResult | None]]:
    """Each call with what came of it; None: nobody knows yet."""
    return list(zip_longest(used.calls, used.results[: len(used.calls)]))


def _result(result: ToolResult | None) -> Json | None:
    return {"text": within(result.text), "failed": result.failed} if result else None


def _call(call: Call) -> Json:
    """A model that was asked, be it in vain. Money in US dollars, times in milliseconds."""
    return {
        "type": "model_call",
        "at": time_json(call.at),
        "model": call.model,
        "outcome": call.outcome,
        "prompt_tokens": call.usage.prompt_tokens,
        "completion_tokens": call.usage.completion_tokens,
        "estimated": call.usage.estimated,
        "pictures": call.pictures,
        "price": _price(call.price),
        "cost": float(call.cost),
        "latency_ms": call.latency_ms,
        "first_token_ms": call.first_token_ms,
    }


def _price(price: Price | None) -> Json | None:
    """Of a token and of a picture; None: unknown."""
    return None if price is None else {name: float(value) for name, value in asdict(price).items()}


def _usage(calls: tuple[Call, ...]) -> Json:
    return {
        "prompt_tokens": sum(call.usage.prompt_tokens for call in calls),
        "completion_tokens": sum(call.usage.completion_tokens for call in calls),
        "total_tokens": sum(call.usage.total_tokens for call in calls),
        "cost": float(sum((call.cost for call in calls), Decimal(0))),
    }
