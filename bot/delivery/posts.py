"""The messages of one answer on its platform: what is there, what should be, and the next step between."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.delivery.attaching import attached
from bot.delivery.clusters import units
from bot.delivery.split import pieces
from bot.errors import Gone, Refused, Unlike
from bot.links import Known
from bot.markup import bare
from bot.messages import Action, Address, Limits, Made, PictureRef, Post
from bot.ports import Ledger, Outlet
from bot.records import Slot

LEAST: Final = 64
"""UTF-16 units of a message that is not cut further."""


def unfinished(text: str, actions: tuple[Action, ...], limits: Limits, files: int = 0) -> list[Post]:
    """An answer in the making. Only its last words still change, and carry the buttons. So many `files` of
    code stay what they are: they were out before this answer was gone on with."""
    text, code = attached(text, limits, files)
    texts = pieces(text, limits.text)
    done = [Post(text, final=True) for text in texts[:-1]]
    return _filed(done + [Post(text, actions=actions) for text in texts[-1:]], code, limits)


def finished(
    text: str,
    pictures: Sequence[PictureRef],
    actions: tuple[Action, ...],
    limits: Limits,
    files: Sequence[Made] = (),
) -> list[Post]:
    """A whole answer: pictures and files under its last words, more of them on further posts, then the
    buttons. Code that is too long comes as files, too."""
    text, code = attached(text, limits)
    posts = _filed(_pictured(text, pictures, limits), (*files, *code), limits)
    if posts:
        posts[-1] = replace(posts[-1], actions=actions)
    return posts


def worded(text: str, known: Known | None, *, whole: bool = True) -> str:
    """A model's text without HTML, unless there is nothing else. `known` None: no model wrote it."""
    shown = text if known is None else bare(text, whole=whole)
    return shown if shown.strip() or not whole else text


def linked(posts: Sequence[Post], known: Known | None) -> list[Post]:
    """The same, each knowing which of the hosts that it names it may link to. None: to any."""
    return [replace(post, links=known.among(post.text)) for post in posts] if known else list(posts)


def _pictured(text: str, pictures: Sequence[PictureRef], limits: Limits) -> list[Post]:
    """Words that are too many for a caption begin beside the picture, and go on without it."""
    posts = [Post(text, final=True) for text in pieces(text, limits.text)]
    if pictures and limits.caption and any(units(post.text) > limits.caption for post in posts):
        posts = [Post(text, final=True) for text in pieces(text, limits.caption)]
        return _captioned(posts, pictures, limits)
    for first in range(0, len(pictures), limits.pictures):
        some = tuple(pictures[first : first + limits.pictures])
        if posts and first == 0:
            posts[-1] = replace(posts[-1], pictures=some)
        else:
            posts.append(Post("", pictures=some, final=True))
    return posts


def _filed(posts: list[Post], files: Sequence[Made], limits: Limits) -> list[Post]:
    """Files go with the last words, or follow them where they stand apart."""
    groups = [tuple(files[at : at + limits.files]) for at in range(0, len(files), max(limits.files, 1))]
    if groups and posts and not (limits.apart or posts[-1].pictures):
        posts[-1] = replace(posts[-1], files=groups.pop(0))
    return [*posts, *(Post("", final=True, files=some) for some in groups)]


def _captioned(posts: list[Post], pictures: Sequence[PictureRef], limits: Limits) -> list[Post]:
    """Pictures first, the first of them with the first words under it, then the rest of the words."""
    groups = [tuple(pictures[at : at + limits.pictures]) for at in range(0, len(pictures), limits.pictures)]
    first, *rest = posts
    return [replace(first, pictures=groups[0]), *(Post("", some, final=True) for some in groups[1:]), *rest]


def shorter(post: Post, limits: Limits) -> list[Post]:
    """The same in messages of half the length; its pictures stay with the words that they would stand with.
    One alone: it cannot be told in less."""
    texts = pieces(post.text, max(units(post.text) // 2, LEAST))
    if len(texts) < 2:
        return [post]
    found = [replace(post, text=text, pictures=(), files=(), actions=()) for text in texts]
    at = 0 if limits.caption else -1
    found[at] = replace(found[at], pictures=post.pictures, files=post.files)
    found[-1] = replace(found[-1], actions=post.actions)
    return found


class Posts:
    """Brings an answer's messages to what is wanted, a request at a time, and writes each result down.

    A post's nonce is its slot's, which outlives regenerating: `p` and the slot's id. `gone`: somebody
    removed one of them. People do not want it then, so nothing is posted any more.
    """

    def __init__(
        self, run_id: int, to: Address, slots: Sequence[Slot], outlet: Outlet, ledger: Ledger
    ) -> None:
        self.run_id = run_id
        self.to = to
        self.limits = outlet.limits
        self.gone = False
        self._slots = list(slots)
        self._shown: dict[int, Post] = {}
        self._removed: dict[int, Slot] = {}
        self._unrecorded: int | None = None
        self._drafts: set[int] = set()
        self._outlet = outlet
        self._ledger = ledger

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots there are, filled and intended."""
        return tuple(self._slots)

    @property
    def removed(self) -> list[Slot]:
        """The slots whose messages were taken away."""
        return list(self._removed.values())

    @property
    def exempt(self) -> bool:
        """Whether the next request stands outside of the platform's budget."""
        return self._outlet.exempt(self.to, self.run_id)

    def step(self, wanted: Sequence[Post], *, whole: bool) -> int | None:
        """The first message that is not as wanted; None when all are. `whole`: nothing may stand behind."""
        if self._unrecorded is not None:
            return self._unrecorded
        for seq, post in enumerate(wanted):
            posted = seq < len(self._slots) and self._slots[seq].post_id
            if self._shown.get(seq) != post and (posted or not self.gone):
                return seq
        return self._surplus(wanted) if whole else None

    def _surplus(self, wanted: Sequence[Post]) -> int | None:
        """The first message that is too many; slots that were never filled need no request."""
        for seq in range(len(wanted), len(self._slots)):
            if seq in self._removed:
                continue
            if self._slots[seq].post_id:
                return seq
            self._removed[seq] = self._slots[seq]
        return None

    async def take(self, seq: int, wanted: Sequence[Post]) -> None:
        """Bring one message to what is wanted, in one request. Raises DeliveryError, StorageError."""
        if self._unrecorded is not None:
            await self._record(seq, wanted)
        elif seq >= len(wanted):
            await self._remove(seq)
        elif seq < len(self._slots) and self._slots[seq].post_id:
            await self._edit(seq, wanted[seq])
        elif wanted[seq].final or not await self._draft(seq, wanted[seq]):
            await self._post(seq, wanted)

    @property
    def drafting(self) -> bool:
        """Whether what is being written is shown as drafts: they fade unless they are shown again."""
        return bool(self._drafts)

    def fade(self) -> None:
        """Drafts were shown long ago: they count as not shown."""
        for seq in self._drafts:
            if not (seq < len(self._slots) and self._slots[seq].post_id):
                self._shown.pop(seq, None)

    async def _draft(self, seq: int, post: Post) -> bool:
        """Show text in the making without a message, where the platform can. Nothing is intended by it: it
        leaves nothing behind."""
        shown = await self._outlet.draft(self.to, replace(post, run_id=self.run_id), seq)
        if shown:
            self._shown[seq] = post
            self._drafts.add(seq)
        return shown

    async def _remove(self, seq: int) -> None:
        """Take a message away; one that is away already, or may not be taken, is done with."""
        with suppress(Gone, Refused):
            await self._outlet.remove(self.to, self._slots[seq].post_id)
        self._removed[seq] = self._slots[seq]

    async def _edit(self, seq: int, post: Post) -> None:
        self._shown.pop(seq, None)
        try:
            await self._outlet.edit(self.to, self._slots[seq].post_id, replace(post, run_id=self.run_id))
        except Unlike:
            await self._replace(seq)
            return
        except Gone:
            self.gone = True
        self._shown[seq] = post

    async def _replace(self, seq: int) -> None:
        """Take a message away that cannot become what is wanted: another one is posted in its place."""
        old = self._slots[seq]
        with suppress(Gone, Refused):
            await self._outlet.remove(self.to, old.post_id)
        self._slots[seq] = replace(old, post_id="")
        await self._ledger.posted(old, "")

    async def _post(self, seq: int, wanted: Sequence[Post]) -> None:
        """Intent, effect, result; the next message's intent goes with it when one may follow."""
        if seq == len(self._slots):
            self._slots.append(await self._ledger.intend(self.run_id, seq))
        slot = self._slots[seq]
        post = replace(wanted[seq], run_id=self.run_id, further=seq > 0)
        post_id = await self._outlet.post(self.to, post, nonce=f"p{slot.id}")
        self._slots[seq] = replace(slot, post_id=post_id)
        self._shown[seq] = wanted[seq]
        self._unrecorded = seq
        await self._record(seq, wanted)

    async def _record(self, seq: int, wanted: Sequence[Post]) -> None:
        follows = seq + 1 < len(wanted) or not wanted[seq].final
        ahead = follows and seq + 1 == len(self._slots)
        slot = self._slots[seq]
        intended = await self._ledger.posted(slot, slot.post_id, intend=seq + 1 if ahead else None)
        self._unrecorded = None
        if intended is not None:
            self._slots.append(intended)
