"""Whom Parley answers, as moderators say it: on every platform, in its own way."""

from typing import Any

from tests.dialogues.stage import Groups, Stage
from tests.platforms.discord import Discord
from tests.platforms.people import DIRECT
from tests.platforms.web import Web

FOR: dict[str, Any] = {"for": "2h"}


async def block(stage: Stage, **more: Any) -> None:
    """mod blocks ann: chosen from a list, by a reply, or by name."""
    match stage.place.town:
        case Discord():
            await stage.mod.runs("/access block", who=stage.ann, **more)
        case Groups():
            said = await stage.ann.says("Good morning.")
            given = " ".join(f"{name}={value}" for name, value in more.items())
            await stage.mod.says(f"/access block {given}".strip(), reply_to=said)
        case Web():
            await stage.mod.runs("/access block", who="ann", **more)


def alone(stage: Stage) -> str:
    """Where ann is told what is for her alone; on Telegram she has to have written to the bot before."""
    return DIRECT if isinstance(stage.place.town, Discord) else "general"


async def test_who_is_blocked_is_told_once_kindly_and_alone_and_let_in_again(stage: Stage) -> None:
    await block(stage, **FOR)
    await stage.mod.sees("is blocked")
    await stage.ann.says("What is a fjord?", mention=True)
    told = await stage.ann.sees("have blocked you here", room=alone(stage))
    assert "I listen to you again in" in told.text
    if not isinstance(stage.place.town, Web):  # where every request has its answer
        await stage.ann.says("Are you there?", mention=True)
        await stage.bo.says("Hello", mention=True)
        await stage.bo.sees_final("Hello world")
        assert sum("blocked you" in one.text for one in stage.ann.screen(alone(stage))) == 1
    await stage.mod.runs("/access show")
    await stage.mod.sees("is blocked until")
    await stage.ann.runs("/help")
    await stage.ann.runs("/privacy show")
    await stage.ann.sees("keep")

    await stage.mod.runs("/access clear")
    await stage.mod.sees("taken back")
    await stage.ann.says("And now?", mention=True)
    await stage.ann.sees_final("")


async def test_only_who_is_allowed_is_answered_and_only_moderators_say_so(stage: Stage) -> None:
    if not isinstance(stage.place.town, Discord):  # whose client does not even show the command
        await stage.ann.runs("/access mode", to="only")
        refused = await stage.ann.sees("Only moderators can say whom I answer here")
        assert isinstance(stage.place.town, Web) or "administrators" in refused.text
    await stage.mod.runs("/access mode", to="only")
    await stage.mod.sees("only who or what is allowed")
    await stage.ann.says("Hello", mention=True)
    await stage.ann.sees("Ask them to let you in", room=alone(stage))
    assert stage.asked == []
    if not isinstance(stage.place.town, Web):  # where the stream that all share here has ended
        await stage.mod.says("Hello to you", mention=True)
        await stage.mod.sees_final("")
        assert len(stage.asked) == 1


async def test_where_parley_is_off_it_says_nothing_and_commands_learn_why(stage: Stage) -> None:
    await stage.mod.runs(
        "/access block",
        channel="here" if not isinstance(stage.place.town, Discord) else stage.place.town.channel("general"),
    )
    await stage.mod.sees("is blocked")
    before = len(stage.answers())
    await stage.mod.says("Hello?", mention=True)
    await stage.ann.says("Hello?", mention=True)
    await stage.ann.runs("/chat", message="Hello?")
    if not isinstance(stage.place.town, Groups):  # where it may not write to her alone
        await stage.ann.sees("I am switched off here")
    await stage.mod.runs("/access clear")
    await stage.mod.sees("taken back")
    assert stage.asked == []
    assert len([one for one in stage.answers() if not one.private]) <= before + 1
