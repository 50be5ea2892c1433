"""A room in the terminal, against a machine interface on a real socket."""

import asyncio
import io
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import chat
from adapters.console.typed import Typed, Unclear, read
from tests.fake_parley import PICTURE, TABLE, FakeParley


async def talk(fake: FakeParley, typed: str, out: io.StringIO | None = None) -> tuple[int, str]:
    """Type lines into a room; the exit code and what was printed."""
    out = out or io.StringIO()
    end, start = os.pipe()
    os.write(start, typed.encode())
    os.close(start)
    async with fake.served() as api:
        code = await chat(api, "den", out, stdin=end)
    os.close(end)
    return code, out.getvalue()


async def test_each_line_is_a_message_and_its_answer_follows() -> None:
    fake = FakeParley([("w1", 0, "Hel")], "Hello!")

    code, printed = await talk(fake, "Hi there\n\nAgain, no line end")

    assert code == 0
    assert [fields["text"] for _, fields, _ in fake.asked] == ["Hi there", "Again, no line end"]
    assert {fields["room"] for _, fields, _ in fake.asked} == {"den"}
    assert printed == "Hello!\nHello!\n"


async def test_a_long_rooms_past_is_not_followed_again() -> None:
    fake = FakeParley([("w1", 0, "Of old"), ("w2", 0, "New")], "Newest.", cursor=1)

    assert await talk(fake, "Hi\n") == (0, "Newest.\n")

    assert fake.resumed == ["1"]


async def test_a_line_that_begins_with_a_slash_is_a_command(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a picture")
    fake = FakeParley(text="A cat.", pictures=[PICTURE])

    code, printed = await talk(
        fake, f'/persona set You\'re a "grumpy cat"\n/chat picture={tmp_path}/a.png What is it?\n'
    )

    assert code == 0
    assert fake.asked[0][0] == "persona/set"
    assert fake.asked[0][1]["options"] == {"text": 'You\'re a "grumpy cat"'}
    assert fake.asked[1][1]["options"] == {"message": "What is it?"}
    assert fake.asked[1][2] == [b"a picture"]
    assert printed == "Done: persona/set.\nA cat.\n[picture: /media/abc]\n"


async def test_a_wrong_command_is_told_and_the_talk_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeParley(text="Hello!")

    code, printed = await talk(fake, "/nope\nHi\n/chat picture=/no/such.png look\n")

    assert code == 2
    assert printed == "Hello!\n"
    assert capsys.readouterr().err.count("parley: ") == 2


async def test_ctrl_c_stops_an_answer_and_the_talk_goes_on() -> None:
    fake = FakeParley([("w1", 0, "An endless")], text="An endless", notice="Stopped.", hold=True)
    out = io.StringIO()

    async with asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(talk(fake, "Tell me everything\n", out))
        await fake.writing.wait()
        os.kill(os.getpid(), signal.SIGINT)

    assert fake.cancelled.is_set()
    assert talking.result() == (0, "An endless\n(Stopped.)\n")


async def test_a_person_sees_the_last_messages_first() -> None:
    """On a terminal; here a pseudo-terminal, at which Ctrl-D is typed."""
    fake = FakeParley(history=[("Ann", f"line {number}") for number in range(30)])
    ours, theirs = os.openpty()
    os.write(ours, b"\x04")
    out = io.StringIO()

    async with fake.served() as api:
        assert await chat(api, "den", out, stdin=theirs) == 0

    os.close(ours)
    os.close(theirs)
    assert "Ann: line 29" in out.getvalue()
    assert "Ann: line 20" in out.getvalue()
    assert "Ann: line 19" not in out.getvalue()
    assert out.getvalue().endswith("> ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/new", Typed("new", {})),
        ("/persona show", Typed("persona/show", {})),
        ('/persona set "A pirate"', Typed("persona/set", {"text": "A pirate"})),
        ("/persona set text=x y", None),
        ("/chat model=a/b it's 1+1=2", Typed("chat", {"model": "a/b", "message": "it's 1+1=2"})),
        ("/chat picture=a.png look", Typed("chat", {"message": "look"}, (Path("a.png"),))),
        (r"/chat C:\temp #1", Typed("chat", {"message": r"C:\temp #1"})),
        ("/", None),
        ("/nope", None),
        ("/persona", None),
        ("/persona dance", None),
        ("/new now", None),
        ('/chat model="half', None),
    ],
)
def test_a_typed_command_is_read_or_refused_with_a_sentence(line: str, expected: Typed | None) -> None:
    if expected is None:
        with pytest.raises(Unclear, match=r"\w"):
            read(line, TABLE)
    else:
        assert read(line, TABLE) == expected


@given(st.text())
def test_whatever_is_typed_is_a_command_or_unclear(line: str) -> None:
    with suppress(Unclear):
        assert read(f"/{line}", TABLE).path
