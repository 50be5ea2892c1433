"""The Telegram of the tests and the unmodified library: it sends, edits, uploads, and is refused."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllPrivateChats,
    ChatMemberAdministrator,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.library import connected

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop:1")]])


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(encoded, kind)
    return encoded.getvalue()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with connected(telegram) as bot:
        yield bot


async def test_the_library_knows_who_it_is(telegram: Telegram, bot: Bot) -> None:
    assert bot.username == "parley_bot"
    assert (await bot.get_me()).can_read_all_group_messages is False


async def test_what_is_sent_is_seen_edited_and_deleted(telegram: Telegram, bot: Bot) -> None:
    ann, general = telegram.member("ann"), telegram.chat().id
    sent = await bot.send_message(general, "Hello", reply_markup=BUTTONS)
    seen = await ann.sees("Hello")

    assert (seen.author, seen.buttons, seen.final, seen.edited) == ("Parley", ("Stop",), False, False)

    await bot.edit_message_text("Hello there", general, sent.message_id)
    edited = await ann.sees("Hello there")
    assert (edited.buttons, edited.edited) == ((), True)

    await bot.edit_message_reply_markup(general, sent.message_id, reply_markup=BUTTONS)
    assert (await ann.sees("Hello there")).buttons == ("Stop",)

    await bot.delete_message(general, sent.message_id)
    assert ann.screen() == []


async def test_what_is_not_there_cannot_be_edited_or_deleted(telegram: Telegram, bot: Bot) -> None:
    ann, general = telegram.member("ann"), telegram.chat().id
    said = await ann.says("mine")
    number = int(said.id.rpartition(":")[2])

    for refusal, doing in {
        "Message to edit not found": bot.edit_message_text("x", general, 1),
        "Message can't be edited": bot.edit_message_text("x", general, number),
        "Message to delete not found": bot.delete_message(general, 1),
        "Message can't be deleted for everyone": bot.delete_message(general, number),
        "Message to be replied not found": bot.send_message(
            general, "x", reply_parameters=ReplyParameters(1)
        ),
        "Chat not found": bot.send_message(77, "x"),
    }.items():
        with pytest.raises(BadRequest, match=refusal):
            await doing


async def test_an_edit_that_changes_nothing_is_refused(telegram: Telegram, bot: Bot) -> None:
    general = telegram.chat().id
    sent = await bot.send_message(general, "Hello", reply_markup=BUTTONS)

    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("Hello ", general, sent.message_id, reply_markup=BUTTONS)


async def test_a_reply_to_what_is_gone_may_go_out_without(telegram: Telegram, bot: Bot) -> None:
    wanted = ReplyParameters(1, allow_sending_without_reply=True)
    sent = await bot.send_message(telegram.chat().id, "x", reply_parameters=wanted)

    assert sent.reply_to_message is None


async def test_link_previews_are_kept_with_the_message(telegram: Telegram, bot: Bot) -> None:
    options = LinkPreviewOptions(is_disabled=True)
    sent = await bot.send_message(telegram.chat().id, "https://example.org", link_preview_options=options)

    assert sent.link_preview_options == options
    assert (await telegram.was_asked("sendMessage")).params["link_preview_options"] == {"is_disabled": True}


async def test_photos_come_in_sizes_and_can_be_fetched(telegram: Telegram, bot: Bot) -> None:
    ann, shown = telegram.member("ann"), picture(400, 200)
    sent = await bot.send_photo(telegram.chat().id, shown, caption="A lake")

    assert [(size.width, size.height) for size in sent.photo] == [(90, 45), (320, 160), (400, 200)]
    assert (await ann.sees("A lake")).pictures == (shown,)
    fetched = await (await bot.get_file(sent.photo[-1])).download_as_bytearray()
    with Image.open(io.BytesIO(fetched)) as decoded:
        assert (decoded.format, decoded.size) == ("JPEG", (400, 200))


async def test_files_and_albums_keep_their_bytes(telegram: Telegram, bot: Bot) -> None:
    ann, general = telegram.member("ann"), telegram.chat().id
    one, two = picture(10, 10), picture(20, 10)
    await bot.send_document(general, b"a,b\n", filename="table.csv", caption="A table")
    album = await bot.send_media_group(general, [InputMediaPhoto(one, caption="Both"), InputMediaPhoto(two)])
    await bot.send_media_group(general, [InputMediaDocument(one, filename="1.png"), InputMediaDocument(two)])

    assert len({message.media_group_id for message in album}) == 1
    assert [shown.pictures for shown in ann.screen()[:3]] == [(), (one,), (two,)]
    assert [file.data for file in telegram.requests[-1].files.values()] == [one, two]


async def test_a_file_of_no_picture_or_none_is_refused(telegram: Telegram, bot: Bot) -> None:
    general = telegram.chat().id

    for data, why in {
        b"no picture": "Image_process_failed",
        picture(2000, 10): "Photo_invalid_dimensions",
    }.items():
        with pytest.raises(BadRequest, match=why):
            await bot.send_photo(general, data)
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(general, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(general, "https://example.org/a.png")
    telegram.forgive("by its URL")


async def test_a_picture_takes_the_place_of_another(telegram: Telegram, bot: Bot) -> None:
    ann, general = telegram.member("ann"), telegram.chat().id
    sent = await bot.send_photo(general, picture(), caption="first")
    await bot.edit_message_media(InputMediaPhoto(picture(50, 50), caption="second"), general, sent.message_id)
    await bot.edit_message_caption(general, sent.message_id, caption="third")

    assert (await ann.sees("third")).pictures == (picture(50, 50),)
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", general, sent.message_id)


async def test_a_draft_is_seen_until_it_expires_or_the_message_comes(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    await ann.starts()
    await bot.send_message_draft(ann.user.id, 7, "Once upon")
    await bot.send_message_draft(ann.user.id, 7, "Once upon a time")

    assert [shown.text for shown in ann.screen(DIRECT)] == ["/start", "Once upon a time"]
    telegram.clock.later(29)
    assert (await ann.sees("Once", room=DIRECT)).buttons == ()
    telegram.clock.later(2)
    assert [shown.text for shown in ann.screen(DIRECT)] == ["/start"]

    await bot.send_message_draft(ann.user.id, 8, "The e")
    await bot.send_message(ann.user.id, "The end")
    assert [shown.text for shown in ann.screen(DIRECT)] == ["/start", "The end"]


async def test_a_draft_outside_a_private_chat_breaks_a_rule(telegram: Telegram, bot: Bot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message_draft(telegram.chat().id, 7, "x")
    telegram.forgive("a draft outside a private chat")


async def test_a_pressed_button_is_answered_with_a_notice_for_one_person(
    telegram: Telegram, bot: Bot
) -> None:
    ann, ben = telegram.member("ann"), telegram.member("ben")
    await bot.send_message(telegram.chat().id, "Writing", reply_markup=BUTTONS)
    pressing = asyncio.create_task(ann.presses("Stop", await ann.sees("Writing")))
    (update,) = await bot.get_updates(timeout=10)
    assert update.callback_query is not None
    assert (update.callback_query.data, update.callback_query.from_user.id) == ("stop:1", ann.user.id)
    await bot.answer_callback_query(update.callback_query.id, "Stopped")
    await pressing

    assert (await ann.sees("Stopped")).private
    assert "Stopped" not in [shown.text for shown in ben.screen()]


async def test_a_button_answered_too_late_or_never_breaks_a_rule(bot: Bot, telegram: Telegram) -> None:
    ann = telegram.member("ann")
    await bot.send_message(telegram.chat().id, "Writing", reply_markup=BUTTONS)
    pressing = asyncio.create_task(ann.presses("Stop", await ann.sees("Writing")))
    (update,) = await bot.get_updates(timeout=10)
    with pytest.raises(AssertionError, match="ann pressed Stop and never had an answer"):
        telegram.finish()
    telegram.clock.later(151)
    await pressing
    assert update.callback_query is not None

    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(update.callback_query.id)
    telegram.forgive("Stop answered after 150 s")


async def test_a_question_is_answered_by_replying_to_it(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    filling = asyncio.create_task(ann.fills(text="You are a pirate."))
    asked = await bot.send_message(telegram.chat().id, "What should it be?", reply_markup=ForceReply())
    await filling
    (update,) = await bot.get_updates()

    assert update.message is not None
    assert update.message.text == "You are a pirate."
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == asked.message_id


async def test_commands_are_offered_by_scope_and_language(telegram: Telegram, bot: Bot) -> None:
    ann, mod = telegram.member("ann", language="de"), telegram.administrator("mod")
    await bot.set_my_commands([BotCommand("chat", "Talk")])
    await bot.set_my_commands([BotCommand("hallo", "Reden")], language_code="de")
    await bot.set_my_commands([BotCommand("persona", "Set")], scope=BotCommandScopeAllChatAdministrators())
    await bot.set_my_commands([BotCommand("new", "New")], scope=BotCommandScopeAllPrivateChats())

    assert (ann.offered(), ann.offered(DIRECT), mod.offered()) == (["/hallo"], ["/new"], ["/persona"])
    assert await bot.get_my_commands() == (BotCommand("chat", "Talk"),)
    await bot.delete_my_commands(language_code="de")
    assert ann.offered() == ["/chat"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("Chat", "x"), "BOT_COMMAND_INVALID"),
        (("a" * 33, "x"), "BOT_COMMAND_INVALID"),
        (("chat", ""), "DESC"),
    ],
)
async def test_a_command_that_telegram_refuses_breaks_a_rule(
    telegram: Telegram, bot: Bot, command: tuple[str, str], why: str
) -> None:
    with pytest.raises(BadRequest):
        await bot.set_my_commands([command])
    telegram.forgive(why)


async def test_members_and_administrators_are_told_apart(telegram: Telegram, bot: Bot) -> None:
    ann, mod, general = telegram.member("ann"), telegram.administrator("mod"), telegram.chat().id

    assert (await bot.get_chat_member(general, ann.user.id)).status == "member"
    assert isinstance(await bot.get_chat_member(general, mod.user.id), ChatMemberAdministrator)
    assert [one.user.id for one in await bot.get_chat_administrators(general)] == [mod.user.id]
    await mod.becomes("member", by=mod)
    assert (await bot.get_chat_member(general, mod.user.id)).status == "member"
    assert (await bot.get_chat(general)).title == "general"
    with pytest.raises(BadRequest, match="User not found"):
        await bot.get_chat_member(general, 5)


async def test_nobody_is_written_to_who_does_not_want_it(telegram: Telegram, bot: Bot) -> None:
    ann, mod, general = telegram.member("ann"), telegram.administrator("mod"), telegram.chat().id
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ann.user.id, "x")
    await ann.starts()
    await bot.send_message(ann.user.id, "x")
    await ann.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ann.user.id, "x")
    await ann.unblocks()
    await ann.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(ann.user.id, "x")
    await mod.makes_bot("restricted")
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await bot.send_message(general, "x")
    await mod.makes_bot("kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(general, "x")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.get_chat_member(general, mod.user.id)


async def test_topics_are_rooms_of_their_own(telegram: Telegram, bot: Bot) -> None:
    club = telegram.group("club", topics=("help",))
    ann = telegram.member("ann")
    await bot.send_message(club.id, "Everybody")
    sent = await bot.send_message(club.id, "Helpers", message_thread_id=club.topics["help"])

    assert (sent.is_topic_message, sent.message_thread_id) == (True, club.topics["help"])
    assert [shown.text for shown in ann.screen("club")] == ["Everybody"]
    assert [shown.text for shown in ann.screen("club/help")] == ["Helpers"]
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(club.id, "x", message_thread_id=999)
    club.closed.add(club.topics["help"])
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(club.id, "x", message_thread_id=club.topics["help"])


async def test_a_program_made_with_the_library_polls_and_answers(telegram: Telegram) -> None:
    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        await update.message.reply_text(f"You said {update.message.text}")

    builder = Application.builder().token(telegram.token)
    program = builder.base_url(f"{telegram.url}/bot").base_file_url(f"{telegram.url}/file/bot").build()
    program.add_handler(MessageHandler(filters.TEXT, echo))
    ann = telegram.member("ann")
    async with program:
        assert program.updater is not None
        await program.start()
        await program.updater.start_polling()
        await ann.says("Hello", room=DIRECT)
        assert (await ann.sees("You said Hello", room=DIRECT)).author == "Parley"
        await program.updater.stop()
        await program.stop()

    assert telegram.updates.waiting == ()
