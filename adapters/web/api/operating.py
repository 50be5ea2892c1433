"""What concerns all of Parley, for this machine's operator."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.api import reading
from adapters.web.api.entries import Json, time_json
from bot.conversation import Conversation
from bot.conversation.gate.permitting import decide
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import Actor, Person, Standing
from bot.records import Audited

OPERATOR: Final = Actor(Person("web:operator", "Operator"), Standing.OPERATOR)

PAGE: Final = 100
LARGEST: Final = 1000
ALONE: Final = "This Parley runs for a terminal's command alone. Wait until that has ended, then restore."

Again = Callable[[], str]
"""Has Parley begin anew on what was restored: why not, empty when it will."""


class OperatorApi:
    """Handlers translate and decide nothing. `again`: None where it ends with a command."""

    def __init__(self, conversation: Conversation, again: Again | None = None) -> None:
        self._conversation = conversation
        self._again = again

    async def audit(self, request: Request) -> Response:
        """The newest entries first; `before` a number, of the last `days`, of `who`, `limit` of them."""
        asked = dict(request.query_params)
        reading.storable(asked)
        numbers = ("before", "days", "limit")
        given = {name: reading.number(name, asked[name]) for name in numbers if name in asked}
        limit = given.get("limit", PAGE)
        if not 1 <= limit <= LARGEST:
            raise BadOption(f"limit is 1 to {LARGEST}.", "limit")
        days = min(given["days"], 36_500) if "days" in given else None
        found = await self._conversation.audit.all(
            _operator(request), days=days, who=asked.get("who", ""), before=given.get("before"), limit=limit
        )
        return JSONResponse({"entries": [audit_json(entry) for entry in found]})

    async def restart(self, request: Request) -> Response:
        """Stop in good order and begin anew, when something was restored: 202."""
        decide(_operator(request), Act.OPERATE)
        why = self._again() if self._again else ALONE
        if why:
            raise BadOption(why)
        return JSONResponse({"status": "restarting"}, 202)


def _operator(request: Request) -> Actor:
    """Who has the token itself, and not a session of the page, which people may share; nor speaks for
    another."""
    if request.state.csrf or "as" in request.query_params:
        return reading.actor(request.query_params.get("as"))
    return OPERATOR


def audit_json(entry: Audited) -> Json:
    """An entry, as the export has it, too."""
    return {"id": entry.id, **entry.columns, "at": time_json(entry.at)}
