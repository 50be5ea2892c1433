"""Moderation of one turn: its question before a model is asked, its answer while it is written and before it
is kept. Where it is off there is nothing of this."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from bot.conversation.answer.writing import Writing
from bot.conversation.moderation.holding import Screen
from bot.conversation.moderation.judging import Judges, Opinion, Unjudged
from bot.conversation.queues.insisting import insisting
from bot.errors import UserError
from bot.governance.moderation import alerts
from bot.governance.moderation.policy import Mode, Policy, told_where
from bot.governance.moderation.resting import barred_until, rest
from bot.governance.moderation.verdicts import ON_THE_LIST, exceeded, together
from bot.messages import PictureRef, Verdict
from bot.ports import Clock, Store
from bot.records import FILTERED, PASSED, REPORTED, UNJUDGED, Alert, Context, Followed, Judged
from bot.runs import RunKind
from bot.unseen import seen, voiced

UNSCREENED: Final = (RunKind.REMIND, RunKind.LEARN, RunKind.CONDENSE, RunKind.ALERT)
"""Runs that are moderators' own, or answer nobody."""

REFUSED: Final = "I can't take that up: it goes against the rules of this room. Please say it in other words."
UNSEEN: Final = "I can't take that picture up: it goes against the rules of this room."
UNCHECKED: Final = (
    "What is said here is checked before I answer, and nothing can check it right now. Please try again in a "
    "few minutes."
)
HELD: Final = "I can't show what I would have answered: it goes against the rules of this room."
CUT: Final = "*(held back: what follows goes against the rules of this room)*"
UNSURE: Final = "*(held back: what follows can't be checked right now)*"
PAINTED: Final = "I can't show that picture: it goes against the rules of this room."


class Filtered(UserError):
    """Something is held back. `rest`: the sentence where a part of the answer stays."""

    code = "filtered"

    def __init__(self, reply: str, rest: str = "") -> None:
        super().__init__(reply)
        self.rest = rest or reply


@dataclass(frozen=True, slots=True)
class Desk:
    """What moderating takes. `link`: where a run's question can be read; `follow` is told what followed."""

    store: Store
    judges: Judges
    clock: Clock
    link: Callable[[Context], str]
    follow: Callable[[Followed], None]


@dataclass(slots=True)
class Screening:
    """One turn's."""

    context: Context
    policy: Policy
    desk: Desk
    show: Callable[[], None] = lambda: None
    screen: Screen = field(init=False)
    _opinions: list[Opinion] = field(default_factory=list)
    _gave_up: bool = False
    _began: bool = False
    _fair: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        judge = self._passes if self.filters and self.desk.judges.there else None
        self.screen = Screen(self.policy.words, judge, self._wake)

    @property
    def filters(self) -> bool:
        """Whether something may be held back."""
        return self.policy.mode is Mode.FILTER

    @property
    def screens(self) -> Screen | None:
        """What clears the answer while it is written; None: nothing has to."""
        return self.screen if self.filters else None

    async def over(
        self,
        write: Callable[[], Awaitable[None]],
        writing: Writing,
        painted: Callable[[], Sequence[PictureRef]],
    ) -> None:
        """See a turn through: its question, its answer while `write` writes it, and what was painted for it.
        Raises Filtered, and what `write` raises."""
        if self.filters:
            self.screen.begin(writing.shown)
            await self.ask()
        self._began = True
        await write()
        if self.filters:
            await self.answer(writing.shown)
            await self._files(writing)
            writing.held = await self._painted(painted())
            if writing.held:
                raise Filtered(PAINTED)

    def take(self, shown: str) -> None:
        """What is to be shown of the answer by now."""
        self.screen.take(shown)

    async def ended(self, writing: Writing, painted: Sequence[PictureRef]) -> None:
        """The writing is over, one way or another: what nobody has judged of it goes, what was painted before
        it broke off is judged, what was found is kept."""
        await self.screen.close()
        if not (self.filters and self._began):
            return
        writing.doing, whole = (), writing.shown
        kept = self.screen.shown(whole)
        if kept != seen(whole):
            lead = len(voiced(" ", writing.voice)) - 1
            writing.before, writing.earlier, writing.written = "", "", kept[lead:].rstrip()
        writing.held = await self._painted(painted)
        await self._answered(whole)

    def _wake(self) -> None:
        self.show()

    async def ask(self) -> None:
        """Raise Filtered when the question, or a picture of it, is held back."""
        if self.context.run.kind is RunKind.CONTINUE or self.context.rounds:  # it was judged before
            return
        found = await self._question()
        followed = await self._keep(found)
        if found.withhold:
            reply = (
                UNCHECKED if found.action == UNJUDGED else REFUSED if found.about == "question" else UNSEEN
            )
            if followed.bar:
                ends = barred_until(followed.bar.until, self.desk.clock.now())
                reply = f"{reply} That was too often: I listen to you again {ends}."
            raise Filtered(reply)

    async def answer(self, text: str) -> None:
        """The answer is whole, or is about to stop for a while: all of it is judged. Raises Filtered."""
        await self.screen.settle(text)
        self.check()

    async def admit(self, text: str) -> None:
        """What a model wrote beside the answer's text is judged before it is to be seen. Raises Filtered."""
        found = await self._text("answer", text)
        if found.action == FILTERED or (found.action == UNJUDGED and not self.policy.opened):
            await self._keep(found)
            raise Filtered(HELD if found.action == FILTERED else UNCHECKED)

    def check(self) -> None:
        """Raise Filtered when the answer ends here."""
        if self.screen.held:
            unsure = self._gave_up
            raise Filtered(UNCHECKED if unsure else HELD, UNSURE if unsure else CUT)

    async def _answered(self, text: str) -> None:
        """Write down what was found about the answer."""
        listed = [Opinion(ON_THE_LIST, "")] if self.screen.hit else []
        found = self._found("answer", [*listed, *self._opinions])
        if self.screen.held and self._gave_up:
            found = replace(found, action=UNJUDGED, over=())
        elif self.screen.held:
            start = self.screen.hit.start if self.screen.hit else 0
            excerpt = alerts.about(text, start) if self.screen.hit else self.screen.bad[-alerts.EXCERPT :]
            found = self._told(replace(found, action=FILTERED), excerpt)
        else:
            found = replace(found, action=UNJUDGED if self._gave_up else PASSED, over=())
        await self._keep(found)

    async def _files(self, writing: Writing) -> None:
        """Files that come with the answer are judged like it. Raises Filtered."""
        files, writing.files = writing.files, []
        for file in files:
            await self.admit(file.text)
        writing.files = files

    async def _painted(self, pictures: Sequence[PictureRef]) -> frozenset[str]:
        """Pictures that were painted are judged, each once, before they are shown: the names of those that
        are not. One that is held back stays so, should a stop come before the others are judged."""
        for picture in pictures:
            if picture.sha256 not in self._fair:
                found = await self._picture(picture, "painted")
                unsure = found.action == UNJUDGED and self.policy.opened
                self._fair[picture.sha256] = found.action == PASSED or unsure
                await self._keep(found)
        return frozenset(one.sha256 for one in pictures if not self._fair[one.sha256])

    async def report(self, text: str, painted: Sequence[PictureRef]) -> None:
        """After everything was shown, where moderators are only told."""
        founds = (
            []
            if self.context.run.kind is RunKind.CONTINUE
            else [await self._text("question", said(self.context))]
        )
        founds += [await self._picture(one, "pictures") for one in self.context.question.pictures]
        if text:
            founds.append(await self._text("answer", text))
        founds += [await self._picture(one, "painted") for one in painted]
        for found in founds:
            await self._keep(found)

    async def _question(self) -> Judged:
        """What is found about what a person wrote and showed."""
        found = await self._text("question", said(self.context))
        for picture in self.context.question.pictures:
            if found.withhold:
                break
            looked = await self._picture(picture, "pictures")
            found = looked if looked.withhold else found
        return found

    async def _text(self, about: str, text: str) -> Judged:
        """What is found about a text."""
        if hit := await asyncio.to_thread(self.policy.words.find, text):
            found = self._found(about, [Opinion(ON_THE_LIST, "")])
            return self._told(found, alerts.about(text, hit.start))
        if not (text.strip() and self.desk.judges.there):
            return Judged(about, PASSED)
        try:
            opinions = await self.desk.judges.read(self.context.run.id, text, self.policy.thresholds)
        except Unjudged:
            return Judged(about, UNJUDGED, withhold=self._closed(about))
        found = self._found(about, opinions)
        return self._told(found, alerts.about(text)) if found.over else found

    async def _picture(self, picture: PictureRef, about: str) -> Judged:
        """What is found about a picture."""
        try:
            opinion = await self.desk.judges.judge(self.context.run.id, picture=picture)
        except Unjudged:
            return Judged(about, UNJUDGED, withhold=self._closed(about))
        found = self._found(about, [opinion])
        return self._told(found, "") if found.over else found

    async def _passes(self, text: str) -> bool:
        """Whether a step of the answer may be shown. Nobody is asked again who could not say."""
        if not self._gave_up:
            try:
                opinion = await self.desk.judges.judge(self.context.run.id, text=text)
            except Unjudged:
                self._gave_up = True
            else:
                self._opinions.append(opinion)
                return not exceeded(opinion.verdict, self.policy.thresholds)
        return self.policy.opened

    def _found(self, about: str, opinions: Sequence[Opinion]) -> Judged:
        """Opinions as what was found."""
        verdict: Verdict = together(opinion.verdict for opinion in opinions)
        over = exceeded(verdict, self.policy.thresholds)
        by = tuple(dict.fromkeys(opinion.model for opinion in opinions if opinion.model))
        action = PASSED if not over else FILTERED if self.filters else REPORTED
        return Judged(about, action, verdict.scores, over, by)

    def _told(self, found: Judged, excerpt: str) -> Judged:
        """What is too much, with what moderators are told of it."""
        found = replace(found, withhold=self.filters and found.about in ("question", "pictures"))
        key = self.context.run.key
        to = told_where(self.policy, key)
        if to is None:
            return found
        where = self.desk.link(self.context)
        text = alerts.alert(
            (found.about, found.action),
            self.context.run.actor.person.name,
            f"[this message]({where})" if where else "",
            scores=found.scores,
            over=found.over,
            by=found.by,
            excerpt="" if to.channel == key.channel else excerpt,
        )
        return replace(found, alert=Alert(to, text))

    def _closed(self, about: str) -> bool:
        """Whether what nobody can judge is held back."""
        return self.filters and not self.policy.opened and about in ("question", "pictures")

    async def _keep(self, found: Judged) -> Followed:
        """Write it down, and let follow what follows."""
        desk = self.desk
        keep = partial(desk.store.judged, self.context.run.id, found, rest, at=desk.clock.now())
        followed = await insisting(desk.clock, keep)
        desk.follow(followed)
        return followed


def said(context: Context) -> str:
    """All that a person wrote, pointed at and brought along for a run."""
    question, options = context.question, context.run.options
    quote = question.quote.text if question.quote else ""
    chosen = (options.instructions, options.persona or "", options.picture.negative, options.columns)
    files = (document.text for document in question.documents)
    return "\n".join(filter(None, (question.text, *chosen, quote, *files)))
