"""Where the web is searched is the operator's to say; nothing is searched unless they do."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, load


def loaded(folder: Path, table: str, **environ: str) -> Settings:
    config = folder / "parley.toml"
    config.write_text(table, "utf-8")
    return load(environ, config=config)


def found(settings: Settings) -> tuple[str, str, str] | None:
    one = settings.search
    return (one.kind, one.base_url, one.key.get_secret_value() if one.key else "") if one else None


@pytest.mark.parametrize(
    ("table", "environ", "expected"),
    [
        ("", {"BRAVE_API_KEY": "k"}, None),
        ("[search]\nkind = 'duckduckgo'", {}, ("duckduckgo", "https://html.duckduckgo.com", "")),
        (
            "[search]\nkind = 'brave'",
            {"BRAVE_API_KEY": "k"},
            ("brave", "https://api.search.brave.com/res/v1", "k"),
        ),
        (
            "[search]\nkind = 'brave'\napi_key_env = 'MINE'",
            {"MINE": "m", "BRAVE_API_KEY": "k"},
            ("brave", "https://api.search.brave.com/res/v1", "m"),
        ),
        (
            "[search]\nkind = 'searxng'\nbase_url = 'http://localhost:8888/'",
            {},
            ("searxng", "http://localhost:8888", ""),
        ),
        (
            "[search]\nkind = 'searxng'\nbase_url = 'http://x.example'\napi_key_env = 'PARLEY_SEARCH_KEY'",
            {"PARLEY_SEARCH_KEY": "k"},
            ("searxng", "http://x.example", "k"),
        ),
    ],
)
def test_the_table_says_where(
    table: str, environ: dict[str, str], expected: tuple[str, str, str] | None, tmp_path: Path
) -> None:
    assert found(loaded(tmp_path, table, **environ)) == expected


def test_a_known_services_key_goes_to_its_own_address_only(tmp_path: Path) -> None:
    table = "[search]\nkind = 'brave'\nbase_url = 'https://elsewhere.example'"

    assert found(loaded(tmp_path, table, BRAVE_API_KEY="k")) == ("brave", "https://elsewhere.example", "")


def test_a_key_that_is_not_set_is_told(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[search]\nkind = 'brave'")

    assert settings.search is None
    assert "Searching the web is off: set BRAVE_API_KEY." in settings.missing


def test_the_key_is_a_secret(tmp_path: Path) -> None:
    settings = loaded(tmp_path, "[search]\nkind = 'brave'", BRAVE_API_KEY="canary-key")

    assert "canary-key" in settings.secrets()
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[search]", "[search] kind must be set."),
        ("search = 1", "[search] must be a table."),
        ("[search]\nkind = 'bing'", "[search] kind must be 'searxng', 'brave' or 'duckduckgo'."),
        ("[search]\nkind = 'searxng'", "[search] base_url must be an http or https address"),
        ("[search]\nkind = 'brave'\nbase_url = 'http://me:canary@x'", "[search] base_url must be an http"),
        ("[search]\nkind = 'brave'\napi_key = 'canary'", "api_key is not known. Did you mean api_key_env?"),
        ("[search]\nkind = 'brave'\napi_key_env = 'sk-canary'", "a key itself never belongs here."),
    ],
)
def test_what_is_wrong_is_told_by_its_key(table: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, table)

    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
