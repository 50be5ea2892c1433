"""What the operator sees of all rooms, and does there. Nobody's words but for who asks for them, which is
written down; rooms of one person alone are only counted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Final, Protocol

from bot.conversation.gate.permitting import decide, hidden
from bot.conversation.moderation.moderating import Moderation
from bot.conversation.oversight.auditing import Audit
from bot.errors import NotFound
from bot.governance.authorize import Act
from bot.governance.versions import between
from bot.messages import Actor, Person, Standing, Verb
from bot.ports import Clock, Store
from bot.ports.overseeing import Oversees
from bot.records import Entry, Listed, RunRecord, Setting
from bot.records.overseeing import (
    AlertSeen,
    AuditSeen,
    CallSeen,
    Counts,
    DaySpent,
    KeptSeen,
    RoomSeen,
    RunSeen,
    Share,
    Sheet,
    View,
)
from bot.routes import Routes
from bot.settings import Settings

DAYS: Final = 30
VERSIONS: Final = 100
"""Versions of a persona that are shown."""
FINE: Final = frozenset({"ok", "cancelled", "reserved", "skipped"})
"""Outcomes of a call that are no failure of its service."""


class Kept(Store, Oversees, Protocol):
    """The database, as far as it is asked here."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How things stand. `reasons`: what keeps Parley from working; `spent`: the last days, oldest first."""

    reasons: Mapping[str, str]
    notes: Sequence[str]
    missing: Sequence[str]
    counts: Counts
    unended: Sequence[RunSeen]
    today: DaySpent
    month: DaySpent
    spent: Sequence[DaySpent]


@dataclass(frozen=True, slots=True)
class Speed:
    """How the newest calls of a model went, or those of an account. Times in milliseconds; `last_error`: the
    class of the last failure."""

    name: str
    calls: int = 0
    failed: int = 0
    p50: int = 0
    p95: int = 0
    first: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    last_error: str = ""
    last_error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account. `state`: well, resting, refused; `listed`: when it told its models last, and how many."""

    kind: str
    state: str
    resting: Sequence[str]
    listed_at: datetime | None
    models: int
    speed: Speed


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of a persona, and what it changed."""

    number: int
    setting: Setting
    diff: str


class Overseeing:
    """Raises NotAllowed for whoever is not the operator; NotFound, StorageError."""

    def __init__(
        self,
        store: Kept,
        routes: Routes,
        moderation: Moderation,
        audit: Audit,
        clock: Clock,
        settings: Settings,
        ready: Callable[[], Mapping[str, str]],
    ) -> None:
        self.audit = audit
        self.limits = settings.limits
        self._store = store
        self._routes = routes
        self._moderation = moderation
        self.clock = clock
        self._settings = settings
        self._ready = ready

    async def overview(self, actor: Actor) -> Overview:
        """How things stand."""
        decide(actor, Act.OPERATE)
        now = self.clock.now().astimezone(UTC)
        days = [f"{now - timedelta(days=back):%Y-%m-%d}" for back in reversed(range(DAYS))]
        month = f"{now:%Y-%m}"
        found = await self._store.sums(["all"], [*days, month])
        sums = {one.period: one for one in found.get("all", ())}
        spent = [sums.get(day) or DaySpent(day, 0, Decimal(0)) for day in days]
        return Overview(
            self._ready(),
            self._settings.notes,
            self._settings.missing,
            await self._store.counts(today=now.replace(hour=0, minute=0, second=0, microsecond=0)),
            await self._store.unended_seen(),
            spent[-1],
            sums.get(month) or DaySpent(month, 0, Decimal(0)),
            spent,
        )

    async def rooms(self, actor: Actor, view: View) -> Sheet[RoomSeen]:
        """Rooms, the last used first."""
        decide(actor, Act.OPERATE)
        return await self._store.rooms_seen(view, at=self.clock.now().astimezone(UTC))

    async def runs(self, actor: Actor, view: View) -> Sheet[RunSeen]:
        """Answers, the newest first."""
        decide(actor, Act.OPERATE)
        return await self._store.runs_seen(view)

    async def alerts(self, actor: Actor, view: View) -> Sheet[AlertSeen]:
        """What moderators were told."""
        decide(actor, Act.OPERATE)
        return await self._store.alerts_seen(view)

    async def shares(self, actor: Actor) -> Sequence[Share]:
        """Who used what in the last days."""
        decide(actor, Act.OPERATE)
        return await self._store.shares(since=self._today() - timedelta(days=DAYS - 1))

    async def budgets(self, actor: Actor, view: View) -> Sequence[tuple[KeptSeen, DaySpent, DaySpent]]:
        """What moderators gave, what of it was spent today and this month; only what holds."""
        decide(actor, Act.OPERATE)
        given = [one for one in (await self._store.budgets_seen(view)).rows if one.value]
        day, month = f"{self._today():%Y-%m-%d}", f"{self._today():%Y-%m}"
        found = await self._store.sums([f"in/{one.scope}" for one in given], [day, month])
        sums = {(scope, one.period): one for scope, those in found.items() for one in those}

        def spent(one: KeptSeen, period: str) -> DaySpent:
            return sums.get((f"in/{one.scope}", period), DaySpent(period, 0, Decimal(0)))

        return [(one, spent(one, day), spent(one, month)) for one in given]

    async def personas(self, actor: Actor, view: View) -> Sheet[KeptSeen]:
        """Personas of rooms and servers."""
        decide(actor, Act.OPERATE)
        return await self._store.personas_seen(view)

    async def history(self, actor: Actor, scope: str, name: str) -> Sequence[Revision]:
        """What a persona has been, the newest first. Raises NotFound."""
        decide(actor, Act.OPERATE)
        if name != "persona" and not name.startswith("persona:"):
            raise NotFound("There is no such persona.")
        found = await self._store.versions_seen(scope, name, limit=VERSIONS)
        if not found:
            raise NotFound("There is no such persona.")
        before = {one.number: one.setting.value for one in found}
        return [
            Revision(one.number, one.setting, between(before.get(one.number - 1), one.setting.value))
            for one in found
        ]

    async def entries(self, actor: Actor, view: View) -> Sheet[AuditSeen]:
        """Who did what."""
        decide(actor, Act.OPERATE)
        await self.audit.flush()
        return await self._store.audit_seen(view)

    async def run(self, actor: Actor, run_id: int) -> RunRecord:
        """How an answer came about. Raises NotFound, also for what was said to Parley alone."""
        decide(actor, Act.OPERATE)
        record = await self._store.run(run_id)
        if hidden(record.run.key):
            raise NotFound("There is no such answer in a room of many.")
        return record

    async def words(self, actor: Actor, run_id: int) -> tuple[RunRecord, Sequence[Entry]]:
        """The same with its question and its words: written down before they are shown. Raises NotFound."""
        decide(actor, Act.OPERATE)
        record = await self._store.run(run_id)
        key = record.run.key
        decide(actor, Act.READ_PRIVATE, key)
        await self.audit.note(actor, Act.READ_PRIVATE, key, f"answer {run_id}")
        ids = [each for each in (record.run.question_id, record.run.answer_id) if each]
        return record, await self._store.entries(key, only=ids)

    async def moderate(self, actor: Actor, run_id: int, verb: Verb) -> None:
        """Do what an alert's button says, as the operator of its platform. Raises NotFound."""
        decide(actor, Act.OPERATE)
        alert = await self._store.alerted(run_id)
        home = Actor(Person(f"{alert.about.platform}:operator", actor.person.name), Standing.OPERATOR)
        await self._moderation.decide(verb, run_id, home, alert.key)

    async def providers(self, actor: Actor) -> tuple[Sequence[AccountSeen], Sequence[Speed]]:
        """The accounts, and the models that were asked lately."""
        decide(actor, Act.OPERATE)
        calls = await self._store.calls_seen()
        listed = await self._store.kept_models()
        models = speeds(calls, lambda call: call.model)
        accounts = {one.name: one for one in speeds(calls, lambda call: call.model.partition("/")[0])}
        return [self._account(name, accounts, listed.get(name)) for name in self._settings.accounts], models

    def _account(self, name: str, speed: Mapping[str, Speed], listed: Listed | None) -> AccountSeen:
        breakers = self._routes.breakers
        resting = sorted(model for model in breakers.resting if model.startswith(f"{name}/"))
        state = "refused" if name in breakers.accounts_refused else "resting" if resting else "well"
        known = [model for model in self._routes.models() if model.account == name]
        kind = self._settings.accounts[name].kind
        at = listed.at if listed else None
        return AccountSeen(kind, state, resting, at, len(known), speed.get(name, Speed(name)))

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()


def speeds(calls: Iterable[CallSeen], of: Callable[[CallSeen], str]) -> Sequence[Speed]:
    """How calls went, by model or by account; the newest come first."""
    grouped = groupby(sorted(calls, key=of), key=of)  # sorting keeps their order
    return [_speed(name, list(those)) for name, those in grouped]


def _speed(name: str, calls: Sequence[CallSeen]) -> Speed:
    made = [call for call in calls if call.outcome != "skipped"]
    took = sorted(call.latency_ms for call in made if call.outcome == "ok")
    firsts = sorted(call.first_token_ms for call in made if call.first_token_ms is not None)
    failed = [call for call in made if call.outcome not in FINE]
    return Speed(
        name,
        len(made),
        len(failed),
        percentile(took, 50),
        percentile(took, 95),
        percentile(firsts, 50),
        sum(call.prompt_tokens + call.completion_tokens for call in made),
        sum((call.cost for call in made), Decimal(0)),
        failed[0].outcome if failed else "",
        failed[0].at if failed else None,
    )


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that so many of a hundred do not exceed; 0 of none."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else 0
