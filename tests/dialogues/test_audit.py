"""Who changed what, as moderators are told it, and by which door."""

from tests.dialogues.stage import Stage


async def test_moderators_see_who_changed_what_and_by_which_door(stage: Stage) -> None:
    await stage.mod.runs("/listen", to="everyone")
    await stage.mod.sees("I answer every message that")
    await stage.mod.runs("/audit")
    told = await stage.mod.sees("Who changed what here")

    assert "say whom I listen to: listen" in told.text.replace("`", "")
    assert any(door in told.text for door in ("discord command", "telegram command", "web page", "API"))
