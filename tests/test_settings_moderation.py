"""Words that are never to be said are the operator's to name; without any, none are."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, load


def loaded(folder: Path, table: str) -> Settings:
    config = folder / "parley.toml"
    config.write_text(table, "utf-8")
    return load({}, config=config)


def test_the_table_names_words_that_no_log_repeats(tmp_path: Path) -> None:
    settings = loaded(tmp_path, '[moderation]\nwords = ["badger", "*worse*"]')
    assert settings.moderation.words == ("badger", "*worse*")
    assert "badger" not in repr(settings)
    assert loaded(tmp_path, "").moderation.words == ()


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('[moderation]\nword = ["x"]', "[moderation] word is not known. Did you mean words?"),
        ('[moderation]\nwords = "x"', "[moderation] words must be a list"),
        ('[moderation]\nwords = [""]', "[moderation] words"),
    ],
)
def test_mistakes_are_told(table: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as told:
        loaded(tmp_path, table)
    assert problem in str(told.value)
