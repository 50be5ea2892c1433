"""Who may do what in a room."""

from typing import Final

from bot.errors import NotAllowed, NotFound
from bot.governance.authorize import Act, authorize
from bot.messages import Actor, ChannelKey
from bot.runs import RunKind


ACTS: Final = {
    RunKind.LEARN: Act.CHANGE_KNOWLEDGE,
    RunKind.IMAGINE: Act.IMAGINE,
    RunKind.ADOPT: Act.SET_PERSONA,
}
"""What somebody does who asks for a run; the others are talk."""


def permit(actor: Actor, act: Act, key: ChannelKey, *, owner: str = "") -> None:
    """`authorize`, and: a private room is its person's alone, and a standing is none on another platform."""
    authorize(actor, act, owner=owner)
    if (key.person and key.person != actor.person.id) or key.platform != actor.person.id.partition(":")[0]:
        raise NotFound("There is no such room.")


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
