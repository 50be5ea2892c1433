"""Putting the settings together, and telling every problem at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.errors import ConfigError
from bot.settings.accounts import read_accounts, stated_models
from bot.settings.environment import Variables
from bot.settings.file import File, read_file
from bot.settings.local import read_local_servers
from bot.settings.mcp import read_mcp
from bot.settings.report import Report, near, shown
from bot.settings.search import read_search
from bot.settings.values import Log, Settings, Web

OURS = (
    "PARLEY_CONFIG",
    "PARLEY_DATA",
    "PARLEY_LOCAL_SERVERS",
    "PARLEY_LOG_FORMAT",
    "PARLEY_LOG_LEVEL",
    "PARLEY_OPERATORS",
    "PARLEY_WEB_HOST",
    "PARLEY_WEB_PORT",
    "PARLEY_WEB_TOKEN",
    "PARLEY_WEB_TOKEN_FILE",
)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LATER = {
    "PARLEY_DATABASE_URL": "Parley keeps everything in one SQLite file in PARLEY_DATA",
    "PARLEY_NATS_URL": "Parley runs as one process",
}
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
"""What Telegram takes as a webhook's secret, and long enough not to be guessed."""
WEBHOOK_PATH = "/webhooks/telegram"
"""Where the web server hears Telegram."""
BOT_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")
"""It is part of an address: what does not look like one is not asked with."""
SHORTEST_TOKEN = 16
PERSON = re.compile(r"(discord|telegram):[0-9]{1,20}|(?!discord:|telegram:)[a-z]{1,20}:[^\s:]{1,64}")


def load(environ: Mapping[str, str], *, dotenv: Path | None = None, config: Path | None = None) -> Settings:
    """Read the settings. `config` is read if it is there; the file that PARLEY_CONFIG names has to be.

    Raises ConfigError with every problem; no sentence repeats a variable's value.
    """
    report = Report()
    variables = Variables.read(environ, dotenv, report)
    file = _file(variables, config, report)
    _check_names(variables, file, report)
    settings = _settings(variables, file, report)
    if report.problems:
        raise ConfigError(*report.problems)
    return settings


def _settings(variables: Variables, file: File, report: Report) -> Settings:
    default = Settings()
    discord, telegram = _discord(variables, report), _telegram(variables, report)
    url, secret = _webhook(variables, report)
    accounts = read_accounts(file, variables, report)
    return Settings(
        discord_token=discord,
        discord_api_base=variables.address("DISCORD_API_BASE", default.discord_api_base),
        discord=file.discord,
        telegram_token=telegram,
        telegram_api_base=variables.address("TELEGRAM_API_BASE", default.telegram_api_base),
        telegram_webhook_url=url,
        telegram_webhook_secret=secret,
        telegram=file.telegram,
        data=Path(variables.text("PARLEY_DATA", str(default.data))),
        web=_web(variables, report),
        log=_log(variables, report),
        operators=_operators(variables, report),
        accounts=accounts,
        models=stated_models(file, accounts),
        routes=file.routes,
        limits=file.limits,
        safety=file.safety.text,
        links=file.safety.links,
        keep_days=file.privacy.keep_days,
        search=read_search(file.search, variables, report),
        mcp=read_mcp(file.mcp, variables, report),
        moderation=file.moderation,
        local_servers=read_local_servers(file, variables, report),
        notes=tuple(report.notes),
        missing=tuple(report.missing),
    )


def _file(variables: Variables, config: Path | None, report: Report) -> File:
    if named := variables.text("PARLEY_CONFIG"):
        return read_file(Path(named), "The file that PARLEY_CONFIG names", report)
    there = config if config and config.exists() else None
    return read_file(there, there.name if there else "", report)


def _check_names(variables: Variables, file: File, report: Report) -> None:
    """A variable that is ours by its first letters only is most likely a typing error."""
    tables = (*file.providers.values(), file.search, *file.mcp.values())
    keys = {table.api_key_env for table in tables if table}
    known = [*OURS, *keys, *(f"{key}_FILE" for key in keys)]
    for name in variables.names():
        ours = name.removesuffix("_FILE")
        if ours in LATER:
            report.problem(f"{name} cannot be used yet: for now {LATER[ours]}. Remove the variable.")
        elif name.startswith("PARLEY_") and name not in known:
            report.problem(f"{shown(name)} is not a variable of Parley's.{near(name, known)}")


def _discord(variables: Variables, report: Report) -> SecretStr | None:
    token = variables.secret("DISCORD_TOKEN")
    if token is None:
        report.missing.append("Discord is off: set DISCORD_TOKEN to turn it on.")
    return token


def _telegram(variables: Variables, report: Report) -> SecretStr | None:
    token = variables.secret("TELEGRAM_TOKEN")
    if token is None:
        report.missing.append("Telegram is off: set TELEGRAM_TOKEN to turn it on.")
    elif not BOT_TOKEN.fullmatch(token.get_secret_value()):
        report.problem(
            "TELEGRAM_TOKEN must be a bot's token, as @BotFather gives it: digits, a colon, and more."
        )
    return token


def _webhook(variables: Variables, report: Report) -> tuple[str, SecretStr | None]:
    url = variables.address("TELEGRAM_WEBHOOK_URL")
    secret = variables.secret("TELEGRAM_WEBHOOK_SECRET")
    strong = secret and WEBHOOK_SECRET.fullmatch(secret.get_secret_value())
    if (secret or variables.text("TELEGRAM_WEBHOOK_URL")) and not strong:
        report.problem(
            "TELEGRAM_WEBHOOK_SECRET must be set to 32 or more of the characters A-Z a-z 0-9 _ - "
            "when TELEGRAM_WEBHOOK_URL is set."
        )
    path = urlsplit(url).path
    if path and not path.endswith(WEBHOOK_PATH):
        report.problem(
            f"TELEGRAM_WEBHOOK_URL must end in {WEBHOOK_PATH}, where Parley hears Telegram, or have no path."
        )
    return url if path or not url else f"{url}{WEBHOOK_PATH}", secret


def _web(variables: Variables, report: Report) -> Web:
    default = Web()
    port = variables.text("PARLEY_WEB_PORT", str(default.port))
    host = variables.text("PARLEY_WEB_HOST", default.host)
    if not (re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535):
        report.problem("PARLEY_WEB_PORT must be a whole number from 0 to 65535; 0 takes any free port.")
        port = "0"
    if not re.fullmatch(r"[A-Za-z0-9._:%-]{1,253}", host):
        report.problem("PARLEY_WEB_HOST must be a host name or an IP address, such as 127.0.0.1.")
    token = variables.secret("PARLEY_WEB_TOKEN")
    if token and len(token.get_secret_value()) < SHORTEST_TOKEN:
        report.problem(
            f"PARLEY_WEB_TOKEN is too short: whoever guesses it is in. Take {SHORTEST_TOKEN} characters or "
            "more, or leave it out, and a random one is made."
        )
    return Web(host, int(port), token)


def _log(variables: Variables, report: Report) -> Log:
    level = variables.text("PARLEY_LOG_LEVEL").upper()
    style = variables.text("PARLEY_LOG_FORMAT").lower()
    if level and level not in LEVELS:
        report.problem(f"PARLEY_LOG_LEVEL must be one of {', '.join(LEVELS)}.")
    match style:
        case "" | "human" | "json":
            return Log(level, style)
    report.problem("PARLEY_LOG_FORMAT must be human or json.")
    return Log(level)


def _operators(variables: Variables, report: Report) -> frozenset[str]:
    people = re.findall(r"[^\s,]+", variables.text("PARLEY_OPERATORS"))
    for place, person in enumerate(people, 1):
        if not PERSON.fullmatch(person):
            report.problem(
                f"PARLEY_OPERATORS: entry {place} is not of the form platform:id, "
                "such as discord:123 or telegram:456 (numbers, never names)."
            )
    return frozenset(people)
