"""Who Parley is: changed, taken back, called by name, and carried elsewhere as a file."""

from bot.governance.persona_files import read
from tests.dialogues.stage import Stage
from tests.dialogues.test_knowledge import plain
from tests.listening import until
from tests.wire.answers import says


async def test_moderators_see_what_a_persona_was_and_bring_it_back(stage: Stage) -> None:
    stage.ai.will(says("Hello."))
    await stage.mod.runs("/persona set", text="You are kind.", reason="a start")
    await stage.mod.sees("I follow the new persona")
    await stage.mod.runs("/persona set", text="You are kind. You are short.", style="factual")
    await stage.mod.sees("It brings along: style")
    await stage.mod.runs("/persona history")
    told = plain((await stage.mod.sees("the newest first")).text)
    assert told.index("You are kind. You are short.") < told.index("a start")
    await stage.mod.runs("/persona diff")
    assert "+You are short." in (await stage.mod.sees("from version 1 to version 2")).text
    await stage.mod.runs("/persona rollback", to=1)
    await stage.mod.sees("is again what version 1 says")
    await stage.ann.says("Hi!", mention=True)
    await stage.ann.sees_final("Hello.")
    rules, below = (words for words in stage.words[0][1].split("⟦/rules⟧"))
    assert rules.startswith("⟦rules⟧\n")
    assert below.endswith("\n\nYou are kind.")


async def test_several_personas_answer_by_their_names(stage: Stage) -> None:
    stage.ai.will(says("Arr!"), says("At your service."))
    await stage.mod.runs("/persona save", name="Pirate", text="You are a pirate in {channel}.")
    await stage.mod.sees("I keep the persona")
    await stage.mod.runs("/persona invite", name="pirate")
    await stage.mod.sees("answers here who begins with")
    await stage.ann.says("Pirate: who are you?", mention=True)
    answer = await stage.ann.sees_final("Arr!")
    assert plain(answer.text).startswith("Pirate\nArr!")
    assert "You are a pirate in " in stage.words[0][1]
    assert "{channel}" not in stage.words[0][1]

    await stage.ann.says("And you?", mention=True)
    assert "Pirate" not in (await stage.ann.sees_final("At your service.")).text
    assert ("assistant", "Arr!") in stage.words


async def test_a_persona_travels_as_a_file(stage: Stage) -> None:
    await stage.mod.runs("/persona set", text="You are kind.", style="factual")
    await stage.mod.sees("I follow the new persona")
    await stage.mod.runs("/persona export")
    await stage.mod.sees("Here it is")
    await until(lambda: any(one.files for one in stage.mod.screen()))
    ((name, data),) = [file for one in stage.mod.screen() for file in one.files]
    assert name == "persona.toml"
    assert read(data.decode()).persona.text == "You are kind."

    await stage.mod.runs("/persona import", picture=(name, data, "application/toml"), name="Kind one")
    await stage.mod.sees("I keep the persona")
    await stage.mod.runs("/persona list")
    assert "You are kind." in (await stage.mod.sees("The personas of this server")).text
    assert stage.asked == []
