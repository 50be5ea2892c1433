"""HTML in what a model writes: no platform reads it, and it goes where it is not code. Pure.

Only tags that are known as such: `a < b`, `<int>`, `List<a>` and `<your name>` are words. A text that grows
only grows here, too: what may yet become a tag, or stand in code, waits until that is known.
"""

import re
from typing import Final

_ALONE: Final = (
    r"a|b|i|u|s|p|em|strong|del|ins|sub|sup|small|big|font|center|pre|code|kbd|samp|div|span|img|iframe|script|"
    r"style|h[1-6]|hr|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|th|td|blockquote|details|summary|html|head|body|"
    r"svg|video|audio|picture|figure|figcaption|tg-[a-z]{1,20}"
)
"""Tags that mean nothing else, be they without attributes."""
_GIVEN: Final = (
    "link|meta|base|form|input|button|object|embed|source|param|track|area|map|canvas|image|label|textarea"
)
"""Those that are words unless they have some."""
_ANY: Final = f"{_ALONE}|{_GIVEN}"
_VALUE: Final = r"""(?:"[^"\n]{0,4000}+"|'[^'\n]{0,4000}+'|[^\s"'<>]{1,4000}+)"""
_ATTRIBUTE: Final = rf"(?:[\s/]++[a-z][a-z0-9:_\-]*+(?:\s*+=\s*+{_VALUE})?+)"
_TAG: Final = re.compile(
    rf"</(?:{_ANY})\s*>"
    rf"|(?:(?<!\w)|(?=<[a-z][a-z0-9\-]))<(?:{_ALONE})[\s/]*+>"  # of one letter, behind a word: List<a>
    rf"|<(?:{_ANY})(?=[\s/][^<>=]*=){_ATTRIBUTE}++[\s/]*+>",
    re.IGNORECASE,
)
_HALF: Final = re.compile(
    rf"</?(?P<name>(?:[a-z][a-z0-9\-]{{0,23}})?)"
    rf"""(?P<rest>{_ATTRIBUTE}*+(?:\s*=\s*(?:"[^"\n]{{0,4000}}|'[^'\n]{{0,4000}})?|[\s/]*))$""",
    re.IGNORECASE,
)
_KNOWN: Final = re.compile(_ANY, re.IGNORECASE)
_NAMES: Final = _ANY.replace("h[1-6]", "h1|h2|h3|h4|h5|h6").replace("[a-z]{1,20}", "").split("|")
_PARTS: Final = re.compile(
    r"\\[^\w\s]"
    r"|^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<mark>```+|~~~+)[^`\n]*+(?P<line>\n|\Z)?"
    r"|(?P<ticks>`+)"
    r"|<",
    re.MULTILINE,
)
_ROUNDS: Final = 8
"""Tags may stand in each other, and be one when the inner one is gone: so deep; deeper ones are words."""


def bare(text: str, *, whole: bool = True) -> str:
    """The text without tags outside of code. Not `whole`: it goes on, and its end may be kept back."""
    for _ in range(_ROUNDS):
        before, text = text, _once(text, whole=whole) if "<" in text else text
        if text == before:
            break
    return text


def _once(text: str, *, whole: bool) -> str:
    kept, done, place, doubtful = list[str](), 0, 0, False
    while found := _PARTS.search(text, place):
        place = found.end()
        if found[0] == "<":
            tag = _TAG.match(text, found.start())
            if tag and not doubtful:
                kept.append(text[done : found.start()])
                done = place = tag.end()
            elif tag or (not whole and _may_become(text, found.start())):
                return "".join(kept) + text[done : found.start()]
        elif found["line"] == "\n":
            place = _closed(text, place, found["mark"])
        elif ticks := found["ticks"] or found["mark"]:
            place = found.start() + found[0].index(ticks) + len(ticks)
            end = _paired(text, place, ticks)
            sure = whole or 0 <= end < len(text) or "\n\n" in text[place:]
            doubtful = doubtful or not sure
            place = end if sure and end >= 0 else place
    return "".join(kept) + text[done:]


def _closed(text: str, place: int, mark: str) -> int:
    """Where a block of code ends: with its text, when nothing closes it."""
    line = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
    found = line.search(text, place)
    return found.end() if found else len(text)


def _paired(text: str, place: int, ticks: str) -> int:
    """Where code in a line ends that so many backticks begin; -1: nothing ends it in its paragraph."""
    end = text.find("\n\n", place)
    found = re.compile(rf"(?<!`){ticks}(?!`)").search(text, place, len(text) if end < 0 else end)
    return found.end() if found else -1


def _may_become(text: str, place: int) -> bool:
    """Whether what begins here and ends with the text is the beginning of a tag."""
    if (half := _HALF.match(text, place)) is None:
        return False
    name = half["name"].lower()
    if half["rest"]:
        return _KNOWN.fullmatch(name) is not None
    return name.startswith("tg-") or any(one.startswith(name) for one in _NAMES)
