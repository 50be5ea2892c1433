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

_BARRED: Final = rf"[|｜]{_UNSEEN}[\w/]"
"""What makes every token such as <|im_end|> one, in full-width characters too. A pipe of F# has a space."""

_PICTURE: Final = r"(?<=!)(?=\[)(?!\[[^\]!]*\](?!\())"
"""A picture in Markdown: the server would fetch its address, whoever wrote it. Some versions look for the end
of its title in all that follows: what is left alone closes its bracket, with no address behind that."""


def _any_of(opener: str, *rests: str) -> str:
    """Where the first character of a token is behind us, or such a one with any of `rests` after it."""
    spelt = (map(re.escape, token[1:]) for token in _SPELT if token[0] in opener)
    return f"(?<=[{re.escape(opener)}])(?={_UNSEEN}(?:{'|'.join((*rests, *map(_UNSEEN.join, spelt)))}))"


_OPENERS: Final = "<＜﹤[!"
_OBEYED: Final = re.compile(
    f"[{re.escape(_OPENERS)}](?:{_any_of('<＜﹤', _BARRED)}|{_any_of('[')}|{_PICTURE})"
)  # first a plain set of characters: what a search can skip to


def harmless(text: str) -> str:
    """The text with every special token and every picture of it broken, still readable."""
    if not any(opener in text for opener in _OPENERS):
        return text
    return _OBEYED.sub(lambda opener: f"{opener[0]} ", text)  # ten times as fast as a template
