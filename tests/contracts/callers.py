"""Every wire format in which tools are asked for, as data: how its service asks, and what it is told."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.contracts.providers import CHATML, text_in, tgi_told
from tests.wire import anthropic, gemini, openai, tgi
from tests.wire.answers import Answer, says

Asked: TypeAlias = tuple[str, str, Sequence[str]]
"""A call: the service's id for it, the tool, and the fragments of its arguments."""

Handed: TypeAlias = list[tuple[str, str, Any]]
"""What a request tells of tools that were used: "call" or "result", the tool or the call, and what of it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A wire format. `asks(text, *calls, finish=…)`: the answer that asks for tools, and says why it ended;
    None: it breaks off. `offered` and `handed` read a request; `shapes` is the answer that has a form, which
    `shaped` finds in the request. `objects`: arguments are never anything but JSON."""

    name: str
    kind: str
    asks: Callable[..., Answer]
    offered: Callable[[Any], dict[str, Any]]
    handed: Callable[[Any], Handed]
    shapes: Callable[[str], Answer]
    shaped: Callable[[Any], Any]
    declines: Answer | None = None
    length: str = "length"
    objects: bool = False
    options: Mapping[str, object] = field(default_factory=dict)


def openai_offered(body: Any) -> dict[str, Any]:
    told = [tool["function"] for tool in body.get("tools", ())] + body.get("functions", [])
    return {one["name"]: (one["description"], one["parameters"]) for one in told}


def openai_handed(body: Any) -> Handed:
    found: Handed = []
    for message in body["messages"]:
        called = [(call["id"], call["function"]) for call in message.get("tool_calls", ())]
        called += [(one["name"], one) for one in [message.get("function_call")] if one]
        found += [("call", name, json.loads(one["arguments"])) for name, one in called]
        if message["role"] in ("tool", "function"):
            named = message.get("tool_call_id") or message["name"]
            found += [("result", named, message["content"])]
    return found


def openai_shaped(body: Any) -> Any:
    return body["response_format"]["json_schema"]["schema"]


def told_by_the_system(body: Any) -> str:
    return "".join(text_in(one["content"]) for one in body["messages"] if one["role"] == "system")


def in_words(body: Any) -> dict[str, Any]:
    return read_offered(told_by_the_system(body))


def read_offered(text: str) -> dict[str, Any]:
    lines = [json.loads(line) for line in re.findall(r'^\{"name": .*\}$', text, re.MULTILINE)]
    return {one["name"]: (one["description"], one["parameters"]) for one in lines}


def read_handed(text: str) -> Handed:
    """What stands between tags. The last thing the system says of them is an example."""
    found = re.findall(r"<tool_(call|result)>(\{.*?\})</tool_(?:call|result)>", text, re.DOTALL)
    read = [(kind, json.loads(one)) for kind, one in found]
    return [(kind, one["name"], one.get("arguments", one.get("result"))) for kind, one in read]


def handed_in_words(body: Any) -> Handed:
    said = (text_in(one["content"]) for one in body["messages"] if one["role"] != "system")
    return read_handed("\n".join(said))


def last_json(text: str) -> Any:
    """The schema in what the system says, which it is told last."""
    return json.loads(text[text.rindex("JSON Schema:\n") :].partition("\n")[2])


def written(*calls: Asked) -> list[str]:
    """Calls as a model writes them that was told of tools in words, in pieces."""
    pieces: list[str] = []
    for _, name, fragments in calls:
        pieces += [
            "<tool_",
            'call>{"name": "',
            name,
            '", "arguments": ',
            *(fragments or ["{}"]),
            "}</tool_call>\n",
        ]
    return pieces


def openai_writes(text: str, *calls: Asked, finish: str | None = "stop") -> Answer:
    return says(*filter(None, [text]), *written(*calls), finish=finish, done=finish is not None)


def anthropic_offered(body: Any) -> dict[str, Any]:
    """Tools that may be used."""
    if body.get("tool_choice") == {"type": "none"}:
        return {}
    return {one["name"]: (one["description"], one["input_schema"]) for one in body.get("tools", ())}


def anthropic_handed(body: Any) -> Handed:
    found: Handed = []
    for message in body["messages"]:
        blocks = [one for one in message["content"] if isinstance(one, dict)]
        found += [("call", one["id"], one["input"]) for one in blocks if one["type"] == "tool_use"]
        results = [one for one in blocks if one["type"] == "tool_result"]
        found += [("result", one["tool_use_id"], one["content"]) for one in results]
        assert blocks[: len(results)] == results, "results come first"
    return found


def anthropic_shaped(body: Any) -> Any:
    (tool,) = body["tools"]
    assert body["tool_choice"] == {"type": "tool", "name": tool["name"]}
    return tool["input_schema"]


def gemini_offered(body: Any) -> dict[str, Any]:
    told = [one for tools in body.get("tools", ()) for one in tools["functionDeclarations"]]
    return {one["name"]: (one["description"], one.get("parameters")) for one in told}


def gemini_handed(body: Any) -> Handed:
    parts = [part for content in body["contents"] for part in content["parts"]]
    found: Handed = []
    for part in parts:
        if asked := part.get("functionCall"):
            found += [("call", asked["id"], asked["args"])]
        if done := part.get("functionResponse"):
            found += [("result", done["id"], next(iter(done["response"].values())))]
    return found


def gemini_shaped(body: Any) -> Any:
    config = body["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    return config["responseSchema"]


def tgi_said(body: Any) -> str:
    return "\n".join(text for role, text in tgi_told(body) if role == "system")


def tgi_handed(body: Any) -> Handed:
    return read_handed("\n".join(text for role, text in tgi_told(body) if role != "system"))


def tgi_shaped(body: Any) -> Any:
    assert last_json(tgi_said(body)) == body["parameters"]["grammar"]["value"]
    return body["parameters"]["grammar"]["value"]


def tgi_writes(text: str, *calls: Asked, finish: str | None = "eos_token") -> Answer:
    return tgi.writes(*filter(None, [text]), *written(*calls), finish=finish)


IN_WORDS = {"tools": "prompted", "refuses": ["response_format"]}

OPENAI = Caller(
    "openai",
    "openai",
    openai.asks,
    openai_offered,
    openai_handed,
    lambda text: says(text[:5], text[5:]),
    openai_shaped,
    says("I will", " not.", finish="content_filter"),
)

CALLERS = (
    OPENAI,
    Caller(
        "openai-functions",
        "openai",
        openai.asks_as_before,
        openai_offered,
        openai_handed,
        OPENAI.shapes,
        openai_shaped,
        OPENAI.declines,
        options={"tools": "functions"},
    ),
    Caller(
        "openai-words",
        "openai",
        openai_writes,
        in_words,
        handed_in_words,
        lambda text: says("Here it is:\n```json\n", text, "\n```\nAnything else?"),
        lambda body: last_json(told_by_the_system(body)),
        OPENAI.declines,
        options=IN_WORDS,
    ),
    Caller(
        "anthropic",
        "anthropic",
        anthropic.asks,
        anthropic_offered,
        anthropic_handed,
        lambda text: anthropic.asks("Here:", ("toolu_1", "verdict", (text[:5], text[5:]))),
        anthropic_shaped,
        anthropic.says("I will not.", reason="refusal"),
        length="max_tokens",
    ),
    Caller(
        "gemini",
        "gemini",
        gemini.asks,
        gemini_offered,
        gemini_handed,
        lambda text: gemini.says(text[:5], text[5:]),
        gemini_shaped,
        gemini.tells({"candidates": [{"finishReason": "SAFETY"}]}),
        length="MAX_TOKENS",
        objects=True,
    ),
    Caller(
        "g4f",
        "g4f",
        openai.asks,
        openai_offered,
        openai_handed,
        OPENAI.shapes,
        lambda body: last_json(told_by_the_system(body)),
        OPENAI.declines,
    ),
    Caller(
        "tgi",
        "tgi",
        tgi_writes,
        lambda body: read_offered(tgi_said(body)),
        tgi_handed,
        lambda text: tgi.writes(text[:5], text[5:]),
        tgi_shaped,
        options=CHATML,
    ),
)
