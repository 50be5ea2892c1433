"""How each family of models wants a conversation written: as data, and what writes it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from bot.http.pictures import data_url
from bot.messages import Picture, Turn
from bot.providers.tgi.harmless import harmless


@dataclass(frozen=True, slots=True)
class Marks:
    """What opens a turn, and what closes it."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Template:
    """A family's way to write. No prompt begins with the token for its beginning: the server's tokenizer
    puts that there. `answer` asks for the answer; `stop`: what ends one, at most four (the server's limit).

    `system` None: the family knows but user and assistant, in turns. What the system says then stands in
    front of what the user says next.
    """

    system: Marks | None
    user: Marks
    assistant: Marks
    answer: str
    stop: tuple[str, ...]


TEMPLATES: Final = {
    "chatml": Template(
        Marks("<|im_start|>system\n", "<|im_end|>"),  # as LLaVA-Next has it: no line break between the turns
        Marks("<|im_start|>user\n", "<|im_end|>"),
        Marks("<|im_start|>assistant\n", "<|im_end|>"),
        "<|im_start|>assistant\n",
        ("<|im_end|>", "<|im_start|>", "<|endoftext|>"),
    ),
    "phi3": Template(
        Marks("<|system|>\n", "<|end|>\n"),
        Marks("<|user|>\n", "<|end|>\n"),
        Marks("<|assistant|>\n", "<|end|>\n"),
        "<|assistant|>",
        ("<|end|>", "<|endoftext|>", "<|user|>"),
    ),
    "llama3": Template(
        Marks("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"),
        Marks("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"),
        Marks("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ("<|eot_id|>", "<|end_of_text|>", "<|start_header_id|>"),
    ),
    "mistral": Template(
        None,
        Marks("[INST] ", " [/INST]"),
        Marks(" ", "</s>"),
        "",
        ("</s>", "[INST]"),
    ),
}
"""By the name that an account's table gives."""


def rendered(template: Template, turns: Sequence[Turn], pictures: int) -> str:
    """The whole conversation as one prompt, with the newest pictures, at most so many."""
    shown = _newest(turns, pictures)
    written = shown if template.system else _alternating(shown)
    return "".join((*(_written(template, turn) for turn in written), template.answer))


def _written(template: Template, turn: Turn) -> str:
    marks = {"system": template.system, "assistant": template.assistant}.get(turn.role) or template.user
    seen = "".join(map(_markdown, turn.pictures))
    return f"{marks.opens}{seen}{harmless(turn.text)}{marks.closes}"


def _markdown(picture: Picture) -> str:
    """A picture as the server finds it in the text: with no word between the brackets."""
    return f"![]({data_url(picture)})\n"


def _newest(turns: Sequence[Turn], pictures: int) -> list[Turn]:
    """The turns without the pictures that are too many."""
    extra = sum(len(turn.pictures) for turn in turns) - pictures
    shown = []
    for turn in turns:
        shown.append(replace(turn, pictures=turn.pictures[extra:]) if extra > 0 and turn.pictures else turn)
        extra -= len(turn.pictures)
    return shown


def _alternating(turns: Sequence[Turn]) -> Iterator[Turn]:
    """User and assistant in turns: what follows on one another without an answer between becomes one."""
    for answers, group in groupby(turns, lambda turn: turn.role == "assistant"):
        said = list(group)
        text = "\n\n".join(turn.text for turn in said if turn.text)
        seen = tuple(picture for turn in said for picture in turn.pictures)
        yield Turn("assistant" if answers else "user", text, seen)
