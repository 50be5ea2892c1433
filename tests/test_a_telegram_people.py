"""The Telegram of the tests: what a bot is told of what people do, and what it is not told."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginHiddenUser,
    Update,
)
from telegram.error import ChatMigrated

from tests.platforms.people import DIRECT, NotOffered, Person
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.library import connected
from tests.test_a_telegram import picture


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with connected(telegram) as bot:
        yield bot


class Listener:
    """Fetches what is new."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._next = 0

    async def updates(self) -> list[Update]:
        found = await self._bot.get_updates(offset=self._next)
        if found:
            self._next = found[-1].update_id + 1
        return list(found)

    async def messages(self) -> list[Message]:
        return [update.message for update in await self.updates() if update.message]

    async def texts(self) -> list[str]:
        return [message.text or message.caption or "" for message in await self.messages()]


@pytest.fixture
def heard(bot: Bot) -> Listener:
    return Listener(bot)


async def test_these_people_speak_the_vocabulary_of_every_platform(telegram: Telegram) -> None:
    somebody: Person = telegram.member("ann")

    assert somebody.name == "ann"


async def test_in_a_group_the_bot_hears_only_what_concerns_it(
    telegram: Telegram, bot: Bot, heard: Listener
) -> None:
    ann = telegram.member("ann")
    await ann.says("nobody is meant")
    await ann.says("Hello", mention=True)
    await ann.says("/chat@parley_bot Hello")
    await ann.says("/chat@other_bot Hello")
    await ann.says("/chat unaddressed")
    await bot.send_message(telegram.chat().id, "I am here")
    await ann.says("a reply", reply_to=await ann.sees("I am here"))

    assert await heard.texts() == [
        "@parley_bot Hello", "/chat@parley_bot Hello", "/chat unaddressed", "a reply",
    ]  # fmt: skip


async def test_a_command_for_nobody_is_for_the_bot_that_spoke_last(
    telegram: Telegram, bot: Bot, heard: Listener
) -> None:
    ann, other = telegram.member("ann"), telegram.another_bot("other")
    await other.says("I am a bot")
    await ann.says("/chat unheard")
    await bot.send_message(telegram.chat().id, "I am here")
    await ann.says("/chat heard")

    assert await heard.texts() == ["/chat heard"]


@pytest.mark.parametrize("how", ["privacy off", "administrator"])
async def test_without_privacy_or_as_administrator_it_hears_everything(
    telegram: Telegram, heard: Listener, how: str
) -> None:
    ann, mod = telegram.member("ann"), telegram.administrator("mod")
    if how == "administrator":
        await mod.makes_bot("administrator")
    telegram.privacy = how != "privacy off"
    await ann.says("nobody is meant")

    assert await heard.texts() == ["nobody is meant"]


async def test_commands_are_typed_with_quoted_options(telegram: Telegram, bot: Bot, heard: Listener) -> None:
    mod = telegram.administrator("mod")
    await mod.runs("/persona set", text='Say "arr"\nand \\o/', count=2, loud=True)
    await mod.runs("/new", room=DIRECT)
    in_group, alone = await heard.messages()

    assert in_group.text == '/persona@parley_bot set text="Say \\"arr\\"\nand \\\\o/" count=2 loud=yes'
    assert in_group.parse_entity(in_group.entities[0]) == "/persona@parley_bot"
    assert in_group.entities[0].type == MessageEntity.BOT_COMMAND
    assert (alone.text, alone.chat.type) == ("/new", "private")


async def test_one_picture_is_a_photo_several_are_an_album(
    telegram: Telegram, bot: Bot, heard: Listener
) -> None:
    ann = telegram.member("ann")
    one, two = picture(2000, 1000), picture(30, 30)
    said = await ann.says("What is this?", pictures=[one], room=DIRECT)
    await ann.says("And these?", pictures=[one, two], room=DIRECT)
    photo, first, second = await heard.messages()

    assert said.pictures == (one,)
    assert (photo.caption, photo.media_group_id) == ("What is this?", None)
    assert [(size.width, size.height) for size in photo.photo][-1] == (1280, 640)
    assert (first.caption, second.caption) == ("And these?", None)
    assert first.media_group_id == second.media_group_id is not None
    data = await (await bot.get_file(second.photo[-1])).download_as_bytearray()
    with Image.open(io.BytesIO(data)) as decoded:
        assert (decoded.format, decoded.size) == ("JPEG", (30, 30))
    with pytest.raises(NotOffered):
        await ann.says("", pictures=[b"no picture"])


async def test_files_stickers_and_voice_come_as_what_they_are(
    telegram: Telegram, bot: Bot, heard: Listener
) -> None:
    ann = telegram.member("ann")
    shown = picture()
    await ann.sends_file(shown, "map.png", "image/png", text="a map", room=DIRECT)
    await ann.sends_sticker(room=DIRECT)
    await ann.sends_voice(room=DIRECT)
    file, sticker, voice = await heard.messages()

    assert file.document is not None
    assert (file.document.file_name, file.document.mime_type, file.caption) == (
        "map.png",
        "image/png",
        "a map",
    )
    assert await (await bot.get_file(file.document)).download_as_bytearray() == shown
    assert sticker.sticker is not None
    assert sticker.sticker.emoji == "👍"
    assert voice.voice is not None
    assert voice.voice.mime_type == "audio/ogg"


async def test_replies_quotes_and_forwards_say_where_they_are_from(
    telegram: Telegram, heard: Listener
) -> None:
    ann, ben = telegram.member("ann"), telegram.member("ben")
    first = await ann.says("The fjord is deep and cold")
    second = await ben.says("@parley_bot why?", reply_to=first, quote="deep")
    await ann.says("@parley_bot tell us", reply_to=second)
    await ben.forwards("Fjords are old", "Clara", room=DIRECT)
    quoted, further, forwarded = await heard.messages()

    assert quoted.reply_to_message is not None
    assert quoted.reply_to_message.text == "The fjord is deep and cold"
    assert quoted.quote is not None
    assert (quoted.quote.text, quoted.quote.position) == ("deep", 13)
    assert quoted.message_thread_id == quoted.reply_to_message.message_id
    assert further.message_thread_id == quoted.message_thread_id
    assert not quoted.is_topic_message
    assert isinstance(forwarded.forward_origin, MessageOriginHiddenUser)
    assert forwarded.forward_origin.sender_user_name == "Clara"


async def test_an_edit_comes_as_one_and_a_deletion_not_at_all(telegram: Telegram, heard: Listener) -> None:
    ann, ben = telegram.member("ann"), telegram.member("ben")
    said = await ann.says("Helo", room=DIRECT)
    edited = await ann.edits(said, "Hello")
    await ann.deletes(edited)
    first, second, *more = await heard.updates()

    assert first.message is not None
    assert first.message.text == "Helo"
    assert second.edited_message is not None
    assert second.edited_message.text == "Hello"
    assert (edited.edited, more, ann.screen(DIRECT)) == (True, [], [])
    with pytest.raises(NotOffered):
        await ben.edits(await ann.says("mine"), "yours")


async def test_some_people_are_hidden_behind_an_account_that_many_share(
    telegram: Telegram, heard: Listener
) -> None:
    ghost = telegram.administrator("ghost", anonymous=True)
    writer = telegram.member("writer", channel="news")
    shown = await ghost.says("Boo", mention=True)
    await writer.says("As a channel", mention=True)
    telegram.posts("linked", "@parley_bot a post")
    hidden, channel, post = await heard.messages()

    assert shown.author == "general"
    assert (hidden.from_user and hidden.from_user.id) == 1087968824
    assert hidden.sender_chat == hidden.chat
    assert (channel.from_user and channel.from_user.id) == 136817688
    assert (channel.sender_chat and channel.sender_chat.title) == "news"
    assert post.is_automatic_forward
    assert isinstance(post.forward_origin, MessageOriginChannel)
    assert (await ghost.says("by myself", room=DIRECT)).author == "ghost"


async def test_messages_in_a_topic_say_so(telegram: Telegram, heard: Listener) -> None:
    club = telegram.group("club", topics=("help",))
    ann = telegram.member("ann")
    await ann.says("in general", mention=True, room="club")
    await ann.says("in help", mention=True, room="club/help")
    general, topic = await heard.messages()

    assert (general.message_thread_id, general.is_topic_message) == (None, None)
    assert (topic.message_thread_id, topic.is_topic_message) == (club.topics["help"], True)
    assert [shown.text for shown in ann.screen("club/help")] == ["@parley_bot in help"]


async def test_a_group_that_moves_says_its_new_number(telegram: Telegram, bot: Bot, heard: Listener) -> None:
    small = telegram.group("small", basic=True)
    ann, mod = telegram.member("ann"), telegram.administrator("mod")
    large = telegram.migrate("small", mod.user)
    away, here = await heard.messages()

    assert (away.chat.id, away.migrate_to_chat_id) == (small.id, large.id)
    assert (here.chat.id, here.migrate_from_chat_id) == (large.id, small.id)
    with pytest.raises(ChatMigrated) as raised:
        await bot.send_message(small.id, "x")
    assert raised.value.new_chat_id == large.id
    await bot.send_message(large.id, "moved")
    assert (await ann.sees("moved", room="small")).author == "Parley"
    assert (await bot.get_chat_member(large.id, mod.user.id)).status == "administrator"


async def test_what_becomes_of_the_bot_in_a_chat_is_told(telegram: Telegram, heard: Listener) -> None:
    ann, mod = telegram.member("ann"), telegram.administrator("mod")
    await ann.blocks()
    with pytest.raises(NotOffered):
        await ann.says("x", room=DIRECT)
    await ann.unblocks()
    await mod.makes_bot("kicked")
    changes = [update.my_chat_member for update in await heard.updates()]

    assert [change and (change.chat.type, change.new_chat_member.status) for change in changes] == [
        ("private", "kicked"),
        ("private", "member"),
        ("supergroup", "kicked"),
    ]
    await ann.says("Hello", mention=True)
    assert await heard.updates() == []


async def test_a_menu_lists_its_choices(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    completing = asyncio.create_task(ann.completes("/model use", "name", "gpt"))
    await bot.get_updates(timeout=10)
    choices = [[InlineKeyboardButton(name, callback_data=name)] for name in ("gpt-5", "llama", "GPT-4")]
    await bot.send_message(telegram.chat().id, "Which?", reply_markup=InlineKeyboardMarkup(choices))

    assert await completing == ["gpt-5", "GPT-4"]


async def test_a_button_that_is_not_there_cannot_be_pressed(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    await bot.send_message(telegram.chat().id, "No buttons")
    shown = await ann.sees("No buttons")

    with pytest.raises(NotOffered):
        await ann.presses("Stop", shown)


async def test_who_waits_in_vain_says_what_was_there(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    ann.patience = 0.01
    await bot.send_message(telegram.chat().id, "Something else")

    with pytest.raises(AssertionError, match="ann waited in vain for 'this'"):
        await ann.sees("this")
    with pytest.raises(AssertionError, match="Parley: Something else"):
        await ann.sees_final("Something")
    with pytest.raises(NotOffered):
        await ann.fills(text="x")
