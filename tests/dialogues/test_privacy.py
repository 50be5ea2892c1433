"""People take along what is kept of them, and have it deleted: on every platform, for their eyes alone."""

import io
import json
import zipfile
from pathlib import Path

from tests.dialogues.stage import Stage
from tests.listening import until
from tests.platforms.people import DIRECT
from tests.rig import PNG
from tests.wire.answers import says

SEA = "A fjord is a long, narrow arm of the sea."


def given(stage: Stage) -> list[bytes]:
    """The files that ann was given in private."""
    return [data for one in stage.ann.screen(DIRECT) for name, data in one.files if name.endswith(".zip")]


async def test_people_are_given_all_that_is_kept_of_them_in_private(stage: Stage) -> None:
    stage.ai.will(says(SEA), says("Hello Bo."), says("Hello."))
    await stage.ann.says("What is a fjord?", mention=True, pictures=[PNG])
    await stage.ann.sees_final("narrow arm")
    await stage.bo.says("I am Bo, and this is mine.", mention=True)
    await stage.bo.sees_final("Hello Bo.")
    await stage.ann.runs("/memory add", text="I like the sea")
    await stage.ann.sees("like the sea")

    await stage.ann.runs("/privacy export")  # where others are
    await until(lambda: any(one.files or "press Start" in one.text for one in stage.ann.screen()))
    await stage.ann.says("Hi.", room=DIRECT)
    await stage.ann.sees_final("Hello.", room=DIRECT)
    await stage.ann.runs("/privacy export", room=DIRECT)
    await until(lambda: bool(given(stage)))

    (packed,) = given(stage)
    with zipfile.ZipFile(io.BytesIO(packed)) as zip_:
        assert zip_.testzip() is None
        names = zip_.namelist()
        said = json.loads(zip_.read("messages/0001.json"))
        kept = json.loads(zip_.read("everything.json"))
        assert len([name for name in names if name.startswith("pictures/") and zip_.read(name)]) == 1
        whole = b"".join(zip_.read(name) for name in names)
    assert [(one["text"], one["answer"]["text"]) for one in said][:1] == [("What is a fjord?", SEA)]
    assert [fact["text"] for fact in kept["asked_me_to_remember"]] == ["I like the sea"]
    assert sum(day["calls"] for day in kept["usage"]) == 2
    assert b"this is mine" not in whole
    assert b"Hello Bo" not in whole
    assert not any(one.files for one in stage.bo.screen())


async def test_people_have_all_deleted_when_they_say_so_twice(stage: Stage, tmp_path: Path) -> None:
    stage.ai.will(says(SEA), says("Hello Bo."))
    await stage.ann.says("What is a kanarienvogel?", mention=True)
    await stage.ann.sees_final("narrow arm")
    await stage.bo.says("I am Bo.", mention=True)
    await stage.bo.sees_final("Hello Bo.")

    await stage.ann.runs("/privacy delete", confirm="perhaps")
    await stage.ann.sees("Nothing was deleted")
    assert any("narrow arm" in one.text for one in stage.answers())
    await stage.ann.runs("/privacy delete", confirm="delete")
    await stage.ann.sees("deleting all that you said")

    await until(lambda: not any("narrow arm" in one.text for one in stage.answers()))
    await until(lambda: not traces(tmp_path))
    assert any("Hello Bo." in one.text for one in stage.answers())


def traces(folder: Path) -> list[str]:
    """Files that hold her words, or their answer, still."""
    words = (b"kanarienvogel", b"narrow arm")
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]
