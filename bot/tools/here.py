"""Where a tool works, and for whom. No model decides any of it."""

from dataclasses import dataclass

from bot.messages import Actor, ChannelKey


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
