"""Messages as JSON. Pure."""

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

from adapters.web.outlet.outlet import LIMITS, Screen
from bot.delivery.posts import worded
from bot.delivery.split import pieces
from bot.links import Known
from bot.messages import MadeRef, PictureRef
from bot.records import Entry
from bot.runs import RunStatus
from bot.unseen import visible

Json = dict[str, Any]


def entry_json(entry: Entry, screens: Mapping[str, Screen], place: int = 0) -> Json:
    """One whole message. While its answer is written, its words are those on the screen."""
    live = _live(entry, screens)
    return {
        "id": entry.id,
        "author": entry.author.name,
        "author_id": entry.author.id,
        "role": entry.role,
        "text": _words(live) if live else _shown(entry),
        "notice": _notice(entry),
        "links": links_json(_led(live) if live else entry.links),
        "pictures": [picture_json(picture) for picture in entry.pictures],
        "files": list(entry.documents),
        "made": [made_json(entry, place, one) for place, one in enumerate(entry.made)],
        "posts": [{"id": post_id, "text": text} for post_id, text in _posts(entry, live).items()],
        "run": _entry_run(entry, place),
        "question_id": entry.question_id,
        "created_at": time_json(entry.created_at),
        "edited_at": time_json(entry.edited_at),
        "actions": [action.verb for action in entry.actions],
    }


def run_brief(run_id: int, status: RunStatus, kind: str, place: int) -> Json:
    """A run as an entry and an event show it; `place`: how many the room finishes before."""
    return {"id": run_id, "status": status, "kind": kind, "place": place}


def picture_json(picture: PictureRef) -> Json:
    """A picture and where its bytes are."""
    return {
        "url": f"/media/{picture.sha256}",
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }


def made_json(entry: Entry, place: int, file: MadeRef) -> Json:
    """A file that an answer brings, and where it is; `size` in bytes."""
    room = ".".join(filter(None, (entry.key.channel, entry.key.thread)))
    return {
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "url": f"/api/rooms/{room}/messages/{entry.id}/files/{place}",
    }


def links_json(links: frozenset[str] | None) -> list[str] | None:
    """The hosts to which a message may link; None: any."""
    return None if links is None else sorted(links)


def _words(live: Mapping[str, Screen]) -> str:
    """What is on the screen."""
    return "".join(screen.text for screen in live.values())


def _led(live: Mapping[str, Screen]) -> frozenset[str] | None:
    """The hosts to which what is on the screen may link."""
    found = [screen.links for screen in live.values() if screen.links is not None]
    return frozenset().union(*found) if len(found) == len(live) else None


def _live(entry: Entry, screens: Mapping[str, Screen]) -> dict[str, Screen]:
    """What is on the screen of an answer that is being written, by post."""
    if entry.role != "assistant" or not _running(entry):
        return {}
    return {post_id: screen for post_id, screen in screens.items() if screen.run_id == entry.run_id}


def _posts(entry: Entry, live: Mapping[str, Screen]) -> dict[str, str]:
    """The answer's pieces on the platform, by post: live ones as they are on the screen."""
    texts = pieces(_shown(entry), LIMITS.text) if entry.posts else []
    stored = dict(
        zip_longest((slot.post_id for slot in entry.posts), texts[: len(entry.posts)], fillvalue="")
    )
    return stored | {post_id: screen.text for post_id, screen in live.items()}


def _shown(entry: Entry) -> str:
    """All that it says; a model's words as they stood on the screen."""
    known = None if entry.links is None else Known(named=entry.links)
    return worded(visible(entry.text, entry.notice, entry.voice), known)


def _notice(entry: Entry) -> str:
    """What stands below its words. Of an answer that waits for a person it is the question alone: what was
    said before is kept with it until the answer has ended."""
    if entry.run_status is RunStatus.REQUIRES_ACTION:
        return entry.notice.rpartition("\n\n")[2]
    return entry.notice


def _running(entry: Entry) -> bool:
    """Whether a run of this message has not ended."""
    return entry.run_status is not None and not entry.run_status.ended


def _entry_run(entry: Entry, place: int) -> Json | None:
    if entry.run_id is None or entry.run_status is None:
        return None
    return run_brief(entry.run_id, entry.run_status, entry.run_kind or "", place)


def time_json(at: datetime | None) -> str | None:
    """A moment as ISO 8601 has it."""
    return at.isoformat() if at else None
