"""What is not to be said in a room: held back, told to moderators, and of consequence, on every platform."""

from tests.dialogues.stage import Groups, Stage
from tests.platforms.discord import Discord
from tests.platforms.web import Web
from tests.wire.answers import says


def moderators(stage: Stage) -> str:
    """A room of the moderators' own: on Telegram another group."""
    match stage.place.town:
        case Discord() as discord:
            discord.room("mods")
        case Groups(telegram):
            telegram.group("mods")
    return "mods"


async def moderated(stage: Stage) -> str:
    """Moderation is on in the room, and moderators are told in theirs."""
    mods = moderators(stage)
    await stage.mod.runs("/moderation policy", mode="filter")
    await stage.mod.sees("held back here")
    await stage.mod.runs("/moderation words", add="badger, go home now")
    await stage.mod.sees("2 lines now")
    await stage.mod.runs("/moderation alerts", room=mods)
    told = await stage.mod.sees("From now on I tell moderators here", room=mods)
    if isinstance(stage.place.town, Groups):
        number = told.text.rpartition("to: ")[2].split()[0].strip("`")
        await stage.mod.runs("/moderation alerts", to=number)
        await stage.mod.sees("told of what happens here")
    return mods


def ever(stage: Stage) -> str:
    """All that Parley has ever asked its platform to show in the room."""
    match stage.place.town:
        case Discord() as discord:
            room = f"/channels/{discord.channel('general').id}/messages"
            return "\n".join(str(one.body) for one in discord.transcript.requests if room in one.path)
        case Groups(telegram):
            room = str(telegram.chat().id)
            return "\n".join(str(one.params) for one in telegram.requests if one.text("chat_id") == room)
        case Web() as web:
            return web.told("general")
    raise AssertionError(stage.place)


async def test_a_question_is_held_back_and_a_moderator_blocks_who_asked_it(stage: Stage) -> None:
    mods = await moderated(stage)
    await stage.ann.says("What does a b a d g e r eat?", mention=True)
    await stage.ann.sees("I can't take that up")
    alert = await stage.mod.sees("I held back what", room=mods)
    assert "a b a d g e r" in alert.text
    assert set(alert.buttons) == {"Dismiss", "Delete it", "Block for an hour"}
    assert stage.asked == []

    await stage.mod.presses("Block for an hour", alert)
    told = await stage.mod.sees("blocked", room=mods)
    assert "Block for an hour" not in told.buttons
    await stage.ann.says("And a fox?", mention=True)
    stage.ai.will(says("Mice."))
    await stage.bo.says("And an owl?", mention=True)
    await stage.bo.sees_final("Mice.")
    assert [text for role, text in stage.words if role == "user"] == ["And an owl?"]
    assert len(stage.asked) == 1  # nobody has answered ann


async def test_banned_words_of_an_answer_are_in_no_edit(stage: Stage) -> None:
    mods = await moderated(stage)
    stage.ai.will(says("You may rest here, or ", "go ", "ho", "me no", "w, I think."))
    await stage.ann.says("What shall I do?", mention=True)
    answer = await stage.ann.sees_final("held back: what follows")
    assert answer.text.startswith("You may rest here, or")
    alert = await stage.mod.sees("I held back an answer of mine", room=mods)
    assert "You may rest here" in ever(stage)
    assert "go ho" not in ever(stage)

    if not isinstance(stage.place.town, Web):  # whose people say themselves what they are
        await stage.bo.presses("Dismiss", alert)
        await stage.mod.presses("Dismiss", alert)
        told = await stage.mod.sees("dismissed", room=mods)
        assert told.buttons == ()
        assert "bo" not in told.text.lower().partition("dismissed")[0]
