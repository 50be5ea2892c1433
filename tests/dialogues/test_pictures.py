"""Pictures that people show, and pictures that they ask for."""

import base64
import io
import re
from typing import Any

from PIL import Image

from tests.dialogues.stage import Stage
from tests.listening import until
from tests.platforms.people import NotOffered
from tests.wire.answers import Gate, hangs, says
from tests.wire.openai import asks, gives

RED, BLUE = (255, 0, 0), (0, 0, 255)


def drawn(colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(file, "PNG")
    return file.getvalue()


def colour(picture: bytes) -> object:
    """What a picture shows. A platform may make a JPEG of it, which has it almost."""
    with Image.open(io.BytesIO(picture)) as opened:
        found: Any = opened.convert("RGB").getpixel((5, 5))
    return tuple(255 if value > 127 else 0 for value in found)


def painted(picture: bytes) -> Any:
    """The AI service paints it."""
    return gives({"created": 1, "data": [{"b64_json": base64.b64encode(picture).decode()}]})


def shown(stage: Stage) -> list[object]:
    """The colours that the AI service was shown beside the last words."""
    content = stage.asked[-1]["messages"][-1]["content"]
    addresses = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    return [colour(base64.b64decode(address.partition("base64,")[2])) for address in addresses]


async def test_a_picture_that_is_sent_is_seen(stage: Stage) -> None:
    stage.ai.will(says("All of it is red."))
    await stage.ann.says("What is this?", pictures=[drawn(RED)], mention=True)
    await stage.ann.sees_final("All of it is red.")

    assert stage.words[-1] == ("user", "What is this?")
    assert shown(stage) == [RED]


async def test_a_picture_is_described_on_command(stage: Stage) -> None:
    stage.ai.will(says("All of it is blue."))
    await stage.ann.runs("/describe", picture=drawn(BLUE), question="Which colour is it?")
    await stage.bo.sees_final("All of it is blue.")

    assert "Which colour is it?" in stage.words[-1][1]
    assert shown(stage) == [BLUE]


async def test_a_picture_is_painted_from_words_for_everybody(stage: Stage) -> None:
    stage.ai.will(painted(drawn(RED)))
    await stage.ann.runs("/imagine", prompt="a red wall")
    picture = await stage.bo.sees_final("a red wall")

    assert stage.asked[-1]["prompt"] == "a red wall"
    assert [colour(one) for one in picture.pictures] == [RED]
    assert picture.buttons == ("Again", "Vary", "Delete")


async def test_a_picture_is_painted_in_the_middle_of_an_answer_and_has_a_number(stage: Stage) -> None:
    paint = ("c1", "imagine", ['{"prompt": "a red', ' wall", "size": "any", "negative": ""}'])
    stage.ai.will(asks("Gladly.", paint), painted(drawn(RED)), says("There you are."), says("It was red."))
    await stage.ann.says("Show me a wall", mention=True)
    answer = await stage.bo.sees_final("There you are.")

    assert "Gladly." in answer.text
    assert [colour(one) for one in answer.pictures] == [RED]
    assert [one.get("prompt") for one in stage.asked] == [None, "a red wall", None]
    assert len(stage.answers()) == 1
    await stage.ann.says("Which colour was it?", mention=True)
    await stage.ann.sees_final("It was red.")
    assert re.search(r"There you are\.\s+⟦picture \d+⟧", stage.words[-2][1])


async def test_a_picture_is_painted_again_in_its_place(stage: Stage) -> None:
    stage.ai.will(painted(drawn(RED)), painted(drawn(BLUE)))
    await stage.ann.runs("/imagine", prompt="a wall")
    first = await stage.ann.sees_final("a wall")
    await stage.ann.presses("Again", first)
    await until(lambda: [colour(one) for one in stage.answers()[0].pictures] == [BLUE])

    assert [one.id for one in stage.answers()] == [first.id]


async def test_while_a_picture_is_painted_it_can_be_stopped(stage: Stage) -> None:
    painting = Gate()
    stage.ai.will(hangs(painting))
    await stage.ann.runs("/imagine", prompt="a red wall")
    await painting.reached()
    await stage.ann.runs("/stop")
    await stage.ann.sees("Stopped.")
    await stage.ai.hung_up()

    assert [one.pictures for one in stage.answers() if one.pictures] == []


async def test_a_command_without_a_picture_option_takes_none(stage: Stage) -> None:
    try:
        await stage.ann.runs("/imagine", picture=drawn(RED), prompt="a wall")
    except NotOffered:
        return  # here nobody can even try
    await stage.ann.sees("takes no picture")

    assert stage.asked == []
