"""Where an answer's links may lead: to hosts that who asks, tools, files or the operator have named. Pure."""

from collections.abc import Iterator, Sequence

from bot.conversation.moderation.screening import said
from bot.links import Known
from bot.records import Context
from bot.runs import RunKind


def known_to(context: Context, allowed: Sequence[str]) -> Known:
    """What a turn knows as it begins. Of the room's past only what belongs to who asks: another's words, and
    what was answered to them, make no link of theirs."""
    known = Known(allowed)
    known.hear(said(context), *(fact.text for fact in context.facts), *(one.text for one in context.heard))
    known.hear(*(result.text for each in context.rounds for result in each.results))
    known.hear(*recalled(context), *_before(context))
    if context.run.kind is RunKind.CONTINUE:
        known.hear(*context.links)
    return known


def recalled(context: Context) -> Iterator[str]:
    """What has come back for the question, and the addresses of the files among it."""
    for one in context.recalled:
        if one.kind == "knowledge" or one.by == context.question.person.id:
            yield one.text
            yield one.link


def _before(context: Context) -> Iterator[str]:
    """What the same person has written before, and where the answers to that led."""
    for exchange in context.past:
        if exchange.question.person.id == context.question.person.id:
            yield exchange.question.text
            yield from exchange.answer.links if exchange.answer else ()
