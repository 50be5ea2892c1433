"""Where a tool works, and for whom, which no model decides; and what it can answer beside words."""

from dataclasses import dataclass, field

from bot.messages import Actor, ChannelKey, PictureRef


@dataclass(frozen=True, slots=True)
class Here:
    """The room, the person and the run a tool works for.

    `call_id`: `<run>:<n>`, the n-th call of the run, the same when the run is repeated after a crash: a tool
    with effects keeps it with them, and does nothing twice. `reply_to`: the question's message there.
    """

    key: ChannelKey
    actor: Actor
    run_id: int
    call_id: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tool answers that has something for people, too: words for the model, and pictures that stand
    with the answer. `failed`: it came to nothing, and the words, which others may have written, say why."""

    text: str = field(repr=False)
    pictures: tuple[PictureRef, ...] = ()
    failed: bool = False
