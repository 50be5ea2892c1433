"""A text's beginning, cut where a page or a paragraph ends. Pure."""

import re
from dataclasses import replace
from typing import Final

from bot.messages import Document

PAGE: Final = re.compile(r"^\[page (\d+)\]$", re.MULTILINE)
"""How a page begins. Only a reader writes it: what looks so in a file is moved in by a blank."""


def marked(number: int, text: str) -> str:
    """A page with its number."""
    own = PAGE.sub(lambda found: f" {found[0]}", text.strip())
    return f"[page {number}]\n{own or '(no text)'}"


def cut(document: Document, at_most: int) -> Document:
    """As much of a document as `at_most` characters hold: whole pages, else paragraphs, else lines."""
    text = document.text
    if len(text) <= at_most:
        return document
    pages = list(PAGE.finditer(text, 0)) if document.pages else []
    ends = [mark.start() for mark in pages if 0 < mark.start() <= at_most]
    if ends:
        kept, read = text[: ends[-1]], len(ends)
    else:
        kept, read = text[: _break(text, at_most)], 0
    return replace(document, text=kept.rstrip(), read=read, whole=False)


def _break(text: str, at_most: int) -> int:
    """Where the last paragraph or line ends, unless most would be lost with it."""
    for end in ("\n\n", "\n", " "):
        if (found := text.rfind(end, at_most // 2, at_most)) > 0:
            return found
    return at_most
