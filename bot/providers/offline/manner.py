"""How the stand-in follows a persona: by its voice, its one permitted subject, or at least by name. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_SUBJECT = re.compile(
    r"\bonly\s+(?:\w+\s+){0,3}?(?:talk|speak|chat|answer questions|know)\s+about\s+(?:the\s+)?"
    r"(\w[\w -]{1,30}?)(?=[.,;:!?\n]|\s+(?:and|or|if|in)\b|$)",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:say|answer|reply|respond)(?:\s+with)?:?\s+['\"“‘]([^\n]{2,120}?)['\"”’](?=[\s.,;]|$)"
)
_ROLE = re.compile(r"\b(?:You are|You're|Act as|Be)\s+((?:an?|the)\s+)?([^.,;:\n]{2,60})", re.IGNORECASE)
_CODE = re.compile(r"(```.*?```|`[^`\n]+`|“[^”\n]*”)", re.DOTALL)

PIRATE_WORDS = {
    "hello": "ahoy",
    "hi": "ahoy",
    "yes": "aye",
    "you are": "ye be",
    "you": "ye",
    "your": "yer",
    "my": "me",
    "is": "be",
    "are": "be",
    "am": "be",
    "friend": "matey",
    "money": "doubloons",
    "of": "o'",
    "the": "th'",
    "there": "thar",
    "people": "landlubbers",
    "stop": "avast",
}
_PIRATE = re.compile(r"\b(" + "|".join(sorted(PIRATE_WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a persona asks for, as far as the stand-in can see it. `subject`: the only one allowed, if any."""

    opening: str = ""
    closing: str = ""
    subject: str = ""
    refusal: str = ""
    voice: Callable[[str], str] = str

    def dress(self, answer: str) -> str:
        """The answer in this manner."""
        return "\n\n".join(part for part in (self.opening, self.voice(answer), self.closing) if part)


def manner(persona: str) -> Manner:
    """Read a persona. Parley's own default needs no costume."""
    if not persona or persona.startswith("You are Parley"):
        return Manner()
    subject = _SUBJECT.search(persona)
    refusal = _REFUSAL.search(persona)
    known = next((style for cue, style in STYLES if re.search(cue, persona, re.IGNORECASE)), None)
    opening, closing, voice = known or (_announced(persona), "", str)
    return Manner(
        opening, closing, subject[1].lower() if subject else "", refusal[1] if refusal else "", voice
    )


def pirate(text: str) -> str:
    """The text as a pirate has it; code and quotations are left alone."""
    parts = _CODE.split(text)
    spoken = (part if index % 2 else _PIRATE.sub(_pirate_word, part) for index, part in enumerate(parts))
    return "Arr! " + "".join(spoken)


def _pirate_word(found: re.Match[str]) -> str:
    """One word, with the capital it had."""
    word = PIRATE_WORDS[found[0].lower()]
    return word.capitalize() if found[0][0].isupper() else word


def _announced(persona: str) -> str:
    """For a persona of nobody's list: who speaks, in the persona's own words."""
    if role := _ROLE.search(persona):
        return f"*Speaking as {(role[1] or '').lower()}{role[2].strip()}:*"
    line = " ".join(persona.split())
    return f"*As I was told to be (“{line[:80]}{'…' if len(line) > 80 else ''}”):*"


Costume = tuple[str, str, Callable[[str], str]]

STYLES: tuple[tuple[str, Costume], ...] = (
    (r"\bpirate\b", ("", "", pirate)),
    (
        r"\bhaiku\b",
        (
            "*A parrot's haiku:*\nBorrowed words take wing,\nI repeat but do not know.\n"
            "Still, the branch is warm.",
            "",
            str,
        ),
    ),
    (r"\btutor\b|\bteacher\b", ("*Your tutor speaks:*", "Now you: what would you try first, and why?", str)),
    (
        r"\bgame master\b|\bstory ?teller\b|\bnarrator\b",
        (
            "*The storyteller leans closer to the fire.*",
            "Two doors stand before you: the green one squawks, the red one is silent. Which do you open?",
            str,
        ),
    ),
    (
        r"\breviewer\b|\breviewing code\b",
        ("**Review**, by a stand-in that cannot read code:", "Nothing to object to in the feathers.", str),
    ),
    (
        r"\btranslator\b",
        ("*Your translator speaks (English and Squawk only):*", "In Squawk: *rrawk, rrawk.*", str),
    ),
    (r"\beditor\b", ("*From the editor's desk:*", "*Edited for length: nothing, I only repeat.*", str)),
    (
        r"\bsceptic\b|\bskeptic\b",
        ("*The sceptic raises a feather.*", "But how sure can one be? Not very.", str),
    ),
    (
        r"\bchef\b|\bcook\b",
        ("*From the kitchen, wings washed:*", "Is anybody allergic to sunflower seeds?", str),
    ),
)
"""Well-known characters by their cue: opening, closing and voice."""
