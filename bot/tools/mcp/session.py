"""One connection to one MCP server, from the first word to the last. The only place that speaks its protocol,
by the official SDK; imported when a server is configured, for that takes a second."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final, cast

import mcp.types as sdk
from mcp import Client, MCPError
from mcp.client.subscriptions import ListenNotSupportedError
from pydantic import TypeAdapter

from bot import __version__
from bot.errors import UserError
from bot.settings import McpServer
from bot.tools.here import Here, Shown
from bot.tools.mcp.address import reaching
from bot.tools.mcp.faults import FAULTS
from bot.tools.mcp.offering import DEADLINE, Calls, Offer, offer
from bot.tools.mcp.process import talking
from bot.tools.mcp.results import Keeps, shown

CONNECTING: Final = 60.0
"""Seconds until it has listed its tools: the first start of one may fetch it."""

PAGES: Final = 10
"""Pages of a list that are read."""

CALL_ID: Final = "parley/callId"
"""Where a call's own name travels, for servers that do nothing twice."""

AT_MOST: Final = DEADLINE - 1
"""Seconds of one call: a tool's deadline, and time to say that it passed."""

UNSURE: Final = "Nobody knows whether this was done. Do not repeat it; tell the person that it is unsure."
AWAY: Final = "The server of this tool is not there at the moment. Go on without it."
LOST: Final = "The server of this tool went away in the middle."
LATE: Final = "The server of this tool took too long."
GARBLED: Final = "The server of this tool gave an answer that is none."
ASKS_BACK: Final = "The server of this tool wants to know more than its arguments say. It cannot ask here."

ANSWER: TypeAdapter[sdk.CallToolResult | sdk.InputRequiredResult] = TypeAdapter(
    sdk.CallToolResult | sdk.InputRequiredResult
)


class Session:
    """A connection that stands. `stir` is set when its tools may have changed, or when it is `lost`."""

    def __init__(self, server: McpServer, keep: Keeps | None = None) -> None:
        self.stir = asyncio.Event()
        self.lost = False
        self._server = server
        self._keep = keep
        self._client: Client | None = None

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Be connected meanwhile. Raises FAULTS, now or when the connection breaks."""
        way = talking(self._server, self.lose) if self._server.command else reaching(self._server)
        client = Client(
            way,
            cache=None,
            client_info=sdk.Implementation(name="parley", version=__version__),
            message_handler=self._noted,
        )
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(CONNECTING):
                self._client = await stack.enter_async_context(client)
            listening = asyncio.create_task(self._listen(client))
            stack.callback(listening.cancel)
            try:
                yield
            finally:
                self._client = None

    async def offer(self, call: Calls) -> Offer:
        """What the server has for models now; `call` has one used. Raises FAULTS, and UserError when the
        connection is gone."""
        found: list[sdk.Tool] = []
        cursor = None
        async with asyncio.timeout(CONNECTING):
            for _ in range(PAGES):
                params = sdk.PaginatedRequestParams(cursor=cursor)
                page = await self._there().session.list_tools(params=params)
                found += page.tools
                if not (cursor := page.next_cursor):
                    break
        return offer(self._server, found, call)

    def lose(self) -> None:
        """Take note that the connection is worth nothing any more."""
        self.lost = True
        self.stir.set()

    def _there(self) -> Client:
        """Raises UserError when the connection is gone."""
        if self._client is None or self.lost:
            raise UserError(AWAY)
        return self._client

    async def call(self, name: str, arguments: Mapping[str, Any], here: Here, effects: bool) -> Shown:
        """Have one tool used. Raises UserError when the server does not answer as it should."""
        client = self._there()
        meta = cast(sdk.RequestParamsMeta, {CALL_ID: here.call_id})
        params = sdk.CallToolRequestParams(name=name, arguments=dict(arguments), _meta=meta)
        try:
            async with asyncio.timeout(AT_MOST):
                result = await client.session.send_request(sdk.CallToolRequest(params=params), ANSWER)
        except TimeoutError:
            raise _not_done(LATE, effects) from None
        except MCPError as error:
            if error.code != sdk.CONNECTION_CLOSED and error.message != "Session terminated":
                return Shown(f"The server of this tool refused: {error.message}", failed=True)
            self.lose()
            raise _not_done(LOST, effects) from None
        except FAULTS:
            raise _not_done(GARBLED, effects) from None
        if isinstance(result, sdk.InputRequiredResult):
            raise UserError(ASKS_BACK)
        return await shown(result, self._keep)

    async def _noted(self, message: Any) -> None:
        """Hear what the server says of its own accord."""
        if isinstance(message, sdk.ToolListChangedNotification):
            self.stir.set()

    async def _listen(self, client: Client) -> None:
        """Servers of the newest protocol tell only who listens."""
        with suppress(ListenNotSupportedError, *FAULTS):
            async with client.listen(tools_list_changed=True) as changes:
                async for _ in changes:
                    self.stir.set()


def _not_done(why: str, effects: bool) -> UserError:
    return UserError(f"{why} {UNSURE if effects else 'Go on without it.'}")
