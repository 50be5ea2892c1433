"""Texts that people and models wrote, with nothing in them that a tokenizer or the server would obey. Pure.

A space is put behind the first character of every special token: it stays readable, and unlike a deletion it
can bring nothing together that was apart, so that doing it again changes nothing. No token holds a space,
and unlike an invisible character no normalisation takes it away. Tokens of all families count: what the
server runs is only known from what its operator says.
"""

import re
from typing import Final

_UNSEEN: Final = r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*+"
"""What a tokenizer's normalisation may drop before it looks for tokens."""

_SPELT: Final = (
    *("<s>", "</s>", "<unk>", "<pad>", "<bos>", "<eos>", "<mask>", "<<SYS>>", "<</SYS>>"),
    *("<image>", "<img>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"),
    *("<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>"),
    *("[INST]", "[/INST]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
    *("[TOOL_CALLS]", "[TOOL_CONTENT]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[IMG]", "[IMG_BREAK]"),
    *("[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]", "[THINK]", "[/THINK]"),
)
"""Tokens that are no more than a word in brackets."""

_BARRED: Final = rf"[<＜﹤](?={_UNSEEN}[|｜]{_UNSEEN}[\w/])"
"""The beginning of every token such as <|im_end|>, in full-width characters too. A pipe of F# has a space."""

_PICTURE: Final = r"!(?=\[[^\]\n]{0,200}\]\()"
"""A picture in Markdown: the server would fetch its address, whoever wrote it."""


def _opening(token: str) -> str:
    """A pattern for the first character of a token, when the others follow."""
    first, *others = map(re.escape, token)
    return f"{first}(?={''.join(_UNSEEN + other for other in others)})"


_OBEYED: Final = re.compile("|".join((_BARRED, *map(_opening, _SPELT), _PICTURE)))
_OPENERS: Final = "<＜﹤[!"


def harmless(text: str) -> str:
    """The text with every special token and every picture of it broken, still readable."""
    if not any(opener in text for opener in _OPENERS):
        return text
    return _OBEYED.sub(r"\g<0> ", text)
