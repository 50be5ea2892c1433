"""The AI services that Parley knows by name, as data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.messages import ModelFacts, Need, Price
from bot.settings.dialects import DIALECTS, FORMS, SAMPLING, wrong_dialect
from bot.settings.families import FAMILIES, wrong_options
from bot.settings.painters import PAINT, wrong_fal, wrong_imagine
from bot.settings.thinking import wrong_thinking
from bot.settings.values import Account


@dataclass(frozen=True, slots=True)
class Kind:
    """A wire format: the options that its table may have, whether it needs an address, and what a model is
    good for of which nothing else is known. `model`: what the only model of such a service is called.
    `key_header`: where the key travels when it is no bearer token; `headers`: what every request carries.
    `root`: what follows a base_url that does not end with it. `single`: it serves one model, whatever that is
    called. `unnamed`: its model need not be named, the service chooses. `takes`, `largest`: what a model
    takes of which nothing is known. `wrong` tells which options have values that they cannot have, in
    sentences that begin with the option's name."""

    options: frozenset[str] = frozenset()
    remote: bool = True
    needs: frozenset[Need] = frozenset({Need.CHAT})
    model: str = ""
    key_header: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    single: bool = False
    unnamed: bool = False
    takes: frozenset[str] | None = None
    largest: int = 0
    wrong: Callable[[Mapping[str, object]], Iterator[str]] = lambda _options: iter(())


KINDS = {
    "openai": Kind(frozenset(FORMS), wrong=wrong_dialect),
    "anthropic": Kind(
        frozenset({"thinking"}),
        key_header="x-api-key",
        headers={"anthropic-version": "2023-06-01"},
        wrong=wrong_thinking,
    ),
    "gemini": Kind(key_header="x-goog-api-key", takes=frozenset(SAMPLING)),
    "g4f": Kind(root="/v1", unnamed=True),
    "tgi": Kind(
        frozenset({"template", "stream", "picture_box", "picture_quality", "pictures"}),
        takes=frozenset({"temperature", "top_p", "frequency_penalty"}),
        single=True,
        wrong=wrong_options,
    ),
    "fal": Kind(
        frozenset({"models_url", "parameters"}),
        needs=frozenset({Need.IMAGE}),
        takes=frozenset({"count", "size", "seed"}),
        wrong=wrong_fal,
    ),
    "imagine": Kind(
        frozenset(PAINT),
        needs=frozenset({Need.IMAGE}),
        model="default",
        single=True,
        takes=frozenset({"count", "size", "steps", "guidance"}),
        largest=2048,
        wrong=wrong_imagine,
    ),
    "offline": Kind(frozenset({"pace"}), remote=False),
}


def usual(account: Account) -> ModelFacts:
    """What is known of an account's model of which nobody has said anything: what its wire format says, or
    the template that its prompts are written with."""
    kind = KINDS[account.kind]
    family = FAMILIES.get(str(account.options.get("template"))) if kind.single else None
    if family is None:
        name = f"{account.name}/{kind.model}"
        return ModelFacts(name, kind.needs, takes=kind.takes, largest=kind.largest)
    needs = kind.needs | ({Need.VISION} if family.sees else set())
    return ModelFacts(f"{account.name}/{family.model}", needs, family.context_length, takes=kind.takes)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """An account that exists as soon as its key does, and what is known of its default model."""

    name: str
    base_url: str
    key_env: str
    model: str
    context_length: int = 8192
    sees: bool = False
    kind: str = "openai"
    image_model: str = ""
    options: Mapping[str, object] = field(default_factory=dict)

    @property
    def models(self) -> tuple[ModelFacts, ...]:
        """Its default models. Their prices are what the service's own list says."""
        needs = KINDS[self.kind].needs | ({Need.VISION} if self.sees else set())
        answers = ModelFacts(f"{self.name}/{self.model}", needs, self.context_length)
        painted = self.options.get("picture_fields")
        takes = frozenset(painted) if isinstance(painted, Mapping) else KINDS[self.kind].takes
        paints = ModelFacts(f"{self.name}/{self.image_model}", frozenset({Need.IMAGE}), takes=takes)
        return tuple(facts for facts in (answers, paints) if facts.name)


BUILT_IN = {
    account.name: account
    for account in (
        # In the order in which they stand in for one another. The models are each service's inexpensive chat
        # model that was on offer in November 2026; `default_model` in the file names another.
        BuiltIn(
            "openrouter",
            "https://openrouter.ai/api/v1",
            "OPENROUTER_API_KEY",
            "openai/gpt-6-luna",
            1_050_000,
            sees=True,
            image_model="bytedance-seed/seedream-4.5",
            options=DIALECTS["openrouter"],
        ),
        BuiltIn(
            "openai",
            "https://api.openai.com/v1",
            "OPENAI_API_KEY",
            "gpt-6-luna",
            1_050_000,
            sees=True,
            image_model="gpt-image-1-mini",
            options=DIALECTS["openai"],
        ),
        BuiltIn(
            "anthropic",
            "https://api.anthropic.com/v1",
            "ANTHROPIC_API_KEY",
            "claude-haiku-5-5",
            1_000_000,
            sees=True,
            kind="anthropic",
            options={"thinking": {"claude-haiku-5-5": "disabled"}},  # its thoughts count against the cap
        ),
        BuiltIn(
            "gemini",
            "https://generativelanguage.googleapis.com/v1beta",
            "GEMINI_API_KEY",
            "gemini-3.5-flash-lite",
            1_048_576,
            sees=True,
            kind="gemini",
            image_model="gemini-3.1-flash-lite-image",
        ),
        BuiltIn(
            "deepseek",
            "https://api.deepseek.com",
            "DEEPSEEK_API_KEY",
            "deepseek-flash",
            1_000_000,
            sees=True,
        ),
        BuiltIn(
            "mistral",
            "https://api.mistral.ai/v1",
            "MISTRAL_API_KEY",
            "mistral-small-latest",
            128_000,
            sees=True,
            options=DIALECTS["mistral"],
        ),
        BuiltIn(
            "groq",
            "https://api.groq.com/openai/v1",
            "GROQ_API_KEY",
            "openai/gpt-oss-20b",
            131_072,
        ),
        BuiltIn(
            "xai",
            "https://api.x.ai/v1",
            "XAI_API_KEY",
            "grok-4.3",
            1_000_000,
            sees=True,
            image_model="grok-imagine-image-quality",
            options=DIALECTS["xai"],
        ),
        BuiltIn(
            "together",
            "https://api.together.xyz/v1",
            "TOGETHER_API_KEY",
            "openai/gpt-oss-20b",
            128_000,
            image_model="black-forest-labs/FLUX.1-schnell",
            options=DIALECTS["together"],
        ),
        BuiltIn(
            "fireworks",
            "https://api.fireworks.ai/inference/v1",
            "FIREWORKS_API_KEY",
            "accounts/fireworks/models/gpt-oss-120b",
            131_072,
        ),
        BuiltIn(
            "huggingface",
            "https://router.huggingface.co/v1",
            "HF_TOKEN",
            "openai/gpt-oss-20b",
            128_000,
        ),
        BuiltIn(
            "fal",
            "https://router.huggingface.co/fal-ai",
            "HF_TOKEN",
            "",
            kind="fal",
            image_model="fal-ai/flux/schnell",
        ),
    )
}

OFFLINE_MODELS = (
    ModelFacts(
        "offline/parrot", frozenset({Need.CHAT, Need.VISION}), 32_768, Price(), "Parrot, the offline stand-in"
    ),
    ModelFacts(
        "offline/painter",
        frozenset({Need.IMAGE}),
        32_768,
        Price(),
        "Offline painter",
        takes=frozenset({"count", "size", "seed"}),
        largest=2048,
    ),
)
"""What an account of the kind `offline` has: they stand in when there is nothing else."""
