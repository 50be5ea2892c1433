"""The log: one line for each event, read by people on a terminal and by machines elsewhere; never a secret.

Everything that is logged, by this project or by a library, passes one handler. What it lets out has the
keys and tokens replaced and control characters escaped, so that nobody's name can move a terminal's cursor
or forge a line.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Literal, TextIO
from urllib.parse import quote, quote_plus

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.errors import BotError

Style = Literal["human", "json"]
Clean = Callable[[str], str]

HIDDEN = "[hidden]"

OURS = ("bot", "adapters", "__main__")
"""Loggers that follow the chosen level. Libraries stay at WARNING, because at DEBUG they quote what people
said, bound SQL parameters and whole requests, tokens included."""

QUOTING = ("mcp", "client")
"""Loggers of a library (MCP's SDK) that quotes strangers in its warnings. What matters of it, we log."""

SECRET_FIELDS = frozenset(
    {"token", "api_key", "secret", "password", "authorization", "cookie", "cookies", "headers"}
)

SHAPES = re.compile(
    r"""
      \d{6,16}(?::|%3A)[A-Za-z0-9_-]{30,}                            # Telegram
    | [A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}  # Discord
    | (?<=/webhooks/)\d+/[\w.-]+ | (?<=/interactions/)\d+/[\w.-]+   # Discord's addresses that need no token
    | \bsk-[A-Za-z0-9_*.-]+                                      # OpenAI and its dialect, shortened ones too
    | \b(?:hf|gsk|xai|r8)[-_][A-Za-z0-9_*-]{12,} | \bAIza[\w*-]{12,}
    | (?<=bearer\s)[^\s"',;]+ | (?<=basic\s)[A-Za-z0-9+/_=-]{8,}
    | (?<=token=)[^\s"'&,;)]+ | (?<=secret=)[^\s"'&,;)]+ | (?<=key=)[^\s"'&,;)/]{16,}
    | (?<=://)[^\s/@:]*:[^\s/@]+(?=@)                            # user:password@host
    """,
    re.VERBOSE | re.IGNORECASE,
)

SAFE_TO_QUOTE = (BotError, OSError, ImportError, NameError, AttributeError, TypeError)
"""Errors that speak of the program and the machine, never of what was said."""

CONTROLS = {
    point: f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
    for point in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x200E, 0x2010),  # marks of writing direction, which can reorder a line on the screen
        *range(0x2028, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),  # halves of a character, which no stream can encode
    )
}
CONTROLS_BUT_NEWLINE = {point: shown for point, shown in CONTROLS.items() if point != 0x0A}


def hider(secrets: Iterable[str] = ()) -> Clean:
    """Return a function that replaces these secrets, and whatever looks like one, in a text.

    Secrets shorter than four characters are left: replacing them would hide the log, not the secret.
    """
    forms = {form for secret in secrets if len(secret) >= 4 for form in _forms(secret)}
    exact = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)")

    def hide(text: str) -> str:
        return SHAPES.sub(HIDDEN, exact.sub(HIDDEN, text))

    return hide


def _forms(secret: str) -> tuple[str, ...]:
    """How a secret looks in an address, in JSON and in Python's own notation."""
    return (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1])


def configure(
    stream: TextIO, *, secrets: Iterable[str] = (), level: str = "INFO", style: Style | None = None
) -> None:
    """Send every log entry of the process to `stream`. Without a `style`: human on a terminal, else JSON.

    Raises ValueError for an unknown level.
    """
    human = style == "human" or (style is None and stream.isatty())
    hide = hider(secrets)
    handler = _Handler(stream)
    handler.setFormatter(_formatter(human, stream.isatty(), hide))
    _levels(level.upper(), handler)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_facts(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_value)


def _levels(level: str, handler: logging.Handler) -> None:
    """Make `handler` the only one. Libraries say less than the level asks for, never more."""
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in QUOTING:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    chosen = logging.getLogger(OURS[0]).level
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(chosen, logging.WARNING))


def _facts() -> list[Processor]:
    """What is added to every entry, ours or a library's."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(lambda info: told(info[1])),
    ]


def told(error: BaseException) -> str:
    """Where an error comes from: its frames, its kind and its causes'. Not what it says, unless that is ours
    or the system's: a KeyError says what it was asked for, a ValueError what it was given."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    beside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    said = f": {error}" if isinstance(error, SAFE_TO_QUOTE) else ""
    parts = [f"{told(before)}\n\nwhich led to:\n"] if before else []
    parts += [*traceback.format_tb(error.__traceback__), kind + said]
    return "".join([*parts, *(f"\n\namong them:\n{told(each)}" for each in beside)])


def _formatter(human: bool, colours: bool, hide: Clean) -> logging.Formatter:
    renderer: Processor = structlog.processors.JSONRenderer(sort_keys=True)
    if human:
        renderer = structlog.dev.ConsoleRenderer(
            colors=colours, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_facts(), _first_line],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _Cleaner(hide, indent="    " if human else ""),
            renderer,
        ],
    )


def _first_line(logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
    """What a library says, without what it appends: asyncio's `repr` of the task shows the error's words."""
    entry["event"] = str(entry["event"]).partition("\n")[0]
    return entry


class _Cleaner:
    """Makes every field of an entry fit to be read: no secrets, no control characters."""

    def __init__(self, hide: Clean, *, indent: str) -> None:
        self._hide = hide
        self._indent = indent

    def __call__(self, logger: WrappedLogger, method: str, entry: EventDict) -> EventDict:
        """Clean one entry."""
        return {self._line(str(name)): self._field(name, value) for name, value in entry.items()}

    def _field(self, name: str, value: object) -> object:
        if name in {"exception", "stack"}:
            return self._lines(str(value))
        if name.lower() in SECRET_FIELDS:
            return HIDDEN
        return self._value(value)

    def _value(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case Mapping():
                return {self._line(str(name)): self._field(str(name), item) for name, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(item) for item in value]
            case _:
                return self._line(str(value))

    def _line(self, text: str) -> str:
        return self._hide(text).translate(CONTROLS)

    def _lines(self, text: str) -> str:
        """Text of several lines, indented for people: a line that it forges does not look like an entry."""
        clean = self._hide(text).translate(CONTROLS_BUT_NEWLINE)
        return self._indent + clean.replace("\n", "\n" + self._indent)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream. An entry that cannot be written is not printed raw, as logging would."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Say that an entry was lost, and whose it was."""
        sys.stderr.write(f"A log entry of {record.name!r} (line {record.lineno}) could not be written.\n")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        _log_uncaught(error)


def _log_uncaught(error: BaseException | None) -> None:
    if error is not None:
        structlog.get_logger("bot").critical("An error that nothing handled", exc_info=error)
