"""What Discord answers when it refuses, in its own codes and words."""

from typing import Any

CODES: dict[int, tuple[int, str]] = {
    401: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20028: (429, "The channel you are writing has hit the write rate limit."),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow up messages."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    130000: (503, "API resource is currently overloaded. Try again a little later."),
    160002: (400, "You cannot reply without permission to read message history"),
    200000: (400, "Message was blocked by automatic moderation"),
}


class Refused(Exception):
    """Discord's refusal of a request; `broken`: it is the bot that broke a rule that it knew."""

    def __init__(self, code: int, said: str = "", *, broken: bool = False, errors: Any = None) -> None:
        self.status, words = CODES[code]
        self.code = code
        self.said = said or words
        self.broken = broken
        self.errors = errors
        super().__init__(f"{self.status} {code}: {self.said}")

    def body(self) -> dict[str, Any]:
        """As JSON."""
        code = 0 if self.code == self.status else self.code
        return {"message": self.said, "code": code} | ({"errors": self.errors} if self.errors else {})


def invalid(where: str, said: str) -> Refused:
    """A form body that breaks a rule: `where` is the field."""
    errors = {where: {"_errors": [{"code": "BASE_TYPE_BAD", "message": said}]}}
    return Refused(50035, f"Invalid Form Body: {where}: {said}", broken=True, errors=errors)
