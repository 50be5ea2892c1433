"""Every configuration that the documentation shows is one with which Parley starts."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.application import running
from bot.settings import load
from bot.settings.kinds import KINDS
from tests.seeded import seeded

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLE = ROOT / "parley.example.toml"
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> Iterator[Any]:
    """Every TOML block, named by its page and its first table."""
    for page in PAGES:
        for number, text in enumerate(BLOCK.findall(page.read_text("utf-8")), 1):
            yield pytest.param(text, id=f"{page.relative_to(ROOT)} {number}")
    yield pytest.param(EXAMPLE.read_text("utf-8"), id=EXAMPLE.name)
    yield pytest.param(uncommented(EXAMPLE.read_text("utf-8")), id=f"{EXAMPLE.name}, all of it")


def uncommented(text: str) -> str:
    """The example with all that it shows switched on."""
    return re.sub(r"^#(?=[\[a-z_])", "", text, flags=re.MULTILINE)


def keys(text: str) -> dict[str, str]:
    """A key for every account and server that a block names, and for those that Parley knows."""
    file = tomllib.loads(text)
    tables = [*file.get("providers", {}).values(), *file.get("mcp", {}).values()]
    named = {table["api_key_env"] for table in tables if "api_key_env" in table}
    named |= {name for table in tables for name in table.get("env", ())}
    known = {"OPENROUTER_API_KEY", "OPENAI_API_KEY"}
    return {name: f"sk-{name.lower()}" for name in named | known}


@pytest.mark.parametrize("text", [*blocks()])
async def test_it_starts_with_every_block(text: str, tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text(text, "utf-8")
    environ = {**keys(text), "PARLEY_DATA": str(seeded(tmp_path / "data")), "PARLEY_LOCAL_SERVERS": "off"}
    settings = load({**environ, "PARLEY_WEB_PORT": "0", "PARLEY_CONFIG": str(config)})
    nowhere = {
        name: replace(account, base_url="http://127.0.0.1:9") for name, account in settings.accounts.items()
    }
    gone = {
        name: replace(one, command=(), url="http://127.0.0.1:9/mcp") for name, one in settings.mcp.items()
    }

    async with running(replace(settings, accounts=nowhere, mcp=gone)) as parley:
        assert parley.url.startswith("http://127.0.0.1:")
    assert set(tomllib.loads(text).get("providers", {})) <= set(settings.accounts)
    assert set(tomllib.loads(text).get("mcp", {})) == set(settings.mcp)


def test_the_page_of_services_shows_every_kind() -> None:
    page = (ROOT / "docs/providers.md").read_text("utf-8")
    shown = {
        table["kind"]
        for text in BLOCK.findall(page)
        for table in tomllib.loads(text).get("providers", {}).values()
        if "kind" in table
    }

    assert shown == {name for name, kind in KINDS.items() if kind.remote}
