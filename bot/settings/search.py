"""Where the web is searched: the `[search]` table."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from bot.settings.environment import Variables, web_address
from bot.settings.report import Report
from bot.settings.values import STRICT, Search

Kind = Literal["searxng", "brave", "duckduckgo"]


@dataclass(frozen=True, slots=True)
class Usual:
    """What a kind of search has when its table says nothing."""

    base_url: str = ""
    key_env: str = ""


USUAL: Final = {
    "searxng": Usual(),
    "brave": Usual("https://api.search.brave.com/res/v1", "BRAVE_API_KEY"),
    "duckduckgo": Usual("https://html.duckduckgo.com"),
}


class SearchTable(BaseModel):
    """A `[search]` table."""

    model_config = STRICT

    kind: Kind
    base_url: str = ""
    api_key_env: Annotated[str, Field(pattern=r"^([A-Z_][A-Z0-9_]*)?$")] = ""

    @property
    def key_env(self) -> str:
        """The variable of its key. A known service's key goes to its own address only."""
        return self.api_key_env or ("" if self.base_url else USUAL[self.kind].key_env)


def read_search(table: SearchTable | None, variables: Variables, report: Report) -> Search | None:
    """Where to search. None: nowhere, or the key is not set, or something is wrong: that is reported."""
    if table is None:
        return None
    address = web_address(table.base_url or USUAL[table.kind].base_url)
    if address is None:
        report.problem(
            "[search] base_url must be an http or https address, such as http://localhost:8888, "
            "without a user name, a password or a query."
        )
        return None
    key = variables.secret(table.key_env) if table.key_env else None
    if table.key_env and key is None:
        report.missing.append(f"Searching the web is off: set {table.key_env}.")
        return None
    return Search(table.kind, address, key)
