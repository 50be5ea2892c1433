"""What a server, its process or its host may do to us, and how an operator is told."""

from typing import Final

import anyio
import httpx2
import mcp.types as sdk
from mcp import MCPError

from bot.errors import UserError
from bot.tools.mcp.address import Refused, TooMuch

FAULTS: Final = (
    MCPError,
    httpx2.HTTPError,
    OSError,
    ValueError,
    RuntimeError,
    UserError,
    anyio.ClosedResourceError,
    anyio.BrokenResourceError,
    anyio.EndOfStream,
    ExceptionGroup,
)

SAID: Final = (
    (FileNotFoundError, "its command is not there"),
    (PermissionError, "its command may not be run"),
    ((TimeoutError, httpx2.TimeoutException), "it does not answer in time"),
    (Refused, "it does not let us in: look at its key"),
    (TooMuch, "it says more at once than fits"),
    (httpx2.HTTPError, "it cannot be reached"),
    (OSError, "its command cannot be started"),
    (UserError, "it went away"),
)


def why(error: BaseException) -> str:
    """What keeps a server away, in words of ours."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, MCPError) and error.code == sdk.CONNECTION_CLOSED:
        return "it ended before it had said all"
    return next((said for kind, said in SAID if isinstance(error, kind)), "it does not speak as agreed")
