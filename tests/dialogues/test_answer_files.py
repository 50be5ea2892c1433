"""Files that answers bring: tables, and code that is too long to be read in messages."""

import csv
import io
import json

from tests.dialogues.stage import Stage
from tests.listening import until
from tests.wire.answers import says

TABLE = {
    "columns": ["name", "amount"],
    "rows": [
        {"cells": ["Ann", "12.50"], "messages": [1]},
        {"cells": ["=Bo", "3"], "messages": [1]},
    ],
}
CODE = "# app.py\n" + "".join(f"value_{number} = {number}  # a line of it\n" for number in range(400))


def files(stage: Stage) -> list[tuple[str, bytes]]:
    """What Parley has sent."""
    return [file for one in stage.answers() for file in one.files]


async def test_a_table_of_what_was_said_arrives_as_a_file(stage: Stage) -> None:
    stage.ai.will(says("Noted."), says(json.dumps(TABLE)))
    await stage.bo.says("Ann paid 12.50, and I paid 3.", mention=True)
    await stage.bo.sees_final("Noted.")
    await stage.ann.runs("/extract", what="name, amount in euros")
    await until(lambda: bool(files(stage)))

    ((name, data),) = files(stage)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert name == "extract.csv"
    assert data.startswith(b"\xef\xbb\xbfname,amount\r\n")
    assert rows == [["name", "amount"], ["Ann", "12.50"], ["'=Bo", "3"]]
    assert any("2 rows" in one.text and "12.50" in one.text for one in stage.answers())
    assert stage.asked[-1]["response_format"]["json_schema"]["name"] == "table"
    assert list(stage.place.called()) == []


async def test_a_table_of_a_file_is_of_that_file(stage: Stage) -> None:
    stage.ai.will(says(json.dumps(TABLE)))
    await stage.ann.runs(
        "/extract",
        picture=("paid.txt", b"Ann 12.50\nBo 3", "text/plain"),
        what="who paid what",
        columns="name, amount",
    )
    await until(lambda: bool(files(stage)))

    assert any("⟦1 paid.txt part⟧ Ann 12.50\nBo 3" in words for _, words in stage.words)
    assert 'exactly these: ["name", "amount"]' in stage.words[-1][1]


async def test_long_code_arrives_as_a_file_where_messages_are_short(stage: Stage) -> None:
    stage.ai.will(says(f"Here it is:\n\n```python\n{CODE}```\n\nRun it."), says("Gladly."))
    await stage.ann.says("Write it!", mention=True)
    await until(lambda: any(("Run it." in one.text and one.final) or one.files for one in stage.answers()))
    if not any("```" in one.text or "value_0 =" in one.text for one in stage.answers()):
        await until(lambda: bool(files(stage)))
        assert files(stage) == [("app.py", CODE.encode())]
        assert any("app.py (401 lines) is attached" in one.text.replace("`", "") for one in stage.answers())

    await stage.ann.says("Thanks!", mention=True)
    await stage.ann.sees_final("Gladly.")
    assert any("value_399 = 399" in words for role, words in stage.words if role == "assistant")
