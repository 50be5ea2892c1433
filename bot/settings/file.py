"""Reading `parley.toml`: its tables as pydantic sees them, its mistakes as sentences."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from bot.messages import Need, Price
from bot.settings.environment import read_text, web_address
from bot.settings.mcp import McpTable
from bot.settings.privacy import PrivacyTable
from bot.settings.report import Report, near, shown
from bot.settings.safety import SafetyTable
from bot.settings.search import SearchTable
from bot.settings.values import STRICT, DiscordOptions, ModelEntry, Moderation, SpendLimits, TelegramOptions

T = TypeVar("T")
Cost = Annotated[Decimal, Field(ge=0)]
Flag = Annotated[bool, Strict()]
ROUTE: TypeAdapter[tuple[str, ...]] = TypeAdapter(Annotated[tuple[str, ...], Field(min_length=1)])
LIMITS = TypeAdapter(SpendLimits)
DISCORD = TypeAdapter(DiscordOptions)
TELEGRAM = TypeAdapter(TelegramOptions)
SAFETY = TypeAdapter(SafetyTable)
MODERATION = TypeAdapter(Moderation)
PRIVACY = TypeAdapter(PrivacyTable)
SEARCH = TypeAdapter(SearchTable)
MCP = TypeAdapter(McpTable)
NOWHERE = "http://address.invalid"
"""Stands in for an address that was told to be wrong already."""


def _clean(base_url: str) -> str:
    found = web_address(base_url)
    if found is None:
        raise ValueError(
            "must be an http or https address, such as http://localhost:8000/v1, "
            "without a user name, a password or a query"
        )
    return found


def _plain(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return value


class Provider(BaseModel):
    """A `[providers.NAME]` table. Its further keys are its wire format's options."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    kind: str = ""
    base_url: Annotated[str, AfterValidator(_clean)] = ""
    api_key_env: Annotated[str, Field(pattern=r"^([A-Z_][A-Z0-9_]*)?$")] = ""
    default_model: str = ""
    image_model: str = ""
    allow: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    free: Flag | None = None

    def options(self) -> dict[str, object]:
        """The keys that are not common to all. No money is among them: a fraction is a plain number."""
        return {name: _plain(value) for name, value in (self.model_extra or {}).items()}


class Model(BaseModel):
    """A `[models."account/name"]` table. Prices are in US dollars per token, and per picture."""

    model_config = STRICT

    vision: Flag | None = None
    context_length: Annotated[int, Strict(), Field(ge=256)] | None = None
    prompt_price: Cost | None = None
    completion_price: Cost | None = None
    picture_price: Cost | None = None
    free: Flag = False
    takes: tuple[str, ...] | None = None
    largest: Annotated[int, Strict(), Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Model":
        """Half a price would be charged as if the other half were nothing."""
        if (self.prompt_price is None) != (self.completion_price is None):
            raise ValueError("needs both prompt_price and completion_price, or neither")
        return self

    def entry(self) -> ModelEntry:
        """What it states."""
        prices = (self.prompt_price, self.completion_price, self.picture_price)
        stated = Price(*(one or Decimal(0) for one in prices)) if any(p is not None for p in prices) else None
        price = Price() if self.free else stated
        takes = None if self.takes is None else frozenset(self.takes)
        return ModelEntry(self.vision, self.context_length, price, takes, self.largest)


@dataclass(frozen=True, slots=True)
class File:
    """The whole file. A table that is None is there, but wrong."""

    providers: Mapping[str, Provider | None] = field(default_factory=dict)
    models: Mapping[str, Model | None] = field(default_factory=dict)
    routes: Mapping[Need, tuple[str, ...]] = field(default_factory=dict)
    limits: SpendLimits = field(default_factory=SpendLimits)
    discord: DiscordOptions = field(default_factory=DiscordOptions)
    telegram: TelegramOptions = field(default_factory=TelegramOptions)
    safety: SafetyTable = field(default_factory=SafetyTable)
    privacy: PrivacyTable = field(default_factory=PrivacyTable)
    search: SearchTable | None = None
    mcp: Mapping[str, McpTable | None] = field(default_factory=dict)
    moderation: Moderation = field(default_factory=Moderation)


KNOWN = {
    "models": tuple(Model.model_fields),
    "limits": tuple(SpendLimits.__dataclass_fields__),
    "discord": tuple(DiscordOptions.__dataclass_fields__),
    "telegram": tuple(TelegramOptions.__dataclass_fields__),
    "safety": tuple(SafetyTable.model_fields),
    "privacy": tuple(PrivacyTable.model_fields),
    "search": tuple(SearchTable.model_fields),
    "mcp": tuple(McpTable.model_fields),
    "moderation": tuple(Moderation.__dataclass_fields__),
    "routes": tuple(Need),
}
PLAIN = {
    "missing": "set",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "string_type": "text in quotes",
    "tuple_type": 'a list, like ["one", "two"]',
    "model_type": "a table",
    "dataclass_type": "a table",
}
"""What pydantic's types are called in a file."""
TABLES = ("providers", *KNOWN)


def read_file(path: Path | None, name: str, report: Report) -> File:
    """The file's content, without what is wrong: that is reported. `name` is what to call the file."""
    try:
        raw = tomllib.loads(read_text(path), parse_float=Decimal) if path else {}
    except tomllib.TOMLDecodeError as exc:
        report.problem(f"{name} is not valid TOML: {exc}.")
    except RecursionError:
        report.problem(f"{name} is nested too deeply.")
    except ValueError as exc:
        report.problem(f"{name} {exc}.")
    else:
        return _Reading(raw, report).file()
    return File()


class _Reading:
    """One reading of the file: every table is checked by itself, so that one mistake hides no other."""

    def __init__(self, raw: Mapping[str, object], report: Report) -> None:
        self._raw = raw
        self._report = report

    def file(self) -> File:
        for name in self._raw:
            if name not in TABLES:
                self._report.problem(f"[{shown(name)}] is not known.{near(name, TABLES)}")
        providers, models = self._table("providers"), self._table("models")
        limits = self._check(LIMITS, self._table("limits"), "limits")
        discord = self._check(DISCORD, self._table("discord"), "discord")
        telegram = self._check(TELEGRAM, self._table("telegram"), "telegram")
        return File(
            {name: self._provider(name, providers[name]) for name in providers},
            {name: self._check(TypeAdapter(Model), models[name], "models", name) for name in models},
            self._routes(),
            limits or SpendLimits(),
            discord or DiscordOptions(),
            telegram or TelegramOptions(),
            self._check(SAFETY, self._table("safety"), "safety") or SafetyTable(),
            self._check(PRIVACY, self._table("privacy"), "privacy") or PrivacyTable(),
            self._check(SEARCH, self._table("search"), "search") if "search" in self._raw else None,
            {name: self._check(MCP, table, "mcp", name) for name, table in self._table("mcp").items()},
            self._check(MODERATION, self._table("moderation"), "moderation") or Moderation(),
        )

    def _provider(self, name: str, table: object) -> Provider | None:
        """One account. A wrong value is told and left out, so that it hides no other mistake of its table."""
        try:
            return TypeAdapter(Provider).validate_python(table)
        except ValidationError as exc:
            errors = exc.errors(include_input=False, include_url=False)
        for error in errors:
            self._report.problem(_sentence(("providers", name), error))
        wrong = {error["loc"][0] for error in errors if error["loc"]}
        if not isinstance(table, dict) or not wrong:
            return None
        rest = {key: value for key, value in table.items() if key not in wrong}
        return TypeAdapter(Provider).validate_python(
            rest | ({"base_url": NOWHERE} if "base_url" in wrong else {})
        )

    def _routes(self) -> dict[Need, tuple[str, ...]]:
        routes: dict[Need, tuple[str, ...]] = {}
        for name, entries in self._table("routes").items():
            if name not in KNOWN["routes"]:
                self._report.problem(f"[routes] {shown(name)} is not known.{near(name, KNOWN['routes'])}")
            elif route := self._check(ROUTE, entries, "routes", name):
                routes[Need(name)] = tuple(dict.fromkeys(route))
        return routes

    def _table(self, name: str) -> Mapping[str, object]:
        table = self._raw.get(name, {})
        if isinstance(table, dict):
            return table
        self._report.problem(f"[{name}] must be a table.")
        return {}

    def _check(self, adapter: TypeAdapter[T], value: object, *place: str) -> T | None:
        try:
            return adapter.validate_python(value)
        except ValidationError as exc:
            for error in exc.errors(include_input=False, include_url=False):
                self._report.problem(_sentence(place, error))
            return None


def _sentence(place: tuple[str, ...], error: Any) -> str:
    """One of pydantic's errors, by table and key. The values themselves are never repeated."""
    loc = tuple(str(part) for part in error["loc"])
    where = _place(place + loc)
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"{where} is not known.{near(loc[-1], KNOWN[place[0]])}"
    if loc == ("api_key_env",):
        return f"{where} must be the name of a variable, such as MY_API_KEY; a key itself never belongs here."
    if error["type"] == "too_short":
        return f"{where} must name at least one model."
    if plain := PLAIN.get(error["type"]):
        return f"{where} must be {plain}."
    message = error["msg"].removeprefix("Value error, ").replace("Input should", "must")
    return f"{where} {message[0].lower()}{message[1:]}."


def _place(path: tuple[str, ...]) -> str:
    """`[providers.llava] base_url`, as it stands in the file."""
    table, *keys = (shown(part) for part in path)
    if table in ("providers", "mcp") and keys:
        table = f"{table}.{keys.pop(0)}"
    elif table == "models" and keys:
        table = f'{table}."{keys.pop(0)}"'
    return f"[{table}] {'.'.join(keys)}".rstrip()
