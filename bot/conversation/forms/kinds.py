"""Runs whose answer is a form that a model fills in. Another kind is a `RunKind`, and a row of `FORMS`.

A row says what a model is asked (`compose`, with the lines `further` at the end), which form it fills in
(`structured`), and what comes of the form (`answer`): parts of an answer, as a provider would have sent them.
Everything else is as for any run: it is priced, reserved, paid for, kept, stopped, and tried again with
another model. The stand-in fills forms in by their names: `bot/providers/offline/forms.py`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from bot.conversation.forms import extracting, summarizing, titling
from bot.conversation.forms.structured import Form, Structured
from bot.conversation.prompt.window import Asked, Line
from bot.delivery import Place
from bot.messages import ModelFacts, Part
from bot.records import Context
from bot.runs import RunKind

T = TypeVar("T", bound=Form)
W = TypeVar("W")


def once(_so_far: Any, filled: Any, _context: Context, _asked: Asked) -> tuple[Any, None]:
    """One form is all."""
    return filled, None


@dataclass(frozen=True, slots=True)
class FormRun(Generic[T, W]):
    """One such kind. `compose` raises TooLarge, `answer` UserError; the latter's Asked is what the model was
    shown that filled the form in. `doing`: what people see meanwhile. `without`: what is answered when there
    is nothing to ask a model about; nothing: it is asked. `goes_on`: what has come of the forms so far (None:
    none) with another one, and what the next is asked about; None: that was all. `seen`: words that `answer`
    lets people see elsewhere, which are judged before it is called. `progress`: what people see in the place
    of `doing` when some forms are filled in and some are left."""

    structured: Structured[T]
    compose: Callable[[Context, ModelFacts, int, Sequence[Line]], Asked]
    answer: Callable[[W, Context, Asked, Place], Awaitable[Sequence[Part]]]
    doing: str
    without: Callable[[Context], str] = lambda _: ""
    goes_on: Callable[[W | None, T, Context, Asked], tuple[W, Context | None]] = once
    seen: Callable[[W], str] = lambda _: ""
    progress: Callable[[W | None, Context], str] | None = None


FORMS: Final[Mapping[RunKind, FormRun[Any, Any]]] = {
    RunKind.SUMMARIZE: FormRun(
        summarizing.SUMMARY,
        summarizing.compose_summary,
        summarizing.answer_with,
        summarizing.READING,
        summarizing.nothing_heard,
    ),
    RunKind.TITLE: FormRun(
        titling.TITLE,
        titling.compose_title,
        titling.answer_with,
        titling.NAMING,
        titling.nothing_said,
        seen=titling.shown,
    ),
    RunKind.EXTRACT: FormRun(
        extracting.TABLE,
        extracting.compose_table,
        extracting.answer_with,
        extracting.READING,
        extracting.without_material,
        extracting.goes_on,
        progress=extracting.progress,
    ),
}
