"""Members of a chat as the API tells them."""

from tests.platforms.telegram.chats import User
from tests.platforms.telegram.refusals import Json

RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]
MAY_WRITE = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_react_to_messages",
    "can_edit_tag",
]
LEADING = frozenset({"creator", "administrator"})


def member(user: User, status: str, *, anonymous: bool = False) -> Json:
    """A ChatMember of any status."""
    found: Json = {"user": user.json(), "status": status}
    match status:
        case "creator":
            return found | {"is_anonymous": anonymous}
        case "administrator":
            rights = dict.fromkeys(RIGHTS, True)
            return found | rights | {"can_be_edited": False, "is_anonymous": anonymous}
        case "restricted":
            return found | dict.fromkeys(MAY_WRITE, False) | {"is_member": True, "until_date": 0}
        case "kicked":
            return found | {"until_date": 0}
        case _:
            return found
