"""What is kept about a person, in sentences, and what becomes of it."""

from collections.abc import Sequence
from typing import Final

import structlog

from bot.conversation.gate.permitting import decide, permit
from bot.conversation.oversight.auditing import Audit
from bot.conversation.privacy.exporting import Export
from bot.conversation.privacy.keeping import sentence
from bot.conversation.privacy.lasting import Lasting
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Store
from bot.records import Entry

TUNING: Final = "tuning"
"""The setting of a person by which they let their words be learned from: "yes"."""
YES: Final = "yes"
DELETE: Final = "delete"
"""What somebody types who means it."""

KEPT: Final = (
    "**What you say to me**, with your name, your account's number and the time, my answers to it, and how I "
    "came to them: until the room's time is over, or you or a moderator delete the message. Then the words "
    "are gone, and a row without words stays.",
    "**What your files say**, and what a model said of your pictures: as long as the message. Pictures that "
    "no message shows any more leave my folder within two days.",
    "**What follows from it**: notes of long conversations, what finds it again, and files that I made of "
    "it: as long as the message.",
    "**What you asked me to remember** (`/memory`): until you let me forget it.",
    "**Reminders**: until they have rung, or you take them back. A reminder's answer stays like any other.",
    "**What you have set** for yourself: until you have me delete it. What moderators set in a room, and the "
    "files they gave it, belong to the room, each version with its author's name.",
    "**What my answers to you cost**: the model, tokens and dollars of each call, without words, until you "
    "have me delete it; sums by day and month for your limits: two months.",
    "**Your ratings** of my answers: until you take them back, or the answer is deleted.",
    "**That moderation found fault with you**, without words, and that you are kept out: until that is over.",
    "**That you changed something** for a room, exported or deleted what is yours, or were refused a right: "
    "for good, without words, and under a number instead of your name when you have all deleted.",
    "**That an event of the platform was seen**: for two days.",
)
"""What there is about a person in the database, and for how long."""

SERVICES: Final = (
    "To answer, I send what is said in the room to the AI service that the room's model belongs to. My log "
    "has no words of anybody. What you say to me in private no moderator can read; my operator can, and that "
    "is logged. Backups of my operator's are copies of that day."
)
RIGHTS: Final = "`/privacy export` gives you all of it, `/privacy delete` deletes it."
ALLOWED: Final = (
    "Your words **may be used for tuning**: my operator may teach a model of this community with answers to "
    "you that people rated well, without names and addresses. `/privacy tuning` takes it back."
)
DENIED: Final = (
    "Your words are **not used for tuning** a model. `/privacy tuning` lets my operator teach a model of "
    "this community with answers to you that people rated well."
)
FROM_NOW_ON: Final = (
    " What was written out before is a file of my operator's; no file that is written from now on has them."
)
UNCONFIRMED: Final = "Nothing was deleted. Give the word `delete` if you mean it: there is no way back."
FORGETTING: Final = (
    "I am deleting all that you said to me on this platform, my answers to you, and what I know of you. In a "
    "minute nothing of it is left in my files; what I posted disappears as fast as the platform lets me. "
    "What you say from now on is new. Your limits of this month still count."
)
NO_FILES: Final = "I can't hand out files here. Please ask me on the platform where you talk to me."

log = structlog.get_logger()


class Privacy:
    """What is kept of whoever asks. Raises UserError; StorageError when nothing was stored."""

    def __init__(self, store: Store, clock: Clock, lasting: Lasting, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._lasting = lasting
        self._audit = audit

    async def told(self, key: ChannelKey, actor: Actor) -> str:
        """What is kept about a person, for how long, and whether their words are learned from."""
        permit(actor, Act.SEE_PRIVACY, key)
        lines = "\n".join(f"- {kept}" for kept in KEPT)
        here = sentence(await self._lasting.keeping.days(key))
        allows = (await self._store.settings_of_person(actor.person)).value(TUNING) == YES
        tuned = ALLOWED if allows else DENIED
        return f"What I keep about you:\n\n{lines}\n\n{here}\n\n{SERVICES}\n\n{RIGHTS}\n\n{tuned}"

    async def allow_tuning(self, key: ChannelKey, actor: Actor, *, allowed: bool, event_id: str = "") -> str:
        """Keep whether a person's words may be learned from, wherever they are: the sentence that says so."""
        permit(actor, Act.CONSENT, key)
        await self._store.change_setting(
            actor.person.scope,
            TUNING,
            YES if allowed else None,
            actor.person,
            at=self._clock.now(),
            event_id=event_id,
        )
        return ALLOWED if allowed else DENIED + FROM_NOW_ON

    async def export(self, key: ChannelKey, actor: Actor, *, at_most: int) -> Export:
        """All that there is of a person, in ZIP files of `at_most` bytes. Raises BadOption, QueueFull."""
        permit(actor, Act.EXPORT, key)
        if not at_most:
            raise BadOption(NO_FILES)
        await self._audit.note(actor, Act.EXPORT, key)
        return await self._lasting.exporting.pack(actor.person, at_most=at_most)

    async def delete(self, key: ChannelKey, actor: Actor, confirmed: str) -> str:
        """Forget whoever asks, when they typed the word: the sentence that says so. Raises BadOption,
        QueueFull."""
        permit(actor, Act.BE_FORGOTTEN, key)
        if confirmed.strip().strip("`“”\"'").lower() != DELETE:
            raise BadOption(UNCONFIRMED)
        await self._lasting.exporting.drop(actor.person)
        await self._audit.flush()  # what is only counted so far would be written down later, with their name
        await self._lasting.erasing.begin(actor.person)
        return FORGETTING

    async def read_private(
        self, key: ChannelKey, actor: Actor, *, before: int | None = None, limit: int = 100
    ) -> Sequence[Entry]:
        """What somebody said in private: for the operator alone, on any platform, and never unnoticed."""
        decide(actor, Act.READ_PRIVATE, key)
        await self._audit.note(actor, Act.READ_PRIVATE, key, "messages")
        log.warning("a private room was read", by=actor.person.id, room=str(key))
        return await self._store.entries(key, before=before, limit=limit)
