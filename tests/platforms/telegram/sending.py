"""Methods that put something into a chat."""

from collections.abc import Callable
from typing import Any

from tests.platforms.telegram.call import Call
from tests.platforms.telegram.chats import Draft, Message
from tests.platforms.telegram.composing import (
    LONGEST_TEXT,
    breaking,
    caption_content,
    formatted,
    keyboard,
    paced,
    place_of,
    reply,
    text_content,
    writable,
)
from tests.platforms.telegram.files import Upload
from tests.platforms.telegram.refusals import Json, bad
from tests.platforms.telegram.world import Place, World

Method = Callable[[World, Call], Any]
"""What answers a call: the result, as JSON. Raises Refused."""

DRAFT_LIVES = 30.0
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def post(world: World, call: Call, content: Json, place: Place) -> Message:
    """The bot's message, in its place; a draft there is over."""
    buttons, question = keyboard(world, call)
    fields = reply(world, call, place) | content | buttons
    paced(world, call, place.chat)
    return _written(world, place, fields, question=question)


def _written(world: World, place: Place, fields: Json, *, question: bool = False) -> Message:
    message = world.write(place, world.bot, fields)
    message.question = question
    for key in [key for key in place.chat.drafts if key[0] == place.thread]:
        del place.chat.drafts[key]
    return message


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    place = place_of(call, writable(world, call))
    return post(world, call, text_content(world, call), place).body


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto."""
    place = place_of(call, writable(world, call))
    return post(world, call, _media(world, call, "photo") | caption_content(world, call), place).body


def send_document(world: World, call: Call) -> Json:
    """sendDocument."""
    place = place_of(call, writable(world, call))
    return post(world, call, _media(world, call, "document") | caption_content(world, call), place).body


def _media(world: World, call: Call, kind: str, value: object = None) -> Json:
    given = call.upload(kind, value)
    if isinstance(given, Upload):
        return {kind: world.files.photo(given.data) if kind == "photo" else world.files.document(given)}
    if "://" in given:
        refused = bad("wrong file identifier/HTTP URL specified")
        raise breaking(world, call, "a file by its URL, which this machine does not fetch", refused)
    return world.files.again(given, kind)


def media(world: World, call: Call, item: Json) -> Json:
    """An InputMedia with its caption. Raises Refused."""
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise bad(f"can't parse InputMedia: type {kind} is unsupported")
    captioned = caption_content(world, Call(call.method, raw=item))
    return _media(world, call, kind, item.get("media")) | captioned


def send_media_group(world: World, call: Call) -> list[Json]:
    """sendMediaGroup: one message for each."""
    chat = writable(world, call)
    place, items = place_of(call, chat), call.structure("media") or []
    if not 2 <= len(items) <= 10:
        raise breaking(
            world, call, f"{len(items)} items in an album", bad("wrong number of items in the group")
        )
    if len({item.get("type") for item in items}) > 1:
        raise bad("documents can't be mixed with other media types")
    contents = [media(world, call, item) for item in items]
    fields = reply(world, call, place)
    paced(world, call, chat, len(items))
    group = {"media_group_id": str(13_000_000_000 + next(world.numbers))}
    return [_written(world, place, fields | group | content).body for content in contents]


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    place = place_of(call, writable(world, call))
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.actions.append((place, call.text("action")))
    world.clock.beat()
    return True


def send_message_draft(world: World, call: Call) -> bool:
    """sendMessageDraft: a preview in a private chat, for half a minute."""
    chat = writable(world, call)
    if not chat.private:
        raise breaking(world, call, "a draft outside a private chat", bad("TEXTDRAFT_PEER_INVALID"))
    number = call.integer("draft_id")
    if not number:
        raise bad("RANDOM_ID_INVALID")
    text = formatted(world, call, "text", "entities", LONGEST_TEXT)
    paced(world, call, chat, draft=True)
    chat.drafts[place_of(call, chat).thread, number] = Draft(text, world.clock.now() + DRAFT_LIVES)
    world.clock.beat()
    return True


SENDING: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
}
