"""The part of the store that lets go of people and of what is old, and that tells people what there is."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages import ChannelKey
from bot.records import Erasure, Outdated
from bot.store.privacy import echoes, erasing, exporting, outdated
from bot.store.promises.recalling import Recollecting


class Forgetting(Recollecting):
    """`bot.ports.forgetting`."""

    async def begin_erasure(self, person_id: str, pseudonym: str, *, at: datetime) -> Erasure:
        """Write down that somebody is to be forgotten."""
        known = await self._read(erasing.of_person, person_id)
        return await self._write(erasing.begin, person_id, pseudonym, known, at=at)

    async def erasures(self) -> Sequence[Erasure]:
        """Everybody who is being forgotten."""
        return await self._read(erasing.under_way)

    async def unended_of(self, person_id: str) -> Sequence[int]:
        """The runs that go on for somebody."""
        return await self._read(erasing.unended_of, person_id)

    async def forget_echoes(self, one: Erasure, *, at: datetime) -> Erasure:
        """What repeats their words, everywhere: the next phase."""
        said = await self._read(echoes.spoken, one)
        while one.phase == erasing.ECHOES:
            found = await self._read(echoes.echoes, one, said, one.cursor)
            one = await self._write(erasing.forget_echoes, one, found, at=at)
        return one

    async def forget_words(self, one: Erasure, *, at: datetime) -> Erasure:
        """What they said in the next stretch."""
        return await self._write(erasing.forget_words, one, at=at)

    async def forget_rest(self, one: Erasure, *, at: datetime) -> Erasure:
        """The next piece of what else is theirs."""
        return await self._write(erasing.forget_rest, one, at=at)

    async def forget_pictures(self, one: Erasure) -> Sequence[str]:
        """Pictures whose bytes may go."""
        _, free = await self._write(erasing.forget_pictures, one)
        return free

    async def pictures_gone(self, one: Erasure) -> Erasure:
        """They are gone."""
        return await self._write(erasing.pictures_gone, one)

    async def clean_file(self) -> bool:
        """Let what was deleted leave the index and the log. False: somebody was reading; ask again."""
        await self.wipe_words()
        return await self._writer.fold()

    async def file_cleaned(self, one: Erasure) -> Erasure:
        """Nothing is left in the file."""
        return await self._write(erasing.file_cleaned, one)

    async def erased(self, one: Erasure) -> None:
        """Nothing is left to be done."""
        await self._write(erasing.over, one)

    async def keys_of(self, room_ids: Sequence[int]) -> Sequence[ChannelKey]:
        """The keys of rooms."""
        return [ChannelKey.parse(key) for key in await self._read(erasing.keys_of, room_ids)]

    async def kept_for(self, key: ChannelKey) -> int | None:
        """Days that a room keeps what is said, as moderators said."""
        return await self._read(outdated.kept_for, key)

    async def outdated(self, most: int | None, *, at: datetime) -> Sequence[Outdated]:
        """Rooms from which something may have to go."""
        return await self._read(outdated.outdated, most, at=at)

    async def let_go_of_outdated(self, one: Outdated, *, at: datetime) -> int:
        """Wipe some of it: how many exchanges."""
        return await self._write(outdated.let_go_of_outdated, one, at=at)

    async def drop_unshown(self, *, at: datetime) -> Sequence[str]:
        """Forget some pictures that nothing shows."""
        return await self._write(outdated.drop_unshown, at=at)

    async def drop_purses(self, *, at: datetime) -> None:
        """Forget what people spent long ago."""
        await self._write(outdated.drop_purses, at=at)

    async def known_pictures(self, shas: Sequence[str]) -> frozenset[str]:
        """Those of them that are recorded."""
        return await self._read(outdated.known_pictures, shas)

    async def said_by(self, person_id: str, *, after: int, limit: int) -> Sequence[exporting.Page]:
        """What somebody said, and what they were answered."""
        return await self._read(exporting.said_by, person_id, after, limit)

    async def kept_of(self, person_id: str) -> exporting.Page:
        """What else there is of somebody, by what it is."""
        return await self._read(exporting.kept_of, person_id)
