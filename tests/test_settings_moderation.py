"""Words that are never to be said are the operator's to name; without any, none are."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.messages import Price
from bot.settings import Settings, load

OMNI = "openai/omni-moderation-latest"


def loaded(folder: Path, table: str, **variables: str) -> Settings:
    config = folder / "parley.toml"
    config.write_text(table, "utf-8")
    return load(variables, config=config)


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


@pytest.mark.parametrize(
    ("table", "price"),
    [
        ("", Price()),
        (f'[models."{OMNI}"]\nvision = true', Price()),
        (
            f'[models."{OMNI}"]\nprompt_price = "0.001"\ncompletion_price = "0"',
            Price(Decimal("0.001"), Decimal(0)),
        ),
        ('[providers.openai]\nkind = "openai"\nbase_url = "http://127.0.0.1:9/v1"', None),
    ],
)
def test_openais_moderation_costs_nothing_unless_the_file_says_so(
    table: str, price: Price | None, tmp_path: Path
) -> None:
    entry = loaded(tmp_path, table, OPENAI_API_KEY="k" * 20).models.get(OMNI)
    assert (entry.price if entry else None) == price
