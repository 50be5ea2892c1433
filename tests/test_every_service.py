"""From a shell: every AI service of the documentation answers, sees and paints, as far as it can."""

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import process
from tests.process import ROOT, TOKEN, Parley, parley
from tests.wire.everybody import Everybody, everybody
from tests.wire.imagine import png

PAGE = ROOT / "docs/providers.md"
SPOKEN = {
    "openrouter": "openai",
    "lab": "openai",
    "claude": "anthropic",
    "google": "gemini",
    "g4f": "g4f",
    "llava": "llava",
    "phi3": "phi3",
    "hf": "fal",
    "flux-1": "imagine",
    "flux-2": "imagine",
    "sdxl": "imagine",
}
"""The accounts of the page, and as whom the server on this machine answers each."""

TALK = {
    "openrouter/openai/gpt-4o-mini": "OpenAI",
    "lab/qwen3-30b": "OpenAI",
    "claude/claude-haiku-5-5": "Anthropic",
    "google/gemini-3.5-flash-lite": "Gemini",
    "g4f/gpt-4o": "G4F",
    "g4f/": "G4F",
    "llava/llava-next": "LLaVA",
    "phi3/phi-3": "Phi-3",
    "offline/parrot": "parrot",
}
BLIND = {"phi3/phi-3", "g4f/"}
PAINT = (
    "lab/flux-schnell",
    "google/gemini-3.1-flash-lite-image",
    "g4f/flux-4o",
    "hf/fal-ai/sana/sprint",
    "flux-1/flux",
    "flux-2/flux",
    "sdxl/sdxl-lightning",
    "offline/painter",
)


def documented(url: str) -> tuple[str, dict[str, str]]:
    """The page's blocks in one file, at the address of the server on this machine; and every key."""
    blocks = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    tables, parts = tomllib.loads("\n".join(blocks[:-1])), []
    for name, table in tables["providers"].items():
        table["base_url"] = f"{url}/{SPOKEN[name]}"
        table.setdefault("kind", "openai")
        if table["kind"] == "fal":
            table["models_url"] = "models"
        table.setdefault("api_key_env", f"{name.upper()}_API_KEY" if name != "g4f" else "")
        parts.append(toml(f'providers."{name}"', table))
    parts += [toml(f'models."{name}"', facts) for name, facts in tables["models"].items()]
    routes = {"chat": ["offline/parrot"], "vision": ["llava/llava-next"], **tables["routes"]}
    parts.append(toml("routes", routes))
    environ = {table["api_key_env"]: "sk-1234567890" for table in tables["providers"].values()}
    return "\n".join(parts), {name: key for name, key in environ.items() if name}


def toml(name: str, table: Mapping[str, Any]) -> str:
    """A table as TOML."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [f"[{name}]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in plain.items())]
    inner = [toml(f"{name}.{json.dumps(k)}", v) for k, v in table.items() if isinstance(v, dict)]
    return "\n".join([*lines, *inner])


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[Parley, Everybody]]:
    """A Parley that runs with all of them."""
    async with everybody() as services:
        text, keys = documented(services.url)
        config = folder / "parley.toml"
        await asyncio.to_thread(config.write_text, text)
        async with parley(folder / "data", {**keys, "PARLEY_CONFIG": str(config)}) as running:
            yield running, services


async def shell(running: Parley, *words: str) -> tuple[int, str, str]:
    """A command as a person gives it: exit code, output, messages."""
    env = {
        "PARLEY_DATA": str(running.data),
        "PARLEY_LOCAL_SERVERS": "off",
        "PARLEY_WEB_PORT": str(running.port),
        "PARLEY_WEB_TOKEN": TOKEN,
        **running.env,
    }
    return await process.shell(env, running.data.parent, *words)


async def asked(running: Parley, model: str, photo: Path) -> None:
    """Ask a model about a picture, from a shell."""
    code, out, err = await shell(running, "ask", "What is it?", "--model", model, "--image", str(photo))
    assert (code, TALK[model] in out) == (0, True), (model, out, err)
    if model in BLIND:
        assert "sees 0 pictures" in out
        assert "`llava/llava-next` looked at the picture" in err
    elif TALK[model] != "parrot":
        assert "sees 1 picture." in out


async def painted(running: Parley, model: str, file: Path) -> None:
    """Have a model paint into a file, from a shell."""
    code, out, err = await shell(running, "imagine", "a dot", "--out", str(file), "--model", model)
    assert (code, (await asyncio.to_thread(file.read_bytes))[:4]) == (0, b"\x89PNG"), (model, out, err)


@pytest.mark.timeout(240)
async def test_every_service_of_the_page_answers_sees_and_paints_from_a_shell(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png())
    async with house(tmp_path) as (running, services):
        code, out, _ = await shell(running, "ask", "Who are you?", "--model", "claude/claude-haiku-5-5")
        assert (code, out) == (0, "Anthropic sees 0 pictures.\n")

        work = [asked(running, model, photo) for model in TALK]
        work += [painted(running, model, tmp_path / f"{n}.png") for n, model in enumerate(PAINT)]
        for start in range(0, len(work), 3):
            await asyncio.gather(*work[start : start + 3])
        assert all("sk-1234567890" not in request.path for request in services.requests)


async def test_every_service_is_checked_and_listed(tmp_path: Path) -> None:
    async with house(tmp_path) as (running, _):
        code, out, err = await shell(running, "check")
        assert code == 0, out + err
        for account in (*SPOKEN, "offline"):
            assert re.search(rf"^{account} ", out, re.MULTILINE), account

        code, out, _ = await shell(running, "models", "--json")
        listed = {model["id"] for model in json.loads(out)}
        assert code == 0
        assert {*TALK, *PAINT} <= listed
        assert "hf/fal-ai/old" not in listed

        code, out, _ = await shell(running, "models", "paints", "free")
        assert code == 0
        assert {line.split()[0] for line in out.splitlines()[1:]} == {"offline/painter", "g4f/flux-4o"}


async def test_the_web_chat_offers_them_all(tmp_path: Path) -> None:
    async with house(tmp_path) as (running, _), running.api() as api:
        for path, wanted in (("chat", TALK), ("imagine", PAINT)):
            for model in wanted:
                asked = {"param": "model", "typed": model, "as": "moderator"}
                found = (await api.get(f"/api/rooms/general/complete/{path}", params=asked)).json()
                assert model in str(found), (path, found)
