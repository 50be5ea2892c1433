"""Long code as files: a code block that would fill message after message goes out whole. Pure.

Only a block that is closed goes: an answer that broke off inside of one may be gone on with. What is stored,
and what a model sees later, stays the whole text.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from bot.delivery.clusters import units
from bot.delivery.fences import Block, blocks
from bot.messages import Limits, Made

_LANGUAGES: Final = """
    py=python,py,python3 js=javascript,js,node jsx=jsx ts=typescript,ts tsx=tsx java=java kt=kotlin,kt
    swift=swift c=c h=h cpp=cpp,c++ hpp=hpp cs=csharp,c#,cs go=go,golang rs=rust,rs rb=ruby,rb php=php
    lua=lua pl=perl r=r scala=scala dart=dart ex=elixir erl=erlang hs=haskell sh=bash,sh,shell,zsh
    sql=sql css=css scss=scss json=json yaml=yaml yml=yml toml=toml ini=ini xml=xml csv=csv
    md=markdown,md tex=tex,latex diff=diff patch=patch txt=text,txt log=log
"""

ENDINGS: Final = {
    language: ending
    for ending, _, languages in (each.partition("=") for each in _LANGUAGES.split())
    for language in languages.split(",")
}
"""How a file of a language ends. Pages, batch files and programs come as plain text."""

WHOLE: Final = frozenset({"Dockerfile", "Makefile"})
"""Names without an ending."""

MOST: Final = 9
"""Files of one answer."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,63}\.([A-Za-z0-9]{1,5})")
_WORD = re.compile(r"[^\s=:\"'{}(),]+")
_COMMENT = re.compile(r"\s*(?:#|//|--|;|%|/\*|<!--)+\s*(?:file(?:name)?:\s*)?(\S+?)\s*(?:\*/|-->)?\s*")


def attached(text: str, limits: Limits, most: int = MOST) -> tuple[str, tuple[Made, ...]]:
    """The text with a note in place of each code block that is too long to be shown, and the blocks: the
    first `most` of them."""
    if not (limits.code and limits.files):
        return text, ()
    files: list[Made] = []
    told, place = [], 0
    for block in blocks(text, limits.text):
        if not block.closed or len(files) == most:
            continue
        code = _code(text, block)
        if units(code) <= limits.code:
            continue
        name = unused(_named(_info(text, block), code), {one.name for one in files})
        files.append(Made(name, "text/plain", code))
        told += [text[place : block.start], f"`{name}` ({_size(code)}) is attached."]
        place = block.end
    return "".join((*told, text[place:])), tuple(files)


def safe(name: str) -> bool:
    """Whether a name is one for a file of code: no path, one ending, and that a harmless one."""
    found = _NAME.fullmatch(name)
    return name in WHOLE or (found is not None and found[1].lower() in _HARMLESS)


def unused(name: str, taken: Collection[str]) -> str:
    """The name, with a number when there is such a file already."""
    stem, dot, ending = name.partition(".")
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{stem}-{number}{dot}{ending}"
    return found


_HARMLESS: Final = frozenset(ENDINGS.values())


def _size(code: str) -> str:
    lines = len(code.splitlines())
    return f"{lines:,} line{'s' * (lines != 1)}"


def _named(info: str, code: str) -> str:
    """A file's name: as the fence or the first line says, else by its language."""
    stated = next((name for name in _stated(info, code) if safe(name)), "")
    language = (info.split() or [""])[0].lower().partition(":")[0].strip("{}.")
    return stated or f"code.{ENDINGS.get(language, 'txt')}"


def _stated(info: str, code: str) -> Iterator[str]:
    """What may be meant as a name."""
    yield from (word for word in _WORD.findall(info) if "." in word or word in WHOLE)
    for line in code.splitlines()[:1]:
        if found := _COMMENT.fullmatch(line):
            yield found[1]


def _info(text: str, block: Block) -> str:
    """What stands behind a block's fence."""
    return text[block.start : block.body].strip().lstrip("`~").strip()


def _code(text: str, block: Block) -> str:
    """What stands between the fences, without their own indentation."""
    indent = len(block.closer) - len(block.closer.lstrip())
    lines = text[block.body : block.closing].splitlines(keepends=True)
    return "".join(line[indent:] if not line[:indent].strip() else line for line in lines)
