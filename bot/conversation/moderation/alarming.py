"""Where moderators are told. A room of another server is told only when its own moderators asked for it."""

from dataclasses import replace

from bot.conversation.gate.permitting import permit, runs_server
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.moderation.policy import ALERTS, alone
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Store

ALONE = "Nobody is told what is said where you are alone with me."
UNASKED = "Alerts are not switched on in that room: give `/moderation alerts` there first."


class Alarms:
    """Sets it, for a whole server. Raises UserError, StorageError."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def tell(
        self, key: ChannelKey, actor: Actor, named: str = "", *, off: bool = False, event_id: str = ""
    ) -> ChannelKey | None:
        """Tell moderators in this room from now on, or in the one that is `named`, or nobody: the room."""
        permit(actor, Act.SET_MODERATION, key, admit=runs_server)
        if alone(key):
            raise BadOption(ALONE)
        to = None if off else await self._named(key, named.strip()) if named.strip() else key
        value = None if to is None else str(to)
        scope, now = key.scopes()[0], self._clock.now()
        await self._store.change_setting(scope, ALERTS, value, actor.person, at=now, event_id=event_id)
        return to

    async def _named(self, key: ChannelKey, name: str) -> ChannelKey:
        """A room that has alerts switched on: of this server, or a chat that is its own. Raises BadOption."""
        channel, _, thread = name.partition(".")
        near = replace(key, channel=channel, thread=thread)
        for room in (near, replace(near, space=channel)):
            if (await self._store.settings(room)).value(ALERTS) == str(room):
                return room
        raise BadOption(UNASKED, "to")


def told_there(to: ChannelKey | None, key: ChannelKey) -> str:
    """Where they are told, as somebody in a room reads it."""
    if to is None:
        return "nowhere"
    return "in this room" if to == key else f"in the room {'.'.join(filter(None, (to.channel, to.thread)))}"
