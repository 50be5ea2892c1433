"""Every wire format meets every fault of a service that quotes what it was sent: nobody repeats it."""

import asyncio
import base64
import io
import json
import logging
import os
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from PIL import Image
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.accounts import Accounts
from bot.errors import ProviderError
from bot.messages import (
    ChatRequest,
    CompletionRequest,
    DrawRequest,
    Picture,
    Shape,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
)
from bot.settings import Account, Settings
from tests.process import parley
from tests.test_secrets import FAULTS, KEY, SAID, WORDS, forms
from tests.wire.answers import CLOSE, JSON, Answer, event, sends
from tests.wire.server import AiServer, listening
from tests.wire.wire import Request, Wire

SIGNED = "sig-7Hq2LebkuchenmannZz"
"""A secret in the address of a picture."""

KINDS: dict[str, dict[str, object]] = {
    "openai": {},
    "anthropic": {},
    "gemini": {},
    "g4f": {},
    "tgi": {"template": "chatml", "picture_quality": 90},
    "fal": {"models_url": "models"},
    "imagine": {},
}


def noise() -> bytes:
    """A picture that no other text looks like."""
    out = io.BytesIO()
    Image.frombytes("RGB", (16, 16), os.urandom(768)).save(out, "PNG")
    return out.getvalue()


PICTURE = noise()
SHOWN = base64.b64encode(PICTURE).decode()[100:140]


def errors(said: str) -> list[object]:
    """Errors as each format writes them, with the request in every field."""
    named = {"message": said, "code": said, "type": said, "param": said, "status": said, "detail": said}
    return [
        {"error": named},
        {"error": said, "error_type": said},
        {"type": "error", "error": {"type": said, "message": said}},
        [{"error": {"code": 400, "message": said, "status": "INVALID_ARGUMENT"}}],
        {"error": {"code": 401, "message": said}},
        {"detail": [{"type": said, "loc": [said], "msg": said, "input": said}]},
        {"choices": [{"finish_reason": said, "error": named, "delta": {}}]},
        {"candidates": [{"finishReason": said}], "promptFeedback": {"blockReason": said}},
        {
            "choices": [
                {"finish_reason": "tool_calls", "message": {"tool_calls": [{"id": said, "function": {}}]}}
            ]
        },
        {"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": said}]},
    ]


def pictures(said: str) -> list[object]:
    """Answers with pictures that are none, or are nowhere."""
    links = [
        f"http://10.0.0.1/x.png?sig={SIGNED}",
        f"https://user:{SIGNED}@10.0.0.1/x.png",
        f"https://nobody.invalid/{SIGNED}.png",
        f"ftp://10.0.0.1/{SIGNED}",
        f"/status-404?sig={SIGNED}",
        f"data:image/png;base64,{SIGNED} {said}",
        f"data:text/html,{said}",
        f"http://[{SIGNED}",
    ]
    return [
        *({"data": [{"url": link}]} for link in links),
        *({"images": [{"url": link}]} for link in links),
        {"data": [{"b64_json": said}]},
        {"data": said},
        {"images": said},
        {"candidates": [{"content": {"parts": [{"inlineData": {"data": said}}]}}]},
        {"data": [{"b64_json": base64.b64encode(said.encode()).decode()}]},
    ]


def quotes(make: Callable[[str], list[object]], number: int, *, streamed: bool) -> Answer:
    """One of these bodies, with what was asked in it."""

    async def answer(wire: Wire) -> None:
        body = make(asked(wire.request))[number]
        if streamed:
            await sends(event(body), CLOSE)(wire)
        else:
            await sends(json.dumps(body).encode(), headers=JSON)(wire)

    return answer


def asked(request: Request) -> str:
    return f"{json.dumps(request.headers)} {json.dumps(request.body)} {KEY} {SAID}"


ANSWERS: dict[str, Answer] = {
    **FAULTS,
    **{f"error-{n}": quotes(errors, n, streamed=False) for n in range(len(errors("")))},
    **{f"stream-{n}": quotes(errors, n, streamed=True) for n in range(len(errors("")))},
    **{f"picture-{n}": quotes(pictures, n, streamed=False) for n in range(len(pictures("")))},
}


class Mean(AiServer):
    """Answers whatever is asked below `/<fault>/` with this fault."""

    def _answer(self, request: Request) -> Answer:
        return ANSWERS[request.path.split("/")[1].partition("?")[0]]


@asynccontextmanager
async def mean() -> AsyncIterator[Mean]:
    async with listening(Mean()) as server:
        yield server


def deeds(provider: Any) -> list[AsyncIterator[object]]:
    """All that a provider can be asked."""
    turns = (Turn("system", "You are a Quittenbrot collector."), Turn("user", SAID, (Picture(PICTURE),)))
    found: list[AsyncIterator[object]] = []
    if hasattr(provider, "chat"):
        found.append(provider.chat(ChatRequest("m", turns, 50)))
        used = ToolCall("call_1", "look_up", json.dumps({"words": SAID}))
        told = (Turn("assistant", "", calls=(used,)), Turn("tool", "", results=(ToolResult(used, SAID),)))
        offered = (ToolSpec("look_up", SAID, {"type": "object", "description": SAID}),)
        shape = Shape("verdict", {"type": "object", "description": SAID})
        found.append(provider.chat(ChatRequest("m", (*turns, *told), 50, tools=offered)))
        found.append(provider.chat(ChatRequest("m", turns, 50, shape=shape)))
    if hasattr(provider, "complete"):
        found.append(provider.complete(CompletionRequest("m", SAID, 50)))
    if hasattr(provider, "draw"):
        found.append(provider.draw(DrawRequest("m", SAID)))
    return found + [one(call) for call in (provider.models, getattr(provider, "check", None)) if call]


async def one(call: Callable[[], Any]) -> AsyncIterator[object]:
    yield await call()


async def met(kind: str, url: str) -> list[ProviderError]:
    """What a provider of this kind says of a fault."""
    account = Account("mean", kind, url, SecretStr(KEY), options=KINDS[kind])
    found = []
    async with Accounts(Settings(accounts={"mean": account})) as accounts:
        for deed in deeds(accounts.provider("mean")):
            try:
                async with aclosing(cast(Any, deed)) as parts:
                    async for _ in parts:
                        pass
            except ProviderError as error:
                found.append(error)
    return found


def told(error: ProviderError) -> str:
    """All that anybody may repeat of an error."""
    notes = getattr(error, "__notes__", "")
    shown = "".join(traceback.format_exception_only(error))
    return f"{shown} {error!r} {error.args} {error.__cause__!r} {error.reply} {notes}"


def traces(shown: str, secrets: Sequence[str] = (*WORDS, *forms(KEY), *forms(SIGNED), SHOWN)) -> list[str]:
    """The canaries in a text."""
    return [each for each in secrets if each in shown]


@pytest.mark.parametrize("kind", KINDS)
async def test_no_error_and_no_log_of_any_format_repeats_what_was_sent_or_said(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # libraries never say more: `bot.log`
    async with mean() as server:
        for name in ANSWERS:
            with capture_logs() as logged:
                failures = await met(kind, f"{server.url}/{name}")
            assert failures or (kind, name[:7]) == ("anthropic", "picture"), name
            for error in failures:
                assert not traces(told(error)), name
                assert not traces(error.said, tuple(forms(KEY))), name
            assert not traces(f"{logged} {caplog.text}"), name
            caplog.clear()


CHOSEN = ("status-400", "status-401", "status-503", "error-0", "stream-0", "stream-2", "picture-0", "reset")


def configured(url: str) -> str:
    """An account for each format and fault."""
    tables = []
    for kind, options in KINDS.items():
        for fault in CHOSEN:
            told = {"kind": kind, "base_url": f"{url}/{fault}", "api_key_env": "MEAN_KEY", **options}
            tables.append(f"[providers.{kind}-{fault}]")
            tables += [f"{name} = {json.dumps(value)}" for name, value in told.items()]
            tables.append(f'[models."{kind}-{fault}/m"]\nvision = {json.dumps("chat" in DOES[kind])}')
    routes = '[routes]\nchat = ["openai-reset/m"]\nimage = ["openai-reset/m"]'
    limits = "[limits]\nper_person_day = 100.0\nper_channel_day = 100.0"
    return "\n".join([*tables, routes, limits])


DOES = {
    "openai": ("chat", "imagine"),
    "anthropic": ("chat",),
    "gemini": ("chat", "imagine"),
    "g4f": ("chat", "imagine"),
    "tgi": ("chat",),
    "fal": ("imagine",),
    "imagine": ("imagine",),
}


async def tell(http: httpx.AsyncClient, command: str, model: str) -> str:
    """A command in a room of its own, to its end: all that is shown of it."""
    room = f"/api/rooms/{command}-{model.partition('/')[0]}"
    options = {("prompt" if command == "imagine" else "message"): SAID, "model": model}
    given: dict[str, Any] = {"json": {"options": options}}
    if command == "chat":
        picture = {"picture": ("x.png", PICTURE, "image/png")}
        given = {"data": {"options": json.dumps(options)}, "files": picture}
    reply = await http.post(f"{room}/commands/{command}", **given)
    assert reply.status_code == 202, (command, model, reply.text)
    run = reply.json()["run_id"]
    while (found := (await http.get(f"/api/runs/{run}")).json())["ended_at"] is None:
        await asyncio.sleep(0.05)
    assert found["status"] in {"failed", "incomplete"}, (command, model, found)
    answers = (await http.get(f"{room}/messages")).json()["messages"][1:]
    return json.dumps([found, answers])


@pytest.mark.timeout(240)
async def test_no_chat_no_log_no_number_and_no_file_repeats_it_either(tmp_path: Path) -> None:
    async with mean() as server:
        (tmp_path / "settings.toml").write_text(configured(server.url), "utf-8")
        env = {
            "PARLEY_CONFIG": str(tmp_path / "settings.toml"), "PARLEY_LOG_LEVEL": "DEBUG", "MEAN_KEY": KEY,
        }  # fmt: skip
        async with parley(tmp_path / "data", env) as program, program.api() as http:
            orders = [
                tell(http, command, f"{kind}-{fault}/m")
                for kind in KINDS
                for command in DOES[kind]
                for fault in CHOSEN
            ]
            shown = await asyncio.gather(*orders)
            metrics = (await http.get("/metrics")).text
            await program.stop()

    (kept,) = (tmp_path / "data/media").rglob("*.png")
    secrets = (*WORDS, *forms(KEY), *forms(SIGNED), base64.b64encode(kept.read_bytes()).decode()[100:140])
    log = program.log.read_text("utf-8").partition("Stop with Ctrl-C.")[2]
    assert "call failed" in log
    for text in (log, metrics, *shown):
        assert not traces(text, secrets)
    for file in (tmp_path / "data").rglob("*"):
        assert not (file.is_file() and traces(file.read_bytes().decode("latin-1"), tuple(forms(KEY)))), file
