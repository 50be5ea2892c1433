"""Who may spend what: moderators give, everybody is told when something is used up, and sees a picture."""

import io

from PIL import Image

from tests.dialogues.stage import Stage
from tests.listening import until
from tests.wire.answers import says


async def test_a_spent_budget_tells_when_it_opens(stage: Stage) -> None:
    stage.ai.will(says("Hello Ann."))
    await stage.mod.runs("/budget set", of="person", questions=1)
    await stage.mod.sees("each person in this channel may use 1 question a day")
    await stage.ann.says("Hello", mention=True)
    await stage.ann.sees_final("Hello Ann.")
    await stage.ann.says("And now?", mention=True)
    told = await stage.ann.sees("is used up")

    assert "It opens again at midnight UTC, in " in told.text


async def test_more_than_was_given_is_refused(stage: Stage) -> None:
    await stage.mod.runs("/budget set", of="channel", dollars=5000)
    refused = await stage.mod.sees("more than there is to give")

    assert "the operator allowed this channel US$ " in refused.text


async def test_usage_shows_a_picture(stage: Stage) -> None:
    stage.ai.will(says("Hello Ann."))
    await stage.ann.says("Hello", mention=True)
    await stage.ann.sees_final("Hello Ann.")
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used US$")
    await until(lambda: any(one.pictures for one in stage.ann.screen()))
    (picture,) = (one for shown in stage.ann.screen() for one in shown.pictures)

    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.width == 1000
