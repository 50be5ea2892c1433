"""What people can press in a message on Discord: the links that its own reader makes. Pure."""

import re
from collections.abc import Iterator

ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
CODE = re.compile(
    r"```(?:[a-z0-9_+\-.#]+?\n)?\n*[^\n][\s\S]*?```|(?P<ticks>`+)[\s\S]*?[^`](?P=ticks)(?!`)", re.IGNORECASE
)
LINK = re.compile(
    r"<([a-z][a-z0-9+.-]*:/[^ >]+)>|((?:https?|steam)://[^\s<>]+[^<>.,:;\"'\]\s])", re.IGNORECASE
)
MASKED = re.compile(r"\[(?:[^\[\]\\`]|`[^`]*`)*\]\(\s*<?([a-z]+:[^\s)>]*)", re.IGNORECASE)
STRESS = [
    re.compile(sign)
    for sign in (
        r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b", r"\*(?=\S)((?:\*\*|\\[\s\S]|[^\s*\\]|\s+(?!\*))+?)\*(?!\*)",
        r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)", r"__((?:\\[\s\S]|[^\\])+?)__(?!_)", r"~~([\s\S]+?)~~(?!_)",
        r"\|\|([\s\S]+?)\|\|",
    )
]  # fmt: skip


def pressed(text: str) -> Iterator[str]:
    """The addresses that Discord makes links of."""
    place = 0
    while place < len(text):
        if link := MASKED.match(text, place) or LINK.match(text, place):
            yield next(filter(None, link.groups())).rstrip("`)]*_~|\\!")
            place = link.end()
        elif skipped := ESCAPE.match(text, place) or CODE.match(text, place):
            place = skipped.end()
        elif stress := next(filter(None, (one.match(text, place) for one in STRESS)), None):
            yield from pressed(stress[1])
            place = stress.end()
        else:
            place += 1
