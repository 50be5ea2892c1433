"""Answers of a form: a pydantic model says which, an AI fills it in, and may mend once what does not fit."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from bot.conversation.prompt.window import Line
from bot.errors import ProviderError, ProviderGarbled, ProviderRefused
from bot.messages import End, EndReason, Part, Restart, Shape, Text
from bot.misfits import told
from bot.text import unmarked

REPEATED: Final = 8000
"""Characters of an answer that its model is shown again."""

CUT: Final = "it was too long and broke off: be briefer"


class Form(BaseModel):
    """What a whole answer can be: nothing beside the fields. Services want every field required, so none has
    a default."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


T = TypeVar("T", bound=Form)
Says: TypeAlias = Callable[[Sequence[Line]], AsyncGenerator[Part]]
"""What a model answers when these lines stand at the end of what it is asked."""


class Declined(ProviderError):
    """A model will not answer that: no failure, and not asked again."""

    reply = ProviderRefused.reply


class _Misfit(Exception):
    """An answer is not of the form; the words say where."""


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """An answer that is a `form`; `name` is what services call it."""

    name: str
    form: type[T]

    @property
    def shape(self) -> Shape:
        """What a service is told of the form."""
        return Shape(self.name, self.form.model_json_schema(schema_generator=_Plain))

    async def ask(self, says: Says, longest: int) -> T:
        """What a model says, in two rounds at most; of an answer, so many characters are taken. Raises
        Declined, ProviderGarbled when it does not fit the second time either, and what `says` raises."""
        said, reason = await whole(says(()), longest)
        try:
            return self._read(said, reason)
        except _Misfit as misfit:
            wrong = str(misfit)
        mend = f"That does not fit: {wrong}. Answer again with the whole JSON, and with nothing else."
        shown = Line("assistant", unmarked(said[:REPEATED]) or "(nothing)")
        said, reason = await whole(says((shown, Line("user", mend))), longest)
        try:
            return self._read(said, reason)
        except _Misfit:
            raise ProviderGarbled(f"two answers that are no {self.name}") from None

    def _read(self, said: str, reason: EndReason) -> T:
        if reason is EndReason.REFUSAL:
            raise Declined("a model declined")
        if reason is EndReason.LENGTH:
            raise _Misfit(CUT)
        try:
            return self.form.model_validate_json(said.encode("utf-8", "replace"))
        except ValidationError as error:
            raise _Misfit(unmarked(told(error, "the whole"))) from None


async def whole(parts: AsyncGenerator[Part], longest: int) -> tuple[str, EndReason]:
    """All that was said, and why it ended."""
    said, reason = "", EndReason.STOP
    async with aclosing(parts):
        async for part in parts:
            match part:
                case Text(text):
                    said += text
                case Restart():
                    said = ""
                case End(reason):
                    pass
            if len(said) > longest:
                return said[:longest], EndReason.LENGTH
    return said, reason


class _Plain(GenerateJsonSchema):
    """Schemas without titles of fields: they only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
