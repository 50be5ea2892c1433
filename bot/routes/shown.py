"""How models and money are shown wherever people look at them: in a room, while they type, in a terminal."""

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

from bot.errors import UnknownModel
from bot.messages import ModelFacts, Need, Price
from bot.routes.routes import Routes

DOES = {
    Need.CHAT: "talks",
    Need.VISION: "sees",
    Need.IMAGE: "paints",
    Need.EMBEDDING: "compares texts",
    Need.MODERATION: "judges texts",
    Need.SPEECH: "speaks",
}
MILLION = 1_000_000
LONGEST_NAME = 100
"""Characters of a choice's name: what Discord takes."""
LONGEST_FACTS = 60
"""So many of them may tell about the model, the rest is its name's."""


def in_order(routes: Routes, room: str = "") -> tuple[ModelFacts, ...]:
    """All models: the room's own first, then those of the routes, then the others."""
    found: list[ModelFacts] = []
    for need in (Need.CHAT, Need.VISION, Need.IMAGE):
        with suppress(UnknownModel):
            found += routes.candidates(need, room=room if need is Need.CHAT else "")
    return tuple({model.id: model for model in (*found, *routes.models())}.values())


def fitting(models: tuple[ModelFacts, ...], search: str) -> tuple[ModelFacts, ...]:
    """Those that every word fits: a part of the name or the title, or what it does, or "free"."""
    words = search.lower().split()
    return tuple(model for model in models if all(word in _told(model) for word in words))


def label(model: ModelFacts) -> str:
    """A model in one line: `openai/gpt-6-luna · 1M · sees · $0.10/$0.40`, without what is not known."""
    can = ", ".join(DOES[need] for need in DOES if need in model.needs and need is not Need.CHAT)
    told = [length(model) if Need.CHAT in model.needs else "", can, price(model) if model.price else ""]
    while len(facts := "".join(f" · {fact}" for fact in told if fact)) > LONGEST_FACTS:
        told.pop()
    name = model.id if model.name else f"{model.id} (its own choice)"
    room = LONGEST_NAME - len(facts)
    return (name if len(name) <= room else f"…{name[1 - room :]}") + facts


def does(model: ModelFacts) -> str:
    """What it is for: `talks, sees`."""
    return ", ".join(word for need, word in DOES.items() if need in model.needs)


def length(model: ModelFacts) -> str:
    """How many tokens it reads and writes: 8k, 1M; a dash for one that does not talk."""
    if Need.CHAT not in model.needs:
        return "–"
    tokens = model.context_length
    if tokens < 1000:
        return str(tokens)
    return f"{tokens / MILLION:.3g}M" if tokens >= 999_500 else f"{tokens / 1000:.0f}k"


def price(model: ModelFacts) -> str:
    """US dollars per million tokens that it reads and writes, and per picture; or free, or unknown."""
    cost = model.price
    if cost is None:
        return "unknown"
    if cost == Price():
        return "free"
    told, tokens = [], (cost.prompt * MILLION, cost.completion * MILLION)
    if any(tokens):
        read, written = (f"${dollars(each)}" if each else "$0" for each in tokens)
        told.append(f"{read}/{written}")
    if cost.picture:
        told.append(f"${dollars(cost.picture)} a picture")
    return ", ".join(told)


def _told(model: ModelFacts) -> str:
    """All that a search looks at."""
    return f"{label(model)} {model.id} {model.title} {does(model)} {price(model)}".lower()


def dollars(amount: Decimal) -> str:
    """A sum for people: at least cents, and three digits of what is smaller. No sum but 0 shows as 0."""
    places = max(2, 2 - amount.adjusted()) if amount else 2
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, part = f"{rounded:,f}".partition(".")
    return f"{whole}.{part.rstrip('0'):0<2}"
