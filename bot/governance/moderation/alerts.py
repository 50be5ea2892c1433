"""What moderators are told, in words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.governance.moderation.verdicts import told
from bot.unseen import seen

EXCERPT: Final = 160
"""Characters of a message that moderators are shown."""

_WHAT: Final = {
    ("question", "filtered"): "I held back what {who} wrote",
    ("question", "reported"): "{who} wrote something that may go against the rules",
    ("answer", "filtered"): "I held back an answer of mine to {who}",
    ("answer", "reported"): "An answer of mine to {who} may go against the rules",
    ("pictures", "filtered"): "I held back a picture of {who}",
    ("pictures", "reported"): "A picture of {who} may go against the rules",
    ("painted", "filtered"): "I held back a picture that I painted for {who}",
    ("painted", "reported"): "A picture that I painted for {who} may go against the rules",
}


def alert(
    what: tuple[str, str],
    who: str,
    where: str,
    *,
    scores: Mapping[str, float],
    over: Sequence[str],
    by: Sequence[str],
    excerpt: str,
) -> str:
    """An alert: what happened, where (a link, or a room's name), why, and a little of it. Empty `excerpt`:
    nothing of it."""
    judges = f" ({', '.join(f'`{name}`' for name in by)})" if by else ""
    happened = f"{_WHAT[what].format(who=quoted(who, 60))}{f', in {where}' if where else ''}."
    why = f"Why: {told(scores, over)}{judges}." if scores else ""
    lines = "\n".join(filter(None, (happened, why)))
    return f"{lines}\n> {quoted(excerpt)}" if excerpt else lines


def quoted(text: str, longest: int = EXCERPT) -> str:
    """Somebody's words in one line, as they are written: nothing in them counts, and nobody is called."""
    line = " ".join(seen(text).split()).replace("`", "ʼ")
    return f"`{line if len(line) <= longest else line[: longest - 1] + '…'}`" if line else "nothing"


def about(text: str, start: int = 0) -> str:
    """The part of a text that begins a little before a place in it."""
    first = max(0, start - EXCERPT // 3)
    return ("…" if first else "") + text[first : first + EXCERPT + 1]


def judged(step: Mapping[str, object]) -> str:
    """A step of moderation in a sentence."""
    scores, over = step.get("scores"), step.get("over")
    found = told(scores, over if isinstance(over, list) else ()) if isinstance(scores, dict) else ""
    return f"Moderation: {step.get('about')} {step.get('action')}{f' ({found})' if found else ''}."
