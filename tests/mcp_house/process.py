"""The process: the protocol by hand, of the year before the newest, as most servers speak it."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])


def send(message: dict[str, Any]) -> None:
    """Say one thing."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def text(words: str, **more: Any) -> dict[str, Any]:
    """An answer in words."""
    return {"content": [{"type": "text", "text": words}], **more}


def die(arguments: dict[str, Any]) -> dict[str, Any]:
    """End in the middle."""
    os._exit(3)


def hang(arguments: dict[str, Any]) -> None:
    """Never answer."""


def environment(arguments: dict[str, Any]) -> dict[str, Any]:
    """Say what there is to be seen."""
    return text(json.dumps(dict(os.environ)))


def big(arguments: dict[str, Any]) -> dict[str, Any]:
    """Say a megabyte."""
    return text("x" * 1_000_000)


def flood(arguments: dict[str, Any]) -> None:
    """Say more than fits, and never a line."""
    sys.stdout.write("x" * 20_000_000)
    sys.stdout.flush()


def fail(arguments: dict[str, Any]) -> dict[str, Any]:
    """Fail, and say why."""
    return text("There is no such file.", isError=True)


def told(arguments: dict[str, Any]) -> dict[str, Any]:
    """Say what the folder says."""
    return json.loads((FOLDER / "answer.json").read_text("utf-8"))  # type: ignore[no-any-return]


def meet(arguments: dict[str, Any]) -> dict[str, Any]:
    """Answer when as many are waiting as it says."""
    (FOLDER / f"met-{threading.get_ident()}").touch()
    while len(list(FOLDER.glob("met-*"))) < int(arguments["count"]):
        time.sleep(0.002)
    return text("met")


def change(arguments: dict[str, Any]) -> dict[str, Any]:
    """List other tools from now on."""
    (FOLDER / "tools.json").write_text(arguments["to"], "utf-8")
    send({"method": "notifications/tools/list_changed"})
    return text("changed")


DOES = {each.__name__: each for each in (die, hang, environment, big, flood, fail, told, meet, change)}


def use(name: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """What comes of a call; None: nothing ever."""
    return DOES[name](arguments) if name in DOES else text(json.dumps(arguments))


def answer(message: dict[str, Any]) -> None:
    """Answer one request."""
    method, params = message["method"], message.get("params", {})
    if method == "initialize":
        told = {"tools": {"listChanged": True}}
        version = params["protocolVersion"]
        result: Any = {
            "protocolVersion": version,
            "capabilities": told,
            "serverInfo": {"name": "h", "version": "1"},
        }
    elif method == "tools/list":
        result = {"tools": json.loads((FOLDER / "tools.json").read_text("utf-8"))}
    elif method == "tools/call":
        result = use(params["name"], params["arguments"])
    else:
        send({"id": message["id"], "error": {"code": -32601, "message": "no such method"}})
        return
    if result is not None:
        send({"id": message["id"], "result": result})


sys.stdout.write("Welcome to this server!\n")
sys.stderr.write("words for nobody\n")
(FOLDER / "pid").write_text(str(os.getpid()), "utf-8")
for line in sys.stdin:
    heard = json.loads(line)
    with (FOLDER / "asked.jsonl").open("a", encoding="utf-8") as asked:
        asked.write(line)
    if "id" in heard and "method" in heard:
        threading.Thread(target=answer, args=[heard], daemon=True).start()
if (FOLDER / "stubborn").exists():
    time.sleep(60)
