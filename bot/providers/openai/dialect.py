"""One account's dialect: what the services of this wire format do differently, as data."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

import msgspec

from bot.http import Json, decoded
from bot.messages import Need, Style
from bot.settings.options.patterns import by_model

CAPS: Final = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""The two names of the output cap, each with the other."""

FORMS: Final = ("tools", "functions", "prompted")
"""How a model is told of tools: by the parameter of this name, or in words."""

OPTIONAL: Final = frozenset(
    {
        "stream_options",
        *FORMS[:2],
        "tool_choice",
        "function_call",
        "response_format",
        *Style.__dataclass_fields__,
    }
)
"""What a request can do without when a service refuses it: tools and the form of an answer go into words."""

NO_TOOLS: Final = re.compile(
    r".{0,200} does not support (?:tools|function calling)\.?|No endpoints found that support tool use\b.*"
    r'|"auto" tool choice requires --enable-auto-tool-choice\b.*',
    re.DOTALL,
)
"""The whole sentence by which Ollama, OpenRouter and vLLM say that a model knows no tools; no field does."""

THOUGHTS: Final = "reasoning_content"
"""What a message carries that the model has thought."""

NO_THOUGHTS: Final = re.compile(
    r"(?:The|Missing) `?reasoning_content`? .*|thinking is enabled but reasoning_content is missing in .*",
    re.DOTALL,
)
"""How DeepSeek and Moonshot say that they take calls back only with the thoughts that led to them."""

SENTENCES: Final = {"tools": NO_TOOLS, THOUGHTS: NO_THOUGHTS}

NO_SHAPE: Final = "This response_format type is unavailable now"
"""How DeepSeek says that it knows no schemas."""

UNSUPPORTED: Final = frozenset({"unsupported_parameter", "unsupported_value", "unknown_parameter"})
"""Codes of an error that names a parameter which the model does not take at all."""

NEEDS: Final = {
    "gpt-image-*": Need.IMAGE,
    "chatgpt-image-*": Need.IMAGE,
    "dall-e-*": Need.IMAGE,
    "text-embedding-*": Need.EMBEDDING,
    "omni-moderation-*": Need.MODERATION,
    "text-moderation-*": Need.MODERATION,
    "tts-*": Need.SPEECH,
    "gpt-*-tts*": Need.SPEECH,
    "whisper-*": "",
    "gpt-*-transcribe*": "",
    "gpt-realtime*": "",
    "gpt-*-realtime*": "",
    "gpt-audio*": "",
    "gpt-*-audio*": "",
    "sora-*": "",
    "davinci-002": "",
    "babbage-002": "",
}
"""What models are for whose list says no more than their names, by the names that OpenAI gives them and
other services have taken over. Empty: for nothing that Parley does."""

PICTURE_FIELDS: Final = {"count": "n", "size": "size"}

_anything: Final = msgspec.json.Decoder()


class Dialect:
    """Reads an account's options, which `bot.settings.options.openai` describes, and remembers which
    parameters a model has refused while Parley runs."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._refused: dict[str, frozenset[str]] = {}
        self._caps: dict[str, str] = {}
        self._thoughtful: set[str] = set()
        self.model_lists: list[str] = list(options.get("model_lists", ["models"]))
        """The paths that list the models; what a later one says goes above what an earlier one says."""
        self.check_path: str = options.get("check_path", self.model_lists[0])
        self.picture_path: str = options.get("picture_path", "images/generations")
        self.picture_fields: Mapping[str, str | list[str]] = options.get("picture_fields", PICTURE_FIELDS)
        """What the service calls the fields of PictureOptions that it knows."""
        self.picture_extra: Mapping[str, Json] = options.get("picture_extra", {})

    @property
    def strict(self) -> bool:
        """Whether arguments can be promised to fit their schema."""
        return bool(self._options.get("strict", False))

    def tools(self, model: str) -> str:
        """How this model is told of tools, one of FORMS."""
        stated = str(by_model(self._options.get("tools"), model) or FORMS[0])
        return "prompted" if stated in self.refuses(model) else stated

    def thoughts(self, model: str) -> bool:
        """Whether this model wants back what it thought when it asked for tools."""
        return model in self._thoughtful or bool(by_model(self._options.get("thoughts"), model))

    @property
    def nine(self) -> bool:
        """Whether the id of a call has to be nine letters and digits."""
        return bool(self._options.get("nine", False))

    def shapes(self, model: str) -> bool:
        """Whether this model can be held to a schema."""
        return "response_format" not in self.refuses(model)

    @property
    def stream_options(self) -> bool:
        """Whether usage has to be asked for in a stream."""
        return bool(self._options.get("stream_options", True))

    def cap(self, model: str) -> str:
        """What a conversation's output cap is called."""
        stated = by_model(self._options.get("max_tokens_field"), model)
        return self._caps.get(model) or str(stated or "max_tokens")

    def refuses(self, model: str) -> frozenset[str]:
        """The parameters that this model does not take."""
        stated = cast(Iterable[str], by_model(self._options.get("refuses"), model) or ())
        return frozenset(stated) | self._refused.get(model, frozenset())

    def needs(self, model: str) -> frozenset[Need] | None:
        """What a model is for by its name. None: the name says nothing."""
        tables = (self._options.get("needs", {}), NEEDS)
        stated = next((need for table in tables if (need := by_model(table, model)) is not None), None)
        if stated is None:
            return None
        asked = {Need.CHAT, Need.VISION} if stated == Need.VISION else {stated}
        return frozenset(Need(str(need)) for need in asked if need)

    def takes(self, model: str) -> frozenset[str]:
        """The fields of PictureOptions that a model which paints takes."""
        refused = self.refuses(model)
        return frozenset(
            name for name, wire in self.picture_fields.items() if refused.isdisjoint(wire_names(wire))
        )

    def learn(self, model: str, sent: Mapping[str, Json], said: str) -> bool:
        """Remember what a refusal says of a parameter. Whether the request can be made without it."""
        name = unsupported(said)
        if name == THOUGHTS and not self.thoughts(model):
            self._thoughtful.add(model)
            return True
        if name in ("tools", THOUGHTS):  # thoughts that are not enough: then without calls
            name = "functions" if "functions" in sent else "tools"
        if name not in sent:
            return False
        if name in CAPS and model not in self._caps:
            self._caps[model] = CAPS[name]
            return True
        if name in OPTIONAL:
            self._refused[model] = self._refused.get(model, frozenset()) | {name}
            return True
        return False


def wire_names(wire: str | list[str]) -> list[str]:
    """What a field is called on the wire: one name, or two for a width and a height."""
    return [wire] if isinstance(wire, str) else wire


def _told_in_words(sentence: str) -> str:
    """The parameter that a sentence of a service speaks of; empty: it is none that is known."""
    return next((name for name, form in SENTENCES.items() if form.fullmatch(sentence)), "")


def unsupported(said: str) -> str:
    """The parameter that a refusal names as one which is not taken; empty: it names none.

    Of what services fill in themselves the fields are read, of a sentence its first word, or all of one that
    is known: nobody's words can stand in it.
    """
    match decoded(_anything, said.encode()):
        case {"error": {"message": str(told)}} | {"message": str(told)} if name := _told_in_words(told):
            return name
        case {"error": {"message": str(told)}} if told.startswith(NO_SHAPE):
            return "response_format"
        case {"error": {"param": str(name)}} if name.partition(".")[0] == "response_format":
            return "response_format"
        case {"error": {"param": str(name), "code": str(code)}} if code in UNSUPPORTED:
            return name
        case {"error": {"param": str(name), "message": str(told)}} if told.startswith("Unsupported "):
            return name
        case {"detail": [{"type": "extra_forbidden", "loc": [*_, str(name)]}, *_]}:
            return name
        case {"message": {"detail": [{"type": "extra_forbidden", "loc": [*_, str(name)]}, *_]}}:
            return name
        case _:
            return ""
