"""Methods about the topics of a forum."""

from tests.platforms.telegram.call import Call
from tests.platforms.telegram.composing import breaking, paced, writable
from tests.platforms.telegram.refusals import bad
from tests.platforms.telegram.sending import Method
from tests.platforms.telegram.world import World

LONGEST_NAME = 128


def edit_forum_topic(world: World, call: Call) -> bool:
    """editForumTopic: administrators may, and in a private chat the bot."""
    chat, name = writable(world, call), call.text("name")
    number = call.integer("message_thread_id")
    found = next((one for one, thread in chat.topics.items() if thread == number), None)
    if found is None:
        raise bad("TOPIC_ID_INVALID")
    if not chat.private and chat.bot != "administrator":
        raise bad("not enough rights to manage topics in the chat")
    if len(name) > LONGEST_NAME:
        raise breaking(world, call, f"{len(name)} characters of a topic's name", bad("TOPIC_TITLE_TOO_LONG"))
    paced(world, call, chat)
    if found == name:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.topics[name] = chat.topics.pop(found)
    world.clock.beat()
    return True


TOPICS: dict[str, Method] = {"editForumTopic": edit_forum_topic}
