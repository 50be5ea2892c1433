"""Methods that change or remove what is in a chat."""

from tests.platforms.telegram.call import Call
from tests.platforms.telegram.chats import Chat, Message
from tests.platforms.telegram.composing import (
    breaking,
    caption_content,
    chat_of,
    keyboard,
    own_message,
    paced,
    text_content,
    writable,
)
from tests.platforms.telegram.refusals import NOT_MODIFIED, TOO_OLD, Json, bad
from tests.platforms.telegram.sending import Method, media
from tests.platforms.telegram.world import World

TEXT = ("text", "entities", "link_preview_options")
CAPTION = ("caption", "caption_entities")
MEDIA = ("photo", "document", *CAPTION)
BUTTONS = ("reply_markup",)

ANSWERABLE = 150.0
"""Seconds in which a pressed button can be answered."""
LONGEST_NOTICE = 200
DELETABLE = 48 * 3600.0
MOST_DELETED = 100


def _edit(world: World, call: Call, message: Message, content: Json, replaced: tuple[str, ...]) -> Json:
    """Replace some of a message's fields. Raises Refused when all of them are as they were."""
    buttons, _ = keyboard(world, call)
    fields = content | buttons
    concerned = (*replaced, *BUTTONS)
    before = {name: message.body[name] for name in concerned if name in message.body}
    paced(world, call, message.chat)
    if before == fields:
        raise bad(NOT_MODIFIED)
    for name in before:
        del message.body[name]
    message.body |= fields
    if content:
        message.body["edit_date"] = int(world.clock.now())
    world.clock.beat()
    return message.body


def edit_message_text(world: World, call: Call) -> Json:
    """editMessageText."""
    message = own_message(world, call)
    if "text" not in message.body:
        raise bad("there is no text in the message to edit")
    return _edit(world, call, message, text_content(world, call), TEXT)


def edit_message_caption(world: World, call: Call) -> Json:
    """editMessageCaption."""
    message = own_message(world, call)
    if "text" in message.body:
        raise bad("there is no caption in the message to edit")
    return _edit(world, call, message, caption_content(world, call), CAPTION)


def edit_message_media(world: World, call: Call) -> Json:
    """editMessageMedia."""
    message = own_message(world, call)
    return _edit(world, call, message, media(world, call, call.structure("media") or {}), (*TEXT, *MEDIA))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """editMessageReplyMarkup."""
    return _edit(world, call, own_message(world, call), {}, ())


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    chat = chat_of(world, call)
    message = chat.messages.get(call.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    if not _deletable(world, chat, message):
        raise bad("message can't be deleted for everyone")
    del chat.messages[message.id]
    world.clock.beat()
    return True


def delete_messages(world: World, call: Call) -> bool:
    """deleteMessages: what is not there is passed over."""
    chat, numbers = chat_of(world, call), call.structure("message_ids") or []
    if not 1 <= len(numbers) <= MOST_DELETED:
        raise breaking(world, call, f"{len(numbers)} messages at once", bad("too many messages to delete"))
    for number in numbers:
        message = chat.messages.get(number)
        if message is not None and _deletable(world, chat, message):
            del chat.messages[number]
    world.clock.beat()
    return True


def _deletable(world: World, chat: Chat, message: Message) -> bool:
    if chat.bot == "administrator":
        return True
    young = message.body["date"] + DELETABLE > world.clock.now()
    return young and (chat.private or message.by_bot)


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery: the person's client stops waiting, and shows what is said."""
    pressed = world.callbacks.get(call.text("callback_query_id"))
    if len(call.text("text")) > LONGEST_NOTICE:
        raise breaking(world, call, f"{len(call.text('text'))} characters", bad("MESSAGE_TOO_LONG"))
    if pressed is None:
        raise bad(TOO_OLD)
    if pressed.at + ANSWERABLE < world.clock.now():
        pressed.answered = True
        raise breaking(world, call, f"{pressed.label} answered after {ANSWERABLE:g} s", bad(TOO_OLD))
    pressed.answered = True
    pressed.said = call.text("text")
    world.clock.beat()
    return True


def set_message_reaction(world: World, call: Call) -> bool:
    """setMessageReaction: a bot has one for each message."""
    message = writable(world, call).messages.get(call.integer("message_id"))
    if message is None:
        raise bad("message to react not found")
    wanted = call.structure("reaction") or []
    if len(wanted) > 1:
        raise breaking(world, call, "more than one reaction", bad("REACTIONS_TOO_MANY"))
    message.reactions = tuple(one.get("emoji", "") for one in wanted)
    return True


EDITING: dict[str, Method] = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
}
