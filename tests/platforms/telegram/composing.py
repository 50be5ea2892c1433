"""What a bot's request says: its text, its buttons, to whom, and whether Telegram would take it."""

from collections.abc import Callable

from tests.platforms.telegram.call import Call
from tests.platforms.telegram.chats import GENERAL_TOPIC, Chat, Message
from tests.platforms.telegram.found import find
from tests.platforms.telegram.html_text import parse_html
from tests.platforms.telegram.markdown_text import parse_markdown
from tests.platforms.telegram.refusals import Json, Refused, bad, forbidden, too_many_requests
from tests.platforms.telegram.units import MOST_ENTITIES, Formatted, checked, cleaned, units
from tests.platforms.telegram.world import Place, World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_CALLBACK_DATA = 64
MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
PARSERS: dict[str, Callable[[str], Formatted]] = {
    "html": parse_html,
    "markdownv2": parse_markdown,
    "": Formatted,
}


def breaking(world: World, call: Call, what: str, refused: Refused) -> Refused:
    """An answer that shows that the bot broke a limit."""
    world.break_rule(f"{call.method}: {what}")
    return refused


def formatted(world: World, call: Call, name: str, entities: str, most: int) -> Formatted:
    """The text of a request with its entities. Raises Refused."""
    mode = call.text("parse_mode").lower()
    if mode not in PARSERS:
        raise bad("unsupported parse_mode")
    source, given = call.text(name), call.structure(entities) or ()
    text = cleaned(PARSERS[mode](source) if mode else checked(source, given))
    if (length := units(text.text)) > most:
        why = "message is too long" if name == "text" else "message caption is too long"
        raise breaking(world, call, f"{length} UTF-16 units of at most {most}", bad(why))
    if length > world.takes:
        raise bad("message is too long")
    if len(text.entities) > MOST_ENTITIES:
        world.break_rule(f"{call.method}: {len(text.entities)} entities of at most {MOST_ENTITIES}")
    return find(Formatted(text.text, text.entities[:MOST_ENTITIES]))


def text_content(world: World, call: Call) -> Json:
    """A message's text. Raises Refused when there is none."""
    text = formatted(world, call, "text", "entities", LONGEST_TEXT)
    if text.empty:
        raise bad("message text is empty")
    return _named("text", "entities", text) | _preview(call)


def caption_content(world: World, call: Call) -> Json:
    """A caption, if there is one."""
    text = formatted(world, call, "caption", "caption_entities", LONGEST_CAPTION)
    return {} if text.empty else _named("caption", "caption_entities", text)


def _named(name: str, entities: str, text: Formatted) -> Json:
    return {name: text.text} | ({entities: list(text.entities)} if text.entities else {})


def _preview(call: Call) -> Json:
    options = call.structure("link_preview_options")
    return {"link_preview_options": options} if options else {}


def keyboard(world: World, call: Call) -> tuple[Json, bool]:
    """The inline keyboard as a field, and whether the message asks for a reply. Raises Refused."""
    markup = call.structure("reply_markup")
    if not markup:
        return {}, False
    if "inline_keyboard" not in markup:
        return {}, bool(markup.get("force_reply"))
    rows = [row for row in markup["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        _check_button(world, call, button)
    if sum(map(len, rows)) > MOST_BUTTONS or max(map(len, rows), default=0) > MOST_IN_A_ROW:
        raise breaking(world, call, "too many buttons", bad("reply markup is too long"))
    return ({"reply_markup": {"inline_keyboard": rows}} if rows else {}), False


def _check_button(world: World, call: Call, button: Json) -> None:
    if not button.get("text", "").strip():
        raise bad("Inline keyboard button text must be non-empty")
    if set(button) <= {"text", "style", "icon_custom_emoji_id"}:
        raise bad("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        length = len(button["callback_data"].encode())
        if not 1 <= length <= LONGEST_CALLBACK_DATA:
            what = f"{length} bytes of callback_data, of at most {LONGEST_CALLBACK_DATA}"
            raise breaking(world, call, what, bad("BUTTON_DATA_INVALID"))


def chat_of(world: World, call: Call) -> Chat:
    """The chat of a request, whether or not the bot may write there. Raises Refused."""
    given = call.params.get("chat_id")
    if given is None or given == "":
        raise bad("chat_id is empty")
    chat = world.chats.get(given) if isinstance(given, int) else None
    if chat is None or (chat.private and not chat.started and chat.user is not None and chat.user.is_bot):
        raise bad("chat not found")
    if chat.moved_to is not None:
        why = "group chat was upgraded to a supergroup chat"
        raise bad(why, migrate_to_chat_id=chat.moved_to.id)
    return chat


def writable(world: World, call: Call) -> Chat:
    """The chat of a request, if the bot may write there. Raises Refused."""
    chat = chat_of(world, call)
    where = f"the {chat.kind} chat"
    if chat.gone:
        raise forbidden("user is deactivated" if chat.private else f"{where} was deleted")
    if chat.private and not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    match chat.bot:
        case "kicked" if chat.private:
            raise forbidden("bot was blocked by the user")
        case "kicked":
            raise forbidden(f"bot was kicked from {where}")
        case "left":
            raise forbidden(f"bot is not a member of {where}")
        case "restricted":
            raise bad("not enough rights to send text messages to the chat")
    return chat


def place_of(call: Call, chat: Chat) -> Place:
    """Where in the chat: a topic of a forum, or a thread of replies. Raises Refused."""
    thread = call.integer("message_thread_id")
    if not thread:
        return Place(chat, GENERAL_TOPIC if chat.forum else 0)
    if chat.forum:
        if thread not in chat.topics.values() or thread == GENERAL_TOPIC:
            raise bad("message thread not found")
        if thread in chat.closed:
            raise bad("TOPIC_CLOSED")
        return Place(chat, thread)
    if thread not in chat.messages:
        raise bad("message thread not found")
    return Place(chat)


def reply(world: World, call: Call, place: Place) -> Json:
    """The fields of a reply, if it is one. Raises Refused when what it answers is gone."""
    wanted = call.structure("reply_parameters")
    if not wanted:
        return {}
    found = place.chat.messages.get(wanted["message_id"])
    if found is None:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    quote = wanted.get("quote")
    if quote and quote not in found.text:
        raise bad("QUOTE_TEXT_INVALID")
    quoted = {"quote": {"text": quote, "position": 0}} if quote else {}
    return world.answered_to(place, found) | quoted


def paced(world: World, call: Call, chat: Chat, messages: int = 1, *, draft: bool = False) -> None:
    """Count what is about to be sent. Raises Refused: too much of it, or before the bot may come back."""
    now = world.clock.now()
    if owed := world.meter.owed(chat.id, now):
        refused = too_many_requests(max(1, round(owed)))
        raise breaking(world, call, f"came back to {chat.title} {owed:.1f} s too early", refused)
    excess = world.meter.spend(chat.id, now, group=chat.group, messages=messages, draft=draft)
    if excess is not None:
        refused = too_many_requests(excess.retry_after)
        world.meter.told(chat.id, now, excess.seconds)
        raise breaking(world, call, f"{chat.title}: {excess.rule}", refused)


def own_message(world: World, call: Call) -> Message:
    """The message that a request is about to edit. Raises Refused."""
    message = writable(world, call).messages.get(call.integer("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.by_bot:
        raise bad("message can't be edited")
    return message
