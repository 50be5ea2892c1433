"""The stand-in's answers. The same conversation always gets the same one. Pure."""

import hashlib
import re
from collections.abc import Callable, Sequence

from bot.providers.offline import lore, memory
from bot.providers.offline.files import found
from bot.providers.offline.heard import Heard
from bot.providers.offline.manner import Manner, manner
from bot.providers.offline.sight import Sight, describe

VARIABLE = "OPENROUTER_API_KEY"
"""The shortest way to a real model."""

NOTE = (
    "*A word first: I'm Parley's offline parrot, a stand-in without intelligence. A real model answers in "
    f"my place when an AI service is set up, with `{VARIABLE}` for one, and can be reached.*"
)

HINTS = (
    "Ask me *what did I say before?*, tell me your name, or say *show me a table*.",
    "Try *count to 20*, *write some code*, or give me a persona with `/persona set`.",
    "Show me a picture and I'll measure it, or let me paint one with `/imagine`.",
    "Say *a very long answer* if you want to see one that fills several messages.",
)

_NUMBER = r"(-?\d{1,12}(?:\.\d{1,6})?)"

MOST = 5000
"""How far the stand-in counts."""

Reply = Callable[[Heard, re.Match[str]], str]


def answer(heard: Heard, sights: Sequence[Sight] = ()) -> str:
    """The whole answer; on first contact it says who is speaking."""
    dressed = _in_character(heard, manner(heard.persona), sights)
    return f"{NOTE}\n\n{dressed}" if heard.first_contact else dressed


def _in_character(heard: Heard, style: Manner, sights: Sequence[Sight]) -> str:
    """The answer as the persona has it: first its one subject, then its voice."""
    if sights and not style.subject:
        return style.dress(describe(sights, heard.text))
    if not style.subject:
        return style.dress(_reply(heard))
    if not _is_about(heard.text, style.subject):
        return f"{style.refusal or f'I can only talk about {style.subject}!'} {_redirect(heard, style)}"
    if "parrot" in style.subject:
        return style.dress(_reply(heard))
    return style.dress(f"{style.subject.capitalize()}, gladly! {_reply(heard)}")


def _is_about(text: str, subject: str) -> bool:
    """Whether a message is about the one thing that may be talked about."""
    if "parrot" in subject:
        return re.search(lore.PARROTS, text, re.IGNORECASE) is not None
    stem = subject.rstrip("s")
    return stem in text.lower()


def _redirect(heard: Heard, style: Manner) -> str:
    """Back to the permitted subject."""
    if "parrot" in style.subject:
        return style.voice(
            f"Did you know this? {fact(heard.text)} Now, what would you like to hear about parrots?"
        )
    return style.voice(f"So: what would you like to hear about {style.subject}?")


def fact(text: str) -> str:
    """Something true about parrots, on what was asked where possible."""
    about = re.sub(lore.PARROTS, " ", text, flags=re.IGNORECASE)
    for cue, key in lore.CUES:
        if re.search(cue, about, re.IGNORECASE):
            return lore.FACTS[key]
    return _pick(tuple(lore.FACTS.values()), text)


def _reply(heard: Heard) -> str:
    """What files say of it, the first rule that fits, else an honest echo."""
    if words := found(heard.text, heard.question.known):
        return words
    for cue, reply in RULES:
        if (fits := cue.search(heard.text)) and (words := reply(heard, fits)):
            return words
    return _echo(heard)


def _hello(heard: Heard, _: re.Match[str]) -> str:
    name = memory.name_of(heard)
    again = "Hello again" if heard.answers else "Hello"
    return f"{again}{', ' + name if name else ''}! I repeat, count, remember and measure. {_hint(heard)}"


def _who(_heard: Heard, _: re.Match[str]) -> str:
    return (
        "I'm the offline parrot: a few hundred lines of rules that come with Parley, so that all of it can "
        "be tried without a key. I don't think and I don't know things. "
        f"With `{VARIABLE}` set, a real model takes this perch."
    )


def _help(_heard: Heard, _: re.Match[str]) -> str:
    return (
        "Here is what I can do without any intelligence:\n\n"
        "- **remember**: *my name is Ann*, then *what is my name?*; *what did I say before?*\n"
        "- **show Markdown**: *write some code*, *show me a table*, *a very long answer*\n"
        "- **count**: *count to 100*; with a large number you can try Stop and Continue\n"
        "- **calculate** a little: *what is 6 × 7?*\n"
        "- **play a part**: `/persona set` with any text; try a pirate who talks about parrots only\n"
        "- **look**: attach a picture and I measure its size, light and colours\n"
        "- **paint**: `/imagine a red parrot at sunset`"
    )


def _count(_heard: Heard, found: re.Match[str]) -> str:
    goal = int(found[1].replace(",", ""))
    numbers = ", ".join(str(number) for number in range(1, min(goal, MOST) + 1))
    if not numbers:
        return "That's a short one: there is nothing to count."
    return f"{numbers}. " + (f"And there I stop: {MOST:,} is as far as I count." if goal > MOST else "Done!")


def _sum(_heard: Heard, found: re.Match[str]) -> str:
    left, sign, right = float(found[1]), found[2], float(found[3])
    if sign in "/÷:" and not right:
        return "Dividing by nothing? Even a parrot knows better."
    value = {"+": left + right, "-": left - right, "−": left - right}.get(sign)
    if value is None:
        value = left / right if sign in "/÷:" else left * right
    return f"{found[1]} {found[2]} {found[3]} = **{value:.12g}**. That much I can do; no more."


def _say(_heard: Heard, found: re.Match[str]) -> str:
    return f"{found[1].strip()} *(squawk!)*"


def _parrots(heard: Heard, _: re.Match[str]) -> str:
    return fact(heard.text)


def _joke(_heard: Heard, _: re.Match[str]) -> str:
    return "Why did the parrot carry an umbrella? It wanted to be polyunsaturated. I only repeat them."


def _draw(_heard: Heard, _: re.Match[str]) -> str:
    return (
        "I paint with `/imagine`: try `/imagine mountains at sunset`. The same words make the same picture."
    )


def _echo(heard: Heard) -> str:
    """What is left when no rule fits: repeat it, and say that it was not understood."""
    words = heard.text.split()
    if not words:
        return f"You said nothing, and I repeat it faithfully: . {_hint(heard)}"
    said = memory.quoted(heard.text)
    if heard.text.rstrip().endswith("?"):
        return f"You ask {said} and I don't know: I'm only a script with feathers. {_hint(heard)}"
    longest = max(words, key=len).strip(".,;:!?\"'()“”")
    phrases = (
        f"{said}, you say. I can repeat that ({_counted(len(words))}), but not understand it. {_hint(heard)}",
        f"*Squawk!* {said}: I've turned it over in my beak, and “{longest}” is the word I like best. "
        f"What it all means I don't understand. {_hint(heard)}",
        f"I heard {said}. Backwards that is “{' '.join(reversed(words[:12]))}”, which I don't understand "
        f"either. {_hint(heard)}",
    )
    return _pick(phrases, heard.text)


def _counted(words: int) -> str:
    return "one word" if words == 1 else f"{words} words"


def _hint(heard: Heard) -> str:
    """Something else to try, another each time."""
    return HINTS[len(heard.answers) % len(HINTS)]


def _pick(choices: Sequence[str], text: str) -> str:
    """One of them, always the same for the same text."""
    return choices[hashlib.sha256(text.encode(errors="replace")).digest()[0] % len(choices)]


def _rule(cue: str, reply: Reply) -> tuple[re.Pattern[str], Reply]:
    return re.compile(cue, re.IGNORECASE), reply


RULES = (
    *(_rule(cue, reply) for cue, reply in memory.RULES),
    _rule(r"\bcount\s+(?:up\s+)?(?:from\s+(?:1|one)\s+)?to\s+(\d[\d,]{0,8})\b", _count),
    _rule(
        rf"^\W*(?:what(?:'s| is)|how much is|calculate)?\s*{_NUMBER}\s*([-+*x×/÷−:])\s*{_NUMBER}[\s=?.]*$",
        _sum,
    ),
    _rule(r"^\s*(?:please\s+)?(?:say|repeat|echo)(?:\s+after\s+me)?\s*[:,]?\s+(.+)$", _say),
    _rule(r"\bvery,? (?:very )?long\b|\bessay\b|\bwhole book\b", lambda *_: lore.book()),
    _rule(r"\b(?:code|table|markdown|bullet|list|long answer|format\w*)\b", lambda *_: lore.showcase()),
    _rule(r"^\W*(?:hi|hello|hey|ahoy|good (?:morning|evening|day)|greetings)\b", _hello),
    _rule(r"\bwhat can you do\b|^\W*help\b|\bhow do(?:es)? (?:you|this) work\b", _help),
    _rule(r"\bwho are you\b|\bwhat are you\b|\bare you (?:an? )?(?:ai|real|human|bot|robot|alive)\b", _who),
    _rule(r"\b(?:draw|paint|imagine)\b", _draw),
    _rule(r"\bjoke\b", _joke),
    _rule(lore.PARROTS, _parrots),
    _rule(
        r"\bthank(?:s| you)\b", lambda *_: "You're welcome! Somebody taught me to say that, and I like it."
    ),
    _rule(r"^\W*(?:bye|goodbye|good night|see you)\b", lambda *_: "Goodbye! I'll be here on my perch."),
)
"""What is recognised, first match first."""
