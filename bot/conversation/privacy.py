"""What is kept about a person, in sentences, and what their words may be used for."""

from typing import Final

from bot.conversation.permitting import permit
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey
from bot.ports import Clock, Store

TUNING: Final = "tuning"
"""The setting of a person by which they let their words be learned from: "yes"."""
YES: Final = "yes"

KEPT: Final = (
    "**What you say to me**, with your name, your account's number and the time, my answers to it, and how I "
    "came to them: until you or a moderator delete the message. Then the words are gone, and a row without "
    "words stays.",
    "**What your files say**, and what a model said of your pictures: as long as the message. A picture that "
    "was deleted is shown to nobody any more; its file stays in my operator's folder until they remove it.",
    "**What follows from it**: notes of long conversations, what finds it again, and files that I made of "
    "it: as long as the message.",
    "**What you asked me to remember** (`/memory`): until you let me forget it.",
    "**Reminders**: until they have rung, or you take them back. A reminder's answer stays like any other.",
    "**What you have set** for yourself or in a room, each version with your name: until my operator removes "
    "it.",
    "**What my answers to you cost**: the model, tokens and dollars of each call, without words, until my "
    "operator removes it.",
    "**Your ratings** of my answers: until you take them back, or the answer is deleted.",
    "**That an event of the platform was seen**: for two days.",
)
"""What there is about a person in the database, and for how long."""

SERVICES: Final = (
    "To answer, I send what is said in the room to the AI service that the room's model belongs to. My log "
    "has no words of anybody."
)
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


class Privacy:
    """What is kept of whoever asks. Raises UserError; StorageError when nothing was stored."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def told(self, key: ChannelKey, actor: Actor) -> str:
        """What is kept about a person, for how long, and whether their words are learned from."""
        permit(actor, Act.SEE_PRIVACY, key)
        lines = "\n".join(f"- {kept}" for kept in KEPT)
        allows = (await self._store.settings_of_person(actor.person)).value(TUNING) == YES
        return f"What I keep about you:\n\n{lines}\n\n{SERVICES}\n\n{ALLOWED if allows else DENIED}"

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
