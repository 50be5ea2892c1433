import asyncio
import gc
import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log
from bot.errors import StorageError

TELEGRAM = "7234567890:AAHcanaryCANARYcanaryCANARYcanary12"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcAnAr.canaryCANARYcanaryCANARYcanary12345678"
OPENAI = "sk-proj-canaryCANARYcanary"
BEARER = "Bearer c4n4ry.c4n4ry-c4n4ry"
CONFIGURED = 'p@ss "word" 100% \u00fcber'
CANARIES = (TELEGRAM, DISCORD, OPENAI, CONFIGURED)

Configure = Callable[..., io.StringIO]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def configure() -> Iterator[Configure]:
    """Configure the log of this process for one test, and put everything back after it."""
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in log.OURS}
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    usual = structlog.get_config()

    def start(stream: io.StringIO | None = None, **options: object) -> io.StringIO:
        stream = stream or io.StringIO()
        log.configure(stream, **{"secrets": [CONFIGURED], "level": "DEBUG"} | options)  # type: ignore[arg-type]  # the tests' own options
        return stream

    yield start
    root.handlers[:], level, sys.excepthook, threading.excepthook = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**usual)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)


def entries(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def no_canary(shown: str) -> bool:
    """No canary in any notation, and no half of one either."""
    forms = {
        form for canary in CANARIES for form in (canary, quote(canary, safe=""), json.dumps(canary)[1:-1])
    }
    return "canary" not in shown.lower() and not any(form in shown for form in forms)


def test_away_from_a_terminal_an_entry_is_one_line_of_json_in_utc(configure: Configure) -> None:
    stream = configure()

    structlog.get_logger("bot.turn").info("Run ended", run=7, status="completed")

    (entry,) = entries(stream)
    assert str(entry.pop("timestamp")).endswith("Z")
    assert entry == {
        "event": "Run ended", "run": 7, "status": "completed", "level": "info", "logger": "bot.turn",
    }  # fmt: skip


def test_on_a_terminal_people_read_it_in_colour(configure: Configure) -> None:
    stream = configure(Terminal())

    structlog.get_logger("bot").warning("Slow down")

    assert "\x1b[" in stream.getvalue()
    assert "Slow down" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_the_style_can_be_chosen(configure: Configure) -> None:
    human, machine = io.StringIO(), Terminal()

    configure(human, style="human")
    structlog.get_logger("bot").info("Hello")
    configure(machine, style="json")
    structlog.get_logger("bot").info("Hello")

    assert "\x1b" not in human.getvalue()
    assert not human.getvalue().startswith("{")
    assert entries(machine)[0]["event"] == "Hello"


def test_an_unknown_level_is_refused(configure: Configure) -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure(level="loud")


def test_ours_follow_the_level_and_libraries_never_say_less_than_a_warning(configure: Configure) -> None:
    stream = configure()

    for name in ("bot.store", "adapters.web", "uvicorn.error", "httpx", "httpcore", "aiosqlite", "telegram"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(level, "%s", name)

    said = [str(entry["event"]) for entry in entries(stream)]
    assert {name: said.count(name) for name in said} == {
        "bot.store": 3, "adapters.web": 3, "uvicorn.error": 1,
        "httpx": 1, "httpcore": 1, "aiosqlite": 1, "telegram": 1,
    }  # fmt: skip


def test_a_quiet_level_holds_for_libraries_too(configure: Configure) -> None:
    stream = configure(level="ERROR")

    for name in ("bot", "uvicorn.error", "httpx"):
        logging.getLogger(name).warning("Hello")

    assert stream.getvalue() == ""


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_secret_leaves_by_an_event_a_field_or_a_key(
    configure: Configure, canary: str, stream: type[io.StringIO]
) -> None:
    out = configure(stream())
    ours = structlog.get_logger("bot")

    ours.info(f"Calling with {canary}")
    ours.info("Calling", where=f"https://host/{canary}/getMe", also=[{"deep": canary}], by={canary: 1})
    ours.info("Calling", where=f"https://host/?q={quote(canary, safe='')}")
    logging.getLogger("telegram").warning("HTTP Request: POST %s", f"https://host/{canary}/getMe")
    logging.getLogger("bot").debug("As JSON: %s", json.dumps({"key": canary}))
    logging.getLogger("bot").debug("As Python: %r", canary)

    assert out.getvalue().count(log.HIDDEN) >= 7
    assert no_canary(out.getvalue())


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: {BEARER}",
        f"authorization: {BEARER.lower()}",
        "Authorization: Basic Y2FuYXJ5OmM0bjRyeQ==c4n4ry",
        f"POST https://host/bot{TELEGRAM}/getMe".replace("a", "4"),
        "GET /?token=c4n4ry HTTP/1.1",
        "GET /?a=1&access_token=c4n4ry&b=2",
        "https://c4n4ry:c4n4ry@host/",
        "POST /webhooks/123/c4n4ry-c4n4ry",
        "POST /interactions/123/c4n4ry/callback",
        "Incorrect API key provided: sk-c4n4****4ry.",
        "hf_c4n4ryc4n4ryc4n4ry",
        "AIzac4n4ryc4n4ryc4n4ry",
    ],
)
def test_what_looks_like_a_secret_is_hidden_without_being_configured(text: str) -> None:
    shown = log.hider()(text)

    assert log.HIDDEN in shown
    assert "4n4" not in shown
    assert "4ry" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "prompt_tokens=128 of 2000",
        "room key=web/local/web/general",
        "ask-me-anything",
        "took 12:30:45",
        "a basic idea",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert log.hider(["", "abc"])(text) == text


def test_a_field_that_is_named_like_a_secret_is_hidden_whatever_it_holds(configure: Configure) -> None:
    stream = configure()

    structlog.get_logger("bot").info(
        "Calling", token="plain", headers={"X": "plain"}, about={"password": "plain"}
    )

    assert "plain" not in stream.getvalue()


def test_exceptions_are_shown_without_locals_and_without_secrets(configure: Configure) -> None:
    stream = configure()

    def fails(argument: str) -> None:
        try:
            int(f"token {TELEGRAM}")
        except ValueError as cause:
            raise RuntimeError(f"refused {CONFIGURED}") from cause

    try:
        fails(" ".join(["what", "a", "local", "holds"]))
    except RuntimeError:
        structlog.get_logger("bot").exception("Failed")

    (entry,) = entries(stream)
    assert "RuntimeError" in str(entry["exception"])
    assert "ValueError" in str(entry["exception"])
    assert 'int(f"token {TELEGRAM}")' in str(entry["exception"])
    assert "refused" not in str(entry["exception"]).replace('raise RuntimeError(f"refused', "")
    assert "what a local holds" not in stream.getvalue()
    assert no_canary(stream.getvalue())


def test_only_errors_that_quote_nobody_are_told_in_their_words() -> None:
    words = "what somebody said"
    quoting = (KeyError(words), ValueError(words), UnicodeEncodeError("ascii", words, 0, 1, words))
    plain = (StorageError("disk full"), OSError(28, "No space left"), TypeError("not callable"))

    assert not any(words in log.told(error) for error in quoting)
    assert words not in log.told(ExceptionGroup(words, [RuntimeError(words)]))
    assert "RuntimeError" in log.told(ExceptionGroup(words, [RuntimeError(words)]))
    assert all(str(error) in log.told(error) for error in plain)


def test_a_flood_of_digits_does_not_hold_up_the_log() -> None:
    """Steps, not time: no pattern may try again from every place to the end."""
    assert log.SHAPES.search("1" * 1_000_000) is None


async def test_a_task_that_nobody_waited_for_is_logged_without_its_secret(configure: Configure) -> None:
    stream = configure()

    async def fails() -> None:
        raise ValueError(f"token {TELEGRAM}")

    task = asyncio.get_running_loop().create_task(fails())
    await asyncio.wait([task])
    del task
    gc.collect()

    (entry,) = entries(stream)
    assert "Task exception was never retrieved" in str(entry["event"])
    assert no_canary(stream.getvalue())


def test_what_nothing_handled_is_logged_without_its_secret(configure: Configure) -> None:
    stream = configure()
    error = ValueError(f"token {TELEGRAM}")

    sys.excepthook(ValueError, error, None)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))

    assert [entry["level"] for entry in entries(stream)] == ["critical", "critical"]
    assert no_canary(stream.getvalue())


def test_warnings_reach_the_log(configure: Configure) -> None:
    stream = configure()

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logging.captureWarnings(True)
        warnings.warn(f"old {TELEGRAM}", stacklevel=1)

    assert entries(stream)[0]["logger"] == "py.warnings"
    assert no_canary(stream.getvalue())


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_name_cannot_move_the_cursor_or_forge_a_line(
    configure: Configure, stream: type[io.StringIO]
) -> None:
    out = configure(stream())
    evil = "ann\x1b]52;c;aGk=\x07\x9b2J\r\n2026-01-01 [info] forged \u202e\u2028\ud800"

    structlog.get_logger("bot").info(evil, name=evil, **{"\x1b[2J": 1})
    logging.getLogger("bot").warning("%s", evil)
    structlog.get_logger("bot").error("Failed", exc_info=ValueError(evil))

    shown = out.getvalue()
    assert not any(
        evil_one in shown for evil_one in ("\x1b]", "\x1b[2J", "\x07", "\x9b", "\r", "\u202e", "\u2028")
    )
    assert not any(line.startswith("2026-01-01 [info] forged") for line in shown.splitlines())
    assert shown.encode()


def test_an_entry_that_cannot_be_formatted_is_not_printed_raw(
    configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure()

    logging.getLogger("bot").warning("%d", TELEGRAM)

    said = capsys.readouterr().err
    assert "could not be written" in said
    assert no_canary(said)


@given(secret=st.text(min_size=4, max_size=40), before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_configured_secret_is_never_shown(secret: str, before: str, after: str) -> None:
    shown = log.hider([secret])(f"{before} {secret} {after}")

    assert secret not in shown.replace(log.HIDDEN, "") or secret in before + after
