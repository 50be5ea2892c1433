"""Runs whose answer is a form that a model fills in. Another kind is a `RunKind`, and a row of `FORMS`.

A row says what a model is asked (`compose`, with the lines `further` at the end), which form it fills in
(`structured`), and what comes of the form (`answer`): parts of an answer, as a provider would have sent them.
Everything else is as for any run: it is priced, reserved, paid for, kept, stopped, and tried again with
another model. The stand-in fills forms in by their names: `bot/providers/offline/forms.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from bot.conversation import summarizing
from bot.conversation.structured import Form, Structured
from bot.conversation.window import Asked, Line
from bot.delivery import Place
from bot.messages import ModelFacts, Part
from bot.records import Context
from bot.runs import RunKind

T = TypeVar("T", bound=Form)


@dataclass(frozen=True, slots=True)
class FormRun(Generic[T]):
    """One such kind. `compose` raises TooLarge, `answer` UserError; the latter's Asked is what the model was
    shown that filled the form in. `doing`: what people see meanwhile. `without`: what is answered when there
    is nothing to ask a model about; nothing: it is asked."""

    structured: Structured[T]
    compose: Callable[[Context, ModelFacts, int, Sequence[Line]], Asked]
    answer: Callable[[T, Context, Asked, Place], Awaitable[Sequence[Part]]]
    doing: str
    without: Callable[[Context], str] = lambda _: ""


FORMS: Final[Mapping[RunKind, FormRun[Any]]] = {
    RunKind.SUMMARIZE: FormRun(
        summarizing.SUMMARY,
        summarizing.compose_summary,
        summarizing.answer_with,
        summarizing.READING,
        summarizing.nothing_heard,
    ),
}
