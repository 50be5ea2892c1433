"""The MCP servers whose tools models may use: the `[mcp.NAME]` tables. Nobody else can name one."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field, SecretStr

from bot.settings.environment import Variables, web_address
from bot.settings.report import Report, near, shown
from bot.settings.values import STRICT, McpServer

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,19}")
"""What a server may be called: its tools' names begin with it."""

VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OWN: Final = re.compile(r"PARLEY_.*|(DISCORD|TELEGRAM)_.*(TOKEN|SECRET).*", re.IGNORECASE)
"""Variables that are Parley's alone."""


def _words(given: object) -> tuple[str, ...]:
    if isinstance(given, list) and given and all(isinstance(one, str) and one for one in given):
        return tuple(given)
    raise ValueError('must be a list of texts, like ["one", "two"]')


def _variables(given: object) -> tuple[str, ...]:
    found = _words(given)
    if all(map(VARIABLE.fullmatch, found)):
        return found
    raise ValueError("must be names of variables, such as GITHUB_TOKEN; a key itself never belongs here")


def _asks(given: object) -> bool | frozenset[str]:
    if isinstance(given, bool):
        return given
    if isinstance(given, list):
        return frozenset(_words(given) if given else ())
    raise ValueError("must be true, false, or a list of its tools")


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class McpTable(BaseModel):
    """An `[mcp.NAME]` table: a `command` to start, or the `url` of a server that runs."""

    model_config = STRICT

    command: Words = ()
    env: Annotated[tuple[str, ...], BeforeValidator(_variables)] = ()
    url: str = ""
    api_key_env: Annotated[str, Field(pattern=r"^([A-Z_][A-Z0-9_]*)?$")] = ""
    tools: Words | None = None
    asks: Annotated[Any, BeforeValidator(_asks)] = None


def read_mcp(
    tables: Mapping[str, McpTable | None], variables: Variables, report: Report
) -> dict[str, McpServer]:
    """The servers whose tables are right and whose variables are set. All else is reported."""
    found = {}
    for name, table in tables.items():
        wrong = [*_misnamed(name), *(_wrong(table) if table else ())]
        for sentence in wrong:
            report.problem(f"[mcp.{shown(name)}] {sentence}")
        if table and not wrong and (server := _server(name, table, variables, report)):
            found[name] = server
    return found


def _misnamed(name: str) -> Iterator[str]:
    if not NAME.fullmatch(name):
        yield "needs a name of at most 20 lower-case letters, digits and underscores, a letter first."


def _wrong(table: McpTable) -> Iterator[str]:
    """How its keys do not fit together."""
    if bool(table.command) == bool(table.url):
        yield "needs either a command or a url."
    elif table.url:
        yield from _misplaced(table.url)
        if table.env:
            yield "env is for a command; a url has api_key_env."
    elif table.api_key_env:
        yield "api_key_env is for a url; a command has env."
    for name in filter(OWN.fullmatch, table.env):
        yield f"env: {name} is Parley's own. Give this server a variable of another name."
    if table.tools is not None and isinstance(table.asks, frozenset):
        for name in sorted(table.asks.difference(table.tools)):
            yield f"asks: {shown(name)} is not among its tools.{near(name, table.tools)}"


def _misplaced(url: str) -> Iterator[str]:
    """Why a server is not asked at an address."""
    address = web_address(url)
    if address is None:
        yield "url must be an https address, without a user name, a password or a query."
    elif address.startswith("http://") and not _here(urlsplit(address).hostname or ""):
        yield "url must begin with https://, unless the server is on this machine."


def _here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _server(name: str, table: McpTable, variables: Variables, report: Report) -> McpServer | None:
    """The server; None when a variable of it is not set."""
    key = variables.secret(table.api_key_env) if table.api_key_env else None
    given = {each: _value(each, variables) for each in table.env}
    unset = [each for each, value in given.items() if value is None]
    unset += [table.api_key_env] if table.api_key_env and key is None else []
    if unset:
        report.missing.append(f"The tools of {name} are off: set {', '.join(unset)} to turn them on.")
        return None
    env = {each: value for each, value in given.items() if value}
    tools = None if table.tools is None else frozenset(table.tools)
    return McpServer(name, table.command, env, table.url, key, tools, table.asks)


def _value(name: str, variables: Variables) -> SecretStr | None:
    """A variable for a server's process. It may be anything: a folder with a space in its name, for one."""
    if text := variables.text(name):
        return SecretStr(text)
    return variables.secret(name) if variables.text(f"{name}_FILE") else None
