"""What a thread, a topic or a room is called."""

import json

from tests.dialogues.stage import Groups, Stage
from tests.platforms.discord import Discord, Right
from tests.platforms.web import Web
from tests.wire.answers import says


async def somewhere(stage: Stage) -> str:
    """A place that has a title, which Parley may change: the room."""
    match stage.place.town:
        case Discord() as discord:
            discord.overwrites("general", None, allow=Right.MANAGE_THREADS)
            return await discord.member("bo").opens_thread("untitled")
        case Groups(telegram):
            telegram.group("club", topics=("untitled",)).bot = "administrator"
            return "club/untitled"
        case _:
            return "harbour"


async def called(stage: Stage, room: str) -> str:
    """What it is called there."""
    match stage.place.town:
        case Discord() as discord:
            return discord.channel(room).name
        case Groups(telegram):
            return next(iter(telegram.chat("club").topics))
        case Web() as web:
            return await web.title(room)
    return ""


async def test_a_place_is_called_what_is_talked_about_or_what_a_moderator_says(stage: Stage) -> None:
    room = await somewhere(stage)
    stage.ai.will(says("Blue it is."), says(json.dumps({"title": "**Painting** the boat <@1>"})))
    await stage.ann.says("Which colour for the boat?", room=room, mention=True)
    await stage.ann.sees_final("Blue it is.", room=room)

    await stage.ann.runs("/title", text="Mine!", room=room)
    await stage.ann.sees("Only moderators can change a title here", room=room)
    await stage.mod.runs("/title", room=room)
    await stage.mod.sees_final("is called “Painting the boat 1” now", room=room)
    assert await called(stage, room) == "Painting the boat 1"
    assert stage.asked[-1]["response_format"]["json_schema"]["name"] == "title"
    assert any("Which colour for the boat?" in text for role, text in stage.words if role == "user")

    await stage.mod.runs("/title", text="@everyone paints *boats*", room=room)
    await stage.mod.sees("is called “everyone paints boats” now", room=room)
    assert await called(stage, room) == "everyone paints boats"
    assert len(stage.asked) == 2
    assert list(stage.place.called()) == []
