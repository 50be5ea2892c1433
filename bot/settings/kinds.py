"""The wire formats, as data: what an account's `kind` stands for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.messages import ModelFacts, Need
from bot.settings.dialects import SAMPLING
from bot.settings.options import anthropic, fal, imagine, openai, tgi
from bot.settings.values import Account

TALKS = ModelFacts("")
"""No more is known of a model than that it talks."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A wire format: the options that its table may have, and what may be wrong with them.

    `usual`: what is known of a model of which nobody has said anything, with a name if there is only that
    one; `families`: the same by an account's template. `remote`: it needs an address. `root`: what follows a
    base_url that does not end with it. `key_header`: where the key travels when it is no bearer token;
    `headers`: what every request carries. `single`: it serves one model, whatever that is called. `unnamed`:
    its model need not be named, the service chooses. `cannot`: what none of its models is for. `tools`: it
    has a form for tools; else models are told of them in words, where a room insists.
    """

    options: frozenset[str] = frozenset()
    wrong: Callable[[Mapping[str, object]], Iterator[str]] = lambda _options: iter(())
    usual: ModelFacts = TALKS
    families: Mapping[str, ModelFacts] = field(default_factory=dict)
    remote: bool = True
    root: str = ""
    key_header: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    single: bool = False
    unnamed: bool = False
    cannot: frozenset[Need] = frozenset()
    tools: bool = True


PAINTS = frozenset({Need.IMAGE})
TALKS_AND_SEES = frozenset({Need.CHAT, Need.VISION})

KINDS = {
    "openai": Kind(openai.OPTIONS, openai.wrong),
    "anthropic": Kind(
        anthropic.OPTIONS,
        anthropic.wrong,
        key_header="x-api-key",
        headers={"anthropic-version": "2023-06-01"},
        cannot=PAINTS,
    ),
    "gemini": Kind(usual=ModelFacts("", takes=frozenset(SAMPLING) | {"tools"}), key_header="x-goog-api-key"),
    "g4f": Kind(root="/v1", unnamed=True),
    "tgi": Kind(tgi.OPTIONS, tgi.wrong, families=tgi.FAMILIES, single=True, cannot=PAINTS, tools=False),
    "fal": Kind(
        fal.OPTIONS,
        fal.wrong,
        usual=ModelFacts("", PAINTS, takes=frozenset({"count", "size", "seed"})),
        cannot=TALKS_AND_SEES,
    ),
    "imagine": Kind(
        imagine.OPTIONS,
        imagine.wrong,
        usual=ModelFacts(
            "/default", PAINTS, takes=frozenset({"count", "size", "steps", "guidance"}), largest=2048
        ),
        single=True,
        cannot=TALKS_AND_SEES,
    ),
    "offline": Kind(frozenset({"pace"}), remote=False),
}


def usual(account: Account) -> ModelFacts:
    """What is known of an account's model of which nobody has said anything: what its wire format says, or
    the template that its prompts are written with."""
    kind = KINDS[account.kind]
    facts = kind.families.get(str(account.options.get("template")), kind.usual)
    return replace(facts, id=f"{account.name}/{facts.name}")
