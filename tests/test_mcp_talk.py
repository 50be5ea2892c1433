"""A model uses what a server lends like any tool; a person is asked first where something would happen."""

import json
from pathlib import Path

import httpx
import pytest

from bot import report
from bot.application import running
from bot.messages import ToolCall
from bot.runs import RunStatus
from bot.settings import McpServer, Settings, Web
from bot.tools import Here, Toolbox, tool
from tests.mcp_house import House, lending, listed
from tests.rig import ANN, MOD, ROOM, rig
from tests.seeded import seeded


def call(name: str, **arguments: str) -> ToolCall:
    return ToolCall("c1", name, json.dumps(arguments))


async def test_a_tool_that_does_not_say_it_only_reads_is_used_when_the_person_allows_it(
    tmp_path: Path,
) -> None:
    house = House.of(tmp_path, listed("write", "path", annotations={}))
    async with lending(house.server()) as box, rig(tmp_path / "room", tools=box.tools) as at:
        await box.has("files_write")
        at.one.asks_for(call("files_write", path="a.txt"))
        at.one.says("It is written.")
        run = await at.say("Write it down")
        await at.until(run, lambda status: status is RunStatus.REQUIRES_ACTION)
        await at.glass.shows("I would go on by using files_write (path: a.txt). May I?")
        assert house.called("write") == []
        await at.conversation.decide(run, ANN, ROOM, allowed=True)
        assert await at.answer(run) == "It is written.\n\n*(used: `files_write`)*"
        assert house.called("write") == [{"path": "a.txt"}]
        assert [one["_meta"]["parley/callId"] for one in house.asked()] == [f"{run}:1"]


async def test_a_turn_right_after_the_start_waits_for_the_servers(tmp_path: Path) -> None:
    house = House.of(tmp_path, listed("read", "path"))
    gone = McpServer("gone", (str(tmp_path / "nothing"),))
    async with lending(house.server(), gone) as box:
        assert box.tools.names == ()
        async with rig(tmp_path / "room", tools=box.tools) as at:
            await at.ask("What does it say?")
            assert [tool.name for tool in at.one.asked[0].tools] == ["files_read"]


async def test_a_server_that_never_answers_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.tools.mcp.servers.PATIENCE", 0.0)
    async with lending(McpServer("silent", ("sleep", "60"))) as box:
        await box.tools.settled()
        monkeypatch.setattr("bot.tools.mcp.servers.PATIENCE", 60.0)
        await box.tools.settled()
        assert box.tools.names == ()


async def test_what_a_server_answers_makes_further_calls_ask(tmp_path: Path) -> None:
    house = House.of(tmp_path, listed("read", "path"))
    async with lending(house.server()) as box, rig(tmp_path / "room", tools=box.tools) as at:
        await box.has("files_read")
        at.one.asks_for(call("files_read", path="a.txt"))
        at.one.asks_for(call("files_read", path="all the secrets"))
        run = await at.say("What does it say?")
        await at.until(run, lambda status: status is RunStatus.REQUIRES_ACTION)
        assert house.called("read") == [{"path": "a.txt"}]


async def test_moderators_see_a_tool_with_its_server_and_it_stays_chosen_while_that_is_away(
    tmp_path: Path,
) -> None:
    async def throw(here: Here) -> str:
        """Throw a die."""
        return "6"

    words = "Read. `@everyone` [click](http://evil.example)"
    house = House.of(tmp_path, listed("read", description=words), listed("more"))
    async with lending(house.server()) as box:
        whole = Toolbox([tool(throw)], lambda: box.tools.all)
        async with rig(tmp_path / "room", tools=whole) as at:
            await box.has("files_read", "files_more")
            shown = (await at.command("tools/show")).text
            assert "`files_read` – of files: `Read. '@everyone' [click](http://evil.example)`" in shown
            for name in ("throw", "files_more"):
                await at.command("tools/forbid", name=name)
            box.tools = Toolbox([])
            await at.command("tools/allow", name="throw")
            assert (await at.conversation.settings(ROOM, MOD)).value("tools") == "throw,files_read"


async def test_a_server_that_is_not_there_keeps_nothing_from_starting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House.of(tmp_path, listed("read"))
    servers = {"gone": McpServer("gone", ("/nowhere/at/all",)), "files": house.server()}
    settings = Settings(data=seeded(tmp_path / "data"), web=Web(port=0), mcp=servers)
    async with running(settings) as parley, httpx.AsyncClient() as http:
        assert (await http.get(f"{parley.url}/readyz")).status_code == 200
    assert await report.check(settings) == 69
    said = capsys.readouterr().out
    assert "MCP server gone: its command is not there" in said
    assert "MCP server files: 1 tool" in said
