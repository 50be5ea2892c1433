"""What went wrong, as the machine interface says it: always `{"error": {"code", "message"}}`, and the `field`
when it is about one option of a command."""

import secrets

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.errors import ProviderError, StorageError, UserError

log = structlog.get_logger(__name__)

STATUSES = {"not_allowed": 403, "not_found": 404, "too_large": 413, "queue_full": 429, "budget_spent": 429}
"""The status of each UserError code that is not a plain 400."""

CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def refusal(status: int, code: str, message: str, field: str = "", **headers: str) -> Response:
    """One error answer; `headers` with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"code": code, "message": message} | ({"field": field} if field else {})
    return JSONResponse({"error": error}, status, named)


async def answer(request: Request, problem: Exception) -> Response:
    """Say what went wrong: in full to whoever can help it, vaguely to everybody else."""
    match problem:
        case UserError():
            return refusal(STATUSES.get(problem.code, 400), problem.code, problem.reply, problem.option)
        case StorageError():
            log.error("storage_failed", error=str(problem))
            return refusal(503, "storage", problem.reply, Retry_After="5")
        case ProviderError():
            log.warning("provider_failed", kind=type(problem).__name__, error=str(problem))
            return refusal(502, "provider", problem.reply)
        case HTTPException():
            code = CODES.get(problem.status_code, "bad_request")
            return refusal(problem.status_code, code, f"{problem.detail}.", **(problem.headers or {}))
        case ClientDisconnect():  # nobody is there to read it
            return Response(status_code=400)
    return _unforeseen(request, problem)


def _unforeseen(request: Request, problem: Exception) -> Response:
    """A defect of ours: the log has all of it, the person a reference to give to the operator."""
    reference = secrets.token_hex(4)
    log.error("request_failed", reference=reference, method=request.method, exc_info=problem)
    message = f"Something went wrong here. The operator finds it in the log under the reference {reference}."
    return refusal(500, "internal", message)
