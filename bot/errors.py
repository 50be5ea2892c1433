"""
What can go wrong, and who should hear about it.

BotError                     everything this project raises on purpose
├── UserError                the person can fix it; `reply` is shown as it is
│   ├── NotAllowed   ├── NotFound   ├── BadOption   ├── TooLarge
│   └── UnknownModel ├── QueueFull  └── BudgetSpent
├── ProviderError            an AI service let us down; `reply` stays vague
│   ├── ProviderRefused      4xx: our request is wrong
│   │   └── KeyRefused       401, 402, out of credit: the account is
│   ├── ProviderBusy         429, 503, 529: worth another try after `retry_after`
│   ├── ProviderDown         no connection, a reset, a 5xx
│   ├── ProviderTimeout      one of our deadlines passed
│   ├── ProviderGarbled      it answered, but not in the agreed format
│   └── CutOff               the stream ended without saying that it was complete
├── DeliveryError            the chat platform did not take our message
│   ├── SlowDown             not yet: after `retry_after` seconds
│   ├── Unreachable          not now: a network or server fault
│   ├── Gone                 the message or the chat no longer exists
│   └── Refused              never: this content, or this bot, is not welcome there
│       └── Unlike           not in this message: it has to be another one
├── StorageError             the database cannot be written or read now
└── ConfigError              the operator must act; raised only at start-up
"""

from collections.abc import Sequence
from datetime import datetime


class BotError(Exception):
    """`reply` is safe to post in a channel; `str(self)` is for the log."""

    reply = "Something went wrong."


class UserError(BotError):
    """The person can do something about it: the message says what, and is shown as it is."""

    code = "bad_request"
    option = ""
    """The command's option that it is about, where it is about one."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class NotAllowed(UserError):
    """The person may not do this here."""

    code = "not_allowed"


class KeptOut(NotAllowed):
    """The person is not to use Parley here at all. `silent`: nor are they to be told, unless they ask."""

    def __init__(self, reply: str, *, silent: bool = False) -> None:
        super().__init__(reply)
        self.silent = silent


class NotFound(UserError):
    """What the person named does not exist, or not in this room."""

    code = "not_found"


class BadOption(UserError):
    """A command's option is missing, unknown or out of its range."""

    code = "bad_option"

    def __init__(self, reply: str, option: str = "") -> None:
        super().__init__(reply)
        self.option = option


class TooLarge(UserError):
    """Text or a file is over its limit; the sentence names the limit."""

    code = "too_large"


class UnknownModel(UserError):
    """No configured account offers this model."""

    code = "unknown_model"
    option = "model"


class QueueFull(UserError):
    """Too many messages wait in this room already."""

    code = "queue_full"


class BudgetSpent(UserError):
    """A limit is used up; the sentence says when it opens again, which is at `opens` if that is known.
    `money`: it is one of money alone, which something that costs nothing does not go over."""

    code = "budget_spent"

    def __init__(self, reply: str, *, opens: datetime | None = None, money: bool = True) -> None:
        super().__init__(reply)
        self.opens = opens
        self.money = money


class NoAnswer(UserError):
    """A model went on asking for tools instead of answering."""

    code = "no_answer"

    def __init__(self) -> None:
        super().__init__("I used my tools again and again and came to no answer. Please ask in another way.")


class ProviderError(BotError):
    """An AI service let us down. The detail goes to the log, never to a chat; what the service itself `said`
    goes to neither, because it may repeat the request."""

    said = ""
    reply = "The AI service had a problem, so there is no answer this time. Please try again in a moment."


class ProviderRefused(ProviderError):
    """The service will not take this request, however often it is sent."""

    reply = "The AI service did not accept this request. Try other words or another model."

    def __init__(self, detail: str = "", *, status: int = 400) -> None:
        super().__init__(detail)
        self.status = status


class KeyRefused(ProviderRefused):
    """The account's key is wrong, blocked or out of credit: the operator must act."""

    reply = "The AI service did not accept this bot's account. Its operator has been told."


class ProviderBusy(ProviderError):
    """Rate-limited or overloaded; `retry_after` in seconds when the service said so."""

    reply = "The AI service is busy. Please try again in a moment."

    def __init__(self, detail: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class ProviderDown(ProviderError):
    """The service could not be reached, or failed inside. `sent`: it may have seen the request; `status`:
    what it said, 0 without an answer."""

    reply = "The AI service cannot be reached right now. Please try again in a moment."

    def __init__(self, detail: str = "", *, sent: bool = True, status: int = 0) -> None:
        super().__init__(detail)
        self.sent = sent
        self.status = status


class ProviderTimeout(ProviderError):
    """The service took longer than a deadline of ours allows."""

    reply = "The AI service took too long to answer. Please try again in a moment."


class ProviderGarbled(ProviderError):
    """The service answered, but not in the agreed format."""


class CutOff(ProviderError):
    """The stream ended without saying that the answer was complete."""

    reply = "The AI service stopped in the middle of the answer."


class DeliveryError(BotError):
    """The chat platform did not take our message."""


class SlowDown(DeliveryError):
    """The platform asks for patience: `retry_after` seconds."""

    def __init__(self, detail: str = "", *, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unreachable(DeliveryError):
    """The platform cannot be reached now; the same request may go through later."""


class Gone(DeliveryError):
    """The message or the chat does not exist any more."""


class Refused(DeliveryError):
    """The platform will never take this."""


class Unlike(Refused):
    """Not in this message: what it has to show is of another kind, and takes a message of its own."""


class TooLong(Refused):
    """More words than one message takes there, although it keeps to the platform's limits."""


class StorageError(BotError):
    """The database cannot be used now; nothing was stored."""

    reply = "I can't store anything at the moment, so I can't answer. Please try again later."


class ConfigError(BotError):
    """The operator must act. Carries every problem found, each naming its variable or line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems
