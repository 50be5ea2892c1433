"""What the Bot API says no with, in its own words: programs take them apart."""

from typing import Any

Json = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_IS_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Refused(Exception):
    """The answer is an error; `parameters` as in ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """As it is sent."""
        said: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return said | ({"parameters": self.parameters} if self.parameters else {})


def bad(why: str, **parameters: int) -> Refused:
    """400: the request cannot be done as it is."""
    return Refused(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> Refused:
    """403: somebody does not want the bot there."""
    return Refused(403, f"Forbidden: {why}")


def conflict(why: str) -> Refused:
    """409: updates are already fetched in another way."""
    return Refused(409, f"Conflict: {why}")


def too_many_requests(seconds: int) -> Refused:
    """429: not before so many seconds."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unparsed(why: str) -> Refused:
    """400: a text's markup or entities are wrong."""
    return bad(f"can't parse entities: {why}")
