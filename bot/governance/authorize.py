"""The one gate: may this actor do this? Ids and standings decide, names and texts never do."""

from enum import StrEnum

from bot.errors import NotAllowed
from bot.messages import Actor, ChannelKey, Standing


class Act(StrEnum):
    """Everything a person can do with Parley."""

    READ = "read"
    CHAT = "chat"
    IMAGINE = "imagine"
    LIST_MODELS = "list the models"
    SEE_PERSONA = "see the persona"
    SET_PERSONA = "change the persona"
    NAME_PERSONA = "change the personas of a server"
    SEE_STYLE = "see the style"
    SET_STYLE = "change the style"
    SET_MODEL = "change the model"
    SEE_USAGE = "see what they used"
    SEE_CHANNEL_USAGE = "see what all of a channel used"
    SEE_SERVER_USAGE = "see what all of a server used"
    SEE_BUDGET = "see what may be spent"
    SET_BUDGET = "say what may be spent"
    SEE_RUN = "see how an answer was made"
    SEE_RUNS = "see how answers were made"
    REMIND = "set reminders"
    SEE_REMINDERS = "see what they are reminded of"
    SEE_CHANNEL_REMINDERS = "see all reminders of a channel"
    CANCEL_REMINDER = "take back a reminder"
    SEE_FACTS = "see what I remember of them"
    CHANGE_FACTS = "say what I remember of them"
    SEE_PRIVACY = "see what is kept of them"
    CONSENT = "say what their words may be used for"
    EXPORT = "get what is kept of them"
    BE_FORGOTTEN = "have what is kept of them deleted"
    SET_RETENTION = "change how long what is said is kept"
    READ_PRIVATE = "read what was said in private"
    TUNE = "tune models"
    SEE_TOOLS = "see the tools"
    SET_TOOLS = "choose the tools"
    SEE_KNOWLEDGE = "see what files I know"
    CHANGE_KNOWLEDGE = "say what files I know"
    SEE_MODERATION = "see that this room is moderated"
    SET_MODERATION = "change the moderation"
    MODERATE = "decide what becomes of messages"
    SET_LISTENING = "say whom I listen to"
    TITLE = "change a title"
    START_ANEW = "start the conversation anew"
    STOP = "stop an answer"
    RETRY = "ask for another answer"
    DELETE = "delete a message"
    SEE_ACCESS = "see whom I answer"
    SET_ACCESS = "say whom I answer"
    SEE_AUDIT = "see who changed what"
    OPERATE = "do what concerns all of me"


_NEEDS: dict[Act, Standing] = {
    Act.READ: Standing.MEMBER,
    Act.CHAT: Standing.MEMBER,
    Act.IMAGINE: Standing.MEMBER,
    Act.LIST_MODELS: Standing.MEMBER,
    Act.SEE_PERSONA: Standing.MEMBER,
    Act.SET_PERSONA: Standing.MODERATOR,
    Act.NAME_PERSONA: Standing.MODERATOR,
    Act.SEE_STYLE: Standing.MEMBER,
    Act.SET_STYLE: Standing.MODERATOR,
    Act.SET_MODEL: Standing.MODERATOR,
    Act.SEE_USAGE: Standing.MEMBER,
    Act.SEE_CHANNEL_USAGE: Standing.MODERATOR,
    Act.SEE_SERVER_USAGE: Standing.MODERATOR,
    Act.SEE_BUDGET: Standing.MEMBER,
    Act.SET_BUDGET: Standing.MODERATOR,
    Act.SEE_RUN: Standing.MODERATOR,
    Act.SEE_RUNS: Standing.MODERATOR,
    Act.REMIND: Standing.MEMBER,
    Act.SEE_REMINDERS: Standing.MEMBER,
    Act.SEE_CHANNEL_REMINDERS: Standing.MODERATOR,
    Act.CANCEL_REMINDER: Standing.MODERATOR,
    Act.SEE_FACTS: Standing.MEMBER,
    Act.CHANGE_FACTS: Standing.MEMBER,
    Act.SEE_PRIVACY: Standing.MEMBER,
    Act.CONSENT: Standing.MEMBER,
    Act.EXPORT: Standing.MEMBER,
    Act.BE_FORGOTTEN: Standing.MEMBER,
    Act.SET_RETENTION: Standing.MODERATOR,
    Act.READ_PRIVATE: Standing.OPERATOR,
    Act.TUNE: Standing.MODERATOR,
    Act.SEE_TOOLS: Standing.MEMBER,
    Act.SET_TOOLS: Standing.MODERATOR,
    Act.SEE_KNOWLEDGE: Standing.MEMBER,
    Act.CHANGE_KNOWLEDGE: Standing.MODERATOR,
    Act.SEE_MODERATION: Standing.MEMBER,
    Act.SET_MODERATION: Standing.MODERATOR,
    Act.MODERATE: Standing.MODERATOR,
    Act.SET_LISTENING: Standing.MODERATOR,
    Act.TITLE: Standing.MODERATOR,
    Act.START_ANEW: Standing.MODERATOR,
    Act.STOP: Standing.MODERATOR,
    Act.RETRY: Standing.MODERATOR,
    Act.DELETE: Standing.MODERATOR,
    Act.SEE_ACCESS: Standing.MODERATOR,
    Act.SET_ACCESS: Standing.MODERATOR,
    Act.SEE_AUDIT: Standing.MODERATOR,
    Act.OPERATE: Standing.OPERATOR,
}

_OWN = frozenset({Act.TITLE, Act.SEE_RUN, Act.STOP, Act.RETRY, Act.DELETE, Act.CANCEL_REMINDER})
"""What a member may do with what is their own."""


_LIGHT = frozenset(
    {
        Act.READ,
        Act.CHAT,
        Act.IMAGINE,
        Act.LIST_MODELS,
        Act.REMIND,
        Act.CHANGE_FACTS,
        Act.RETRY,
        *(act for act in Act if act.name.startswith("SEE_")),
    }
)
"""What is not written down: talk, what changes nothing, and what is a person's own alone."""


def weighs(actor: Actor, act: Act, *, owner: str = "") -> bool:
    """Whether it is written down that somebody did this, or was refused it."""
    return act not in _LIGHT and not (act in _OWN and owner == actor.person.id)


def authorize(actor: Actor, act: Act, room: ChannelKey | None = None, *, owner: str = "") -> None:
    """Raise NotAllowed unless `actor` may do `act` in `room`: with a sentence for the person about what they
    lack, and who can give it.

    `owner`: the id of the person whose question, answer or message it is. What is not listed is denied.
    """
    if actor.person.bot:
        raise NotAllowed("Bots can't use me.")
    if actor.standing is Standing.BLOCKED:
        raise NotAllowed("You can't use me here.")
    if act in _OWN and owner == actor.person.id:
        return
    needed = _NEEDS.get(act, Standing.OPERATOR)
    if actor.standing < needed:
        raise NotAllowed(f"Only {_WHO[needed]} can {act} here{_yours(act)}.{_given(needed, room)}")


def for_members(act: Act) -> bool:
    """Whether members may do it, be it to what is their own alone."""
    return act in _OWN or _NEEDS.get(act, Standing.OPERATOR) <= Standing.MEMBER


_WHO = {
    Standing.MEMBER: "members",
    Standing.MODERATOR: "moderators",
    Standing.OPERATOR: "the operator",
}


_MODERATORS = {
    "discord": " Moderators are those who may manage this channel; who manages the server can let you.",
    "telegram": " Moderators are this group's administrators; its owner can make you one.",
}


def _given(needed: Standing, room: ChannelKey | None) -> str:
    """Who has the right that somebody lacks, and who gives it, on the room's platform."""
    return _MODERATORS.get(room.platform, "") if room and needed is Standing.MODERATOR else ""


def _yours(act: Act) -> str:
    """The exception a refused member would like to know."""
    return " that is not their own" if act in _OWN else ""
