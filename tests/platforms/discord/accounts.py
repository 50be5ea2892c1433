"""REST: the bot itself, its servers, and its commands."""

from typing import Any

from tests.platforms.discord import payloads
from tests.platforms.discord.handshake import application_flags
from tests.platforms.discord.refusals import Refused
from tests.platforms.discord.routing import Call, route
from tests.platforms.discord.world import Guild, Right, rights

Json = dict[str, Any]


@route("GET", "/gateway", open_=True)
def gateway(call: Call) -> Json:
    return {"url": call.core.handshake.resume_at.removesuffix("resume/")}


@route("GET", "/gateway/bot")
def gateway_of_bot(call: Call) -> Json:
    limit = call.core.handshake.start_limit()
    return gateway(call) | {"shards": call.core.limits.shards, "session_start_limit": limit}


@route("GET", "/users/@me")
def me(call: Call) -> Json:
    return payloads.user(call.core.bot) | {"mfa_enabled": True, "verified": True, "email": None}


@route("GET", "/users/{user_id}")
def user(call: Call) -> Json:
    found = call.core.world.accounts.get(int(call.params["user_id"]))
    if found is None:
        raise Refused(10013)
    return payloads.user(found)


@route("GET", "/oauth2/applications/@me")
def oauth_application(call: Call) -> Json:
    return application(call)


@route("GET", "/applications/@me")
def application(call: Call) -> Json:
    core = call.core
    return {
        "id": str(core.bot.id),
        "name": core.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": payloads.user(core.owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": application_flags(core.handshake.granted),
        "bot": payloads.user(core.bot),
        "approximate_guild_count": sum(one.joined for one in core.world.guilds.values()),
        "integration_types_config": {"0": {}, "1": {}},
    }


def known(call: Call) -> Guild:
    """The server of a request, where the bot is. Raises Refused 10004."""
    found = call.core.world.guilds.get(int(call.params["guild_id"]))
    if found is None or not found.joined:
        raise Refused(10004)
    return found


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Json:
    return payloads.guild(known(call), call.core.world, call.core.bot)


@route("GET", "/guilds/{guild_id}/channels")
def guild_channels(call: Call) -> list[Json]:
    return list(payloads.guild(known(call), call.core.world, call.core.bot)["channels"])


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Json:
    threads = [one for one in call.core.world.threads(known(call)) if rights(call.core.bot, one) & Right.VIEW]
    return {"threads": [payloads.channel(one, call.core.bot) for one in threads], "members": []}


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Json:
    where = known(call)
    found = call.core.world.accounts.get(int(call.params["user_id"]))
    if found is None or found.id not in where.members:
        raise Refused(10007)
    return payloads.member(found, where) | {"user": payloads.user(found)}


def scope(call: Call) -> int | None:
    """Whose commands: a server's, or everybody's. Raises Refused 10002, 10004."""
    if call.params["application_id"] != str(call.core.bot.id):
        raise Refused(10002)
    return known(call).id if "guild_id" in call.params else None


GLOBAL = "/applications/{application_id}/commands"
LOCAL = "/applications/{application_id}/guilds/{guild_id}/commands"


@route("GET", GLOBAL)
@route("GET", LOCAL)
def commands(call: Call) -> list[Json]:
    return list(call.core.commands.registered.get(scope(call), {}).values())


@route("PUT", GLOBAL)
@route("PUT", LOCAL)
def overwrite_commands(call: Call) -> list[Json]:
    return call.core.commands.overwrite(scope(call), call.body or [])


@route("POST", GLOBAL)
@route("POST", LOCAL)
def create_command(call: Call) -> Json:
    return call.core.commands.put(scope(call), call.body)


@route("GET", GLOBAL + "/{command_id}")
@route("GET", LOCAL + "/{command_id}")
def command(call: Call) -> Json:
    return call.core.commands.find(scope(call), call.params["command_id"])


@route("PATCH", GLOBAL + "/{command_id}")
@route("PATCH", LOCAL + "/{command_id}")
def change_command(call: Call) -> Json:
    found = call.core.commands.find(scope(call), call.params["command_id"])
    return call.core.commands.put(scope(call), found | call.body)


@route("DELETE", GLOBAL + "/{command_id}")
@route("DELETE", LOCAL + "/{command_id}")
def delete_command(call: Call) -> None:
    found = call.core.commands.find(scope(call), call.params["command_id"])
    del call.core.commands.registered[scope(call)][int(found["id"])]
