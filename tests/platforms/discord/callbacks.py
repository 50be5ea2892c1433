"""REST: answers to interactions, and what follows them."""

from typing import Any

from tests.platforms.discord import posting
from tests.platforms.discord.content import EPHEMERAL, LOADING, V2, units
from tests.platforms.discord.core import Core
from tests.platforms.discord.interactions import Interaction, Sort, Window
from tests.platforms.discord.payloads import user, walk
from tests.platforms.discord.posting import Files
from tests.platforms.discord.refusals import Refused, invalid
from tests.platforms.discord.routing import Call, route
from tests.platforms.discord.world import Message

Json = dict[str, Any]

MESSAGE, DEFER, DEFER_EDIT, EDIT, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", open_=True, exempt=True)
def callback(call: Call) -> Json | None:
    core, kind, data = call.core, call.body["type"], call.body.get("data") or {}
    one = core.interactions.acknowledge(call.params["interaction_id"], call.params["interaction_token"], kind)
    try:
        _answer(core, one, kind, data, call.files)
    except Refused:
        one.answered = 0
        raise
    core.news.tell()
    if call.query.get("with_response") not in ("1", "true", "True"):
        return None
    return _response(core, one, kind)


def _answer(core: Core, one: Interaction, kind: int, data: Json, files: Files) -> None:
    if kind == MESSAGE:
        one.original = _write(core, one, data, files)
    elif kind == DEFER:
        one.original = _think(core, one, data)
    elif kind in (DEFER_EDIT, EDIT):
        one.original = one.message
        if kind == EDIT and one.message:
            posting.edit(core, one.message, data, files)
    elif kind == CHOICES:
        one.choices = _checked_choices(data.get("choices") or [])
    elif kind == MODAL:
        _check_modal(data)
        core.interactions.windows[one.who.id] = Window(one, data)


def _response(core: Core, one: Interaction, kind: int) -> Json:
    said: Json = {"id": str(one.id), "type": int(one.sort)}
    resource: Json = {"type": kind}
    if one.original:
        said |= {
            "response_message_id": str(one.original.id),
            "response_message_loading": one.original.loading,
            "response_message_ephemeral": bool(one.original.only),
        }
        if kind in (MESSAGE, EDIT):
            resource["message"] = core.rendering.message(one.original, content=True)
    return {"interaction": said, "resource": resource}


def _blank(core: Core, one: Interaction, flags: int, *, follows: bool = False) -> Message:
    """A message of the bot's that an interaction has brought about."""
    made = Message(core.world.snowflake(), one.channel, core.bot, flags=flags & EPHEMERAL)
    made.kind = 0 if one.sort is not Sort.COMMAND else 20
    made.only = one.who if flags & EPHEMERAL else None
    owners = (
        {"1": str(one.who.id)}
        if one.personal
        else {"0": str(one.channel.guild.id if one.channel.guild else 0)}
    )
    made.interaction = {
        "id": str(one.id),
        "type": int(one.sort),
        "user": user(one.who),
        "authorizing_integration_owners": owners,
    }
    if follows and one.original:
        made.interaction["original_response_message_id"] = str(one.original.id)
    return made


def _write(core: Core, one: Interaction, data: Json, files: Files, *, follows: bool = False) -> Message:
    made = _blank(core, one, data.get("flags") or 0, follows=follows)
    return posting.create(core, one.channel, core.bot, data, files, like=made)


def _think(core: Core, one: Interaction, data: Json) -> Message:
    """ "Parley is thinking…": whether it is ephemeral is settled now."""
    made = _blank(core, one, data.get("flags") or 0)
    made.flags |= LOADING
    one.channel.messages[made.id] = made
    core.announcer.message("MESSAGE_CREATE", made)
    return made


def _checked_choices(choices: list[Json]) -> list[Json]:
    if len(choices) > 25:
        raise invalid("choices", "Must be 25 or fewer in length.")
    for one in choices:
        if not 1 <= units(one["name"]) <= 100 or not 1 <= units(str(one["value"])) <= 100:
            raise invalid("choices", "Must be between 1 and 100 in length.")
    return choices


def _check_modal(data: Json) -> None:
    if not 1 <= len(data.get("title") or "") <= 45:
        raise invalid("title", "Must be between 1 and 45 in length.")
    if not 1 <= len(data.get("custom_id") or "") <= 100:
        raise invalid("custom_id", "Must be between 1 and 100 in length.")
    if not 1 <= len(data.get("components") or []) <= 5:
        raise invalid("components", "Must be between 1 and 5 in length.")
    for one in walk(data["components"]):
        if one.get("type") == 4 and units(one.get("value") or "") > (one.get("max_length") or 4000):
            raise invalid("value", "Must be 4000 or fewer in length.")


def of(call: Call) -> Interaction:
    return call.core.interactions.by_webhook(call.params["webhook_id"], call.params["webhook_token"])


def its(call: Call) -> Message:
    """A message that an interaction has brought about. Raises Refused 10008."""
    one = of(call)
    if "message_id" not in call.params:
        found = one.original
    else:
        wanted = one.channel.messages.get(int(call.params["message_id"]))
        mine = wanted and (wanted is one.original or (wanted.interaction or {}).get("id") == str(one.id))
        found = wanted if mine else None
    if found is None or found.gone:
        raise Refused(10008)
    return found


def rendered(call: Call, message: Message) -> Json:
    return call.core.rendering.message(message, content=True)


WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"


@route("POST", WEBHOOK, open_=True, exempt=True)
def follow_up(call: Call) -> Json:
    one = of(call)
    call.core.interactions.follow_up(one)
    if one.thinking and one.original:
        posting.edit(call.core, one.original, call.body, call.files)
        return rendered(call, one.original)
    return rendered(call, _write(call.core, one, call.body, call.files, follows=True))


@route("GET", WEBHOOK + "/messages/@original", open_=True, exempt=True)
@route("GET", WEBHOOK + "/messages/{message_id}", open_=True, exempt=True)
def its_message(call: Call) -> Json:
    return rendered(call, its(call))


@route("PATCH", WEBHOOK + "/messages/@original", open_=True, exempt=True)
@route("PATCH", WEBHOOK + "/messages/{message_id}", open_=True, exempt=True)
def edit_its_message(call: Call) -> Json:
    message = its(call)
    if message.loading and (call.body.get("flags") or 0) & V2:
        message.flags |= V2
    posting.edit(call.core, message, call.body, call.files)
    return rendered(call, message)


@route("DELETE", WEBHOOK + "/messages/@original", open_=True, exempt=True)
@route("DELETE", WEBHOOK + "/messages/{message_id}", open_=True, exempt=True)
def delete_its_message(call: Call) -> None:
    posting.remove(call.core, its(call))
