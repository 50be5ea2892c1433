"""What the writing of an answer came to, however it ended."""

import asyncio
from dataclasses import replace

import structlog

from bot.conversation.answer.outcomes import LATE, STOPPED, TOO_LONG, broken, code_of, cut_by, defect, used
from bot.conversation.answer.painting import asked_of, caption
from bot.conversation.answer.requests import MOST_PICTURES
from bot.conversation.answer.using import Parked
from bot.conversation.answer.writing import Writing, joined
from bot.conversation.moderation.screening import Filtered
from bot.conversation.spending.meter import Meter
from bot.conversation.turn import concealed
from bot.conversation.turn.planning import Plan
from bot.conversation.turn.writer import Writer
from bot.errors import BotError, ProviderRefused, ProviderTimeout
from bot.messages import EndReason, PictureRef
from bot.ports import Clock
from bot.records import Outcome, Started
from bot.runs import RunKind, RunStatus

log = structlog.get_logger()


def concluded(
    started: Started[Plan], task: asyncio.Task[None], writer: Writer, meter: Meter, clock: Clock
) -> Outcome:
    """What the writing came to."""
    writing = writer.writing
    concealed.note(started.context.run.id, "out", (writing.text[len(writing.before) :],))
    model = meter.attempt.model.id if meter.attempt else ""
    told = replace(started.plan, context=writer.context).told(model, writing.sight, len(writing.pictures))
    done = Outcome(
        RunStatus.COMPLETED,
        writing.text,
        notice=joined(f"{used(writer.using.names)} {told}".strip(), writer.sources),
        pictures=_pictures(started, writer),
        files=tuple(writing.files),
        model=model,
        sight=writing.sight,
        voice=writing.voice,
    )
    if task.cancelled() or isinstance(task.exception(), Parked):
        return replace(done, status=RunStatus.CANCELLED, notice=STOPPED)
    match task.exception():
        case TimeoutError():
            return broken(done, "deadline", ProviderTimeout.reply, LATE)
        case Filtered() as exc:
            return broken(done, exc.code, exc.reply, exc.rest)
        case BotError() as exc:
            log.warning("turn failed", run=started.context.run.id, kind=type(exc).__name__, error=str(exc))
            return broken(done, code_of(exc), exc.reply, cut_by(exc))
        case BaseException() as exc:
            return defect(done, exc)
    if writing.reason is EndReason.REFUSAL and not (writing.written or writing.pictures):
        return broken(done, "refusal", ProviderRefused.reply)
    if writing.reason is EndReason.LENGTH:
        notice = f"{TOO_LONG} {done.notice}".rstrip()
        return replace(done, status=RunStatus.INCOMPLETE, notice=notice, incomplete="max_tokens")
    return replace(done, text=writing.text or _caption(started, writing, meter, clock))


def painted(writer: Writer) -> tuple[PictureRef, ...]:
    """What was painted for an answer."""
    return (*writer.writing.pictures, *writer.using.pictures)


def _pictures(started: Started[Plan], writer: Writer) -> tuple[PictureRef, ...]:
    """What the answer shows: what it is to be continued from, what was asked for, what tools have painted."""
    context = started.context
    before = context.pictures if context.run.kind is RunKind.CONTINUE else ()
    found = (*before, *writer.writing.pictures, *writer.using.pictures)
    return tuple(one for one in found if one.sha256 not in writer.writing.held)[:MOST_PICTURES]


def _caption(started: Started[Plan], writing: Writing, meter: Meter, clock: Clock) -> str:
    """What stands under a picture."""
    context, attempt = started.context, meter.attempt
    if context.run.kind is not RunKind.IMAGINE or attempt is None:
        return ""
    options = asked_of(attempt.model, context.run)
    seed = options.seed if writing.seed is None else writing.seed
    seconds = clock.monotonic() - attempt.began
    return caption(context.question.text, attempt.model.id, options, seed, seconds)
