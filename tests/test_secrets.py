"""Canaries: keys and what people say are planted everywhere, and looked for where they must not be."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot.settings import Account, load
from tests.process import TOKEN, Parley, parley
from tests.wire.answers import CLOSE, EVENTS, JSON, Answer, event, fails, page, resets, says, sends
from tests.wire.server import AiServer, nobody, serving
from tests.wire.wire import Wire

KEY = "sk-Canary7Key-Qx93mfLw02Zt"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GcAnAr.ZyxwvutsrqponmlkjihgfedcbaZyxw"
TELEGRAM = "7234567890:AAZyxwvutsrqponmlkjihgfedcbaZyxwvu"
SECRETS = (KEY, TOKEN, DISCORD, TELEGRAM)
SAID = "Marzipan unter dem Zimtbaum"
PERSONA = "You are a Quittenbrot collector."
WORDS = ("Marzipan", "Zimtbaum", "Quittenbrot", "Knusperhaus")
"""What people said: the question, the persona, and a name."""

CONFIGURED = """
[providers.mean]
kind = "openai"
base_url = "{url}"
api_key_env = "MEAN_KEY"

[routes]
chat = ["mean/m"]

[limits]
per_person_day = 100.0
per_channel_day = 100.0
"""


def echo(wire: Wire) -> str:
    """What was asked, key and all."""
    return f"{json.dumps(wire.request.headers)} asked for {json.dumps(wire.request.body)}"


def refuses(status: int, **headers: str) -> Answer:
    """An error that quotes the whole request in each of its fields, and in its headers."""

    async def answer(wire: Wire) -> None:
        said = echo(wire)
        await wire.start(status, JSON | {name: said for name in ("X-Debug", *headers)})
        error = {"message": said, "code": KEY, "type": "no_such_thing", "param": said}
        await wire.send(json.dumps({"error": error, "detail": said}).encode())
        await wire.end()

    return answer


def breaks(form: bytes) -> Answer:
    """Bytes that are no HTTP, or not as they should be; `%s` is the echo."""

    async def answer(wire: Wire) -> None:
        wire.raw(form.replace(b"%s", echo(wire).encode("ascii", "replace")))
        await wire.close()

    return answer


def streams_error(*before: str, as_text: bool = False) -> Answer:
    """An error in the middle of a stream that quotes the request."""

    async def answer(wire: Wire) -> None:
        said = echo(wire)
        error = said if as_text else {"message": said, "code": said, "type": said}
        pieces = [event({"choices": [{"delta": {"content": text}}]}) for text in before]
        await sends(*pieces, event({"error": error}))(wire)

    return answer


def garbles(form: str, headers: dict[str, str] = EVENTS) -> Answer:
    """A body that cannot be read; `%s` is the echo."""

    async def answer(wire: Wire) -> None:
        await sends(form.replace("%s", echo(wire)).encode(), headers=headers)(wire)

    return answer


FAULTS: dict[str, Answer] = {
    **{f"status-{status}": refuses(status) for status in (307, 400, 401, 402, 403, 404, 422, 429, 500, 503)},
    "redirect": refuses(302, Location="x"),
    "reason": breaks(b"HTTP/1.1 400 %s\r\nContent-Length: 0\r\n\r\n"),
    "status-line": breaks(b"HTTP/9 %s\r\n\r\n"),
    "header": breaks(b"HTTP/1.1 200 OK\r\n%s\x00\r\n\r\n"),
    "length": breaks(b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n"),
    "chunk": breaks(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n"),
    "compressed": breaks(b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 1\r\n\r\nx"),
    "in-stream": streams_error(),
    "in-stream-text": streams_error(as_text=True),
    "in-the-middle": streams_error("half", " an answer"),
    "no-json": garbles("data: {%s\n\ndata: [DONE]\n\n"),
    "no-events": garbles("%s", JSON),
    "cut": says("half", CLOSE),
    "reset": resets(),
    "page": page(),
    "plain": fails(400, f"{KEY} {SAID}"),
}  # fmt: skip


async def _tell_all(program: Parley, server: AiServer, http: httpx.AsyncClient) -> None:
    """Each fault in a room of its own, at once."""

    async def meet(name: str) -> None:
        room = f"/api/rooms/{name}"
        told = {"options": {"text": PERSONA}, "as": "moderator:Knusperhaus"}
        assert (await http.post(f"{room}/commands/persona/set", json=told)).status_code == 200
        said = {"text": f"{SAID} ({name})", "as": "member:Knusperhaus"}
        run = (await http.post(f"{room}/messages", json=said)).json()["run_id"]
        while (found := (await http.get(f"/api/runs/{run}?as=moderator")).json())["ended_at"] is None:
            await asyncio.sleep(0.02)
        assert found["status"] in {"failed", "incomplete"}, (name, found)
        assert no_trace(json.dumps(found)), name
        (_, answer) = (await http.get(f"{room}/messages")).json()["messages"]
        assert no_trace(answer["notice"]), name

    async def answer(wire: Wire) -> None:
        name = wire.request.body["messages"][-1]["content"].rpartition("(")[2].rstrip(")")
        await FAULTS[name](wire)

    server.always = answer
    await asyncio.gather(*map(meet, FAULTS))


def forms(secret: str) -> Iterator[str]:
    """A secret as it may be written, and parts of it that are long enough to help somebody."""
    yield from (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])
    yield from (secret[at : at + 8] for at in range(3, len(secret) - 8))


def no_trace(shown: str) -> bool:
    """No canary of any kind."""
    return not [each for each in (*WORDS, *(f for s in SECRETS for f in forms(s))) if each in shown]


async def test_a_service_that_echoes_keys_and_prompts_finds_no_one_who_repeats_them(tmp_path: Path) -> None:
    """Every fault of a service, at the talkative level: nothing in the log, the metrics, or another room."""
    async with serving() as server:
        file = tmp_path / "settings.toml"
        file.write_text(CONFIGURED.format(url=server.url), "utf-8")
        env = {
            "PARLEY_CONFIG": str(file), "PARLEY_LOG_LEVEL": "DEBUG", "MEAN_KEY": KEY,
            "DISCORD_TOKEN": DISCORD, "DISCORD_API_BASE": nobody(),
            "TELEGRAM_TOKEN": TELEGRAM, "TELEGRAM_API_BASE": nobody(),
        }  # fmt: skip
        running = parley(tmp_path / "data", env, until="/healthz")  # Discord cannot be reached, which is told
        async with running as program, program.api() as http:
            await _tell_all(program, server, http)
            others = [
                (await http.get(path)).text
                for path in ("/metrics", "/readyz", "/api/commands", "/api/rooms/quiet/messages", "/api/me")
            ]
            await program.stop()

    said = program.log.read_text("utf-8")
    greeting, _, log = said.partition("Stop with Ctrl-C.")
    assert greeting.count(TOKEN) == 1
    assert "no_such_thing" in log
    assert not [line for line in log.splitlines() if not no_trace(line)]
    assert no_trace("".join(others))
    assert not [path.name for path in (tmp_path / "data").rglob("*") if leaks(path)]


def leaks(path: Path) -> bool:
    """Whether a file of the data folder has a secret in it. What people said is in the database alone."""
    content = path.read_bytes() if path.is_file() else b""
    hidden = SECRETS if path.name.startswith("parley.db") else (*SECRETS, *WORDS)
    return any(each.encode() in content for each in hidden)


async def test_a_defect_is_logged_by_its_place_and_not_by_what_people_said(tmp_path: Path) -> None:
    """A crash in a turn and behind an address: the log has where and what kind, the person a reference."""
    async with (
        parley(tmp_path / "data", {"PARLEY_LOG_LEVEL": "DEBUG"}, module="tests.defective_build") as program,
        program.api() as http,
    ):
        run = (await http.post("/api/rooms/general/messages", json={"text": SAID})).json()["run_id"]
        while (found := (await http.get(f"/api/runs/{run}")).json())["ended_at"] is None:
            await asyncio.sleep(0.02)
        broken = await http.get("/api/me", params={"q": SAID})
        await program.stop()

    log = program.log.read_text("utf-8")
    assert broken.status_code == 500
    for reference in (found["last_error"].rpartition(" ")[2], broken.text.rpartition(" ")[2][:8]):
        assert reference in log
    assert "KeyError" in log
    assert "ValueError" in log
    assert "defective_build.py" in log
    assert "parrot" not in log.partition("Stop with Ctrl-C.")[2].replace("offline/parrot", "").lower()
    assert no_trace(log.partition("Stop with Ctrl-C.")[2])


def test_nothing_that_holds_a_secret_shows_it() -> None:
    """`repr` and `str` of the settings, an account, and what they are asked to say about themselves."""
    environ = {
        "OPENAI_API_KEY": KEY, "PARLEY_WEB_TOKEN": TOKEN,
        "DISCORD_TOKEN": DISCORD, "TELEGRAM_TOKEN": TELEGRAM,
    }  # fmt: skip
    settings = load(environ)
    account: Account = settings.accounts["openai"]

    for shown in (repr(settings), str(settings), repr(account), f"{account.key}", repr(settings.web)):
        assert no_trace(shown)
    assert set(settings.secrets()) == set(SECRETS)


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "PARLEY_WEB_TOKEN", "DISCORD_TOKEN"])
def test_a_bad_secret_is_refused_without_being_repeated(variable: str) -> None:
    with pytest.raises(Exception, match=variable) as refused:
        load({variable: f"{KEY} and more", "PARLEY_WEB_PORT": KEY, "PARLEY_LOG_LEVEL": TOKEN})

    assert no_trace(str(refused.value) + repr(refused.value))
