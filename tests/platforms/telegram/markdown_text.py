"""`parse_mode=MarkdownV2`."""

import re
from typing import NamedTuple

from tests.platforms.telegram.html_text import mark_link
from tests.platforms.telegram.refusals import Refused, unparsed
from tests.platforms.telegram.units import Builder, Formatted

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
PAIRS = {"*": "bold", "__": "underline", "_": "italic", "~": "strikethrough", "||": "spoiler"}
LANGUAGE = re.compile(r"([^\s`]*)\n")
NAMES = {"text_link": "Link", "pre": "Pre", "code": "Code", "custom_emoji": "CustomEmoji"}


class Opened(NamedTuple):
    """What waits for its end."""

    kind: str
    ends: str
    since: int
    place: int
    language: str = ""


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.built = Builder()
        self.opened: list[Opened] = []
        self.quoted: int | None = None

    def parse(self) -> Formatted:
        while self.at < len(self.source):
            self._step()
        if self.opened:
            last = self.opened[-1]
            name = NAMES.get(last.kind, last.kind.title())
            raise unparsed(f"Can't find end of {name} entity at byte offset {last.place}")
        self._end_quote()
        return self.built.done()

    @property
    def place(self) -> int:
        return len(self.source[: self.at].encode())

    @property
    def verbatim(self) -> bool:
        return bool(self.opened) and self.opened[-1].kind in {"code", "pre"}

    def here(self, marker: str) -> bool:
        return self.source.startswith(marker, self.at)

    def _step(self) -> None:
        character = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        if character == "\\" and following and ord(following) < 127:
            self._take(following, 2)
        elif self.opened and self.here(self.opened[-1].ends) and not self._longer():
            self._end()
        elif character == "\n":
            self._line()
        elif character not in RESERVED or self.verbatim:
            self._take(character, 1)
        else:
            self._begin(character)

    def _take(self, text: str, length: int) -> None:
        self.built.add(text)
        self.at += length

    def _longer(self) -> bool:
        """Whether an underline begins or ends where only italic could end."""
        return self.opened[-1].ends == "_" and self.here("__")

    def _line(self) -> None:
        if self.quoted is not None and not self.source.startswith(">", self.at + 1):
            self._end_quote()
            self._take("\n", 1)
        else:
            self._take("\n", 2 if self.quoted is not None else 1)

    def _end_quote(self, kind: str = "blockquote") -> None:
        if self.quoted is not None:
            self.built.mark(kind, self.quoted)
            self.quoted = None

    def _begin(self, character: str) -> None:
        begins_line = self.at == 0 or self.source[self.at - 1] == "\n"
        if character == ">" and begins_line and self.quoted is None:
            self.quoted = self.built.at
            self.at += 1
        elif (
            self.quoted is not None
            and self.here("||")
            and self.source[self.at + 2 : self.at + 3] in ("", "\n")
        ):
            self._end_quote("expandable_blockquote")
            self.at += 2
        elif self.here("```"):
            found = LANGUAGE.match(self.source, self.at + 3)
            self._open("pre", "```", 3 + len(found[0] if found else ""), found[1] if found else "")
        elif character == "`":
            self._open("code", "`", 1)
        elif character == "[":
            self._open("text_link", "]", 1)
        elif self.here("!["):
            self._open("custom_emoji", "]", 2)
        elif marker := next((one for one in ("__", "||", "_", "*", "~") if self.here(one)), ""):
            self._open(PAIRS[marker], marker, len(marker))
        else:
            raise self._reserved(character)

    def _reserved(self, character: str) -> Refused:
        return unparsed(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def _open(self, kind: str, ends: str, length: int, language: str = "") -> None:
        self.opened.append(Opened(kind, ends, self.built.at, self.place, language))
        self.at += length

    def _end(self) -> None:
        done = self.opened.pop()
        self.at += len(done.ends)
        match done.kind:
            case "pre":
                self.built.mark("pre", done.since, **({"language": done.language} if done.language else {}))
            case "text_link":
                mark_link(self.built, done.since, self._target())
            case "custom_emoji":
                self.built.mark("custom_emoji", done.since, custom_emoji_id=self._target().rpartition("=")[2])
            case kind:
                self.built.mark(kind, done.since)

    def _target(self) -> str:
        """The parenthesis after a link's text; none: no link."""
        if not self.here("("):
            return ""
        place, target = self.place, ""
        self.at += 1
        while not self.here(")"):
            if self.at >= len(self.source):
                raise unparsed(f"Can't find end of a URL at byte offset {place}")
            self.at += 1 if self.here("\\") else 0
            target += self.source[self.at : self.at + 1]
            self.at += 1
        self.at += 1
        return target


def parse_markdown(source: str) -> Formatted:
    """A text in MarkdownV2. Raises Refused."""
    return _Parser(source).parse()
