"""One server that speaks as every AI service does: whoever asks at `url/<kind>` is answered in that format.

Texts say who was asked and how many pictures were shown; pictures are one grey pixel each.
"""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.wire import anthropic, fal, g4f, gemini, imagine, tgi
from tests.wire.answers import JSON, Answer, fails, says, sends
from tests.wire.server import AiServer, listening
from tests.wire.wire import Request

PICTURES = re.compile(r"data:image/|\"base64\"|inlineData")
"""How a picture looks in a request, in any format."""

OPENROUTER = {
    "id": "openai/gpt-4o-mini",
    "name": "OpenAI: GPT-4o-mini",
    "context_length": 128000,
    "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
    "pricing": {"prompt": "0.00000015", "completion": "0.0000006", "request": "0", "image": "0"},
    "supported_parameters": ["max_tokens", "temperature", "top_p", "seed"],
}


class Everybody(AiServer):
    """Answers by path; it needs a key wherever the real service does."""

    def _answer(self, request: Request) -> Answer:
        _, kind, path = request.path.partition("?")[0].split("/", 2)
        if kind not in ("g4f", "files") and not _key(request):
            return fails(401)
        return getattr(self, f"_{kind.replace('-', '_')}")(path, request)  # type: ignore[no-any-return]

    def _files(self, _path: str, _request: Request) -> Answer:
        return imagine.paints()

    def _openai(self, path: str, request: Request) -> Answer:
        match path:
            case "chat/completions":
                return says("OpenAI", f" sees {_pictures(request)}.")
            case "images/generations" | "images":
                return _json({"created": 1, "data": [{"b64_json": base64.b64encode(imagine.png()).decode()}]})
            case "models" | "images/models" | "key":
                return _json({"data": [OPENROUTER, {"id": "qwen3-30b"}]})
        return fails(404)

    def _anthropic(self, path: str, request: Request) -> Answer:
        if path == "models":
            return anthropic.lists({"id": "claude-haiku-5-5", "type": "model", "display_name": "Haiku"})
        return anthropic.says("Anthropic", f" sees {_pictures(request)}.")

    def _gemini(self, path: str, request: Request) -> Answer:
        if path == "models":
            methods = ["generateContent"]
            return gemini.lists(
                {"name": "models/gemini-3.5-flash-lite", "supportedGenerationMethods": methods}
            )
        if "image" in path:
            data = base64.b64encode(imagine.png()).decode()
            drawn = gemini.chunk({"inlineData": {"mimeType": "image/png", "data": data}}, finish="STOP")
            return sends(f"data: {json.dumps(drawn)}\n\n".encode())
        return gemini.says("Gemini", f" sees {_pictures(request)}.")

    def _g4f(self, path: str, request: Request) -> Answer:
        match path.removeprefix("v1/").strip("/"):
            case "models":
                return _json({"object": "list", "data": [{"id": "gpt-4o"}, {"id": "flux-4o", "image": True}]})
            case "chat/completions":
                return g4f.streams(
                    g4f.delta(content="G4F"), g4f.delta(content=f" sees {_pictures(request)}."), g4f.DONE
                )
            case "images/generate":
                return g4f.draws(self.url + "/files/x.png")
            case _:
                return fails(404)

    def _llava(self, path: str, request: Request) -> Answer:
        return self._tgi("LLaVA", path, request)

    def _phi3(self, path: str, request: Request) -> Answer:
        return self._tgi("Phi-3", path, request)

    def _tgi(self, name: str, path: str, request: Request) -> Answer:
        if path == "info":
            return _json(tgi.INFO)
        if path == "generate_stream":
            return tgi.writes(name, f" sees {_pictures(request)}.")
        return tgi.writes_all([{"generated_text": f"{name} sees {_pictures(request)}."}])

    def _fal(self, path: str, _request: Request) -> Answer:
        if path == "models":
            return fal.answers(
                {"items": [fal.item(), fal.item("fal-ai/sana/sprint"), fal.item("fal-ai/old", removed=True)]}
            )
        return fal.paints(self.url + "/files/x.png")

    def _imagine(self, _path: str, request: Request) -> Answer:
        return imagine.paints() if request.body.get("prompt") else imagine.refuses(422, {"detail": []})


def _key(request: Request) -> str:
    """The key, wherever the format has it travel."""
    names = ("authorization", "x-api-key", "x-goog-api-key")
    return next((request.headers[name] for name in names if name in request.headers), "")


def _pictures(request: Request) -> str:
    count = len(PICTURES.findall(json.dumps(request.body)))
    return f"{count} picture{'s' * (count != 1)}"


def _json(body: Any) -> Answer:
    return sends(json.dumps(body).encode(), headers=JSON)


@asynccontextmanager
async def everybody() -> AsyncIterator[Everybody]:
    """All of them at one address."""
    async with listening(Everybody()) as server:
        yield server
