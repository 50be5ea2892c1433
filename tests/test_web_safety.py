"""Every way in, walked by whoever might try: what is not expected here does not exist."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from prometheus_client import CollectorRegistry
from starlette.routing import Route

from adapters.telegram.connection.webhook import Webhook
from adapters.web.connection.app import app
from adapters.web.outlet.outlet import WebOutlet
from bot.clock import SystemClock
from bot.commands import COMMANDS, Kind
from bot.governance.authorize import Act
from bot.messages import Verb
from tests.process import TOKEN, Parley, parley
from tests.rig import PNG

GENERAL = "/api/rooms/general"


@dataclass(frozen=True)
class Way:
    """An address and a method: what a member and a moderator get. None: it is open to all, and says 200."""

    member: int | None
    moderator: int | None = None
    json: dict[str, object] = field(default_factory=dict)
    path: str = ""

    @property
    def statuses(self) -> tuple[int, int]:
        return self.member or 200, self.moderator or self.member or 200


OPEN = Way(None)
ANYBODY = Way(200)
WAYS: dict[tuple[str, str], Way] = {
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/page/{path:path}"): Way(None, path="/page/main.js"),
    ("GET", "/favicon.ico"): OPEN,
    ("GET", "/metrics"): ANYBODY,
    ("GET", "/"): ANYBODY,
    ("GET", "/api/me"): ANYBODY,
    ("GET", "/api/rooms"): ANYBODY,
    ("GET", "/api/rooms/{room}/messages"): ANYBODY,
    ("POST", "/api/rooms/{room}/messages"): Way(202, json={"text": "hello"}),
    ("GET", "/api/rooms/{room}/messages/{id}/files/{place}"): Way(
        200, path=f"{GENERAL}/messages/{{table}}/files/0"
    ),
    ("GET", "/api/rooms/{room}/events"): ANYBODY,
    ("GET", "/api/rooms/{room}/ratings"): ANYBODY,
    ("GET", "/api/rooms/{room}/knowledge/{id}/{position}"): Way(404, path=f"{GENERAL}/knowledge/1/0"),
    ("PUT", "/api/rooms/{room}/messages/{id}/rating"): Way(404, json={"value": 1}),
    ("GET", "/api/runs/{id}"): Way(403, 200),
    ("POST", "/api/runs/{id}/cancel"): Way(403, 200),
    ("POST", "/api/rooms/{room}/actions"): Way(403, 202, {"verb": "regenerate", "target": "{id}"}),
    ("GET", "/api/exports/{name}"): Way(404, path="/api/exports/guessed"),
    ("GET", "/api/tunings"): Way(403, 200),
    ("POST", "/api/tunings"): Way(403, 400, {"model": "lab/m"}),
    ("GET", "/api/tunings/{id}"): Way(403, 404),
    ("GET", "/api/tunings/{id}/events"): Way(403, 404),
    ("POST", "/api/tunings/{id}/cancel"): Way(403, 404),
    ("GET", "/api/audit"): Way(403, 403),  # who says who they are is not the operator
    ("POST", "/api/restart"): Way(403, 403),
    ("GET", "/media/{sha256}"): ANYBODY,
    ("GET", "/api/personas"): ANYBODY,
    ("GET", "/api/commands"): ANYBODY,
    ("POST", "/api/rooms/{room}/commands/{path:path}"): Way(
        403, 200, {"options": {}}, f"{GENERAL}/commands/persona/clear"
    ),
    ("POST", "/api/rooms/{room}/params/{path:path}"): Way(
        403, 200, {"options": {}}, f"{GENERAL}/params/persona/clear"
    ),
    ("GET", "/api/rooms/{room}/complete/{path:path}"): Way(
        403, 200, path=f"{GENERAL}/complete/persona/set?param=text"
    ),
    ("GET", "/admin"): ANYBODY,
    ("GET", "/admin/{section}"): Way(200, path="/admin/rooms"),
    ("POST", "/admin/sign-in"): Way(401),
    ("POST", "/admin/sign-out"): ANYBODY,
    ("GET", "/admin/api/{table}"): Way(403, path="/admin/api/overview"),
    ("GET", "/admin/api/audit/export"): Way(403),
    ("GET", "/admin/api/personas/history"): Way(403),
    ("GET", "/admin/api/runs/{id}"): Way(403),
    ("POST", "/admin/api/runs/{id}/words"): Way(403),
    ("POST", "/admin/api/moderation/{id}"): Way(403, json={"verb": "dismiss"}),
    ("DELETE", "/api/rooms/{room}/messages/{id}"): Way(403, 200, path=f"{GENERAL}/messages/{{question}}"),
}  # fmt: skip
"""In an order in which each still finds what it needs: a moderator's question, its answer, and a picture."""

COMMANDS_OF_MEMBERS = {
    "chat", "imagine", "describe", "complete", "persona/show", "persona/gallery", "persona/list",
    "persona/history", "persona/diff", "persona/export", "model/show", "model/list", "stop",
    "retry", "help", "style/show", "usage", "tools/show", "remind", "reminders/list", "reminders/cancel",
    "memory/show", "memory/add", "memory/change", "memory/forget", "summarize", "extract",
    "moderation/show", "knowledge/list", "budget/show", "rate", "privacy/show", "privacy/tuning", "title",
    "privacy/export", "privacy/delete", "retention/show",
}  # fmt: skip


RECEIVED = {("POST", "/webhooks/telegram")}
"""What is there for a platform that calls, and has a secret of its own: `tests/test_telegram_webhook.py`."""


def addresses(*receivers: Route) -> set[tuple[str, str]]:
    """Every address and method that the web chat answers."""
    nobody = cast(Any, None)
    names = ("audit", "rooms", "runs", "alerts", "entries", "personas")
    overseeing = SimpleNamespace(**dict.fromkeys(names), clock=SystemClock())
    site = app(
        nobody, nobody, outlet=WebOutlet(), events=nobody, pictures=nobody, intake=nobody, find=nobody,
        ready=dict, token=TOKEN, registry=CollectorRegistry(), receivers=receivers,
        tuners=cast(Any, True), overseeing=cast(Any, overseeing),
    )  # fmt: skip
    routes = [route for route in site.routes if isinstance(route, Route)]
    assert len(routes) == len(site.routes)
    return {(method, route.path) for route in routes for method in (route.methods or set()) - {"HEAD"}}


@dataclass
class Place:
    """A running Parley where a moderator has asked something, with a picture."""

    program: Parley
    http: httpx.AsyncClient
    names: dict[str, str]

    def at(self, path: str) -> str:
        """An address with what there is."""
        for name, value in self.names.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    async def ask(self, way: Way, method: str, path: str, who: str, **headers: str) -> httpx.Response:
        """Ask as somebody; of a stream only its beginning."""
        body = json.loads(self.at(json.dumps(way.json))) | {"as": who}
        sent: dict[str, Any] = {} if method == "GET" else {"json": body}
        params = httpx.URL(self.at(way.path or path)).params.set("as", who)
        address = httpx.URL(self.at(way.path or path)).copy_with(params=params)
        request = self.http.build_request(method, address, headers=headers, **sent)
        answer = await self.http.send(request, stream=True)
        if not path.endswith("/events") or not answer.is_success:
            await answer.aread()
        await answer.aclose()
        return answer

    @asynccontextmanager
    async def guessing_from(self, address: str) -> AsyncIterator["Place"]:
        """The same with no token, from elsewhere: five guesses from one address are told at once."""
        transport = httpx.AsyncHTTPTransport(verify=False, local_address=address)
        async with httpx.AsyncClient(base_url=self.http.base_url, transport=transport) as http:
            yield replace(self, http=http)


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    """The real program."""
    async with parley(folder / "data") as program, program.api() as http:
        said = await http.post(
            f"{GENERAL}/messages",
            data={"text": "look", "as": "moderator:mod"},
            files={"files": ("a.png", PNG)},
        )
        run = said.json()["run_id"]
        while (await http.get(f"/api/runs/{run}?as=moderator:mod")).json()["ended_at"] is None:
            await asyncio.sleep(0.02)
        question = (await http.get(f"{GENERAL}/messages")).json()["messages"][0]
        table = await _table(http)
        names = {
            "room": "general", "id": str(run), "question": str(question["id"]),
            "sha256": question["pictures"][0]["url"].rpartition("/")[2], "table": str(table),
        }  # fmt: skip
        yield Place(program, http, names)


async def _table(http: httpx.AsyncClient) -> int:
    """Somebody has had a table made: the answer that brings it."""
    order = {"options": {"what": "who, what"}, "as": "moderator:mod"}
    run = (await http.post(f"{GENERAL}/commands/extract", json=order)).json()["run_id"]
    while (await http.get(f"/api/runs/{run}?as=moderator:mod")).json()["ended_at"] is None:
        await asyncio.sleep(0.02)
    entries = (await http.get(f"{GENERAL}/messages")).json()["messages"]
    return next(int(entry["id"]) for entry in entries if entry["made"])


async def test_a_file_of_an_answer_is_saved_and_never_opened_and_is_of_its_room_alone(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        address = there.at("/messages/{table}/files/0")
        answer = await there.http.get(f"{GENERAL}{address}")
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''extract.csv"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"].startswith("text/csv")
        assert "sandbox" in answer.headers["content-security-policy"]
        for elsewhere in (f"/api/rooms/other{address}", f"{GENERAL}{address[:-1]}1"):
            assert (await there.http.get(elsewhere)).status_code == 404


def test_every_address_is_expected() -> None:
    """A new one needs a line above, or this fails."""
    assert addresses() == set(WAYS)
    assert addresses(Webhook("s" * 32).route()) == set(WAYS) | RECEIVED


async def test_without_the_token_nothing_is_there_but_what_is_open(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        bearer = there.http.headers.pop("authorization")
        assert bearer
        for host, ((_, path), way) in enumerate(WAYS.items(), start=2):
            async with there.guessing_from(f"127.0.0.{host}") as guessing:
                for method in ("GET", "POST", "DELETE", "PUT", "OPTIONS"):
                    for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "parley=x.y.z"}):
                        answer = await guessing.ask(way, method, path, "moderator", **headers)
                        wanted = {200, 405} if way.member is None else {401, 429}
                        assert answer.status_code in wanted, (method, path)
                        assert "set-cookie" not in answer.headers
        assert (await there.http.get(f"/api/me?token={TOKEN}")).status_code == 401
        assert (await there.http.get(f"{GENERAL}/messages?token={TOKEN}")).status_code == 401


async def test_members_and_moderators_may_what_they_may(tmp_path: Path) -> None:
    async with place(tmp_path) as there:
        for turn, who in enumerate(("member:eve", "moderator:mo")):
            for (method, path), way in WAYS.items():
                answer = await there.ask(way, method, path, who)
                assert answer.status_code == way.statuses[turn], (who, method, path)
                others = {m for m, p in WAYS if p == path} | {"HEAD"}
                for other in {"POST", "DELETE", "PUT", "PATCH"} - others:
                    assert (await there.ask(way, other, path, who)).status_code == 405, (other, path)


NO_ROOM = {
    ("GET", "/metrics"), ("GET", "/"), ("GET", "/api/me"), ("GET", "/api/rooms"), ("GET", "/media/{sha256}"),
    ("GET", "/api/personas"), ("GET", "/api/commands"), ("GET", "/api/exports/{name}"),
}  # fmt: skip
"""What is of no room, and so of no server: files have names that nobody guesses."""


async def test_who_is_blocked_gets_to_nothing_of_a_room(tmp_path: Path) -> None:
    """By every address; the operator's page asks for its own sign-in."""
    async with place(tmp_path) as there:
        order = {"options": {"who": "eve", "in": "server"}, "as": "moderator:mod"}
        assert (await there.http.post(f"{GENERAL}/commands/access/block", json=order)).status_code == 200
        for (method, path), way in WAYS.items():
            if way is OPEN or way.member is None or (method, path) in NO_ROOM or path.startswith("/admin"):
                continue
            answer = await there.ask(way, method, path, "member:eve")
            assert answer.status_code == 403, (method, path, answer.text)
            assert "look" not in answer.text
        for verb in Verb:
            body = {"verb": verb, "target": int(there.names["id"]), "as": "member:eve"}
            assert (await there.http.post(f"{GENERAL}/actions", json=body)).status_code == 403


async def test_every_command_knows_who_may_give_it(tmp_path: Path) -> None:
    """By a member: the table above decides, completion and present values included."""
    async with place(tmp_path) as there:
        for command in COMMANDS:
            expected = command.path in COMMANDS_OF_MEMBERS
            options = {p.name: p.choices[0].value if p.choices else "x" for p in command.params if p.required}
            files = [("files", ("a.png", PNG)) for p in command.params if p.kind is Kind.PICTURE]
            options = {n: v for n, v in options.items() if n != "picture"}
            data = {"options": json.dumps(options), "as": "member:eve"}
            answer = await there.http.post(
                f"{GENERAL}/commands/{command.path}", data=data, files=files or [("none", (None, "x"))]
            )
            allowed = answer.status_code != 403 or command.path in {"stop", "retry", "title"}
            assert allowed is expected, (command.path, answer.text)
            for param in command.params:
                asked = {"param": param.name, "as": "member:eve"}
                told = await there.http.get(f"{GENERAL}/complete/{command.path}", params=asked)
                assert (told.status_code == 200) is expected, (command.path, told.text)


async def test_a_button_and_an_id_work_in_their_own_room_only(tmp_path: Path) -> None:
    """Somebody else's run and message, from another room, by a moderator."""
    async with place(tmp_path) as there:
        for verb in ("regenerate", "continue", "stop", "delete"):
            body = {"verb": verb, "target": int(there.names["id"]), "as": "moderator"}
            answer = await there.http.post("/api/rooms/other/actions", json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
        answer = await there.http.delete(there.at("/api/rooms/other/messages/{question}?as=moderator"))
        assert answer.status_code == 404


@pytest.mark.parametrize("name", ["moderator", "Moderator", "MODERATOR"])
async def test_a_member_by_the_name_of_moderator_is_not_the_moderator(tmp_path: Path, name: str) -> None:
    """Ids decide, and a name makes no id of somebody who has none."""
    async with parley(tmp_path / "data") as program, program.api() as http:
        said = await http.post(f"{GENERAL}/messages", json={"text": "mine", "as": "moderator"})
        address = f"{GENERAL}/messages/{said.json()['message_id']}"
        assert (await http.delete(address, params={"as": f"member:{name}"})).status_code == 400
        assert (await http.delete(address, params={"as": "moderator"})).status_code == 200


HERE = "Host: 127.0.0.1\r\n"
SMUGGLED = f"GET /metrics HTTP/1.1\r\n{HERE}\r\n"
ODD = (
    f"GET /api/me HTTP/1.1\r\n{HERE}Host: evil.example\r\n\r\n",
    "GET /api/me HTTP/1.1\r\n\r\n",
    "GET /api/me HTTP/1.0\r\n\r\n",
    "GET http://127.0.0.1/api/me HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    f"GET //evil.example/%2f.. HTTP/1.1\r\n{HERE}\r\n",
    f"GET /page/../api/me HTTP/1.1\r\n{HERE}\r\n",
    f"GET /page/%2e%2e/api/me HTTP/1.1\r\n{HERE}\r\n",
    f"GET /healthz/../api/me HTTP/1.1\r\n{HERE}\r\n",
    f"POST /healthz HTTP/1.1\r\n{HERE}Content-Length: 4\r\nContent-Length: 9\r\n\r\n{SMUGGLED}",
    f"POST /healthz HTTP/1.1\r\n{HERE}Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n{SMUGGLED}",
    f"POST /healthz HTTP/1.1\r\n{HERE}Content-Length: +1\r\n\r\n{SMUGGLED}",
    f"GET /healthz HTTP/1.1\r\n{HERE}X: {'a' * 1_000_000}\r\n\r\n",
    f"GET /{'a' * 1_000_000} HTTP/1.1\r\n{HERE}\r\n",
    "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
)


async def test_odd_requests_get_one_refusal_and_nothing_more(tmp_path: Path) -> None:
    """On a raw socket, with everything a browser would not send."""
    async with parley(tmp_path / "data") as program:
        for odd in ODD:
            answer = await raw(program.port, odd)

            assert answer.count("HTTP/1.1 ") <= 1, odd[:80]
            assert answer[9:12] in {"", "400", "401", "404", "405", "421", "501"}, odd[:80]
            assert "set-cookie" not in answer.lower()
            assert "location:" not in answer.lower()


async def raw(port: int, request: str) -> str:
    """All that comes back for these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with suppress(OSError):  # it was closed while we were still talking
        writer.write(request.encode("latin-1"))
        writer.write_eof()
        async with asyncio.timeout(60):
            answer = await reader.read()
    writer.close()
    return answer.decode("latin-1")


def test_acts_and_commands_are_known_here() -> None:
    """A new right needs a thought about members."""
    assert {command.path for command in COMMANDS} >= COMMANDS_OF_MEMBERS
    assert {act.name for act in Act} == {
        "READ", "CHAT", "IMAGINE", "LIST_MODELS", "SEE_PERSONA", "SET_PERSONA", "NAME_PERSONA",
        "SET_MODEL", "START_ANEW",
        "STOP", "RETRY", "DELETE", "SEE_STYLE", "SET_STYLE", "SEE_USAGE", "SEE_CHANNEL_USAGE",
        "SEE_SERVER_USAGE",
        "SET_LISTENING", "SEE_TOOLS", "SET_TOOLS", "REMIND", "SEE_REMINDERS",
        "SEE_CHANNEL_REMINDERS", "CANCEL_REMINDER", "SEE_RUN", "SEE_RUNS", "SEE_FACTS",
        "SEE_BUDGET", "SET_BUDGET", "SEE_ACCESS", "SET_ACCESS", "SEE_AUDIT", "OPERATE",
        "SEE_PRIVACY", "CONSENT", "TUNE", "CHANGE_FACTS", "SEE_KNOWLEDGE", "CHANGE_KNOWLEDGE",
        "SEE_MODERATION", "SET_MODERATION", "MODERATE",
        "TITLE", "EXPORT", "BE_FORGOTTEN", "SET_RETENTION", "READ_PRIVATE",
    }  # fmt: skip
