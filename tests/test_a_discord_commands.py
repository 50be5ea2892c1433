"""The interactions that tests stand on: commands, menus, windows, buttons, completion, and their clocks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.platforms.discord import Discord, Limits, Right, discord_server
from tests.platforms.discord.library import Listener, app_commands, connected, discord
from tests.platforms.people import DIRECT, NotOffered
from tests.test_media import png

QUICK = Limits(identify_every=0.0)


class Window(discord.ui.Modal, title="Persona"):
    """Shows a text that can be changed."""

    words: discord.ui.TextInput["Window"] = discord.ui.TextInput(
        label="Instructions", custom_id="words", default="You are kind.", max_length=50
    )

    async def on_submit(self, ask: discord.Interaction) -> None:
        await ask.response.send_message(f"It is: {self.words.value}")


class Buttons(discord.ui.View):
    """A button that edits, one that answers, one that cannot be pressed."""

    @discord.ui.button(label="Stop", custom_id="stop")
    async def stop_writing(self, ask: discord.Interaction, button: discord.ui.Button["Buttons"]) -> None:
        await ask.response.edit_message(content="stopped", view=None)

    @discord.ui.button(label="Why", custom_id="why")
    async def why(self, ask: discord.Interaction, button: discord.ui.Button["Buttons"]) -> None:
        await ask.response.send_message(f"{ask.user.name} asked", ephemeral=True)

    @discord.ui.button(label="Never", custom_id="never", disabled=True)
    async def never(self, ask: discord.Interaction, button: discord.ui.Button["Buttons"]) -> None:
        raise AssertionError

    @discord.ui.select(custom_id="styles", options=[discord.SelectOption(label="Anime", value="a")])
    async def style(self, ask: discord.Interaction, menu: discord.ui.Select["Buttons"]) -> None:
        await ask.response.send_message(f"chosen {menu.values}")


class App(Listener):
    """A bot with one command of each sort."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = app_commands.CommandTree(self)
        self.asked: list[discord.Interaction] = []
        self.hold = asyncio.Event()
        _commands(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()


def _commands(app: App) -> None:
    _talking(app)
    _deciding(app)
    _menus(app)


def _talking(app: App) -> None:
    @app.tree.command(description="Talk")
    @app_commands.choices(style=[app_commands.Choice(name="Anime", value="a")])
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def chat(
        ask: discord.Interaction, message: app_commands.Range[str, 1, 100],
        picture: discord.Attachment | None, style: app_commands.Choice[str] | None,
        count: app_commands.Range[int, 1, 4] = 1, private: bool = False,
    ) -> None:  # fmt: skip
        app.asked.append(ask)
        await ask.response.defer(thinking=True, ephemeral=private)
        size = len(await picture.read()) if picture else 0
        answer = f"{message} {size} {style and style.value} {count}"
        await ask.edit_original_response(content=answer, view=Buttons())

    @app.tree.command(description="In servers")
    @app_commands.guild_only()
    async def here(ask: discord.Interaction) -> None:
        raise AssertionError

    @app.tree.command(description="Slow")
    async def slow(ask: discord.Interaction) -> None:
        await app.hold.wait()
        await ask.response.send_message("late")


def _deciding(app: App) -> None:
    persona = app_commands.Group(name="persona", description="Personas")
    app.tree.add_command(persona)

    @persona.command(name="set", description="Change it")
    async def set_(ask: discord.Interaction, text: str | None) -> None:
        await (ask.response.send_message(f"now {text}") if text else ask.response.send_modal(Window()))

    @app.tree.command(description="Models")
    async def model(ask: discord.Interaction, name: str) -> None:
        await ask.response.send_message(name)
        for number in range(6):
            await ask.followup.send(f"more {number}")

    @model.autocomplete("name")
    async def offered(ask: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one) for one in ("flux", "sdxl") if typed in one]


def _menus(app: App) -> None:
    @app.tree.context_menu(name="Ask about this")
    async def about(ask: discord.Interaction, message: discord.Message) -> None:
        await ask.response.send_message(f"about: {message.content}", ephemeral=True)

    @app.tree.context_menu(name="Who")
    async def who(ask: discord.Interaction, other: discord.Member) -> None:
        await ask.response.send_message(f"that is {other.name}")


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


@pytest.fixture
async def app(platform: Discord) -> AsyncIterator[App]:
    made = App()
    async with connected(made, platform):
        yield made


async def test_a_command_reaches_the_bot_typed_and_its_answer_everybody(platform: Discord, app: App) -> None:
    ann, bob, picture = platform.member("ann"), platform.member("bob"), png(8, 8)
    await ann.runs("/chat", message="hello", style="Anime", count=3, picture=picture)
    shown = await bob.sees("hello")

    assert shown.text == f"hello {len(picture)} a 3"
    assert shown.buttons == ("Stop", "Why")
    assert platform.unanswered() == []


async def test_a_private_answer_is_one_persons_from_first_to_last(platform: Discord, app: App) -> None:
    ann, bob = platform.member("ann"), platform.member("bob")
    await ann.runs("/chat", message="secret", private=True)
    assert (await ann.sees("secret")).private
    assert bob.screen() == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"message": "x" * 101},
        {"message": "x", "style": "Cubism"},
        {"message": "x", "count": 5},
        {"message": "x", "count": "2"},
        {"message": "x", "unknown": "y"},
    ],
)
async def test_what_is_not_registered_cannot_be_sent(platform: Discord, app: App, options: Any) -> None:
    with pytest.raises(NotOffered):
        await platform.member("ann").runs("/chat", **options)
    with pytest.raises(NotOffered):
        await platform.member("ann").runs("/nothing")
    assert app.asked == []


async def test_a_moderators_command_is_shown_to_moderators(platform: Discord, app: App) -> None:
    # Discord keeps permissions for a whole command; the library sends those of a group alone.
    ann, mod = platform.member("ann"), platform.moderator("mod")
    next(one for one in platform.commands.registered[None].values() if one["name"] == "persona")[
        "default_member_permissions"
    ] = str(int(Right.MANAGE_CHANNELS))
    with pytest.raises(NotOffered, match="not shown to ann"):
        await ann.runs("/persona set", text="x")
    await mod.runs("/persona set", text="a pirate")
    await ann.sees("now a pirate")
    platform.commands.open.add("persona")
    await ann.runs("/persona set", text="a queen")
    await mod.sees("now a queen")


async def test_a_window_shows_what_stands_there_and_sends_what_is_typed(platform: Discord, app: App) -> None:
    mod = platform.moderator("mod")
    await mod.runs("/persona set")
    assert mod.window == {"words": "You are kind."}
    with pytest.raises(NotOffered):
        await mod.fills(words="x" * 51)
    with pytest.raises(NotOffered):
        await mod.fills(other="x")
    await mod.fills(instructions="You are bold.")
    await mod.sees("It is: You are bold.")
    with pytest.raises(NotOffered):
        await mod.fills(words="again")


async def test_completion_offers_what_the_bot_names(platform: Discord, app: App) -> None:
    ann = platform.member("ann")
    assert await ann.completes("/model", "name", "fl") == ["flux"]
    with pytest.raises(NotOffered):
        await ann.completes("/chat", "message", "x")


async def test_follow_ups_are_messages_of_their_own(platform: Discord, app: App) -> None:
    ann = platform.member("ann")
    await ann.runs("/model", name="flux")
    await ann.sees("more 5")
    assert [one.text for one in ann.screen()] == ["flux", *(f"more {n}" for n in range(6))]


async def test_buttons_and_menus_are_pressed_as_they_stand(platform: Discord, app: App) -> None:
    ann, bob = platform.member("ann"), platform.member("bob")
    await ann.runs("/chat", message="hello")
    shown = await ann.sees("hello")
    await bob.presses("Why", shown)
    assert (await bob.sees("bob asked")).private
    assert len(ann.screen()) == 1
    await ann.selects("Anime", on=shown)
    await bob.sees("chosen ['a']")
    for label in ("Never", "Regenerate"):
        with pytest.raises(NotOffered):
            await ann.presses(label, shown)
    await ann.presses("Stop", shown)
    assert (await bob.sees("stopped")).buttons == ()
    with pytest.raises(NotOffered):
        await bob.presses("Stop", shown)


async def test_context_menus_bring_the_message_with_its_text(platform: Discord, app: App) -> None:
    ann, bob = platform.member("ann"), platform.member("bob")
    said = await bob.says("a fjord")
    await ann.picks("Ask about this", said)
    assert (await ann.sees("about: a fjord")).private
    await ann.picks("Who", bob)
    await ann.sees("that is bob")


async def test_direct_messages_offer_what_is_meant_for_them(platform: Discord, app: App) -> None:
    ann = platform.member("ann")
    await ann.runs("/chat", message="alone", room=DIRECT)
    assert (await ann.sees("alone", room=DIRECT)).private
    assert app.asked[0].guild is None
    with pytest.raises(NotOffered, match="not offered here"):
        await ann.runs("/here", room=DIRECT)


async def test_an_app_that_is_somebodys_own_works_where_the_bot_is_not(platform: Discord, app: App) -> None:
    ann, bob = platform.member("ann"), platform.member("bob")
    platform.elsewhere("friends", ann, bob)
    await ann.runs("/chat", message="here", room="friends")
    await bob.sees("here", room="friends")
    with pytest.raises(NotOffered):
        await ann.runs("/slow", room="friends")
    assert app.asked[0].is_user_integration()
    for number in range(5):
        await app.asked[0].followup.send(f"{number}")
    with pytest.raises(discord.HTTPException) as refused:
        await app.asked[0].followup.send("one too many")
    assert refused.value.code == 40094
    assert len(platform.broken) == 1
    platform.broken.clear()


async def test_a_server_without_the_bot_is_told_of_by_its_interactions_alone(
    platform: Discord, app: App
) -> None:
    room = platform.room("far", server=platform.server("Far", joined=False))
    ann = platform.member("ann")
    await ann.says("not heard", room="far")
    await ann.runs("/chat", message="here", room="far")
    await ann.sees("here", room="far")
    assert app.heard.empty()
    with pytest.raises(discord.Forbidden) as refused:
        await app.get_partial_messageable(room.id).send("no")
    assert refused.value.code == 50001


async def test_the_clock_of_three_seconds_is_held_against_the_bot() -> None:
    async with discord_server(Limits(identify_every=0.0, acknowledge=0.05)) as platform:
        app, ann = App(), platform.member("ann")
        errors: asyncio.Queue[Exception] = asyncio.Queue()
        app.tree.error(_keeps(errors))
        async with connected(app, platform):
            await ann.runs("/slow")
            assert ann.screen()[-1].text == "The application did not respond"
            app.hold.set()
            failed = await errors.get()
        assert isinstance(failed, app_commands.CommandInvokeError)
        assert isinstance(failed.original, discord.NotFound)
        assert failed.original.code == 10062
        assert platform.broken.pop() == "interaction: /slow was not acknowledged within 0.05 s"


async def test_nobody_is_blamed_for_what_no_bot_could_hear() -> None:
    async with discord_server(Limits(identify_every=0.0, acknowledge=0.05)) as platform:
        ann = platform.member("ann")
        async with connected(App(), platform):
            pass
        await ann.runs("/slow")
        assert ann.screen()[-1].text == "The application did not respond"


def _keeps(errors: asyncio.Queue[Exception]) -> Any:
    async def on_error(ask: discord.Interaction, error: app_commands.AppCommandError) -> None:
        errors.put_nowait(error)

    return on_error


async def test_a_second_answer_is_refused(platform: Discord, app: App) -> None:
    await platform.member("ann").runs("/chat", message="x")
    ask = app.asked[0]
    ask.response._response_type = None
    with pytest.raises(discord.HTTPException) as refused:
        await ask.response.defer()
    assert refused.value.code == 40060


async def test_the_clock_of_fifteen_minutes_is_held_against_the_bot() -> None:
    async with discord_server(Limits(identify_every=0.0, token_lives=0.0)) as platform:
        app, ann = App(), platform.member("ann")
        app.tree.error(_keeps(asyncio.Queue()))
        async with connected(app, platform):
            await ann.runs("/chat", message="x")
            await platform.transcript.asked("PATCH", "/webhooks/*/messages/@original")
        assert platform.unanswered() == ["/chat"]
        assert "/chat is over 0 s old" in platform.broken.pop()


async def test_a_message_of_components_alone_is_read_and_pressed(platform: Discord, app: App) -> None:
    class Panel(discord.ui.LayoutView):
        """Text and a row."""

        text: discord.ui.TextDisplay["Panel"] = discord.ui.TextDisplay("Settings")
        row: discord.ui.ActionRow["Panel"] = discord.ui.ActionRow(
            discord.ui.Button(label="More", custom_id="m")
        )

    channel = app.get_partial_messageable(platform.channel("general").id)
    await channel.send(view=Panel())
    shown = await platform.member("ann").sees("Settings")
    assert shown.buttons == ("More",)
    long = Panel()
    long.text.content = "x" * 3000  # the library counts when an item is added
    long.add_item(discord.ui.TextDisplay("x" * 1000))
    long.text.content += "x"
    with pytest.raises(discord.HTTPException):
        await channel.send(view=long)
    assert "4000" in platform.broken.pop()


async def test_commands_keep_their_ids_while_they_keep_their_names(platform: Discord, app: App) -> None:
    before = {one.name: one.id for one in await app.tree.fetch_commands()}
    await app.tree.sync()
    assert {one.name: one.id for one in await app.tree.fetch_commands()} == before


def option(name: str, kind: int = 3, **more: object) -> dict[str, object]:
    return {"type": kind, "name": name, "description": "d"} | more


CHOICES = [{"name": f"{n}", "value": f"{n}"} for n in range(26)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Chat"},
        {"description": ""},
        {"description": "d" * 101},
        {"options": [option(f"o{n}") for n in range(26)]},
        {"options": [option("a"), option("b", required=True)]},
        {"options": [option("a"), option("a")]},
        {"options": [option("a", choices=CHOICES)]},
        {"options": [option("a", choices=CHOICES[:1], autocomplete=True)]},
        {"options": [option("a"), option("b", 1)]},
        {
            "options": [
                option(f"o{n}", choices=[{"name": "n" * 90, "value": "v" * 90}] * 3) for n in range(25)
            ]
        },
        {"type": 3},
    ],
)
async def test_a_command_that_cannot_be_is_not_registered(platform: Discord, app: App, wrong: Any) -> None:
    assert app.application_id
    with pytest.raises(discord.HTTPException):
        await app.http.bulk_upsert_global_commands(
            app.application_id, payload=[{"name": "chat", "description": "d"} | wrong]
        )
    assert len(platform.broken) == 1
    platform.broken.clear()
