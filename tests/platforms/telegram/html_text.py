"""`parse_mode=HTML`: Telegram's few tags."""

import html
import re
from typing import NamedTuple

from tests.platforms.telegram.refusals import unparsed
from tests.platforms.telegram.units import Builder, Formatted

SIMPLE = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = {*SIMPLE, "a", "code", "pre", "blockquote", "tg-emoji"}

TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)([^<>]*)>")
ATTRIBUTE = re.compile(r"""([a-zA-Z0-9-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
TEXT = re.compile(r"[^<&]+")
MENTION = re.compile(r"tg://user\?id=(\d+)")


class Opened(NamedTuple):
    """A tag that waits for its end."""

    tag: str
    attributes: dict[str, str]
    since: int


def parse_html(source: str) -> Formatted:
    """A text with tags. Raises Refused, naming the byte."""
    built, opened, at = Builder(), list[Opened](), 0
    while at < len(source):
        if found := TEXT.match(source, at):
            built.add(found[0])
        elif found := REFERENCE.match(source, at):
            built.add(html.unescape(found[0]))
        elif source[at] == "&":
            built.add("&")
            at += 1
            continue
        else:
            found = _tag(source, at, built, opened)
        at = found.end()
    if opened:
        raise unparsed(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return built.done()


def _tag(source: str, at: int, built: Builder, opened: list[Opened]) -> re.Match[str]:
    place = len(source[:at].encode())
    found = TAG.match(source, at)
    if found is None:
        raise unparsed(f"Unclosed start tag at byte offset {place}")
    tag = found[2].lower()
    if found[1]:
        _end(tag, place, built, opened)
        return found
    if tag not in TAGS:
        raise unparsed(f'Unsupported start tag "{tag}" at byte offset {place}')
    attributes = {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in ATTRIBUTE.findall(found[3])
    }
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
    opened.append(Opened(tag, attributes, built.at))
    return found


def _end(tag: str, place: int, built: Builder, opened: list[Opened]) -> None:
    if not opened:
        raise unparsed(f"Unexpected end tag at byte offset {place}")
    begun = opened.pop()
    if tag and tag != begun.tag:
        raise unparsed(
            f'Unmatched end tag at byte offset {place}, expected "</{begun.tag}>", found "</{tag}>"'
        )
    match begun.tag:
        case "a":
            mark_link(built, begun.since, begun.attributes.get("href", ""))
        case "code":
            language = begun.attributes.get("class", "").removeprefix("language-")
            built.mark("code", begun.since, **({"language": language} if language else {}))
        case "pre":
            language = built.take_inner_code(begun.since)
            built.mark("pre", begun.since, **({"language": language} if language else {}))
        case "blockquote":
            kind = "expandable_blockquote" if "expandable" in begun.attributes else "blockquote"
            built.mark(kind, begun.since)
        case "tg-emoji":
            built.mark("custom_emoji", begun.since, custom_emoji_id=begun.attributes.get("emoji-id", ""))
        case simple:
            built.mark(SIMPLE[simple], begun.since)


def mark_link(built: Builder, since: int, target: str) -> None:
    """A link, or the mention of somebody by number; without a target nothing."""
    if person := MENTION.fullmatch(target):
        user = {"id": int(person[1]), "is_bot": False, "first_name": built.since(since)}
        built.mark("text_mention", since, user=user)
    elif target:
        built.mark("text_link", since, url=target if "://" in target else f"http://{target}/")
