"""A build with a defect in the middle of a turn and one behind an address; both quote people.

Run as `python -m tests.defective_build run`.
"""

from starlette.requests import Request

from adapters.web.api.rooms import Api
from bot.__main__ import main
from bot.conversation.answer.writing import Writing
from bot.messages import Part, Text


def _trips(_self: Writing, part: Part) -> None:
    """Fail as careless code does: with the text in the error, and in its cause."""
    words = part.text if isinstance(part, Text) else ""
    try:
        int(words)
    except ValueError as error:
        raise KeyError(f"no entry for {words}") from error


async def _stumbles(_self: Api, request: Request) -> None:
    """Fail with what was asked for."""
    raise LookupError(f"nothing at {request.url}")


if __name__ == "__main__":
    Writing.take = _trips  # type: ignore[assignment,method-assign]  # that is the point
    Api.me = _stumbles  # type: ignore[assignment,method-assign]
    main()
