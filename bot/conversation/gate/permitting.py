"""Who may do what in a room."""

from collections.abc import Callable
from typing import Final, TypeAlias

from bot import acting
from bot.errors import NotAllowed, NotFound
from bot.governance.authorize import Act, authorize, weighs
from bot.messages import Actor, ChannelKey, Standing
from bot.records import Deed
from bot.runs import RunKind

ACTS: Final = {
    RunKind.LEARN: Act.CHANGE_KNOWLEDGE,
    RunKind.IMAGINE: Act.IMAGINE,
    RunKind.ADOPT: Act.SET_PERSONA,
}
"""What somebody does who asks for a run; the others are talk."""

WHOLE: Final = "What concerns the whole server is for those alone who may manage it (Manage Server)."


Permit: TypeAlias = Callable[..., None]
"""`permit`, with whatever else has to be asked first."""


Admit: TypeAlias = Callable[[Actor, Act, ChannelKey | None], None]
"""Raises NotAllowed when somebody is not answered there at all."""


def decide(
    actor: Actor, act: Act, key: ChannelKey | None = None, *, owner: str = "", admit: Admit | None = None
) -> None:
    """`authorize`, and: what weighs is remembered for the commit that it leads to, or as refused."""
    deed = None
    if weighs(actor, act, owner=owner):
        deed = Deed(actor.person, act.name.lower(), key)
    try:
        if admit:
            admit(actor, act, key)
        authorize(actor, act, key, owner=owner)
    except NotAllowed:
        if deed:
            acting.refused(deed)
        raise
    acting.allowed(deed)


def permit(actor: Actor, act: Act, key: ChannelKey, *, owner: str = "", admit: Admit | None = None) -> None:
    """`decide`, and: a private room is its person's alone, and a standing is none on another platform."""
    decide(actor, act, key, owner=owner, admit=admit)
    if (key.person and key.person != actor.person.id) or key.platform != actor.person.id.partition(":")[0]:
        acting.allowed(None)
        raise NotFound("There is no such room.")


def runs_server(actor: Actor, _act: Act, _key: ChannelKey | None) -> None:
    """An `Admit` for what holds on a whole server: a channel's moderator does not run it."""
    if of_channel(actor):
        raise NotAllowed(WHOLE)


def of_channel(actor: Actor) -> bool:
    """Whether somebody moderates a channel, and not the whole server."""
    return actor.channel_only and actor.standing is Standing.MODERATOR


def permitted(actor: Actor, act: Act) -> bool:
    """Whether `authorize` lets them."""
    try:
        authorize(actor, act)
    except NotAllowed:
        return False
    return True


def hidden(key: ChannelKey) -> bool:
    """Whether what is said there is between one person and Parley: shown to no moderator, and to the operator
    only when they ask for it (`Privacy.read_private`)."""
    return bool(key.person) or key.direct
