"""Answers from the conversation itself: what was said, who is who, how much there was. Pure."""

import re

from bot.providers.offline.heard import Heard

_NAME = re.compile(
    r"\b(?:my name(?:'s| is)|call me|I(?:'m| am) called)\s+([^\W\d_][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30})?)",
    re.IGNORECASE,
)
_MINE = re.compile(r"\bmy\s+([\w -]{2,40}?)\s+(?:is|are)\s+([^.!?\n]{1,80})", re.IGNORECASE)
_KEEP = re.compile(r"\bremember(?:\s+that|\s+this)?\s*[:,]?\s+(.{2,200})", re.IGNORECASE)
_LONGEST_QUOTE = 160


def quoted(text: str) -> str:
    """A message in quotation marks, on one line and not too long."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rstrip() + '…'}”"


def name_of(heard: Heard) -> str:
    """The name of the one who asks: as they gave it, else as the room shows it."""
    for text in (heard.text, *heard.own_words):
        if found := _NAME.search(text):
            return found[1]
    return heard.question.speaker


def _my_name(heard: Heard, _: re.Match[str]) -> str:
    name = name_of(heard)
    if not name:
        return "You haven't told me your name yet. Say *my name is …* and I'll remember it."
    if name == heard.question.speaker:
        return f"This room calls you {name}."
    return f"Your name is {name}. You told me so, and I remember what is said in this conversation."


def _introduced(heard: Heard, _: re.Match[str]) -> str:
    return f"Pleased to meet you, {name_of(heard)}! Ask me for your name later and I'll still know it."


def _my_thing(heard: Heard, found: re.Match[str]) -> str:
    """Something a person said of their own: `my favourite colour is blue`."""
    wanted = " ".join(found[1].lower().split())
    for text in heard.own_words:
        for told in _MINE.finditer(text):
            if told[1].lower().split() == wanted.split():
                return f"Your {wanted}: {told[2].strip()}. You told me earlier."
    return f"You haven't told me about your {wanted}."


def _noted(heard: Heard, found: re.Match[str]) -> str:
    return (
        f"Your {found[1].lower()}: {found[2].strip()}. Noted! Ask me for it later."
        if "?" not in heard.text
        else ""
    )


def _kept(_heard: Heard, found: re.Match[str]) -> str:
    return f"I'll remember: {quoted(found[1])} At least as far back as this conversation goes."


def _what_kept(heard: Heard, _: re.Match[str]) -> str:
    for text in heard.own_words:
        if (found := _KEEP.search(text)) and not text.rstrip().endswith("?"):
            return f"You asked me to remember this: {quoted(found[1])}"
    return "You haven't asked me to remember anything."


def _before(heard: Heard, _: re.Match[str]) -> str:
    if not heard.own_words:
        return "Nothing yet: this is the first message of yours that I see in this conversation."
    return f"Before this you said: {quoted(heard.own_words[0])}"


def _at_first(heard: Heard, _: re.Match[str]) -> str:
    if not heard.own_words:
        return "This is the first thing you have said in this conversation."
    return f"The first thing I see from you is: {quoted(heard.own_words[-1])}"


def _my_words(heard: Heard, _: re.Match[str]) -> str:
    if not heard.answers:
        return "I haven't said anything yet."
    return f"I said: {quoted(heard.answers[-1])}"


def _how_many(heard: Heard, _: re.Match[str]) -> str:
    asked, answered = len(heard.earlier) + 1, len(heard.answers)
    people = "one message" if asked == 1 else f"{asked} messages"
    mine = "no answer" if not answered else "one answer" if answered == 1 else f"{answered} answers"
    return f"I see {people} to me, this one included, and {mine} of mine."


def _everything(heard: Heard, _: re.Match[str]) -> str:
    if not heard.earlier:
        return "There is nothing to sum up yet."
    lines = (
        f"{number}. {said.speaker + ': ' if said.speaker else ''}{quoted(said.text)}"
        for number, said in enumerate(heard.earlier[-20:], 1)
    )
    return "So far I was told:\n\n" + "\n".join(lines)


RULES = (
    (r"\bwhat(?:'s| is| was) my name\b|\bwho am I\b|\bdo you (?:know|remember) my name\b", _my_name),
    (
        r"\bwhat (?:did|have) I (?:ask|tell|told)\w*(?: you)? to (?:remember|keep)|"
        r"\bwhat (?:do|did|should) you remember\b",
        _what_kept,
    ),
    (r"\b(?:what|which)\b.*\bfirst\b.*\bI\b.*\b(?:say|said|ask|asked|tell|told|wrote|message)", _at_first),
    (
        r"\bwhat (?:was|is) (?:the|my) first (?:thing|message|question)|\bwhat did I (?:say|ask).* first\b",
        _at_first,
    ),
    (r"\bwhat (?:did|have) (?:I|we) (?:just )?(?:say|said|ask|asked|tell|told|write|wrote|talk)", _before),
    (r"\bwhat was my (?:last|previous) (?:message|question)\b|\bwhat did I\b.*\bbefore\b", _before),
    (r"\bwhat (?:did|have) you (?:just )?(?:say|said|answer|tell)", _my_words),
    (r"\bhow many messages\b|\bhow long is (?:this|our) (?:conversation|chat)\b", _how_many),
    (r"\bsum(?:marise|marize| up)\b|\bsummary\b|\brecap\b", _everything),
    (_NAME.pattern, _introduced),
    (r"\bwhat(?:'s| is| are| was)\s+my\s+([\w -]{2,40}?)\s*\?*\s*$", _my_thing),
    (_KEEP.pattern, _kept),
    (_MINE.pattern, _noted),
)
"""What is recognised, and who answers it; an empty answer passes."""
