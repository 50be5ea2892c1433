"""What a room knows from files: moderators say which, and everybody may see them."""

from collections.abc import Callable, Mapping, Sequence

from bot.conversation.files.documents import named
from bot.conversation.gate.permitting import Permit, permit
from bot.errors import NotFound
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Store
from bot.records import KnownFile, Piece

AROUND = 2
"""Pieces that are shown before and behind one."""


class Knowing:
    """Files that a room knows: its own, its channel's and its server's. Raises UserError; StorageError when
    nothing was stored. `changed`: called when something is known no more; `space`: where texts are placed."""

    def __init__(
        self, store: Store, changed: Callable[[], None], space: Callable[[], str], may: Permit = permit
    ) -> None:
        self._store = store
        self._permit = may
        self._changed = changed
        self._space = space

    async def files(self, key: ChannelKey, actor: Actor) -> Sequence[KnownFile]:
        """All of them, by name."""
        self._permit(actor, Act.SEE_KNOWLEDGE, key)
        return await self._store.known(key)

    async def placed(self, key: ChannelKey, actor: Actor) -> Mapping[int, int]:
        """How many pieces of each are found by what they are like, and not by their words alone."""
        self._permit(actor, Act.SEE_KNOWLEDGE, key)
        return await self._store.pieces_in(key, self._space())

    async def remove(self, key: ChannelKey, actor: Actor, file_id: int) -> str:
        """Let one of this very room go: the sentence that says so. Raises NotFound."""
        self._permit(actor, Act.CHANGE_KNOWLEDGE, key)
        found = next((file for file in await self._store.known(key) if file.id == file_id), None)
        if found is None:
            raise NotFound(f"I know no file {file_id} here. `/knowledge list` shows them.")
        if found.scope != key.scope:
            raise NotFound(f"{named(found.name)} was added for more than this thread. Remove it there.")
        await self._store.unlearn(key.scope, file_id)
        self._changed()
        return f"I know {named(found.name)} here no more."

    async def excerpt(
        self, key: ChannelKey, actor: Actor, file_id: int, position: int
    ) -> tuple[KnownFile, Sequence[Piece]]:
        """A piece of a file with what stands around it. Raises NotFound."""
        self._permit(actor, Act.SEE_KNOWLEDGE, key)
        found = [file for file in await self._store.known(key) if file.id == file_id]
        first, last = position - AROUND, position + AROUND
        pieces = await self._store.stretch(key, file_id, first, last) if found else ()
        if not pieces:
            raise NotFound("This room knows no such file, or not any more.")
        return found[0], pieces
