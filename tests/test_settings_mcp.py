"""Whose tools models may use is the operator's to say, and a mistake in saying it is told by its table."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, load


def loaded(folder: Path, table: str, **environ: str) -> Settings:
    config = folder / "parley.toml"
    config.write_text(table, "utf-8")
    return load(environ, config=config)


def test_a_server_has_what_its_table_says_and_variables_by_name_alone(tmp_path: Path) -> None:
    table = '[mcp.files]\ncommand = ["npx", "server"]\nenv = ["FOLDER"]\ntools = ["a", "b"]\nasks = ["a"]'
    server = loaded(tmp_path, table, FOLDER="/srv/my docs", OTHER="x").mcp["files"]
    assert server.command == ("npx", "server")
    assert {name: value.get_secret_value() for name, value in server.env.items()} == {
        "FOLDER": "/srv/my docs"
    }
    assert (server.tools, server.asks) == (frozenset("ab"), frozenset("a"))


def test_what_a_server_is_trusted_with_is_a_secret(tmp_path: Path) -> None:
    table = '[mcp.wiki]\nurl = "https://wiki.example/mcp"\napi_key_env = "WIKI_KEY"\nasks = true'
    settings = loaded(tmp_path, table, WIKI_KEY="opens-the-wiki")
    assert "opens-the-wiki" in settings.secrets()
    assert "opens-the-wiki" not in repr(settings)
    assert settings.mcp["wiki"].asks is True


@pytest.mark.parametrize(
    ("table", "missing"),
    [
        ('[mcp.w]\nurl = "https://w.example/mcp"\napi_key_env = "WIKI_KEY"', "WIKI_KEY"),
        ('[mcp.w]\ncommand = ["x"]\nenv = ["ONE", "TWO"]', "ONE, TWO"),
    ],
)
def test_a_server_without_its_variables_is_off_and_that_is_said(
    tmp_path: Path, table: str, missing: str
) -> None:
    settings = loaded(tmp_path, table)
    assert settings.mcp == {}
    assert f"The tools of w are off: set {missing} to turn them on." in settings.missing


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("[mcp]\nfiles = 3", "[mcp.files] must be a table."),
        ('[mcp.Files]\ncommand = ["x"]', "[mcp.Files] needs a name of at most 20"),
        ('[mcp."a/b"]\ncommand = ["x"]', "[mcp.a/b] needs a name of at most 20"),
        ("[mcp.a]\ntools = ['b']", "[mcp.a] needs either a command or a url."),
        ("[mcp.a]\ncommand = ['x']\nurl = 'https://x.example'", "[mcp.a] needs either a command or a url."),
        ("[mcp.a]\ncommand = 'npx x'", '[mcp.a] command must be a list of texts, like ["one", "two"].'),
        ("[mcp.a]\ncommand = ['x']\ntool = ['y']", "[mcp.a] tool is not known. Did you mean tools?"),
        ("[mcp.a]\ncommand = ['x']\nasks = 1", "[mcp.a] asks must be true, false, or a list of its tools."),
        ("[mcp.a]\ncommand = ['x']\nenv = ['a=b']", "[mcp.a] env must be names of variables"),
        ("[mcp.a]\ncommand = ['x']\nenv = ['DISCORD_TOKEN']", "DISCORD_TOKEN is Parley's own."),
        ("[mcp.a]\ncommand = ['x']\nenv = ['PARLEY_WEB_TOKEN']", "PARLEY_WEB_TOKEN is Parley's own."),
        ("[mcp.a]\ncommand = ['x']\napi_key_env = 'KEY'", "api_key_env is for a url; a command has env."),
        ("[mcp.a]\nurl = 'https://x.example'\nenv = ['KEY']", "[mcp.a] env is for a command"),
        ("[mcp.a]\nurl = 'http://x.example/mcp'", "[mcp.a] url must begin with https://"),
        ("[mcp.a]\nurl = 'https://u:secret@x.example'", "[mcp.a] url must be an https address"),
        ("[mcp.a]\nurl = 'https://x.example'\napi_key_env = 'sk-secret'", "a key itself never belongs here."),
        ("[mcp.a]\ncommand = ['x']\ntools = ['read']\nasks = ['raed']", "asks: raed is not among its tools."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_its_table_and_repeats_no_secret(
    tmp_path: Path, table: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, table)
    (said,) = caught.value.problems
    assert problem in said
    assert "secret" not in said


def test_a_server_of_this_machine_needs_no_https(tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1:8000", "[::1]:8000"):
        assert loaded(tmp_path, f'[mcp.a]\nurl = "http://{host}/mcp"').mcp["a"].url
