"""A model's Markdown as Telegram shows it: words, and entities beside them. Pure."""

from dataclasses import replace
from typing import Final

from telegramify_markdown import convert
from telegramify_markdown.config import RenderConfig

from adapters.telegram.words.marks import Change, Mark, Marked, said, spliced, tidied
from adapters.telegram.words.safety import clean, plainly, safe
from adapters.telegram.words.said import Said
from adapters.telegram.words.source import DOLLAR, understood
from bot.delivery.clusters import clipped, shows, units
from bot.unseen import seen, unseen

__all__ = ["CAPTION", "TEXT", "Said", "plain", "rendered"]

TEXT: Final = 4096
CAPTION: Final = 1024
"""UTF-16 units that Telegram takes in a message, and beside a picture."""


def _config() -> RenderConfig:
    """Nobody else's: the library's own is shared by the whole process."""
    config = RenderConfig.isolated()
    symbol = config.markdown_symbol
    symbol.heading_level_1 = symbol.heading_level_2 = symbol.heading_level_3 = symbol.heading_level_4 = ""
    symbol.unordered_list_item = "•"
    symbol.task_completed, symbol.task_uncompleted = "☑", "☐"
    symbol.horizontal_rule = "———"
    return config


_CONFIG: Final = _config()


def rendered(markdown: str, at_most: int = TEXT, links: frozenset[str] | None = None) -> Said:
    """The text with its entities, at most so many UTF-16 units. One that grows beyond them is shown with
    less decoration, and at last as it was written. `links`: the hosts that it may lead to, None: any."""
    source = clean(markdown)
    for tight in (False, True):
        marked = _marked(source, tight=tight)
        shown = said(safe(marked, links))
        if units(shown.text) <= at_most and shows(shown.text):
            return replace(shown, links=links)
    bare = plainly(marked.text, links, longer=False)
    return Said(bare) if units(bare) <= at_most and shows(bare) else plain(source, at_most, links)


def plain(text: str, at_most: int | None = None, links: frozenset[str] | None = None) -> Said:
    """The words as they are, and nothing in them that anybody could press but addresses, of `links` alone
    where these are given. `at_most`: UTF-16 units, beyond which they end with dots."""
    words = plainly(text, links).strip()
    if at_most is not None and units(words) > at_most:
        words = clipped(plainly(text, links, longer=False).strip(), at_most)
    return Said(words)


def _marked(source: str, *, tight: bool) -> Marked:
    text, entities = convert(understood(source, tight=tight), latex_escape=False, config=_CONFIG)
    places = _places(text)
    marks = [
        Mark(
            one.type,
            places[one.offset],
            places[one.offset + one.length],
            url=seen(one.url or ""),
            language=_language(one.language or ""),
        )
        for one in entities
    ]
    marked = Marked(text.replace(DOLLAR, "$"), tuple(marks))
    return tidied(spliced(marked, [Change(*place, "") for place in unseen(text)]))


def _language(named: str) -> str:
    """A code block's language, as far as it can be one."""
    word = named.split()[0] if named.split() else ""
    return word if len(word) <= 32 and word.isascii() else ""


def _places(text: str) -> dict[int, int]:
    """For each place in UTF-16 units where a character begins, or the text ends: the character's."""
    found, wide = {0: 0}, 0
    for place, char in enumerate(text, 1):
        wide += 2 if char > "\uffff" else 1
        found[wide] = place
    return found
