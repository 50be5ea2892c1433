"""Tools in a turn: which a run is offered, what a person has to allow first, and what came of them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from bot.conversation.answer.writing import joined
from bot.conversation.gate.permitting import permitted
from bot.conversation.prompt.character import persona_of
from bot.conversation.queues.insisting import insisting
from bot.errors import UserError
from bot.governance.authorize import Act
from bot.messages import Need, PictureRef, ToolCall, ToolResult
from bot.ports import Clock, Store
from bot.records import Context, Round
from bot.runs import TALKING
from bot.tools import NOT_DONE, Here, Tool, Toolbox

ROUNDS: Final = 5
"""Rounds of tools in one answer."""

SETTING: Final = "tools"
"""The setting of a room that names its tools."""

ENOUGH: Final = (
    f"{NOT_DONE}an answer has {ROUNDS} rounds of tools, and all are used. Answer with what you know."
)
FORBIDDEN: Final = f"{NOT_DONE}the person did not allow this. Answer without it, and do not ask for it again."
UNSURE: Final = (
    "Interrupted: nobody knows whether this was done. Do not repeat it; tell the person that it is unsure."
)


class Parked(Exception):
    """The turn ends here until somebody has said whether these calls may be done."""

    def __init__(self, asked: Round, wanted: Sequence[str]) -> None:
        super().__init__("a person is asked")
        self.asked = asked
        self.wanted = tuple(wanted)


def chosen(setting: str | None, toolbox: Toolbox) -> tuple[str, ...]:
    """The names of a room's tools: all there are, unless it names its own."""
    return toolbox.names if setting is None else tuple(filter(None, setting.split(",")))


def offered(context: Context, toolbox: Toolbox, there: Callable[[Need], bool]) -> tuple[Tool, ...]:
    """What the models of a run may ask for: what the room has, and of it what its persona uses. Where
    somebody has another's question answered anew, nothing that would be kept for them because of the other's
    words. `there`: whether there is a model for what a tool needs, and something for it to do."""
    if context.run.kind not in TALKING:
        return ()
    own = context.run.actor.person.id == context.question.person.id
    names = persona_of(context).among(chosen(context.settings.value(SETTING), toolbox))
    found = [tool for tool in toolbox.offered(names) if own or not tool.touches]
    return tuple(tool for tool in found if tool.needs is None or _makes_sense(context, tool.needs, there))


def _makes_sense(context: Context, need: Need, there: Callable[[Need], bool]) -> bool:
    """Whether a tool that needs another model can be used in a run, and by who asks."""
    return there(need) and (need is not Need.IMAGE or permitted(context.run.actor, Act.IMAGINE))


def pictured(context: Context) -> bool:
    """Whether pictures were shown earlier in a conversation."""
    past = (said for each in context.past for said in (each.question, each.answer) if said)
    return any(said.pictures for said in past)


@dataclass(slots=True)
class Using:
    """One run's tools. `rounds`: those that are done; `show` is told what is being done, in a line each."""

    context: Context
    toolbox: Toolbox
    offered: tuple[Tool, ...]
    store: Store
    clock: Clock
    show: Callable[[Sequence[str]], None]
    rounds: list[Round] = field(default_factory=list)
    _early: list[PictureRef] = field(default_factory=list)
    """What was painted in a round that is not over: it is paid for, and stays if the round is stopped."""

    @classmethod
    def of(
        cls,
        context: Context,
        toolbox: Toolbox,
        offered: tuple[Tool, ...],
        store: Store,
        clock: Clock,
        show: Callable[[Sequence[str]], None],
    ) -> "Using":
        """The tools of a run that may have used some before."""
        done = [one for one in context.rounds if one.results]
        return cls(context, toolbox, offered, store, clock, show, done)

    async def resume(self) -> None:
        """Finish the round that was begun before: a person has allowed it or not, or the process ended."""
        for left in self.context.rounds:
            if left.results:
                continue
            if left.allowed is None:
                await self._end(left, await self._again(left))
            else:
                await self._end(left, await self._decided(left))

    async def use(self, text: str, calls: Sequence[ToolCall]) -> None:
        """Do what a model asks for. Raises Parked when a person has to allow some of it first."""
        begun = Round(text, tuple(calls))
        if len(self.rounds) >= ROUNDS:
            self.rounds.append(replace(begun, results=tuple(_not(call, ENOUGH) for call in calls)))
            return
        if wanted := [doing(call, self._tool(call)) for call in calls if self._asks(call)]:
            raise Parked(begun, wanted)
        write = partial(self.store.begin_round, self.context.run.id, begun, at=self.clock.now())
        begun = replace(begun, step_id=await insisting(self.clock, write))
        await self._end(begun, await self._done(calls))

    def keeps(self, calls: Sequence[ToolCall]) -> str:
        """What calls would have Parley keep, to say it another day."""
        words: list[object] = []
        for call in calls:
            if (tool := self._tool(call)) and tool.touches:
                with suppress(UserError):  # it is told so when it is run
                    words += tool.read(call.arguments).values()
        return "\n".join(word for word in words if isinstance(word, str))

    @property
    def names(self) -> list[str]:
        """Which tools were used, each once, in order; not what was asked for in vain."""
        results = (one for each in self.rounds for one in each.results)
        return list(dict.fromkeys(one.call.name for one in results if not one.text.startswith(NOT_DONE)))

    @property
    def pictures(self) -> tuple[PictureRef, ...]:
        """What was painted with them."""
        return (*pictures_of(self.rounds), *self._early)

    async def _decided(self, left: Round) -> tuple[ToolResult, ...]:
        """What comes of a round that a person was asked about."""
        if left.allowed:
            return await self._done(left.calls)
        return await self._done(left.calls, lambda call: FORBIDDEN if self._asks(call) else "")

    async def _again(self, left: Round) -> tuple[ToolResult, ...]:
        """What comes of a round that the end of the process interrupted: what has effects is not repeated."""
        return await self._done(left.calls, lambda call: UNSURE if self._effects(call) else "")

    async def _done(
        self, calls: Sequence[ToolCall], barred: Callable[[ToolCall], str] = lambda _: ""
    ) -> tuple[ToolResult, ...]:
        """What comes of calls. Those that are not to be done keep their place: a call's number is its own."""
        run = self.context.run
        self.show([doing(call, self._tool(call)) for call in calls if not barred(call)])
        before = [call for each in self.rounds for call in each.calls]
        here = Here(run.key, run.actor, run.id, reply_to=run.address.reply_to)
        return await self.toolbox.run(calls, self.offered, here, before, barred, self._came)

    async def _end(self, begun: Round, results: tuple[ToolResult, ...]) -> None:
        await insisting(self.clock, partial(self.store.end_round, begun.step_id, results))
        self.rounds.append(replace(begun, results=results))
        self._early.clear()
        self.show(())

    def _came(self, result: ToolResult) -> None:
        self._early.extend(result.pictures)

    def _asks(self, call: ToolCall) -> bool:
        """Whether a person has to allow it: it has effects, or, after strangers' words have come into this
        turn, it would carry words of it to somewhere or keep something because of them."""
        tool = self._tool(call)
        if tool is None:
            return False
        return tool.asks or ((tool.reaches_out or tool.touches) and self._foreign())

    def _effects(self, call: ToolCall) -> bool:
        """Whether it may have changed something. Of a tool that is gone since, nobody knows."""
        tool = self._tool(call)
        return tool is None or tool.asks or tool.touches or tool.once

    def _foreign(self) -> bool:
        """Whether words or pictures of strangers have come into this turn, be it with something of before."""
        if self.context.question.strange or any(each.question.strange for each in self.context.past):
            return True
        if self.context.summary and self.context.summary.strangers:
            return True
        if any(one.by != self.context.run.actor.person.id for one in self.context.recalled):
            return True
        read = (self._tool(call) for each in self.rounds for call in each.calls)
        return any(tool is None or tool.foreign for tool in read)

    def _tool(self, call: ToolCall) -> Tool | None:
        return next((tool for tool in self.offered if tool.name == call.name), None)


def said_in(rounds: Sequence[Round]) -> str:
    """What was said in rounds of tools."""
    return joined(*(each.text for each in rounds))


def pictures_of(rounds: Sequence[Round]) -> tuple[PictureRef, ...]:
    """What rounds of tools have to show."""
    return tuple(picture for each in rounds for one in each.results for picture in one.pictures)


def doing(call: ToolCall, tool: Tool | None) -> str:
    """What is being done, for people."""
    return tool.told(call.arguments) if tool else f"looking for {call.name[:40]}"


def _not(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call, why, failed=True)
