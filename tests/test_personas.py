"""A persona is words, and what comes along with them: kept whole, and never more than the room allows."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.service import Conversation
from bot.errors import BadOption, NotAllowed, UnknownModel
from bot.governance import styles
from bot.governance.authorize import Act
from bot.governance.named import who
from bot.governance.personas import DEFAULT, MARK, PRESETS, Persona, checked, kept, parsed, tools
from bot.messages import Need, RunOptions
from bot.records import Order
from bot.settings import Settings
from tests.rig import ANN, MOD, ROOM, Rig, Scripted, rig, settings_for
from tests.test_tool_rounds import Workshop

KNOWN = ("look_up", "read_page", "order")
TEXTS = st.text() | st.text().map(lambda text: f"{MARK}{text}") | st.just(kept(Persona("x", model="m")))
NAMES = st.text(max_size=20)


@given(TEXTS, NAMES, NAMES, st.none() | st.lists(NAMES).map(tuple))
def test_a_persona_is_kept_whole(text: str, model: str, style: str, used: tuple[str, ...] | None) -> None:
    persona = Persona(text, model, style, used)
    assert parsed(kept(persona)) == persona


@given(st.text())
def test_words_alone_are_kept_as_they_are_and_always_have_been(text: str) -> None:
    try:
        words = checked(text)
    except BadOption:
        return
    assert kept(Persona(words)) == words
    assert parsed(words) == Persona(words)


@given(st.text())
def test_what_cannot_be_read_are_words(rest: str) -> None:
    assert isinstance(parsed(f"{MARK}{rest}").text, str)
    assert parsed(f"{MARK}1,") == Persona(f"{MARK}1,")


def test_what_was_chosen_for_once_goes_before_what_the_room_keeps() -> None:
    once, room = kept(Persona("a pirate", tools=())), kept(Persona("a chef", style="creative"))
    settings: dict[str, str] = {"persona": room}
    assert who(settings.get, once, "") == Persona("a pirate", tools=())
    assert who(settings.get, None, "").style == "creative"
    assert who(lambda _: None, "", "") == Persona(DEFAULT)


def test_tools_are_named_with_commas_or_blanks_and_only_known_ones() -> None:
    assert tools("order, look_up order", KNOWN) == ("look_up", "order")
    assert (tools("", KNOWN), tools("None", KNOWN)) == (None, ())
    with pytest.raises(BadOption, match="There is no tool “fly”"):
        tools("order,fly", KNOWN)


def test_every_preset_brings_along_only_what_there_is() -> None:
    for preset in PRESETS:
        assert parsed(kept(preset.persona)) == preset.persona
        assert preset.style in ("", *(purpose.name for purpose in styles.PURPOSES))


async def offered(at: Rig, text: str = "Hi", order: Order = Order()) -> list[str]:
    """Which tools a model is told of."""
    await at.answer(await at.say(text, MOD, order=order))
    return [spec.name for spec in at.one.asked[-1].tools]


async def test_a_persona_uses_its_own_tools_and_never_one_that_the_room_does_not_have(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=Workshop().box()) as at:
        await at.command("persona/set", text="A clerk", tools="order look_up")
        assert await offered(at) == ["look_up", "order"]
        await at.command("tools/forbid", name="order")
        assert await offered(at) == ["look_up"]
        shown = (await at.command("persona/show", ANN)).text
        assert "tools `look_up`, `order` (of which this room has no `order`)" in shown
        once = Order(options=RunOptions(persona=kept(Persona("A guard", tools=("order", "jot_down")))))
        assert await offered(at, order=once) == ["jot_down"]
        await at.command("persona/set", text="A monk", tools="none")
        assert await offered(at) == []
        await at.command("persona/clear")
        assert await offered(at) == ["look_up", "read_page", "jot_down"]


def two_models(folder: Path) -> tuple[Settings, dict[str, Scripted]]:
    settings = settings_for(folder, ["one", "two"])
    entry = replace(settings.models["one/m"], takes=frozenset({"temperature"}))
    settings = replace(
        settings, models={"one/m": entry, "two/m": entry}, routes={Need.CHAT: ("one/m",), Need.IMAGE: ()}
    )
    return settings, {"one": Scripted(), "two": Scripted()}


async def test_a_personas_model_and_style_stand_below_what_the_room_has_chosen(tmp_path: Path) -> None:
    settings, scripts = two_models(tmp_path)
    async with rig(tmp_path, settings=settings, scripts=scripts) as at:
        one, two = scripts["one"], scripts["two"]
        await at.command("persona/set", text="A poet", model="two/m", style="creative")
        await at.ask("Hi")
        assert (one.asked, two.asked[-1].style.temperature) == ([], 1.25)
        assert "`two/m` answers here, as the persona wants it" in (await at.command("model/show")).text
        assert "the persona of this room brings it along" in (await at.command("style/show")).text

        await at.command("style/set", purpose="factual")
        await at.ask("Hi")
        assert two.asked[-1].style.temperature == 0.15
        await at.command("model/set", model="one/m")
        await at.ask("Hi")
        assert (len(one.asked), len(two.asked)) == (1, 2)
        assert "model `two/m` (the room has its own)" in (await at.command("persona/show")).text
        await at.ended(await at.say("Hi", order=Order(options=RunOptions(model="two/m"))))
        assert len(two.asked) == 3


async def test_only_what_there_is_can_come_along_and_only_moderators_say_so(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=Workshop().box()) as at:
        with pytest.raises(UnknownModel):
            await at.command("persona/set", text="A clerk", model="no/m")
        with pytest.raises(BadOption):
            await at.command("persona/set", text="A clerk", tools="fly")
        with pytest.raises(NotAllowed):
            await at.command("persona/set", ANN, text="A clerk", tools="order")
        with pytest.raises(NotAllowed):
            await at.say("Hi", order=Order(options=RunOptions(persona="A clerk")))
        assert (await at.command("persona/show")).text.startswith("This room has no persona")


async def test_a_persona_from_before_is_read_and_shown_as_it_was(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=Workshop().box()) as at:
        conversation: Conversation = at.conversation
        await conversation.change(ROOM, Act.SET_PERSONA, "persona", "You are a pirate.", MOD)
        await at.ask("Hi")
        assert at.one.asked[-1].turns[0].text == "You are a pirate."
        assert len(at.one.asked[-1].tools) == 4
        assert "brings" not in (await at.command("persona/show")).text


async def test_several_tools_are_completed_one_after_the_other(tmp_path: Path) -> None:
    async with rig(tmp_path, tools=Workshop().box()) as at:

        async def typed(words: str) -> list[str]:
            found = await at.commands.complete("persona/set", "tools", words, MOD, ROOM)
            return [choice.value for choice in found]

        assert await typed("lo") == ["look_up"]
        assert await typed("look_up, o") == ["look_up, order", "look_up, jot_down"]
        assert "none" in await typed("")
        assert "look_up, none" not in await typed("look_up,")
