"""Being told what was said while one was away."""

import json
import re

from tests.dialogues.stage import Groups, Stage
from tests.platforms.people import Shown
from tests.wire.answers import says

SUMMARY = {
    "topics": [{"text": "The colour of the boat.", "messages": [1]}],
    "decisions": [{"text": "It is painted blue.", "messages": [1, 99]}],
    "questions": [],
    "statements": [],
}


def links(stage: Stage, told: Shown) -> list[str]:
    """The addresses in a summary that lead to the first message of the room."""
    if not isinstance(stage.place.town, Groups):
        return re.findall(r"/#general/1\b|https://discord\.com/channels/\d+/\d+/\d+", told.text)
    said = stage.place.town.telegram.chat().messages[int(told.id.partition(":")[2])]
    marked = [one for one in said.body["entities"] if one["type"] == "text_link"]
    return [one["url"] for one in marked if one["url"].startswith("https://t.me/c/")]


async def test_who_was_away_is_told_what_was_decided_and_by_whom(stage: Stage) -> None:
    stage.ai.will(says("Blue it is."), says(json.dumps(SUMMARY)))
    await stage.bo.says("Let us paint the boat blue!", mention=True)
    await stage.bo.sees_final("Blue it is.")
    await stage.ann.runs("/summarize", since="2h", about="the boat")
    told = await stage.ann.sees_final("It is painted blue.")

    assert "Decisions" in told.text
    assert told.text.lower().count("bo ") == 2
    assert len(links(stage, told)) == 2
    assert "Open questions" not in told.text
    said = [text for role, text in stage.words if role == "user"]
    assert any("⟦1 " in text and "paint the boat blue!" in text for text in said)
    assert any("about: the boat" in text for text in said)
    assert "tools" not in stage.asked[-1]
    assert stage.asked[-1]["response_format"]["json_schema"]["name"] == "summary"
    assert list(stage.place.called()) == []


async def test_where_nothing_was_said_no_model_is_asked(stage: Stage) -> None:
    await stage.ann.runs("/summarize")
    await stage.ann.sees_final("Nothing was said here")
    assert stage.asked == []
