"""What the machine interface tells of a room, as a person would see it. Pure but for the pictures."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.people import Shown

Json = dict[str, Any]
Fetch = Callable[[str], Awaitable[bytes]]
"""A picture's bytes by its address."""

BUSY = frozenset({"stop", "allow", "forbid"})
"""What can be pressed while a run is not over."""

LABELS = {
    "allow": "Allow",
    "forbid": "Don't",
    "stop": "Stop",
    "continue": "Continue",
    "regenerate": "Regenerate",
    "vary": "Vary",
    "enlarge": "Enlarge",
    "dismiss": "Dismiss",
    "wipe": "Delete it",
    "block": "Block for an hour",
    "delete": "Delete",
}
"""What the page writes on its buttons, in its order."""

ACTIVE = ("queued", "in_progress", "requires_action", "cancelling")


@dataclass(frozen=True, slots=True)
class Button:
    """What a press asks for. `target`: a run; of a question that is deleted, the message."""

    verb: str
    target: int
    question: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A message on the screen, and what its buttons do."""

    shown: Shown
    buttons: Mapping[str, Button] = field(default_factory=dict)


async def seen(entry: Json, fetch: Fetch) -> list[Seen]:
    """A message as it is shown: an answer's posts one by one, pictures and buttons with the last."""
    texts = [post["text"] for post in entry["posts"]] if entry["role"] == "assistant" else []
    buttons = _buttons(entry)
    pictures = [await fetch(picture["url"]) for picture in entry["pictures"]]
    files = [(made["name"], await fetch(made["url"])) for made in entry["made"]]
    found = []
    last = len(texts or [""]) - 1
    for number, text in enumerate(texts or [entry["text"]]):
        under = buttons if number == last else {}
        shown = Shown(
            id=f"{entry['id']}.{number}",
            author=entry["author"],
            text=text,
            pictures=tuple(pictures) if number == last else (),
            buttons=tuple(under),
            edited=entry["edited_at"] is not None,
            files=tuple(files) if number == last else (),
        )
        found.append(Seen(shown, under))
    return found


def _buttons(entry: Json) -> dict[str, Button]:
    """The page's buttons by their labels: while a run works it can be stopped, and nothing else."""
    run = entry["run"]
    working = run is not None and run["status"] in ACTIVE
    if entry["role"] == "user":
        return {} if working else {"Delete": Button("delete", entry["id"], question=True)}
    offered = [verb for verb in LABELS if verb in entry["actions"] and (verb in BUSY) == working]
    painted = run is not None and run["kind"] == "imagine"
    return {_label(verb, painted=painted): Button(verb, run["id"]) for verb in offered}


def _label(verb: str, *, painted: bool) -> str:
    return "Again" if painted and verb == "regenerate" else LABELS[verb]
