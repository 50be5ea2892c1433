"""What a model wants to do is asked in the terminal, too, and what it is doing is told there."""

import io
import os

import pytest

from adapters.console import ask, chat
from adapters.console.printing import Printer
from tests.fake_parley import FakeParley

QUESTION = "I would go on by writing notes (text: x). May I?"
AGAIN = "I would go on by writing notes (text: y). May I?"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_whoever_chats_is_asked_before_something_is_done() -> None:
    fake, out = FakeParley(text="Done.", asks=[QUESTION, AGAIN]), io.StringIO()
    end, start = os.pipe()
    os.write(start, b"Write it down\nyes\n\n")
    os.close(start)
    async with fake.served() as api:
        assert await chat(api, "den", out, stdin=end) == 0
    os.close(end)

    assert fake.decisions == ["allow", "forbid"]
    assert f"{QUESTION} [y/N] " in out.getvalue()
    assert f"{AGAIN} [y/N] " in out.getvalue()
    assert out.getvalue().endswith("Done.\n")


async def test_a_script_allows_nothing_and_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    fake, out = FakeParley(text="Not done.", asks=[QUESTION]), io.StringIO()
    async with fake.served() as api:
        assert await ask(api, "Write it down", out=out) == 0

    assert fake.decisions == ["forbid"]
    assert f"{QUESTION} There is nobody here to ask: no." in capsys.readouterr().err
    assert out.getvalue() == "Not done.\n"


def test_what_is_being_done_is_told_and_is_no_part_of_the_answer() -> None:
    pipe, terminal = io.StringIO(), Terminal()
    for out in (pipe, terminal):
        printer = Printer(out)
        printer.live(["*looking at example.org…*"])
        printer.live(["Let me see.\n\n*looking at example.org…*\n*using notes…*"])
        printer.live(["Let me see.\n\n*looking at example.org…*\n*using notes…*"])
        printer.final("Let me see.\n\nThere it is.")

    assert pipe.getvalue() == "Let me see.\n\nThere it is.\n"
    assert terminal.getvalue() == (
        "(looking at example.org…)\nLet me see.\n(looking at example.org…)\n(using notes…)\n\nThere it is.\n"
    )
