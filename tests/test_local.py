"""Servers of this machine: found at start, offered, and never in the way of what the operator decided."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import local
from bot.clock import SystemClock
from bot.errors import ConfigError, UnknownModel
from bot.local import with_local_servers
from bot.messages import Need, Price
from bot.routes import Routes
from bot.settings import Settings, load
from tests.process import free_port, parley
from tests.wire.answers import Gate
from tests.wire.server import AiServer, serving

LISTED = [{"id": "nomic-embed-text", "object": "model"}, {"id": "llama3.2", "object": "model"}]


def place(ai: AiServer) -> str:
    """A server's address without a path."""
    return ai.url.removesuffix("/v1")


@asynccontextmanager
async def ollama() -> AsyncIterator[AiServer]:
    async with serving() as ai:
        ai.models = LISTED
        yield ai


@asynccontextmanager
async def replying(*steps: bytes | Gate) -> AsyncIterator[str]:
    """The address of a server that sends this, whatever it is asked."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for step in steps:
            if isinstance(step, Gate):
                await step.pass_through()
            else:
                writer.write(step)
        writer.close()

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def found(servers: str, toml: str = "", **environ: str) -> Settings:
    """The settings that start-up has, with these variables and this file."""
    return await with_local_servers(read(servers, toml, **environ))


def read(servers: str, toml: str, **environ: str) -> Settings:
    config = Path("parley.toml")
    config.write_text(toml, encoding="utf-8")
    return load({"PARLEY_LOCAL_SERVERS": servers, **environ}, config=config)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def routes(settings: Settings) -> Routes:
    return Routes(settings, lambda name: name, SystemClock())


def answering(settings: Settings, chosen: str = "") -> list[str]:
    return [model.id for model in routes(settings).candidates(Need.CHAT, chosen)]


async def test_a_server_that_lists_models_is_offered_and_answers_before_the_stand_in() -> None:
    async with ollama() as ai:
        settings = await found(f"ollama={place(ai)}")

    assert list(settings.accounts) == ["ollama", "offline"]
    account = settings.accounts["ollama"]
    assert (account.kind, account.base_url, account.key, account.free) == ("openai", ai.url, None, True)
    assert account.default_model == "llama3.2", "what is called an embedding goes last"
    assert answering(settings) == ["ollama/llama3.2"]
    assert routes(settings).candidates(Need.CHAT)[0].price == Price()
    (note,) = settings.notes
    assert note == (
        f"Found Ollama at {place(ai).removeprefix('http://')} with 2 models: "
        "llama3.2 answers until a route is set."
    )
    assert settings.missing[-1].startswith("Other AI services are off: set OPENROUTER_API_KEY")


async def test_a_route_that_is_set_stays_as_it_is() -> None:
    async with ollama() as ai:
        settings = await found(f"ollama={place(ai)}", "[routes]\nchat = ['offline/parrot']")

    assert answering(settings) == ["offline/parrot"]
    assert answering(settings, "ollama/llama3.2") == ["ollama/llama3.2", "offline/parrot"]
    assert settings.notes[0].endswith("2 models: on offer; the routes stay as they are.")


async def test_accounts_with_a_key_come_first() -> None:
    async with ollama() as ai:
        settings = await found(f"ollama={place(ai)}", OPENAI_API_KEY="k")

    assert list(settings.accounts) == ["openai", "ollama", "offline"]
    first, *rest = answering(settings)
    assert (first.partition("/")[0], rest) == ("openai", ["ollama/llama3.2"])
    assert "llama3.2 stands in until a route is set" in settings.notes[0]


async def test_a_route_may_name_a_server_whether_it_runs_today_or_not() -> None:
    toml = "[routes]\nchat = ['ollama/other', 'offline/parrot']\n[models.'ollama/other']\nvision = true"
    async with ollama() as ai:
        there = await found(f"ollama={place(ai)}", toml)
    away = await found(f"ollama=http://127.0.0.1:{free_port()}", toml)

    assert answering(there) == ["ollama/other", "offline/parrot"]
    assert answering(away) == ["offline/parrot"]
    assert away.notes == ("[routes] chat: ollama/other is passed over, for Ollama was not found here.",)
    assert answering(await found("off", toml)) == ["offline/parrot"]


async def test_nothing_there_changes_nothing() -> None:
    settings = load({"PARLEY_LOCAL_SERVERS": f"ollama=http://127.0.0.1:{free_port()}"})

    assert await with_local_servers(settings) == settings
    assert settings.missing[-1].startswith("No AI service is set up")


async def test_several_servers_stand_in_for_one_another_in_the_order_of_the_list() -> None:
    async with ollama() as one, ollama() as other, serving() as g4f:
        g4f.models = [{"id": "gpt-4o"}, {"id": "flux", "image": True}]
        settings = await found(f"vllm={place(one)}/v1, g4f={place(g4f)},lmstudio={place(other)}")

    assert list(settings.accounts) == ["vllm", "g4f", "lmstudio", "offline"]
    assert settings.accounts["vllm"].base_url == one.url
    account = settings.accounts["g4f"]
    assert (account.kind, account.default_model, account.image_model) == ("g4f", "gpt-4o", "flux")
    assert [note.split()[1] for note in settings.notes] == ["vLLM", "G4F", "LM"]
    assert ["answers" in note for note in settings.notes] == [True, False, False]


async def test_a_server_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "PATIENCE", 0.1)
    mute, drips = Gate(), Gate()
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"
    async with replying(mute) as one, replying(start, drips) as other:
        settings = await found(f"ollama={one},vllm={other}")
        await asyncio.gather(mute.reached(), drips.reached())

        assert list(settings.accounts) == ["offline"], "both are still waiting at their gates"
        mute.open()
        drips.open()


def http(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<!doctype html><title>My project</title>"),
        http(b'{"data": [{"id": "m"}]}', "404 Not Found"),
        http(b'{"detail": "who are you?"}', "401 Unauthorized"),
        http(b"", "302 Found"),
        http(b'{"data": []}'),
        http(b"[1, 2]"),
        http(b"{}"),
        http(b'{"data": [{"name": "x"}]}'),
        http(b"\xff\xfe\x00"),
        b"220 mail.example ESMTP\r\n",
        b"",
    ],
)
async def test_whatever_else_answers_on_the_port_is_left_alone(answer: bytes) -> None:
    async with replying(answer) as address:
        for name in ("llamacpp", "g4f"):
            settings = await found(f"{name}={address}")
            assert (list(settings.accounts), settings.notes) == (["offline"], ())


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Gone On"])
async def test_a_server_that_leads_elsewhere_is_not_followed(status: str) -> None:
    async with ollama() as elsewhere:
        moved = f"HTTP/1.1 {status}\r\nLocation: {elsewhere.url}/models\r\nContent-Length: 0\r\n\r\n".encode()
        async with replying(moved) as address:
            for name in ("llamacpp", "g4f"):
                assert list((await found(f"{name}={address}")).accounts) == ["offline"]

    assert elsewhere.requests == []


async def test_a_list_without_end_is_left() -> None:
    flood = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"[" * (33 * 1024 * 1024)
    async with replying(flood) as address:
        assert list((await found(f"vllm={address}")).accounts) == ["offline"]


async def test_our_own_port_is_not_asked() -> None:
    async with ollama() as ai:
        port = place(ai).rpartition(":")[2]
        settings = await found(f"llamacpp={place(ai)}", PARLEY_WEB_PORT=port)

    assert list(settings.accounts) == ["offline"]
    assert ai.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
async def test_what_is_configured_is_not_found_again(host: str) -> None:
    async with ollama() as ai:
        address = f"http://{host}:{place(ai).rpartition(':')[2]}/v1"
        mine = f"[providers.mine]\nkind = 'openai'\nbase_url = '{address}'"
        settings = await found(f"ollama={place(ai)}", mine)

    assert list(settings.accounts) == ["mine", "offline"]
    assert ai.requests == []


@pytest.mark.parametrize("key", ["", "api_key_env = 'MISSING_KEY'"])
async def test_a_name_that_the_file_has_is_the_files(key: str) -> None:
    toml = f"[providers.ollama]\nkind = 'openai'\nbase_url = 'http://127.0.0.1:1/v1'\n{key}"
    async with ollama() as ai:
        settings = await found(f"ollama={place(ai)}", toml)

    assert ai.requests == []
    assert [name for name in settings.accounts if settings.accounts[name].base_url == ai.url] == []


async def test_a_models_name_cannot_write_on_the_terminal() -> None:
    async with serving() as ai:
        ai.models = [{"id": "\x1b[2Jm"}, {"id": "m"}]
        settings = await found(f"ollama={place(ai)}")

    assert "with 1 model:" in settings.notes[0]
    assert "\x1b" not in settings.notes[0]


def test_the_usual_ports_are_asked_unless_it_is_switched_off() -> None:
    assert load({}).local_servers == {
        "ollama": "http://127.0.0.1:11434",
        "lmstudio": "http://127.0.0.1:1234",
        "llamacpp": "http://127.0.0.1:8080",
        "vllm": "http://127.0.0.1:8000",
        "g4f": "http://127.0.0.1:1337",
    }
    assert load({"PARLEY_LOCAL_SERVERS": "Off"}).local_servers == {}
    assert Settings().local_servers == {}


@pytest.mark.parametrize(
    ("servers", "told"),
    [
        ("olama=http://127.0.0.1:1", "entry 1 is not of the form"),
        ("ollama=http://127.0.0.1:1,vllm", "entry 2 is not of the form"),
        ("vllm=ftp://127.0.0.1:1", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1:99999", "entry 1 is not of the form"),
        ("vllm=http://192.168.1.5:8000", "entry 1 is no address of this machine"),
        ("vllm=http://127.0.0.1.example:8000", "entry 1 is no address of this machine"),
        ("yes", "entry 1 is not of the form"),
        ("vllm=", "entry 1 is not of the form"),
        ("vllm=http://:8000", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1:0", "entry 1 is not of the form"),
        ("vllm=http://user@127.0.0.1:1", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1:1?x=1", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1:1#@evil.example", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1:1\\@evil.example", "entry 1 is not of the form"),
        ("vllm=http://127.0.0.1@evil.example:1", "entry 1 is not of the form"),
        ("vllm=http://127.1:1", "entry 1 is no address of this machine"),
        ("vllm=http://2130706433:1", "entry 1 is no address of this machine"),
        ("vllm=http://localhost.evil.example:1", "entry 1 is no address of this machine"),
        ("vllm=http://127.0.0.1%2eevil.example:1", "entry 1 is no address of this machine"),
        ("vllm=http://169.254.169.254", "entry 1 is no address of this machine"),
    ],
)
def test_other_addresses_are_refused_by_place(servers: str, told: str) -> None:
    with pytest.raises(ConfigError, match=f"PARLEY_LOCAL_SERVERS: {told}") as refused:
        load({"PARLEY_LOCAL_SERVERS": servers})
    assert "example" not in str(refused.value)


async def test_the_program_says_what_it_found_and_answers_with_it(tmp_path: Path) -> None:
    async with ollama() as ai:
        env = {"PARLEY_LOCAL_SERVERS": f"ollama={place(ai)}"}
        async with parley(tmp_path / "data", env) as program, program.api() as api:
            said: Any = await api.post("/api/rooms/den/messages", json={"text": "hi", "as": "member"})
            assert said.status_code == 202
            asked = await ai.asked(3)  # after its list at start, and once more for the catalogue
            while asked.method != "POST":
                asked = await ai.asked(len(ai.requests) + 1)

    assert asked.body["model"] == "llama3.2"
    words = " ".join(program.log.read_text("utf-8").split())
    assert "Found Ollama at" in words
    assert "models of ollama, offline" in words


async def test_a_model_of_a_server_that_went_away_is_unknown() -> None:
    settings = await found(f"ollama=http://127.0.0.1:{free_port()}")

    with pytest.raises(UnknownModel):
        answering(settings, "ollama/llama3.2")
