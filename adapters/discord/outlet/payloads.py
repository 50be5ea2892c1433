"""Messages as Discord takes them. Pure.

Every one forbids every mention and every preview: Discord forgets both with each edit that does not say so.
"""

from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from adapters.discord.asking.faults import Blocked
from adapters.discord.outlet.buttons import rows
from adapters.discord.words.safety import safe
from bot.delivery.clusters import units
from bot.errors import Refused
from bot.http import File
from bot.messages import Address, Made, Post
from bot.records import Drawing

SUPPRESS_EMBEDS: Final = 1 << 2
EPHEMERAL: Final = 1 << 6
EDITABLE: Final = ("content", "allowed_mentions", "flags", "components", "attachments")
"""What of a message's body can be sent with a change, too."""
LONGEST: Final = 2000
"""UTF-16 units of a message."""
NONCE: Final = 25
"""Characters of the longest nonce."""

BLOCKED: Final = "This server's AutoMod did not let my answer through."
NO_FILES: Final = (
    "I may not attach files here, so I can't show the picture. Please ask a moderator to allow it."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message's body, and the files that go with it."""

    body: dict[str, Any] = field(repr=False)
    files: Sequence[File] = ()

    def with_(self, **more: Any) -> "Draft":
        """The same with further fields."""
        return replace(self, body=self.body | more)


def draft(post: Post, files: Sequence[File], kept: Sequence[str]) -> Draft:
    """A post. `kept`: ids of attachments that the message has already; all others go."""
    named = [{"id": str(number), "filename": file.name} for number, file in enumerate(files)]
    body = {
        "content": _content(post),
        "allowed_mentions": {"parse": []},
        "flags": SUPPRESS_EMBEDS,
        "components": rows(post.actions),
        "attachments": [{"id": one} for one in kept] + named,
    }
    return Draft(body, files)


def _content(post: Post) -> str:
    """Its words; addresses that are no links lose their beginning where there is no room for marks."""
    content = safe(post.text, post.links)
    return content if units(content) <= LONGEST else safe(post.text, post.links, tight=True)


def described(made: Draft, drawing: Drawing | None) -> Draft:
    """With what the drawing says to whoever does not see it."""
    if drawing is None:
        return made
    named = [
        one | ({"description": drawing.about} if one["filename"] == drawing.name else {})
        for one in made.body["attachments"]
    ]
    return Draft(made.body | {"attachments": named}, made.files)


def reply(message: str) -> dict[str, Any]:
    """That it answers a message, should that still be there."""
    return {"message_reference": {"message_id": message, "fail_if_not_exists": False}} if message else {}


def once(to: Address, nonce: str) -> dict[str, Any]:
    """That it shall be there once, however often it is sent: Discord remembers for some minutes. The address
    is part of it, for a database that is begun anew counts from one again."""
    digest = sha256(f"{to.key}\n{to.reply_to}\n{nonce}".encode()).digest()
    return {"nonce": b32encode(digest).decode()[:NONCE], "enforce_nonce": True}


def shows(said: Mapping[str, Any], made: Draft) -> bool:
    """Whether a message of Discord's is as it was sent: its words, its buttons, and its files by number."""
    words = said.get("content", "").strip() == made.body["content"].strip()
    files = len(said.get("attachments") or ()) == len(made.body["attachments"])
    return words and files and _buttons(said.get("components") or ()) == _buttons(made.body["components"])


def brings(post: Post) -> tuple[str, ...]:
    """What tells a post's pictures and files from others: each by its content."""
    files = (sha256(f"{one.name}\n{one.text}".encode("utf-8", "replace")).hexdigest() for one in post.files)
    return (*(picture.sha256 for picture in post.pictures), *files)


def _buttons(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [button["custom_id"] for row in rows for button in row["components"]]


def instead(post: Post, why: Refused) -> Post | None:
    """What is said in place of a final post that Discord does not take; None: nothing."""
    if not post.final:
        return None
    if isinstance(why, Blocked):
        return replace(post, text=BLOCKED, pictures=(), files=())
    if post.files:
        return replace(post, text=_beside(post.text, _not_sent(post.files)), pictures=(), files=())
    return replace(post, text=NO_FILES, pictures=()) if post.pictures else None


def _not_sent(files: Sequence[Made]) -> str:
    named = ", ".join(f"`{one.name}`" for one in files)
    return f"I may not attach files here, so I can't send {named}. Please ask a moderator to allow it."


def _beside(text: str, more: str) -> str:
    """Words, and some more where there is room for them."""
    both = f"{text}\n\n{more}".strip()
    return both if units(both) <= LONGEST else more
