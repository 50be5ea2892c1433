"""Commands as people type them on Telegram: who may, what comes of them, and what they bring along."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from tests.dialogues.test_pictures import BLUE, RED, drawn
from tests.platforms.people import DIRECT
from tests.platforms.telegram.faults import page, refuses, too_many
from tests.telegram_commands import Stage, there
from tests.wire.answers import Gate, says

PIRATE = "You are a pirate."
MEMBER = "getChatMember"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with there(tmp_path) as made:
        yield made


async def persona(stage: Stage, room: str = "general") -> str:
    """What a room's persona is, says Parley."""
    before = len(stage.said(room))
    await stage.ann.runs("/persona show", room=room)
    await stage.telegram.clock.until(lambda: len(stage.said(room)) > before)
    return stage.said(room)[-1]


@pytest.mark.parametrize(
    "typed",
    [
        "/persona@parley_bot set You are a pirate.",
        "/persona@parley_bot set text=“You are a pirate.”",
        "/Persona@parley_bot Set „You are a pirate.“",
        "/persona set\nYou are a pirate.",
        "/persona@parley_bot: set You are a pirate.",
    ],
)
async def test_a_command_is_understood_as_people_type_it(stage: Stage, typed: str) -> None:
    await stage.mod.says(typed)
    await stage.mod.sees("I follow the new persona")
    assert (await persona(stage)).startswith(PIRATE)


async def test_a_reply_stands_under_the_command(stage: Stage) -> None:
    asked = await stage.mod.says("/new@parley_bot")
    await stage.mod.sees("A new conversation")
    call = stage.telegram.asked("sendMessage")[-1]
    assert str(call.params["reply_parameters"]["message_id"]) == asked.id.rpartition(":")[2]


async def test_a_command_for_another_bot_is_none_of_ours(stage: Stage) -> None:
    await stage.ann.says("/help@other_bot", room=DIRECT)
    await stage.ann.says("/frobnicate")
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used")
    assert len(stage.said()) == 1
    assert stage.said(DIRECT) == []
    assert stage.asked == []


async def test_an_unknown_command_is_answered_where_it_can_only_be_ours(stage: Stage) -> None:
    await stage.ann.says("/frobnicate now", room=DIRECT)
    await stage.ann.sees("There is no command /frobnicate", room=DIRECT)
    await stage.ann.says("/frobnicate@parley_bot")
    await stage.ann.sees("There is no command /frobnicate")


async def test_who_opens_the_chat_is_told_what_can_be_done(stage: Stage) -> None:
    await stage.ann.starts()
    hello = await stage.ann.sees("Hello, I am Parley", room=DIRECT)
    assert "/imagine" in hello.text
    assert stage.asked == []


async def test_in_a_private_chat_everybody_is_their_own_moderator(stage: Stage) -> None:
    await stage.ann.runs("/persona set", room=DIRECT, text=PIRATE)
    await stage.ann.sees("I follow the new persona", room=DIRECT)
    assert stage.telegram.asked(MEMBER) == []


async def test_telegram_is_asked_who_leads_and_only_when_it_matters(stage: Stage) -> None:
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used")
    assert stage.telegram.asked(MEMBER) == []
    await stage.ann.runs("/new")
    await stage.ann.sees("Only moderators")
    await stage.mod.runs("/new")
    await stage.mod.sees("A new conversation")
    assert len(stage.telegram.asked(MEMBER)) == 2


async def test_what_telegram_told_of_somebody_is_believed_for_a_while(stage: Stage) -> None:
    await stage.mod.runs("/new")
    await stage.mod.sees("A new conversation")
    await stage.mod.runs("/persona set", text=PIRATE)
    await stage.mod.sees("I follow the new persona")
    assert len(stage.telegram.asked(MEMBER)) == 1


async def test_a_right_that_telegram_does_not_confirm_is_none(stage: Stage) -> None:
    stage.telegram.will(MEMBER, page(502))
    await stage.mod.runs("/new")
    await stage.mod.sees("Please try again in a moment")
    assert not any("A new conversation" in text for text in stage.said())


async def test_who_speaks_in_the_groups_name_leads_it(stage: Stage) -> None:
    boss = stage.telegram.administrator("boss", anonymous=True)
    await boss.runs("/persona set", text=PIRATE)
    await boss.sees("I follow the new persona")
    assert stage.telegram.asked(MEMBER) == []


async def test_who_speaks_in_a_channels_name_does_not(stage: Stage) -> None:
    face = stage.telegram.member("face", channel="News")
    await face.runs("/persona set", text=PIRATE)
    await face.sees("Only moderators")


async def test_what_one_message_cannot_show_takes_several(stage: Stage) -> None:
    """A persona has at most 2,000 characters, each of which may be two of Telegram's."""
    await stage.mod.says(f"/persona@parley_bot set Be kind. {'🎉' * 1980}")
    await stage.mod.sees("I follow the new persona")
    await stage.ann.runs("/persona show")
    await stage.ann.sees("(set by mod")
    shown = stage.said()[1:]
    assert len(shown) == 2
    assert "".join(shown).count("🎉") == 1980


async def test_a_command_that_is_only_passed_on_commands_nothing(stage: Stage) -> None:
    stage.ai.will(says("That would be a persona."))
    await stage.ann.forwards(f"/persona set {PIRATE}", "somebody", room=DIRECT)
    await stage.ann.sees("That would be a persona.", room=DIRECT)
    assert not any("I follow" in text for text in stage.said(DIRECT))


async def test_a_reply_waits_when_telegram_asks_for_patience(stage: Stage) -> None:
    stage.telegram.will("sendMessage", too_many(1))
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used")
    assert len(stage.telegram.asked("sendMessage")) == 2


async def test_an_answer_is_stopped_where_it_has_no_buttons_yet(stage: Stage) -> None:
    stage.ai.will(says("Once upon a time", Gate(), " there was an end."))
    await stage.ann.says("Tell me a story.", room=DIRECT)
    await stage.ann.sees("Once upon a time", room=DIRECT)
    await stage.ann.runs("/stop", room=DIRECT)
    await stage.ann.sees("Stopped.", room=DIRECT)
    assert "an end" not in (await stage.ann.sees_final("Once upon a time", room=DIRECT)).text


async def test_a_picture_that_carries_the_command_is_looked_at(stage: Stage) -> None:
    stage.ai.will(says("It is blue."))
    await stage.ann.runs("/chat", picture=drawn(BLUE), message="Which colour?")
    await stage.ann.sees_final("It is blue.")
    assert "image_url" in str(stage.asked[-1]["messages"][-1])


async def test_a_picture_that_the_command_replies_to_is_looked_at(stage: Stage) -> None:
    stage.ai.will(says("It is red."))
    shown = await stage.bo.says("Look!", pictures=[drawn(RED)])
    await stage.ann.says("/describe@parley_bot Which colour?", reply_to=shown)
    await stage.ann.sees_final("It is red.")
    assert "image_url" in str(stage.asked[-1]["messages"][-1])
    assert "Which colour?" in str(stage.asked[-1]["messages"][-1])


async def test_who_wants_all_answered_is_told_what_telegram_keeps_back(stage: Stage) -> None:
    await stage.mod.runs("/listen", to="everyone")
    await stage.mod.sees("But Telegram sends me only")
    await stage.mod.makes_bot("administrator")
    await stage.mod.runs("/listen", to="everyone")
    await stage.telegram.clock.until(lambda: len(stage.said()) == 2)
    assert stage.said()[-1] == "From now on I answer every message that I am sent here."


async def test_an_answer_that_is_given_again_is_pointed_to(stage: Stage) -> None:
    stage.ai.will(says("Heads."), says("Tails."))
    await stage.ann.says("Toss a coin.", mention=True)
    await stage.ann.sees_final("Heads.")
    await stage.ann.runs("/retry")
    await stage.ann.sees_final("Tails.")
    await stage.ann.sees("look at my answer above")


async def test_a_command_that_telegram_tells_twice_is_given_once(stage: Stage) -> None:
    stage.ai.will(says("One."), says("Two."))
    await stage.ann.runs("/chat", message="Count.")
    await stage.ann.sees_final("One.")
    told = [
        update["update_id"] for call in stage.telegram.asked("getUpdates") for update in call.result or ()
    ]
    stage.telegram.updates.again(told[0])
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used")
    assert len(stage.asked) == 1


async def test_a_reply_that_telegram_does_not_take_harms_nothing(stage: Stage) -> None:
    stage.telegram.will(
        "sendMessage", refuses(400, "Bad Request: not enough rights to send text messages to the chat")
    )
    await stage.ann.runs("/usage")
    await stage.telegram.was_asked("sendMessage")
    await stage.ann.runs("/usage")
    await stage.ann.sees("You used")


async def test_in_a_topic_the_reply_stays_there(stage: Stage) -> None:
    stage.telegram.group("club", topics=("help",))
    await stage.ann.runs("/usage", room="club/help")
    await stage.ann.sees("You used", room="club/help")


async def test_what_the_command_replies_to_is_shown_to_the_model_as_such(stage: Stage) -> None:
    stage.ai.will(says("Beautiful."), says("More so."))
    shown = await stage.bo.says("Norway is full of fjords.")
    asked = await stage.ann.says("/chat@parley_bot Is that so?", reply_to=shown)
    await stage.ann.sees_final("Beautiful.")
    assert "bo, who wrote: Norway is full of fjords.)\nIs that so?" in str(stage.asked[-1]).replace(
        "\\n", "\n"
    )
    await stage.ann.edits(asked, "/chat@parley_bot Really?")
    await stage.ann.sees_final("More so.")
    assert "Norway is full of fjords.)\nReally?" in str(stage.asked[-1]).replace("\\n", "\n")


async def test_what_is_replied_to_is_enough_to_say(stage: Stage) -> None:
    stage.ai.will(says("Beautiful."))
    shown = await stage.bo.says("Norway is full of fjords.")
    await stage.ann.says("/chat@parley_bot", reply_to=shown)
    await stage.ann.sees_final("Beautiful.")
    assert "Norway is full of fjords." in str(stage.asked[-1]["messages"])


@pytest.mark.parametrize("command", ["/describe Which colours?", "/chat Which colours?"])
async def test_an_album_that_carries_a_command_is_one_turn(stage: Stage, command: str) -> None:
    stage.ai.will(says("Red and blue."))
    await stage.ann.says(command, pictures=[drawn(RED), drawn(BLUE)], room=DIRECT)
    await stage.ann.sees_final("Red and blue.", room=DIRECT)
    assert len(stage.asked) == 1
    assert str(stage.asked[0]["messages"]).count("data:image/") == 2


async def test_an_album_with_a_command_that_takes_no_pictures_is_refused_once(stage: Stage) -> None:
    await stage.ann.says("/imagine a wall", pictures=[drawn(RED), drawn(BLUE)], room=DIRECT)
    await stage.ann.sees("takes no pictures", room=DIRECT)
    await stage.ann.runs("/usage", room=DIRECT)
    await stage.ann.sees("You used", room=DIRECT)
    assert len(stage.said(DIRECT)) == 2
    assert stage.asked == []


async def test_a_reply_is_whole_where_telegram_takes_less_than_it_says(stage: Stage) -> None:
    stage.telegram.takes = 900
    await stage.ann.says("/help@parley_bot persona")
    whole = [command for command in COMMANDS if command.path.startswith("persona")]
    await stage.ann.sees(whole[-1].description)
    told = "\n".join(stage.said())
    assert all(command.description in told for command in whole)
