"""The AI services that Parley knows by name, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import ModelFacts, Need, Price
from bot.settings.dialects import DIALECTS
from bot.settings.kinds import KINDS


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """An account that exists as soon as its key does, and what is known of its default model. `free`: models
    for which the service charges nothing, which its own list does not say."""

    name: str
    base_url: str
    key_env: str
    model: str
    context_length: int = 8192
    sees: bool = False
    kind: str = "openai"
    image_model: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    free: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[ModelFacts, ...]:
        """Its default models. Their prices are what the service's own list says."""
        usual = KINDS[self.kind].usual
        needs = usual.needs | ({Need.VISION} if self.sees else set())
        answers = ModelFacts(f"{self.name}/{self.model}", needs, self.context_length)
        painted = self.options.get("picture_fields")
        takes = frozenset(painted) if isinstance(painted, Mapping) else usual.takes
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
            free=("omni-moderation-latest", "omni-moderation-2024-09-26"),
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
            options=DIALECTS["deepseek"],
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
    ModelFacts("offline/magpie", frozenset({Need.EMBEDDING}), 32_768, Price(), "Magpie, who finds things"),
)
"""What an account of the kind `offline` has: they stand in when there is nothing else."""
