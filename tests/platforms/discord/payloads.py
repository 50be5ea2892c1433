"""What Discord knows, as the JSON that it sends."""

import hmac
import re
import time
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.platforms.discord.world import (
    EPOCH,
    Account,
    Channel,
    Guild,
    Kind,
    Message,
    Right,
    Upload,
    World,
    rights,
)

Json = dict[str, Any]

SECRET = b"what signs the addresses of files"


def user(account: Account) -> Json:
    return {
        "id": str(account.id),
        "username": account.name,
        "global_name": None if account.bot else account.name.capitalize(),
        "discriminator": "0000",
        "avatar": None,
        "bot": account.bot,
        "public_flags": 0,
    }


def member(account: Account, guild: Guild) -> Json:
    """Without the user, as messages carry it."""
    return {
        "roles": [str(role) for role in sorted(guild.members.get(account.id, ()))],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "nick": None,
        "avatar": None,
        "premium_since": None,
        "pending": False,
        "flags": 0,
    }


def role(guild: Guild, role_id: int, name: str, allowed: Right, position: int) -> Json:
    return {
        "id": str(role_id),
        "name": name,
        "permissions": str(int(allowed)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def roles(guild: Guild) -> list[Json]:
    everyone = role(guild, guild.id, "@everyone", guild.everyone, 0)
    return [
        everyone,
        *(role(guild, r.id, r.name, r.rights, n) for n, r in enumerate(guild.roles.values(), 1)),
    ]


def channel(one: Channel, bot: Account) -> Json:
    said: Json = {"id": str(one.id), "type": int(one.kind), "last_message_id": _last(one), "flags": 0}
    if one.guild is None:
        others = [user(account) for account in one.people.values() if account is not bot]
        return said | {"recipients": others} | ({"name": one.name} if one.kind is Kind.GROUP else {})
    said |= {"guild_id": str(one.guild.id), "name": one.name}
    if one.parent is not None:
        return said | _thread(one, bot)
    if one.kind is Kind.FORUM:
        said |= {"available_tags": [], "default_reaction_emoji": None}
    return said | {
        "position": 0,
        "nsfw": False,
        "topic": None,
        "parent_id": None,
        "rate_limit_per_user": 0,
        "permission_overwrites": _overwrites(one),
    }


def _last(one: Channel) -> str | None:
    return str(next(reversed(one.messages))) if one.messages else None


def _overwrites(one: Channel) -> list[Json]:
    assert one.guild is not None
    return [
        {
            "id": str(whose),
            "type": int(whose in one.guild.members),
            "allow": str(int(allow)),
            "deny": str(int(deny)),
        }
        for whose, (allow, deny) in one.overwrites.items()
    ]


def _thread(one: Channel, bot: Account) -> Json:
    assert one.parent is not None
    opened = next(iter(one.people), bot.id)
    said: Json = {
        "parent_id": str(one.parent.id),
        "owner_id": str(opened),
        "message_count": len(one.messages),
        "member_count": len(one.people),
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": one.archived,
            "locked": one.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2024-01-01T00:00:00+00:00",
        },
    }
    if bot.id in one.people:
        joined = {"id": str(one.id), "user_id": str(bot.id), "join_timestamp": "2024-01-01T00:00:00+00:00"}
        said["member"] = joined | {"flags": 0}
    return said


def guild(one: Guild, world: World, bot: Account) -> Json:
    """As GUILD_CREATE has it: with the bot as its only listed member, and the channels that it can see."""
    seen = [
        c for c in world.channels.values() if c.guild is one and not c.gone and rights(bot, c) & Right.VIEW
    ]
    return partial_guild(one) | {
        "name": one.name,
        "owner_id": str(one.owner.id),
        "roles": roles(one),
        "emojis": [],
        "stickers": [],
        "member_count": len(one.members),
        "large": False,
        "unavailable": False,
        "joined_at": "2024-01-01T00:00:00+00:00",
        "members": [member(bot, one) | {"user": user(bot)}],
        "channels": [channel(c, bot) for c in seen if not c.thread],
        "threads": [channel(c, bot) for c in seen if c.thread and not c.archived],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "system_channel_id": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "icon": None,
    }


def partial_guild(one: Guild) -> Json:
    """All that is told of a server where the bot is not."""
    return {"id": str(one.id), "features": [], "preferred_locale": "en-US", "locale": "en-US"}


class Rendering:
    """Messages, as the bot may see them: addresses signed anew each time, text only where it is due."""

    def __init__(self, bot: Account, url_lives: float) -> None:
        self.bot = bot
        self.files_at = ""
        self.url_lives = url_lives

    def message(self, one: Message, *, content: bool, replied: bool = True) -> Json:
        """`content`: whether the message-content intent is on; without it some messages come empty."""
        told = content or self._due(one)
        said: Json = {
            "id": str(one.id),
            "channel_id": str(one.channel.id),
            "author": user(one.author),
            "content": one.content if told else "",
            "timestamp": one.at.isoformat(),
            "edited_timestamp": one.edited.isoformat() if one.edited else None,
            "tts": False,
            "mention_everyone": one.everyone,
            "mentions": [self._mentioned(account, one) for account in one.mentions],
            "mention_roles": [str(role_id) for role_id in one.roles],
            "attachments": [self.attachment(file, one.channel) for file in one.files] if told else [],
            "embeds": one.embeds if told else [],
            "components": one.components if told else [],
            "pinned": False,
            "type": one.kind,
            "flags": one.flags,
        }
        return said | self._beside(one, content=content, replied=replied)

    def _due(self, one: Message) -> bool:
        """The bot's own, direct messages, and what mentions it."""
        return one.author is self.bot or one.channel.guild is None or self.bot in one.mentions

    def _mentioned(self, account: Account, one: Message) -> Json:
        where = one.channel.guild
        return user(account) | ({"member": member(account, where)} if where else {})

    def _beside(self, one: Message, *, content: bool, replied: bool) -> Json:
        said: Json = {}
        if one.nonce is not None:
            said["nonce"] = one.nonce
        if one.author.webhook:
            said["webhook_id"] = str(one.author.id)
        if one.interaction:
            said |= {"interaction_metadata": one.interaction, "application_id": str(self.bot.id)}
            said["webhook_id"] = str(self.bot.id)
        if one.reference:
            said["message_reference"] = one.reference
            if replied and one.kind == 19:  # a reply
                there = one.replied is not None and not one.replied.gone
                said["referenced_message"] = (
                    self.message(one.replied, content=content, replied=False)
                    if there and one.replied
                    else None
                )
        return said

    def attachment(self, file: Upload, where: Channel) -> Json:
        url = self.url(file, where)
        said: Json = {
            "id": str(file.id),
            "filename": file.name,
            "size": len(file.data),
            "url": url,
            "proxy_url": url,
            "content_type": file.kind,
        }
        if file.description:
            said["description"] = file.description
        return said | _size(file)

    def url(self, file: Upload, where: Channel) -> str:
        """Signed, and good for as long as it says."""
        now = int(time.time())
        path = f"attachments/{where.id}/{file.id}/{file.name}"
        until, since = f"{now + int(self.url_lives):x}", f"{now:x}"
        return f"{self.files_at}/{path}?ex={until}&is={since}&hm={signature(path, until, since)}&"

    def event(self, one: Message, *, content: bool) -> Json:
        """As MESSAGE_CREATE and MESSAGE_UPDATE have it."""
        said = self.message(one, content=content)
        where = one.channel.guild
        if where is None:
            return said | {"channel_type": int(one.channel.kind)}
        said |= {"guild_id": str(where.id), "channel_type": int(one.channel.kind)}
        return said if one.author.webhook else said | {"member": member(one.author, where)}


def signature(path: str, until: str, since: str) -> str:
    return hmac.new(SECRET, f"{path} {until} {since}".encode(), sha256).hexdigest()


def _size(file: Upload) -> Json:
    if not file.kind.startswith("image/"):
        return {}
    try:
        with Image.open(BytesIO(file.data)) as picture:
            return {"width": picture.width, "height": picture.height}
    except (UnidentifiedImageError, OSError):
        return {}


def read_as(one: Message, world: World) -> str:
    """A message's text as people read it: names for mentions, and all that is displayed."""
    texts = [one.content] if one.content else []
    texts += [str(part["content"]) for part in walk(one.components) if part.get("type") == 10]
    return re.sub(r"<@!?(\d+)>", lambda found: f"@{_name(world, found[1])}", "\n".join(texts))


def _name(world: World, account_id: str) -> str:
    account = world.accounts.get(int(account_id))
    return account.name if account else "unknown"


def walk(components: list[Json]) -> list[Json]:
    """All components, those inside of others too."""
    found: list[Json] = []
    for one in components:
        found.append(one)
        found += walk(one.get("components") or [])
        found += walk([one[key] for key in ("accessory", "component") if one.get(key)])
    return found


def now() -> datetime:
    return datetime.now(UTC)


def at(snowflake: int) -> datetime:
    """The moment of which an id tells."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH) / 1000, UTC)
