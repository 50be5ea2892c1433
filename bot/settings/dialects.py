"""How the services that Parley knows differ from OpenAI: the options of their accounts."""

from collections.abc import Mapping
from typing import Final

SAMPLING: Final = ["temperature", "top_p", "presence_penalty", "frequency_penalty"]
"""How words are chosen: what models that think before they answer refuse to be told."""

SIDES: Final = ["width", "height"]

DIALECTS: Final[Mapping[str, Mapping[str, object]]] = {
    "openrouter": {
        "model_lists": ["models?output_modalities=text,image,embeddings", "images/models"],
        "check_path": "key",  # its lists of models are there for everybody
        "picture_path": "images",
        "picture_fields": {"count": "n", "size": "size", "seed": "seed"},
    },
    "openai": {
        "strict": True,  # arguments fit their schema, where the schema allows that promise
        "max_tokens_field": "max_completion_tokens",  # its newer models refuse the other name
        "refuses": {
            "gpt-5-chat*": [],
            "gpt-5": SAMPLING,
            "gpt-5-*": SAMPLING,
            "gpt-5.6*": SAMPLING,
            "gpt-6*": SAMPLING,
            "o[1-9]*": SAMPLING,
        },
        "picture_fields": {"count": "n", "size": "size"},
    },
    "deepseek": {"thoughts": True},  # calls that come back without what led to them are refused
    "mistral": {
        "stream_options": False,  # refused with 422; usage comes unasked
        "nine": True,  # ids of calls that are not nine letters and digits are refused
        "needs": {"*-embed*": "embedding", "mistral-moderation*": "moderation"},
    },
    "xai": {
        "needs": {"grok-imagine-image*": "image", "grok-imagine-video*": ""},
        "picture_fields": {"count": "n"},  # it takes a ratio of the sides, not their lengths
        "picture_extra": {"response_format": "b64_json"},
    },
    "together": {
        "refuses": {"*/FLUX.1-schnell*": SIDES, "*/FLUX.1-kontext*": SIDES},  # they take a ratio
        "picture_fields": {
            "count": "n",
            "size": SIDES,
            "steps": "steps",
            "guidance": "guidance_scale",
            "seed": "seed",
            "negative": "negative_prompt",
        },
        "picture_extra": {"response_format": "base64"},
    },
}
"""The options of the accounts that Parley knows, as their services describe themselves."""
