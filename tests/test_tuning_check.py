"""Every fault of a file is told with its line, all at once."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.tuning.checking import LARGEST, check

CALL = {"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}
BROKEN = {"name": "now", "arguments": "{"}
TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}


def line(number: int = 0, **more: object) -> str:
    """A good example, and another one for each number."""
    said = [{"role": "user", "content": f"Hi {number}"}, {"role": "assistant", "content": "Hello"}]
    return json.dumps({"messages": said, **more})


def faults(*lines: str | bytes, least: int = 1, longest: int = 1000) -> list[str]:
    data = b"\n".join(one if isinstance(one, bytes) else one.encode() for one in lines) + b"\n"
    return [str(fault) for fault in check(data, least=least, longest=longest).faults]


def said(*messages: object, **more: object) -> str:
    return json.dumps({"messages": list(messages), **more})


HI, HELLO = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}


def test_a_good_file_has_no_faults() -> None:
    whole = [line(number) for number in range(10)]
    assert faults(*whole, least=10) == []
    assert check("\n".join(whole).encode()).examples == 10, "the last line may have no end"
    used = said(
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "What time is it?", "name": "ann"},
        {"role": "assistant", "tool_calls": [CALL], "weight": 0},
        {"role": "tool", "tool_call_id": "c1", "content": "12:00"},
        {"role": "assistant", "content": "Noon.", "weight": 1},
        tools=[TOOL],
    )
    assert faults(used) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("{", "no JSON: Expecting property name enclosed in double quotes, at column 2."),
        ("", "an empty line."),
        ("[]", "no JSON object."),
        (b'{"messages": "\xff"}', "byte 15 is no UTF-8."),
        ("{}", 'there is no "messages", which is a list.'),
        (said(), '"messages" is empty.'),
        (said(HI), "the last message is not the assistant's."),
        (said("Hi", HELLO), "message 1: no JSON object."),
        (line(prompt="x"), "unknown key “prompt”."),
        (said(HI | {"mood": 1}, HELLO), "message 1: unknown key “mood”."),
        (said({"role": "bot", "content": "Hi"}, HELLO), 'message 1: "role" is “bot”; it is one of: '),
        (said({"role": []}, HELLO), 'message 1: "role" is “list”'),
        (said(HI, {"role": "assistant", "content": "  "}), 'message 2: "content" is empty.'),
        (said(HI, {"role": "assistant"}), 'message 2: "content" is missing.'),
        (said(HI, {"role": "assistant", "content": 7}), 'message 2: "content" is no text.'),
        (said(HI, HELLO | {"weight": 2}), 'message 2: "weight" is 0 or 1.'),
        (said(HI, HELLO | {"weight": True}), 'message 2: "weight" is 0 or 1.'),
        (said(HI, {"role": "system", "content": "x"}, HELLO), "message 2: the system speaks first or not"),
        (said({"role": "tool", "content": ""}, HELLO), 'message 1: "tool_call_id" names no call'),
        (said(HI, {"role": "assistant", "tool_calls": []}), 'message 2: "tool_calls" is a list with'),
        (said(HI, {"role": "assistant", "tool_calls": [{"id": "x"}]}), 'message 2: a call has "id"'),
        (
            said(HI, {"role": "assistant", "tool_calls": [CALL | {"function": BROKEN}]}),
            "message 2: the arguments of the call “c1” are no JSON.",
        ),
        (line(tools={}), '"tools" is a list.'),
        (line(tools=[{"type": "function"}]), 'tool 1 has no "type"'),
        (said(HI, HELLO | {"content": "word " * 1001}), "about 1,0"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(bad: str | bytes, fault: str) -> None:
    (found,) = faults(line(1), bad, line(2))
    assert found.startswith(f"line 2: {fault}")


def test_all_faults_are_told_at_once() -> None:
    found = faults(line(1), "{", line(1), said("x"), least=10)
    assert [one.partition(":")[0] for one in found] == [
        "line 2", "line 3", "line 4", "line 4", "the file has 4 examples; 10 is the least.",
    ]  # fmt: skip
    assert found[1] == "line 3: the same as line 1."
    assert str(check(b"\xef\xbb\xbf" + line().encode(), least=1).faults[0]).startswith(
        "line 1: the file begins"
    )
    assert LARGEST == 512 * 1024 * 1024


def test_what_people_said_is_in_no_fault() -> None:
    words = "a very private sentence that nobody else should read"
    found = faults(said({"role": words, "content": words}, {"role": "user", words: 1}))
    assert words not in str(found)
    assert len(found) == 4


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_can_be_looked_at(data: bytes) -> None:
    found = check(data)
    assert found.faults
    assert found.examples <= data.count(b"\n") + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    st.lists(st.fixed_dictionaries({"role": JSON, "content": JSON, "tool_calls": JSON}) | JSON, max_size=3),
    JSON,
)
def test_any_json_can_be_looked_at(messages: list[object], tools: object) -> None:
    assert faults(said(*messages, tools=tools), least=2)


def test_the_command_tells_faults_and_ends_so_that_a_script_knows(tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    file.write_text("{\n")
    result = CliRunner().invoke(cli, ["tune", "check", str(file)])
    assert result.exit_code == 65
    assert f"{file}: line 1: no JSON" in result.stderr
    file.write_text("\n".join(line(number) for number in range(10)))
    result = CliRunner().invoke(cli, ["tune", "check", str(file)])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "10 examples" in result.stdout
