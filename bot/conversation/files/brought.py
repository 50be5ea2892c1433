"""The files that answers bring, for who reads their room."""

from bot.conversation.gate.permitting import Permit, permit
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey, Made
from bot.ports import Store


class Brought:
    """Hands files out. Raises UserError."""

    def __init__(self, store: Store, may: Permit = permit) -> None:
        self._store = store
        self._permit = may

    async def file(self, key: ChannelKey, message_id: int, place: int, actor: Actor) -> Made:
        """A file of an answer in this room, by its place among them. Raises NotFound."""
        self._permit(actor, Act.READ, key)
        return await self._store.made_file(key, message_id, place)
