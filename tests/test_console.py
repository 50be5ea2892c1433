"""The terminal's commands against a machine interface on a real socket."""

import asyncio
import io
import json
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import ask, chat, imagine
from adapters.console.printing import REPLACED, Printer
from bot.delivery.split import pieces
from bot.http import Http
from tests.fake_parley import PICTURE, FakeParley
from tests.process import parley


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    """A pipe whose reader left."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


async def test_an_answer_is_printed_as_it_is_written_and_comes_out_whole() -> None:
    fake = FakeParley([("w1", 0, "The sky"), ("w1", 7, " is blue")], "The sky is blue.")
    out = io.StringIO()

    async with fake.served() as api:
        assert await ask(api, "Why?", model="house/large", persona="A poet", out=out, style="factual") == 0

    assert out.getvalue() == "The sky is blue.\n"
    ((command, fields, _),) = fake.asked
    assert command == "chat"
    assert fields["as"] == "moderator"
    assert fields["options"] == {
        "message": "Why?",
        "model": "house/large",
        "persona": "A poet",
        "style": "factual",
    }


async def test_each_question_has_a_room_of_its_own() -> None:
    fake = FakeParley(text="Yes.")

    async with fake.served() as api:
        for _ in range(2):
            await ask(api, "Really?", out=io.StringIO())

    rooms = [fields["room"] for _, fields, _ in fake.asked]
    assert len(set(rooms)) == 2
    assert all(room.startswith("ask.") for room in rooms)


async def test_what_was_printed_appears_before_the_end() -> None:
    fake = FakeParley([("w1", 0, "Not the end")], "Not the end.", hold=True)
    out = io.StringIO()

    async with fake.served() as api:
        asking = asyncio.create_task(ask(api, "Well?", out=out))
        while not out.getvalue():
            await asyncio.sleep(0)
        assert out.getvalue() == "Not the end"
        assert not asking.done()
        fake.cancelled.set()
        await asking


async def test_another_models_answer_is_told_apart_from_what_stands_there() -> None:
    fake = FakeParley([("w1", 0, "Once upon"), ("w1", 0, "There was")], "There was a parrot.")
    out = Terminal()

    async with fake.served() as api:
        await ask(api, "A story", out=out)

    assert out.getvalue() == f"Once upon\n{REPLACED}\nThere was a parrot.\n"


async def test_a_stream_that_breaks_is_taken_up_where_it_broke() -> None:
    fake = FakeParley([("w1", 0, "One"), ("w1", 3, ", two")], "One, two.", breaks=1)
    out = io.StringIO()

    async with fake.served() as api:
        assert await ask(api, "Count", out=out) == 0

    assert fake.resumed == ["0", "1"]
    assert out.getvalue() == "One, two.\n"


async def test_json_is_one_object_and_nothing_else() -> None:
    fake = FakeParley([("w1", 0, "Blue")], "Blue.", pictures=[PICTURE])
    out = io.StringIO()

    async with fake.served() as api:
        await ask(api, "Which?", as_json=True, out=out)

    assert json.loads(out.getvalue()) == {
        "text": "Blue.", "model": "house/large", "run_id": 7, "status": "completed", "pictures": [PICTURE],
        "files": [],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7, "cost": 0.0},
    }  # fmt: skip


async def test_pictures_go_with_the_question(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"a picture")
    fake = FakeParley(text="A cat.")

    async with fake.served() as api:
        assert await ask(api, "What is it?", [tmp_path / "a.png"], out=io.StringIO()) == 0

    ((_, fields, files),) = fake.asked
    assert fields["options"] == {"message": "What is it?"}
    assert files == [b"a picture"]


async def test_a_picture_that_is_not_there_is_said_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    fake = FakeParley()

    async with fake.served() as api:
        assert await ask(api, "What is it?", [tmp_path / "no.png"], out=io.StringIO()) == 2

    assert capsys.readouterr().err.startswith("parley: ")
    assert fake.asked == []


async def test_a_dash_reads_the_question_from_stdin() -> None:
    end, start = os.pipe()
    os.write(start, "Two\nlines, ünï\n".encode())
    os.close(start)
    fake = FakeParley(text="Yes.")
    keep = os.dup(0)
    os.dup2(end, 0)
    try:
        async with fake.served() as api:
            await ask(api, "-", out=io.StringIO())
    finally:
        os.dup2(keep, 0)
        os.close(keep)
        os.close(end)

    assert fake.asked[0][1]["options"] == {"message": "Two\nlines, ünï"}


@pytest.mark.parametrize("status", ["failed", "expired", "cancelled"])
async def test_a_run_that_failed_says_so_on_stderr_alone(
    status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeParley(status=status, notice="The AI service is busy.")
    out = io.StringIO()

    async with fake.served() as api:
        assert await ask(api, "Well?", out=out) == 1

    assert out.getvalue() == ""
    assert capsys.readouterr().err == "parley: The AI service is busy.\n"


async def test_a_shortened_answer_is_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeParley(text="Long", status="incomplete", notice="It was cut.")
    out = io.StringIO()

    async with fake.served() as api:
        assert await ask(api, "Well?", out=out) == 0

    assert out.getvalue() == "Long\n"
    assert "It was cut." in capsys.readouterr().err


async def test_what_is_noted_under_an_answer_comes_without_the_marks_of_a_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake = FakeParley(text="Red.", notice="*(`a/b` is gone: `c/d` answers)* *(`e/f` looked at the picture)*")

    async with fake.served() as api:
        assert await ask(api, "Well?", out=io.StringIO()) == 0

    assert capsys.readouterr().err.splitlines() == [
        "parley: `a/b` is gone: `c/d` answers",
        "parley: `e/f` looked at the picture",
    ]


@pytest.mark.parametrize(
    ("status", "code", "exit_code", "says"),
    [
        (400, "unknown_model", 2, "No such model."),
        (403, "not_allowed", 1, "No such model."),
        (401, "unauthorised", 78, "PARLEY_WEB_TOKEN"),
        (429, "queue_full", 75, "No such model."),
        (503, "storage", 75, "No such model."),
        (500, "internal", 69, "No such model."),
    ],
)
async def test_a_refusal_has_an_exit_code_and_one_sentence(
    status: int, code: str, exit_code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeParley(refusal=(status, code, "No such model."))

    async with fake.served() as api:
        assert await ask(api, "Well?", out=io.StringIO()) == exit_code

    said = capsys.readouterr().err
    assert said.startswith("parley: ")
    assert says in said
    assert said.count("\n") == 1


async def test_nobody_there_is_unavailable(capsys: pytest.CaptureFixture[str]) -> None:
    api = Http("http://127.0.0.1:1", key="t")

    assert await ask(api, "Well?", out=io.StringIO()) == 69

    await api.aclose()
    assert capsys.readouterr().err == "parley: Parley cannot be reached.\n"


async def test_ctrl_c_stops_the_run() -> None:
    fake = FakeParley([("w1", 0, "An endless")], hold=True)

    async with fake.served() as api:
        asking = asyncio.create_task(ask(api, "Well?", out=io.StringIO()))
        await fake.writing.wait()
        os.kill(os.getpid(), signal.SIGINT)
        assert await asking == 130

    assert fake.cancelled.is_set()


async def test_a_reader_that_left_stops_the_run_and_hears_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake = FakeParley([("w1", 0, "An endless")], hold=True)

    async with fake.served() as api:
        assert await ask(api, "Well?", out=Gone()) == 0

    assert fake.cancelled.is_set()
    assert capsys.readouterr().err == ""


async def test_a_picture_is_written_whole_and_its_path_printed(tmp_path: Path) -> None:
    fake = FakeParley(pictures=[PICTURE])
    out, file = io.StringIO(), tmp_path / "macaw.png"
    file.write_bytes(b"an older one")

    async with fake.served() as api:
        assert await imagine(api, "A macaw", file, {"model": "house/painter"}, out=out) == 0

    assert file.read_bytes() == b"the picture"
    assert not [part for part in os.scandir(tmp_path) if part.name != file.name]
    assert out.getvalue() == f"{file}\n"
    assert fake.asked[0][1]["options"] == {"prompt": "A macaw", "model": "house/painter"}


async def test_files_of_an_answer_are_written_beside_what_is_there_only_when_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "../table.csv"  # whatever a server calls it
    made = {"name": name, "media_type": "text/csv", "size": 11, "url": "/media/abc"}
    fake = FakeParley([("w1", 0, "Here.")], "Here.", made=[made])
    (tmp_path / "table.csv").write_text("an older one")

    async with fake.served() as api:
        assert await ask(api, "A table!", out=io.StringIO()) == 0
        assert "--out FOLDER" in capsys.readouterr().err
        assert await ask(api, "A table!", out=io.StringIO(), folder=tmp_path) == 0

    assert (tmp_path / "table.csv").read_text() == "an older one"
    assert (tmp_path / "table-2.csv").read_bytes() == b"the picture"
    assert str(tmp_path / "table-2.csv") in capsys.readouterr().err


async def test_a_folder_is_no_file_to_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeParley(pictures=[PICTURE])

    async with fake.served() as api:
        for wrong in (tmp_path, tmp_path / "none" / "a.png"):
            assert await imagine(api, "A macaw", wrong, out=io.StringIO()) == 2

    assert fake.asked == []
    told = capsys.readouterr().err
    assert told.count("parley: ") == 2
    assert f"There is no folder {tmp_path / 'none'}." in told


async def test_every_option_goes_with_the_order_also_nought() -> None:
    fake = FakeParley(status="failed", notice="It would not be painted.")
    options = {"model": "", "count": None, "size": "64x64", "steps": 4, "guidance": 0.0, "seed": 0}

    async with fake.served() as api:
        await imagine(api, "A macaw", Path("a.png"), options, out=io.StringIO())

    given = {"prompt": "A macaw", "size": "64x64", "steps": 4, "guidance": 0.0, "seed": 0}
    assert fake.asked[0][1]["options"] == given


async def test_several_pictures_are_numbered(tmp_path: Path) -> None:
    fake = FakeParley(pictures=[PICTURE, PICTURE, PICTURE])
    out = io.StringIO()

    async with fake.served() as api:
        assert await imagine(api, "Macaws", tmp_path / "macaw.png", {"count": 3}, out=out) == 0

    files = [tmp_path / f"macaw-{number}.png" for number in (1, 2, 3)]
    assert out.getvalue().split() == [str(file) for file in files]
    assert {file.read_bytes() for file in files} == {b"the picture"}
    assert {found.name for found in os.scandir(tmp_path)} == {file.name for file in files}


@pytest.mark.parametrize(
    ("asked", "media_type", "written"),
    [
        ("macaw", "image/png", "macaw.png"),
        ("macaw.png", "image/jpeg", "macaw.jpg"),
        ("macaw.JPEG", "image/jpeg", "macaw.JPEG"),
        ("macaw.jpg", "image/png", "macaw.png"),
    ],
)
async def test_a_files_ending_is_that_of_the_picture(
    tmp_path: Path, asked: str, media_type: str, written: str
) -> None:
    fake = FakeParley(pictures=[{**PICTURE, "media_type": media_type}])
    out = io.StringIO()

    async with fake.served() as api:
        assert await imagine(api, "A macaw", tmp_path / asked, out=out) == 0

    assert out.getvalue() == f"{tmp_path / written}\n"
    assert [found.name for found in os.scandir(tmp_path)] == [written]


async def test_a_file_that_nobody_named_is_never_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "macaw.jpg").write_bytes(b"another")
    fake = FakeParley(pictures=[{**PICTURE, "media_type": "image/jpeg"}])

    async with fake.served() as api:
        assert await imagine(api, "A macaw", tmp_path / "macaw.png", out=io.StringIO()) == 1

    assert (tmp_path / "macaw.jpg").read_bytes() == b"another"
    assert "macaw.jpg is there already" in capsys.readouterr().err


async def test_a_file_with_another_ending_than_a_pictures_is_refused_before_it_is_painted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeParley(pictures=[PICTURE])

    async with fake.served() as api:
        for wrong in (tmp_path / "macaw.bmp", Path(os.devnull)):
            assert await imagine(api, "A macaw", wrong, out=io.StringIO()) == 2

    assert fake.asked == []
    assert ".jpeg" in capsys.readouterr().err


async def test_no_picture_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fake = FakeParley(status="failed", notice="It would not be painted.")

    async with fake.served() as api:
        assert await imagine(api, "A macaw", tmp_path / "a.png", out=io.StringIO()) == 1

    assert not (tmp_path / "a.png").exists()
    assert "It would not be painted." in capsys.readouterr().err


def test_a_terminal_is_not_moved_by_what_a_model_writes() -> None:
    out = Terminal()

    Printer(out).final("red \x1b[31m\x1b]52;c;aGk=\x07 tab\tnext\nline \x9b2J")

    assert out.getvalue() == "red [31m]52;c;aGk= tab\tnext\nline 2J\n"


def test_a_pipe_gets_what_a_model_wrote() -> None:
    out = io.StringIO()

    Printer(out).final("red \x1b[31m")

    assert out.getvalue() == "red \x1b[31m\n"


WORDS = st.lists(
    st.sampled_from(
        ["alpha", "bé", "🦜🦜", "`g`", "~", "\n\n", "\n", "\n```python\n", "\n```\n", "    code()", "\n~~~\n"]
    ),
    max_size=60,
).map(" ".join)


@given(text=WORDS, cuts=st.lists(st.integers(0, 400), max_size=8), terminal=st.booleans())
def test_however_an_answer_is_cut_into_posts_a_pipe_gets_it_whole(
    text: str, cuts: list[int], terminal: bool
) -> None:
    """A terminal gets the posts, and never hears that another model took over."""
    out = Terminal() if terminal else io.StringIO()
    printer = Printer(out)

    for cut in sorted(cuts):
        if posts := pieces(text[:cut], 60):
            printer.live(posts)
    printer.final(text)

    if not terminal:
        assert out.getvalue().strip() == text.strip()
    for word in ("alpha", "bé", "🦜", "g", "code()"):
        assert out.getvalue().count(word) == text.count(word)


async def test_against_the_real_program(tmp_path: Path) -> None:
    """One running Parley: a question, a picture, and a talk that changes the persona."""
    answer, path, talked = io.StringIO(), io.StringIO(), io.StringIO()
    end, start = os.pipe()
    os.write(
        start, b"/persona set You are a pirate. Only talk about parrots.\nWhat is the capital of France?\n"
    )
    os.close(start)
    async with parley(tmp_path / "data") as running:
        api = Http(running.url, key="a-token-for-tests-that-is-long-enough")
        assert await ask(api, "Hello", as_json=True, out=answer) == 0
        wanted = {"count": 2, "size": "128x64", "seed": 0}
        assert await imagine(api, "A macaw", tmp_path / "m.png", wanted, out=path) == 0
        assert await imagine(api, "A macaw", tmp_path / "m.png", {"steps": 1}, out=path) == 2
        assert await chat(api, "den", talked, stdin=end) == 0
        await api.aclose()
    os.close(end)

    assert json.loads(answer.getvalue())["model"] == "offline/parrot"
    assert path.getvalue().split() == [str(tmp_path / "m-1.png"), str(tmp_path / "m-2.png")]
    assert (tmp_path / "m-2.png").read_bytes().startswith(b"\x89PNG")
    assert "parrot" in talked.getvalue()
