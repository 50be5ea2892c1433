"""Whether a file can be learned from: every fault with its line, all at once."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import IO, Any, Final

from bot.text import estimate_tokens
from bot.tuning.examples import BESIDE

LEAST: Final = 10
"""Examples that services ask for at least."""
LONGEST: Final = 16_385
"""Tokens of an example that services take; what is longer they cut."""
LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file that services take."""

KEYS: Final = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})
ROLES: Final[Mapping[str, frozenset[str]]] = {
    "system": frozenset({"role", "content", "name"}),
    "developer": frozenset({"role", "content", "name"}),
    "user": frozenset({"role", "content", "name"}),
    "assistant": frozenset({"role", "content", "name", "weight", "tool_calls", "function_call", "refusal"}),
    "tool": frozenset({"role", "content", "tool_call_id"}),
    "function": frozenset({"role", "content", "name"}),
}
"""Who may speak, and what a message of theirs may have."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where. `line` 0: with the whole file."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line else self.what


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read. `tokens`: estimated, of the examples that can be read."""

    examples: int
    tokens: int
    faults: tuple[Fault, ...]


def check(data: bytes | Path, *, longest: int = LONGEST, least: int = LEAST) -> Checked:
    """Read a whole file of JSON Lines in the form of conversations, line by line. Raises OSError."""
    faults: list[Fault] = []
    seen: dict[bytes, int] = {}
    examples = tokens = 0
    with data.open("rb") if isinstance(data, Path) else BytesIO(data) as file:
        if (size := file.seek(0, SEEK_END)) > LARGEST:
            return Checked(0, 0, (Fault(0, f"the file has {size:,} bytes; {LARGEST:,} is the most."),))
        file.seek(0)
        for number, raw in enumerate(_lines(file, faults), 1):
            examples += 1
            example, problems = _example(raw)
            faults += (Fault(number, problem) for problem in problems)
            if example is None:
                continue
            weight = weigh(example)
            tokens += weight
            if weight > longest:
                faults.append(Fault(number, f"about {weight:,} tokens; {longest:,} is the most."))
            same = sha256(json.dumps(example, sort_keys=True).encode("utf-8", "replace")).digest()
            if first := seen.get(same):
                faults.append(Fault(number, f"the same as line {first}."))
            seen.setdefault(same, number)
    if examples < least:
        faults.append(Fault(0, f"the file has {examples} examples; {least} is the least."))
    return Checked(examples, tokens, tuple(faults))


def weigh(example: Mapping[str, Any]) -> int:
    """The tokens of an example, estimated; of what is no text, as it is written."""
    found = example.get("messages")
    said = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    words = (value if isinstance(value, str) else json.dumps(value) for one in said for value in one.values())
    beside = json.dumps(example["tools"]) if "tools" in example else ""
    return len(said) * BESIDE + sum(map(estimate_tokens, words)) + estimate_tokens(beside)


def _lines(file: IO[bytes], faults: list[Fault]) -> Iterator[bytes]:
    """Lines end with a line feed, and nothing else ends one; behind the last there may be none."""
    for number, line in enumerate(file):
        raw = line
        if not number and line.startswith(BOM_UTF8):
            faults.append(Fault(1, "the file begins with a byte order mark: save it without one."))
            raw = line.removeprefix(BOM_UTF8)
        if raw.strip() or raw.endswith(b"\n"):
            yield raw.removesuffix(b"\n")


def _example(raw: bytes) -> tuple[dict[str, Any] | None, Iterable[str]]:
    """A line as it is meant, and all that is wrong with it."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return None, (f"byte {error.start + 1} is no UTF-8.",)
    if not text.strip():
        return None, ("an empty line.",)
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        return None, (f"no JSON: {error.msg}, at column {error.colno}.",)
    except (ValueError, RecursionError):
        return None, ("no JSON that can be read.",)
    if not isinstance(found, dict):
        return None, ("no JSON object.",)
    return found, tuple(_faults(found))


def _faults(example: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown key {_quoted(key)}." for key in example.keys() - KEYS)
    messages = example.get("messages")
    if not isinstance(messages, list):
        yield 'there is no "messages", which is a list.'
        return
    if not messages:
        yield '"messages" is empty.'
        return
    called: set[object] = set()
    for number, one in enumerate(messages, 1):
        yield from (f"message {number}: {problem}" for problem in _message(one, number, called))
    last = messages[-1]
    if not isinstance(last, dict) or last.get("role") != "assistant":
        yield "the last message is not the assistant's."
    yield from _tools(example)


def _message(one: Any, number: int, called: set[object]) -> Iterator[str]:
    """`called`: the ids of calls before, to which those of this one are added."""
    if not isinstance(one, dict):
        yield "no JSON object."
        return
    role = one.get("role")
    if not isinstance(role, str) or role not in ROLES:
        yield f'"role" is {_quoted(role)}; it is one of: {", ".join(ROLES)}.'
        return
    yield from (f"unknown key {_quoted(key)}." for key in one.keys() - ROLES[role])
    if role in {"system", "developer"} and number > 1:
        yield f"the {role} speaks first or not at all."
    yield from _content(one, role)
    if one.get("weight", 1) not in (0, 1) or isinstance(one.get("weight", 1), bool):
        yield '"weight" is 0 or 1.'
    if role == "tool" and one.get("tool_call_id") not in called:
        yield '"tool_call_id" names no call before.'
    if "tool_calls" in one:
        yield from _calls(one["tool_calls"], called)


def _content(one: Mapping[str, Any], role: str) -> Iterator[str]:
    content = one.get("content")
    calls = role == "assistant" and ("tool_calls" in one or "function_call" in one)
    if content is None and (calls or one.get("refusal")):
        return
    if isinstance(content, list) and role == "user":
        typed = [isinstance(part, dict) and isinstance(part.get("type"), str) for part in content]
        if not typed or not all(typed):
            yield '"content" is a list of parts, each with a "type".'
    elif not isinstance(content, str):
        yield '"content" is missing.' if content is None else '"content" is no text.'
    elif not content.strip() and not calls and role not in {"tool", "function"}:
        yield '"content" is empty.'


def _calls(calls: Any, called: set[object]) -> Iterator[str]:
    if not isinstance(calls, list) or not calls:
        yield '"tool_calls" is a list with at least one call.'
        return
    for call in calls:
        match call:
            case {"id": str(name), "type": "function", "function": {"name": str(), "arguments": str(given)}}:
                called.add(name)
                if not _json(given):
                    yield f"the arguments of the call {_quoted(name)} are no JSON."
            case _:
                yield 'a call has "id", "type": "function", and "function" with "name", "arguments" as text.'


def _tools(example: Mapping[str, Any]) -> Iterator[str]:
    tools = example.get("tools", [])
    if not isinstance(tools, list):
        yield '"tools" is a list.'
        return
    for number, tool in enumerate(tools, 1):
        match tool:
            case {"type": "function", "function": {"name": str(), "parameters": dict()}}:
                continue
            case _:
                yield f'tool {number} has no "type": "function" and "function" with "name" and "parameters".'


def _json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _quoted(value: object) -> str:
    """A name, cut short: what people said is in no error."""
    text = value if isinstance(value, str) else type(value).__name__
    return f"“{text[:30]}{'…' if len(text) > 30 else ''}”"
