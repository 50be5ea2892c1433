"""How a room's answers are sampled: a purpose picked by name, single values set by hand. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache

import msgspec

from bot.errors import BadOption
from bot.messages import Style


@dataclass(frozen=True, slots=True)
class Parameter:
    """A sampling parameter as services take it, and the range of its values. `open`: above `least`."""

    name: str
    least: float
    most: float
    open: bool = False

    @property
    def range(self) -> str:
        """Its range in words."""
        if self.open:
            return f"above {self.least:g} and at most {self.most:g}"
        return f"between {self.least:g} and {self.most:g}"

    def takes(self, value: float) -> bool:
        """Whether a value is within the range; what is no number is not."""
        return self.least <= value <= self.most and not (self.open and value == self.least)


PARAMETERS = (
    Parameter("temperature", 0, 2),
    Parameter("top_p", 0, 1, open=True),
    Parameter("presence_penalty", -2, 2),
    Parameter("frequency_penalty", -2, 2),
)
"""What a style is made of, as OpenAI's API and those like it document it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What answers are for. `temperature`: the documented range, of which the middle is used."""

    name: str
    title: str
    temperature: tuple[float, float]
    top_p: float
    presence_penalty: float
    frequency_penalty: float

    @property
    def style(self) -> Style:
        """The values that stand for it."""
        middle = round(sum(self.temperature) / 2, 3)
        return Style(middle, self.top_p, self.presence_penalty, self.frequency_penalty)


PURPOSES = (
    Purpose("creative", "creative writing", (1.0, 1.5), 0.9, 0.5, 0.3),
    Purpose("technical", "technical description", (0.2, 0.5), 0.8, 0.0, 0.2),
    Purpose("conversational", "conversational", (0.7, 1.0), 0.95, 0.6, 0.4),
    Purpose("factual", "factual", (0.0, 0.3), 0.7, 0.0, 0.0),
    Purpose("brainstorming", "brainstorming", (1.2, 1.7), 0.95, 0.8, 0.5),
    Purpose("summarization", "summarization", (0.3, 0.6), 0.85, 0.2, 0.1),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a room decided: a purpose's name, or none, and the values that somebody set by hand."""

    purpose: str = ""
    by_hand: Style = Style()

    @property
    def style(self) -> Style:
        """The values that hold. Raises BadOption when nobody knows the purpose."""
        known = purpose(self.purpose).style if self.purpose else Style()
        return replace(known, **set_in(self.by_hand))


def purpose(name: str) -> Purpose:
    """The purpose of that name, short or whole. Raises BadOption with the names there are."""
    wanted = " ".join(name.lower().split())
    for known in PURPOSES:
        if wanted in (known.name, known.title):
            return known
    raise BadOption(f"There is no style “{name[:40]}”. There are: {', '.join(p.name for p in PURPOSES)}.")


def set_in(style: Style) -> dict[str, float]:
    """The parameters that a style sets, and their values."""
    return {name: value for name, value in asdict(style).items() if value is not None}


def by_hand(values: Mapping[str, object]) -> Style:
    """Those of `values` that are parameters, as a style. Raises BadOption that names the range."""
    found = {}
    for parameter in PARAMETERS:
        value = values.get(parameter.name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not parameter.takes(value):
            raise BadOption(f"“{parameter.name}” must be {parameter.range}.", parameter.name)
        found[parameter.name] = float(value)
    return Style(**found)


def changed(before: Chosen, name: str, values: Style) -> Chosen:
    """What holds after a change: a purpose begins anew, values alone join what held before.

    Raises BadOption when there is no purpose of that name.
    """
    start = Chosen(purpose(name).name) if name else before
    return replace(start, by_hand=replace(start.by_hand, **set_in(values)))


def write(chosen: Chosen) -> str:
    """As a setting keeps it."""
    kept = {"purpose": chosen.purpose, **set_in(chosen.by_hand)}
    return msgspec.json.encode({name: value for name, value in kept.items() if value != ""}).decode()


def read(value: str | None) -> Chosen:
    """What a setting says; nothing when it is none, or when nobody can read it any more."""
    try:
        kept = msgspec.json.decode(value or "{}", type=dict[str, str | float])
        name = kept.pop("purpose", "")
        if not isinstance(name, str) or not kept.keys() <= {field.name for field in fields(Style)}:
            return Chosen()
        return Chosen(purpose(name).name if name else "", by_hand(kept))
    except (msgspec.MsgspecError, UnicodeEncodeError, BadOption):
        return Chosen()


def resolve(run_style: str, room_value: str | None, persona: str = "") -> Style:
    """What a run's requests are sampled with: the purpose named for this one, else what the room keeps, else
    the purpose that its persona brings along.

    Raises BadOption when there is no purpose of the name `run_style`.
    """
    return purpose(run_style).style if run_style else _kept(room_value, persona)


@lru_cache(maxsize=256)
def _kept(room_value: str | None, persona: str) -> Style:
    """What holds where nothing is named. Remembered, for it is asked for at every call of a model."""
    return read(room_value or write(Chosen(persona))).style
