"""Settings load whole or not at all, and never show a secret."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.messages import Need, Price
from bot.settings import DiscordOptions, ModelEntry, Settings, TelegramOptions, Web, load
from bot.settings.load import LATER, OURS
from bot.settings.services import BUILT_IN

FLUX = "[providers.x]\nkind = 'imagine'\nbase_url = 'http://x'\n"
CLAUDE = FLUX.replace("imagine", "anthropic")
CANARY = "sk-canary-9f8e7d6c5b4a39281706"


def problems(environ: dict[str, str], config: Path | None = None, dotenv: Path | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environ, config=config, dotenv=dotenv)
    return str(caught.value)


def outcome(environ: dict[str, str]) -> Settings | ConfigError:
    try:
        return load(environ)
    except ConfigError as exc:
        return exc


def written(folder: Path, toml: str) -> Path:
    file = folder / "parley.toml"
    file.write_text(toml, encoding="utf-8")
    return file


def test_nothing_set_is_a_working_configuration() -> None:
    settings = load({})

    assert settings.web == Web("127.0.0.1", 8080, None)
    assert settings.data == Path("data")
    assert list(settings.accounts) == ["offline"]
    assert settings.routes == {}
    assert settings.limits.per_person_day == Decimal("0.50")
    assert "DISCORD_TOKEN" in settings.missing[0]
    assert "TELEGRAM_TOKEN" in settings.missing[1]
    assert "OPENROUTER_API_KEY" in settings.missing[2]


def test_hosts_that_may_be_linked_to_are_named_without_the_rest_of_an_address(tmp_path: Path) -> None:
    config = written(tmp_path, '[safety]\nlinks = ["www.Wiki.example.org", "localhost"]')
    assert load({}, config=config).links == ("wiki.example.org", "localhost")
    for wrong in ("https://wiki.example.org", "wiki.example.org/a", "", "*.example.org"):
        told = problems({}, written(tmp_path, f'[safety]\nlinks = ["{wrong}"]'))
        assert "[safety] links" in told
        assert "no host" in told


def test_every_problem_is_told_at_once_by_its_name(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        """
        [providers.mine]
        kind = "openia"
        [providers.other]
        kind = "openai"
        base_url = "http://me:secret@host/"
        [models."openai/x"]
        vison = true
        [routes]
        chta = ["openai/x"]
        chat = ["opnai/x", "groq/x", "bare"]
        [limits]
        per_person_day = 0
        [rutes]
        """,
    )
    told = problems(
        {
            "PARLEY_WEB_PORT": "65536",
            "PARLEY_OPERATORS": "discord:123,discord:ann",
            "PARLEY_WEBPORT": "1",
            "PARLEY_LOG_LEVEL": "loud",
            "PARLEY_LOG_FORMAT": "xml",
            "PARLEY_NATS_URL": "nats://x",
            "PARLEY_DATABASE_URL": "postgres://x",
            "TELEGRAM_WEBHOOK_URL": "https://bot.example/hook",
            "TELEGRAM_TOKEN": "parley_bot",
        },
        config,
    )

    for sentence in (
        "[providers.mine] kind must be one of openai, anthropic, gemini, g4f, tgi, fal, imagine, offline.",
        "[providers.other] base_url must be an http or https address",
        '[models."openai/x"] vison is not known. Did you mean vision?',
        "[routes] chta is not known. Did you mean chat?",
        "[routes] chat: opnai/x names an account that does not exist. Did you mean openai?",
        "[routes] chat: groq/x needs the key of its account: set GROQ_API_KEY.",
        '[routes] chat: bare must be of the form "account/model".',
        "[limits] per_person_day must be greater than 0.",
        "[rutes] is not known. Did you mean routes?",
        "PARLEY_WEB_PORT must be a whole number from 0 to 65535",
        "PARLEY_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR.",
        "PARLEY_LOG_FORMAT must be human or json.",
        "PARLEY_OPERATORS: entry 2",
        "PARLEY_WEBPORT is not a variable of Parley's. Did you mean PARLEY_WEB_PORT?",
        "PARLEY_NATS_URL cannot be used yet",
        "PARLEY_DATABASE_URL cannot be used yet",
        "TELEGRAM_WEBHOOK_SECRET must be set to 32 or more",
        "TELEGRAM_WEBHOOK_URL must end in /webhooks/telegram",
        "TELEGRAM_TOKEN must be a bot's token",
    ):
        assert sentence in told
    assert len(told.splitlines()) == 19


@pytest.mark.parametrize("port", ["0", "65535"])
def test_a_port_may_be_any_there_is(port: str) -> None:
    assert load({"PARLEY_WEB_PORT": port}).web.port == int(port)


@pytest.mark.parametrize("port", ["-1", "65536", "8o80", "８０８０", "1e3", "9" * 5000])
def test_what_is_no_port_is_refused(port: str) -> None:
    assert "PARLEY_WEB_PORT" in problems({"PARLEY_WEB_PORT": port})


def test_discord_asks_for_no_privilege_unless_the_file_says_so(tmp_path: Path) -> None:
    said = load({}, config=written(tmp_path, "[discord]\nmessage_content = true\nshards = 4"))

    assert load({}).discord == DiscordOptions(message_content=False, shards=0, rerun_edits=True)
    assert said.discord == DiscordOptions(message_content=True, shards=4, rerun_edits=True)


def test_a_platform_with_a_token_is_not_missing() -> None:
    assert "Discord" not in " ".join(load({"DISCORD_TOKEN": "x" * 60}).missing)
    assert "Telegram" not in " ".join(load({"TELEGRAM_TOKEN": "123456:AAxyz"}).missing)


def test_the_log_is_as_the_operator_likes_it() -> None:
    log = load({"PARLEY_LOG_LEVEL": "debug", "PARLEY_LOG_FORMAT": "JSON"}).log

    assert (log.level, log.style) == ("DEBUG", "json")
    assert load({}).log.level == ""


def test_every_secret_is_known_to_whoever_hides_them() -> None:
    names = ("DISCORD_TOKEN", "PARLEY_WEB_TOKEN", "OPENAI_API_KEY", "HF_TOKEN")
    given = {name: f"canary-{name}" for name in names} | {"TELEGRAM_TOKEN": "123456:canary-telegram"}

    assert set(load(given).secrets()) == set(given.values())


def test_a_webhook_needs_a_secret_that_cannot_be_guessed() -> None:
    url = {"TELEGRAM_WEBHOOK_URL": "https://bot.example/webhooks/telegram"}

    assert "TELEGRAM_WEBHOOK_SECRET" in problems({**url, "TELEGRAM_WEBHOOK_SECRET": "x" * 31})
    assert (
        load({**url, "TELEGRAM_WEBHOOK_SECRET": "x" * 32}).telegram_webhook_url == url["TELEGRAM_WEBHOOK_URL"]
    )


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://bot.example", "https://bot.example/webhooks/telegram"),
        ("https://bot.example/", "https://bot.example/webhooks/telegram"),
        (
            "https://bot.example:8443/parley/webhooks/telegram/",
            "https://bot.example:8443/parley/webhooks/telegram",
        ),
    ],
)
def test_a_webhook_is_where_the_web_server_hears_it(url: str, used: str) -> None:
    secret = {"TELEGRAM_WEBHOOK_SECRET": "x" * 32}

    assert load({**secret, "TELEGRAM_WEBHOOK_URL": url}).telegram_webhook_url == used
    elsewhere = problems({**secret, "TELEGRAM_WEBHOOK_URL": "https://bot.example/telegram"})
    assert "TELEGRAM_WEBHOOK_URL must end in /webhooks/telegram" in elsewhere


def test_telegram_streams_as_the_file_says(tmp_path: Path) -> None:
    said = load({}, config=written(tmp_path, "[telegram]\nstreaming = 'edits'\nrerun_edits = false"))

    assert load({}).telegram == TelegramOptions(streaming="auto", rerun_edits=True)
    assert said.telegram == TelegramOptions(streaming="edits", rerun_edits=False)
    told = problems({}, written(tmp_path, "[telegram]\nstreaming = 'drafts'\nrerun = 1"))
    assert "[telegram] streaming must be 'auto' or 'edits'." in told
    assert "[telegram] rerun is not known. Did you mean rerun_edits?" in told


def test_operators_are_people_by_id() -> None:
    operators = load({"PARLEY_OPERATORS": "discord:123, telegram:456 web:ann"}).operators

    assert operators == {"discord:123", "telegram:456", "web:ann"}
    assert "PARLEY_OPERATORS" in problems({"PARLEY_OPERATORS": "123"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{CANARY}\n", encoding="utf-8")
    settings = load({"DISCORD_TOKEN_FILE": str(secret), "OPENAI_API_KEY_FILE": str(secret)})

    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == CANARY
    assert settings.accounts["openai"].key == settings.discord_token
    assert "are both set" in problems({"DISCORD_TOKEN_FILE": str(secret), "DISCORD_TOKEN": CANARY})
    assert "DISCORD_TOKEN_FILE: its file cannot be read" in problems(
        {"DISCORD_TOKEN_FILE": str(tmp_path / "no")}
    )


def test_the_environment_holds_over_the_dotenv_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("PARLEY_WEB_PORT=1\nPARLEY_WEB_HOST=::1\nGROQ_API_KEY='a$b'\n", encoding="utf-8")
    settings = load({"PARLEY_WEB_PORT": "2"}, dotenv=dotenv)

    assert settings.web == Web("::1", 2)
    key = settings.accounts["groq"].key
    assert key is not None
    assert key.get_secret_value() == "a$b"


def test_a_dotenv_line_that_is_none_is_named_and_not_repeated(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"PARLEY_WEB_PORT=1\n{CANARY} x y\n", encoding="utf-8")
    told = problems({}, dotenv=dotenv)

    assert ".env, line 2" in told
    assert CANARY not in told


def test_a_named_file_has_to_be_there_and_the_usual_one_has_not(tmp_path: Path) -> None:
    assert load({}, config=tmp_path / "parley.toml").routes == {}
    assert "PARLEY_CONFIG names cannot be read" in problems({"PARLEY_CONFIG": str(tmp_path / "parley.toml")})


def test_accounts_stand_in_for_one_another_in_a_known_order() -> None:
    keys = {service.key_env: "k" for service in reversed(BUILT_IN.values())}
    accounts = load(keys).accounts

    assert list(accounts) == [
        *("openrouter", "openai", "anthropic", "gemini", "deepseek", "mistral", "groq", "xai"),
        *("together", "fireworks", "huggingface", "fal", "offline"),
    ]
    assert accounts["huggingface"].key_env == "HF_TOKEN"


def test_an_account_without_its_key_is_told_and_no_error(tmp_path: Path) -> None:
    config = written(
        tmp_path, '[providers.mine]\nkind = "openai"\nbase_url = "https://x/v1/"\napi_key_env = "MINE_KEY"'
    )
    off, on = load({}, config=config), load({"MINE_KEY": "k"}, config=config)

    assert "mine" not in off.accounts
    assert "The account mine is off: set MINE_KEY to turn it on." in off.missing
    assert on.accounts["mine"].base_url == "https://x/v1"


def test_a_known_service_needs_no_more_than_its_own_model(tmp_path: Path) -> None:
    config = written(tmp_path, '[providers.openai]\ndefault_model = "mine"\nfree = true')
    account = load({"OPENAI_API_KEY": "k"}, config=config).accounts["openai"]

    assert (account.base_url, account.default_model, account.free) == (
        "https://api.openai.com/v1",
        "mine",
        True,
    )


def test_the_key_of_a_known_service_goes_to_no_other_address(tmp_path: Path) -> None:
    config = written(tmp_path, '[providers.openai]\nkind = "openai"\nbase_url = "http://localhost:1234/v1"')
    account = load({"OPENAI_API_KEY": CANARY}, config=config).accounts["openai"]

    assert account.key is None
    assert account.default_model == ""


def test_facts_and_prices_of_a_model_are_exact(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        """
        [models."openai/a"]
        vision = true
        context_length = 128000
        prompt_price = "0.00000015"
        completion_price = 0.0000006
        [models."openai/b"]
        free = true
        [routes]
        chat = ["offline/parrot", "offline/parrot"]
        """,
    )
    settings = load({}, config=config)

    price = Price(Decimal("0.00000015"), Decimal("0.0000006"))
    assert settings.models == {
        "openai/a": ModelEntry(True, 128000, price),
        "openai/b": ModelEntry(price=Price()),
    }
    assert settings.routes == {Need.CHAT: ("offline/parrot",)}


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[limits", "is not valid TOML"),
        ("limits = 3", "[limits] must be a table."),
        ("[limits]\nunknown_call = inf", "[limits] unknown_call"),
        ("[limits]\noutput_tokens = true", "[limits] output_tokens"),
        ("[discord]\nshards = -1", "[discord] shards must be greater than or equal to 0."),
        ("[discord]\nmessage_content = 1", "[discord] message_content must be true or false."),
        ("[discord]\ncontent = true", "[discord] content is not known."),
        ('[models."openai/a"]\nprompt_price = 1', "needs both prompt_price and completion_price"),
        ('[models."openai/a"]\nprompt_price = -1\ncompletion_price = 1', "prompt_price"),
        ("[providers.x]\nkind = 'ollama'", "Ollama, vLLM, LM Studio and most others are of the kind openai."),
        ("[providers.x]\nbase_url = 'localhost:1'", "such as http://localhost:8000/v1"),
        ("[models.bare]", 'must be named "account/model"'),
        ("[routes]\nchat = []", "[routes] chat must name at least one model."),
        ("[routes]\nchat = 3", '[routes] chat must be a list, like ["one", "two"].'),
        ("[limits]\nper_person_day = 'much'", "[limits] per_person_day must be a number."),
        ('[models."openai/a"]\nlargest = "big"', "largest must be a whole number."),
        ("[providers]\nx = 3", "[providers.x] must be a table."),
        (f"{FLUX}[routes]\nchat = ['x/flux']", "x/flux is of the kind imagine, which cannot talk."),
        (f"{CLAUDE}[routes]\nimage = ['x/c']", "x/c is of the kind anthropic, which cannot paint."),
        ("[providers.offline]\nkind = 'offline'", "[providers.offline] is built in"),
        ("[providers.x]\nkind = 'openai'", "[providers.x] needs a base_url."),
        ("[providers.x]\nkind = 'openai'\nbase_url = 'ftp://x'", "[providers.x] base_url"),
        ("[providers.x]\nkind = 'openai'\nbase_url = 'http://x'\nbase_ulr = 1", "Did you mean base_url?"),
        ("x = " + "[" * 5000 + "]" * 5000, "parley.toml"),
    ],
)
def test_a_mistake_in_the_file_is_told_by_table_and_key(tmp_path: Path, toml: str, sentence: str) -> None:
    assert sentence in problems({}, written(tmp_path, toml))


def test_a_key_written_where_its_variable_belongs_is_refused_and_not_repeated(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        f"[providers.x]\nkind = 'openai'\nbase_url = 'https://u:{CANARY}@x'\napi_key_env = '{CANARY}'\n"
        f"api_key = '{CANARY}'\n[models.'x/y']\nfree = '{CANARY}'\n[limits]\noutput_tokens = '{CANARY}'",
    )
    told = problems({}, config)

    assert "api_key_env must be the name of a variable" in told
    assert CANARY not in told


SECRETS = (
    *("DISCORD_TOKEN", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "PARLEY_WEB_TOKEN"),
    *(service.key_env for service in BUILT_IN.values()),
)
OTHERS = (*OURS, *LATER, "DISCORD_API_BASE", "TELEGRAM_API_BASE", "TELEGRAM_WEBHOOK_URL", "PARLEY_")
NAMES = st.sampled_from([*SECRETS, *(f"{name}_FILE" for name in SECRETS), *OTHERS]) | st.text(max_size=20)
VALUES = st.text(max_size=40) | st.sampled_from(
    ["", " ", "0", "::", "http://[", "http://x:99999", "discord:1", "/"]
)


@given(st.dictionaries(NAMES, VALUES, max_size=8))
def test_any_environment_loads_or_is_refused_in_sentences(environ: dict[str, str]) -> None:
    loaded = outcome(environ)

    if isinstance(loaded, ConfigError):
        assert loaded.problems
        assert all(re.search(r"[.?]$", problem) for problem in loaded.problems)


@given(st.dictionaries(st.sampled_from(SECRETS), st.just(CANARY)), st.dictionaries(NAMES, VALUES, max_size=4))
def test_no_secret_is_ever_shown(secrets: dict[str, str], others: dict[str, str]) -> None:
    loaded = outcome({**others, **secrets})

    assert CANARY not in f"{loaded} {loaded!r}"


@given(
    st.sampled_from([*SECRETS, *OTHERS]),
    st.sampled_from(["{}", "{} ", "http://{}:x@y", "\n{}\n!", "{}\x00", "é{}"]),
)
def test_a_secret_in_the_wrong_variable_is_not_repeated(name: str, form: str) -> None:
    refused = outcome({name: form.format(CANARY), "PARLEY_WEB_TOKN": CANARY})

    assert isinstance(refused, ConfigError)
    assert CANARY not in f"{refused} {refused!r} {refused.__cause__!r} {refused.__context__!r}"


def test_the_examples_are_valid_as_they_stand_and_with_everything_switched_on(tmp_path: Path) -> None:
    here = Path(__file__).parent.parent
    dotenv, toml = here / ".env.example", here / "parley.example.toml"
    load({}, dotenv=dotenv, config=toml)
    switched = tmp_path / ".env"
    switched.write_text(re.sub(r"(?m)^#(?=[A-Z_]+=)", "", dotenv.read_text("utf-8")), encoding="utf-8")
    config = written(tmp_path, re.sub(r"(?m)^#(?=[\[a-z])", "", toml.read_text("utf-8")))
    variables = set(re.findall(r"(?m)^([A-Z_]+)=", switched.read_text("utf-8")))

    settings = load(
        {name: "k" for name in (*(s.key_env for s in BUILT_IN.values()), "LOCAL_API_KEY")}, config=config
    )

    assert settings.routes
    assert {*SECRETS, "PARLEY_DATA", "PARLEY_WEB_PORT", "PARLEY_OPERATORS"} <= variables


def test_no_mistake_of_a_provider_hides_another(tmp_path: Path) -> None:
    config = written(
        tmp_path, "[providers.x]\nkind = 'opnai'\nbase_url = 'ftp://x'\nfree = 'perhaps'\napikey = 'k'"
    )
    with pytest.raises(ConfigError) as refused:
        load({}, config=config)

    told = str(refused.value)
    assert all(f"[providers.x] {key}" in told for key in ("kind", "base_url", "free"))


def test_a_token_that_can_be_guessed_is_refused_without_saying_it() -> None:
    told = problems({"PARLEY_WEB_TOKEN": "fifteen-letters"})

    assert "PARLEY_WEB_TOKEN is too short" in told
    assert "fifteen-letters" not in told
    assert load({"PARLEY_WEB_TOKEN": "sixteen-letters!"}).notes == ()


@pytest.mark.parametrize(
    ("stated", "free"), [("", True), ("free = false", False), ('api_key_env = "MINE_KEY"', False)]
)
def test_a_service_without_a_key_costs_nothing_unless_it_is_said(
    tmp_path: Path, stated: str, free: bool
) -> None:
    config = written(
        tmp_path, f'[providers.mine]\nkind = "openai"\nbase_url = "http://127.0.0.1:1/v1"\n{stated}'
    )

    assert load({"MINE_KEY": "k"}, config=config).accounts["mine"].free is free
