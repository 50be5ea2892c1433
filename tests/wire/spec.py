"""The published description of OpenAI's interface, where this machine has it: do our requests fit?"""

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

PUBLISHED = Path(__file__).parents[2].parent / "shared/specs/openai-openapi.yaml"

SCHEMAS = {
    "/v1/chat/completions": "CreateChatCompletionRequest",
    "/v1/completions": "CreateCompletionRequest",
    "/v1/images/generations": "CreateImageRequest",
    "/v1/embeddings": "CreateEmbeddingRequest",
    "/v1/moderations": "CreateModerationRequest",
    "/v1/fine_tuning/jobs": "CreateFineTuningJobRequest",
}


def check_request(path: str, body: Any) -> None:
    """Raise ValidationError when the body is not what the path takes; skip the test without a description."""
    if not PUBLISHED.exists():
        pytest.skip("no OpenAPI description on this machine")
    schema = {"$ref": f"#/components/schemas/{SCHEMAS[path]}", "components": _components()}
    jsonschema.Draft202012Validator(schema).validate(body)


@cache
def _components() -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(PUBLISHED.read_bytes(), loader)["components"]  # noqa: S506  # both loaders are safe
