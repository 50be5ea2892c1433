"""Methods that ask, or that say what the bot is: chats, members, files, commands, descriptions."""

from tests.platforms.telegram.call import Call
from tests.platforms.telegram.chats import Chat, User
from tests.platforms.telegram.composing import breaking, chat_of
from tests.platforms.telegram.members import LEADING, member
from tests.platforms.telegram.menus import checked, key
from tests.platforms.telegram.refusals import Json, Refused, bad, forbidden
from tests.platforms.telegram.sending import Method
from tests.platforms.telegram.world import World

LENGTHS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


def get_me(world: World, call: Call) -> Json:
    """getMe."""
    flags = {
        "can_join_groups": True, "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False, "can_connect_to_business": False, "has_main_web_app": False,
    }  # fmt: skip
    return world.bot.json() | flags


def _visible(world: World, call: Call) -> Chat:
    chat = chat_of(world, call)
    if chat.group and chat.bot in {"left", "kicked"}:
        what = "was kicked from" if chat.bot == "kicked" else "is not a member of"
        raise forbidden(f"bot {what} the {chat.kind} chat")
    return chat


def get_chat(world: World, call: Call) -> Json:
    """getChat."""
    gifts = (
        "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels",
    )  # fmt: skip
    return _visible(world, call).json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _status(world: World, chat: Chat, user: User) -> Json:
    if user is world.bot:
        return member(user, chat.bot)
    return member(user, chat.roles.get(user.id, "left" if chat.group else "member"))


def get_chat_member(world: World, call: Call) -> Json:
    """getChatMember."""
    chat, user = _visible(world, call), world.users.get(call.integer("user_id"))
    if user is None:
        raise bad("user not found")
    if chat.private and user.id not in {chat.id, world.bot.id}:
        raise bad("user not found")
    return _status(world, chat, user)


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """getChatAdministrators."""
    chat = _visible(world, call)
    if chat.private:
        raise bad("there are no administrators in the private chat")
    leading = [world.users[number] for number, role in chat.roles.items() if role in LEADING]
    own = [member(world.bot, chat.bot)] if chat.bot in LEADING else []
    return [_status(world, chat, user) for user in leading] + own


def get_chat_member_count(world: World, call: Call) -> int:
    """getChatMemberCount."""
    chat = _visible(world, call)
    return 2 if chat.private else 1 + sum(role not in {"left", "kicked"} for role in chat.roles.values())


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    chat = _visible(world, call)
    if chat.private:
        raise bad("chat not found")
    world.change_bot(chat, "left", world.bot)
    return True


def get_file(world: World, call: Call) -> Json:
    """getFile."""
    return world.files.get(call.text("file_id"))


def set_my_commands(world: World, call: Call) -> bool:
    """setMyCommands for a scope and a language."""
    try:
        where = key(call.structure("scope"), call.text("language_code"))
        world.menus.lists[where] = checked(call.structure("commands") or [])
    except Refused as refused:
        raise breaking(world, call, refused.description, refused) from None
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """getMyCommands."""
    return world.menus.lists.get(key(call.structure("scope"), call.text("language_code")), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    world.menus.lists.pop(key(call.structure("scope"), call.text("language_code")), None)
    return True


def _set_text(world: World, call: Call) -> bool:
    name, most = LENGTHS[call.method.removeprefix("setMy")]
    if len(call.text(name)) > most:
        raise breaking(world, call, f"more than {most} characters", bad(f"{name} is too long"))
    world.texts[name, call.text("language_code")] = call.text(name)
    return True


def _get_text(world: World, call: Call) -> Json:
    name, _ = LENGTHS[call.method.removeprefix("getMy")]
    return {name: world.texts.get((name, call.text("language_code")), world.texts.get((name, ""), ""))}


ASKING: dict[str, Method] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{what}": _set_text for what in LENGTHS},
    **{f"getMy{what}": _get_text for what in LENGTHS},
}
