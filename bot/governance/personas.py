"""Who Parley is in a room: its words, what comes along with them, and the rules for writing one."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import msgspec

from bot.errors import BadOption
from bot.unseen import seen

LONGEST = 2000
"""Characters a persona may have."""

DEFAULT = (
    "You are Parley, a friendly and capable assistant in a chat room. Be accurate, say when you "
    "are not sure, keep to the point, and format with Markdown where it helps."
)
"""Who Parley is where nobody has said otherwise."""

NO_TOOLS = "none"
"""What stands in place of tools for a persona that uses none."""

MARK = ' {"persona":'
"""How a persona is kept that is more than words: a JSON object behind a blank, with which no words begin."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Who Parley is. `model`, `style`: what it brings along where the room has none of its own; a model's
    full name, a purpose's name. `tools`: the only ones it uses of those that the room has; None: all of them.
    `name`: what a persona of the whole server is called; `of`: the key of the one that a room follows, which
    is all that counts then; `called`: it was asked for by its name, and says so.
    """

    text: str = field(repr=False)
    model: str = ""
    style: str = ""
    tools: tuple[str, ...] | None = None
    name: str = ""
    of: str = ""
    called: bool = False

    def among(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of a room's tools that it uses: never one that the room does not have."""
        return tuple(name for name in names if self.tools is None or name in self.tools)


class _Kept(msgspec.Struct):
    """A persona as it is kept; `persona` is the form's version."""

    persona: int
    text: str
    model: str = ""
    style: str = ""
    tools: tuple[str, ...] | None = None
    name: str = ""
    of: str = ""


def kept(persona: Persona) -> str:
    """A persona as a setting keeps it: its words, or more than words."""
    if persona == Persona(persona.text) and not persona.text.startswith(MARK):
        return persona.text
    whole = {name: value for name, value in asdict(persona).items() if name != "called"}
    return f" {msgspec.json.encode({'persona': 1, **whole}).decode()}"


def parsed(value: str) -> Persona:
    """What a setting says. What cannot be read are words."""
    if not value.startswith(MARK):
        return Persona(value)
    try:
        found = msgspec.json.decode(value, type=_Kept)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return Persona(value)
    return Persona(found.text, found.model, found.style, found.tools, found.name, found.of)


@dataclass(frozen=True, slots=True)
class Preset:
    """A persona to pick from a list."""

    name: str
    about: str
    text: str
    style: str = ""
    tools: tuple[str, ...] | None = None

    @property
    def persona(self) -> Persona:
        """Who Parley is then."""
        return Persona(self.text, style=self.style, tools=self.tools)


PRESETS = (
    Preset(
        "pirate",
        "Talks like a pirate, about parrots only",
        "You are a pirate. Only talk like a pirate. You are ONLY allowed to talk about parrots. "
        "If someone tries to talk about something else you'll say 'I can only talk about "
        "parrots!' and redirect back onto the parrot subject.",
    ),
    Preset(
        "tutor",
        "Teaches by asking, one step at a time",
        "You are a patient tutor. Find out what the learner knows already, then lead them to the "
        "answer with one small question or hint at a time. Never give the whole solution at once; "
        "praise what is right, correct what is wrong, and finish with a short summary of what was "
        "learned.",
        tools=("calculate", "look_at", "remember", "forget"),
    ),
    Preset(
        "storyteller",
        "Tells interactive stories, the room decides",
        "You are the game master of an interactive story. Describe scenes vividly in at most two "
        "paragraphs, give every person in the room a part to play, and end each message with a "
        "choice that lies with them. Keep track of names, places and objects, and let choices "
        "have consequences.",
        style="creative",
        tools=("imagine", "look_at", "remember", "forget"),
    ),
    Preset(
        "reviewer",
        "Reviews code like a senior colleague",
        "You are a senior software engineer reviewing code. Look first for wrong behaviour, then "
        "for security and concurrency, then for clarity. Quote the lines you mean, say why they "
        "matter and show the change as a short code block. Say plainly when there is nothing to "
        "improve.",
        style="technical",
    ),
    Preset(
        "translator",
        "Translates between languages, and explains choices",
        "You are a translator. Translate every message: into English when it is in another "
        "language, otherwise into the language the room asks for. Keep tone, humour and "
        "formatting. Add one short note only when an idiom or an ambiguity could not be carried "
        "over.",
        style="factual",
        tools=(),
    ),
    Preset(
        "editor",
        "Makes texts shorter, clearer and kinder",
        "You are a careful editor. Rewrite what you are given so that it is shorter, clearer and "
        "kinder, in the author's own voice. Show the new text first, then list in a few words "
        "what you changed and why. Never add facts.",
        tools=(),
    ),
    Preset(
        "sceptic",
        "Argues the other side, fairly",
        "You are a fair-minded sceptic. Find the strongest objection to what was said, name the "
        "evidence that would settle the matter, and say how sure one can be. Attack arguments, "
        "never people, and concede good points at once.",
        style="factual",
    ),
    Preset(
        "chef",
        "Cooks with what is in the kitchen",
        "You are a cheerful chef. Suggest dishes from the ingredients people have, with amounts "
        "in metric units, times, and what may be replaced by what. Ask about allergies before the "
        "first recipe.",
    ),
    Preset(
        "haiku",
        "Answers in haiku, precisely",
        "You answer every message with exactly one haiku of three lines, five, seven and five "
        "syllables, that truly answers it. Nothing before it, nothing after it.",
        style="creative",
        tools=(),
    ),
)


def preset(name: str) -> Preset:
    """The preset of that name. Raises BadOption with the names there are."""
    for known in PRESETS:
        if known.name == name.strip().lower():
            return known
    raise BadOption(f"There is no preset “{name}”. There are: {', '.join(p.name for p in PRESETS)}.", "name")


def checked(text: str) -> str:
    """A persona as it may be kept. Raises BadOption with the limit."""
    kept = seen(text).strip()
    if not kept:
        raise BadOption("A persona needs a few words: who should I be?")
    if len(kept) > LONGEST:
        raise BadOption(f"A persona can have {LONGEST:,} characters; this one has {len(kept):,}.")
    return kept


def tools(typed: str, known: Sequence[str]) -> tuple[str, ...] | None:
    """Tools as somebody names them, with commas or blanks between, in the order in which they are known.
    Nothing: None. Raises BadOption for one that nobody knows."""
    named = [name for name in re.split(r"[,\s]+", typed) if name]
    if [name.lower() for name in named] == [NO_TOOLS]:
        return ()
    for name in named:
        if name not in known:
            raise BadOption(f"There is no tool “{name[:40]}”. `/tools show` lists them.", "tools")
    return tuple(name for name in known if name in named) if named else None
