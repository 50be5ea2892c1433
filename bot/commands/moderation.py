"""What is not to be said in a room, and who is told when it is."""

from bot.commands.base import Ask, Choice, Command, Kind, Looking, Param, Reply
from bot.commands.leaves import PAGE, leaf
from bot.conversation.moderation.alarming import told_there
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.moderation.policy import (
    POLICY,
    THRESHOLDS,
    UNAVAILABLE,
    USUAL,
    WORDS,
    Mode,
    Policy,
    read_policy,
    told_where,
    with_threshold,
    with_words,
    without_words,
)
from bot.messages import Standing

OFF = "Nothing is moderated here."
ON = "What is written here is moderated: what goes against the rules may be held back or shown to moderators."

_MODES = {
    Mode.OFF: "off: nothing is looked at",
    Mode.REPORT: "report: everything is shown, and moderators are told",
    Mode.FILTER: "filter: what goes against the rules is held back, and moderators are told",
}
_SET = {
    Mode.OFF: "From now on nothing is moderated here.",
    Mode.REPORT: "From now on moderators are told what goes against the rules here; it is shown as ever.",
    Mode.FILTER: "From now on what goes against the rules is held back here.",
}


async def show(ask: Ask) -> Reply:
    """Show what holds: to members, whether it is on."""
    policy = await _policy(ask)
    if ask.actor.standing < Standing.MODERATOR:
        return Reply(OFF if policy.mode is Mode.OFF else ON)
    thresholds = ", ".join(f"{name} {score:g}" for name, score in policy.thresholds.items())
    usual = len(ask.conversation.moderation.words)
    to = told_where(policy, ask.key)
    lines = (
        f"Moderation here is {_MODES[policy.mode]}.",
        f"- Scores that are too much: {f'{thresholds}; others ' if thresholds else ''}from {USUAL:g} on",
        f"- What nobody can judge right now {'passes' if policy.opened else 'is held back'}",
        f"- Words of this room's list: {len(policy.own)}; of my operator's: {usual}",
        f"- Moderators are told {told_there(to, ask.key)}",
    )
    return Reply("\n".join(lines))


async def policy(ask: Ask) -> Reply:
    """Switch it on or off."""
    mode = Mode(ask.text("mode"))
    await _keep(ask, POLICY, mode.value)
    hint = "" if mode is Mode.OFF else await _hint(ask)
    return Reply(f"{_SET[mode]}{hint}", private=False)


async def threshold(ask: Ask) -> Reply:
    """Say from which score on a category is too much."""
    category, score = ask.text("category"), ask.options.get("score")
    given = None if score is None else float(str(score))
    kept = with_threshold((await _policy(ask)).thresholds, category, given)
    await _keep(ask, THRESHOLDS, kept)
    named = category.strip().lower()
    return Reply(f"From {USUAL if given is None else given:g} on, `{named}` is too much here.")


async def unavailable(ask: Ask) -> Reply:
    """Say what becomes of what nobody can judge."""
    closed = ask.text("then") == "closed"
    await _keep(ask, UNAVAILABLE, "closed" if closed else "open")
    return Reply(f"What nobody can judge {'is held back' if closed else 'passes'} here from now on.")


async def alerts(ask: Ask) -> Reply:
    """Say where moderators are told: here, unless they name another room or nowhere."""
    off, to_other, event_id = ask.options.get("off") is True, ask.text("to"), ask.call.event_id
    alarms = ask.conversation.moderation.alarms
    to = await alarms.tell(ask.key, ask.actor, to_other, off=off, event_id=event_id)
    if to is None:
        return Reply("From now on moderators are told nothing.")
    if to != ask.key:
        return Reply(f"From now on moderators are told of what happens here {told_there(to, ask.key)}.")
    return Reply(
        "From now on I tell moderators here what goes against the rules, with a few words of it: whoever "
        "can read this room sees them. For a chat elsewhere, give "
        f"`/moderation alerts to: {_named(ask)}` there.",
        private=False,
    )


async def words(ask: Ask) -> Reply:
    """Show this room's list, or change it."""
    own = (await _policy(ask)).own
    added, removed = ask.text("add"), ask.text("remove")
    if added and removed:
        raise BadOption("Either add lines or remove some.", "remove")
    if not (added or removed):
        return _listed(ask, own)
    kept = with_words(own, added) if added else without_words(own, removed)
    await _keep(ask, WORDS, kept)
    count = len(kept.splitlines())
    return Reply(f"This room's list has {count} {'line' if count == 1 else 'lines'} now.")


async def categories(looking: Looking, typed: str) -> list[Choice]:
    """Categories that judges have, while one is typed."""
    wanted = typed.strip().lower()
    return [Choice(name, name) for name in CATEGORIES if wanted in name]


async def _policy(ask: Ask) -> Policy:
    return read_policy(await ask.conversation.settings(ask.key, ask.actor))


async def _keep(ask: Ask, name: str, value: str | None) -> None:
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_MODERATION, name, value, ask.actor, event_id=event_id)


async def _hint(ask: Ask) -> str:
    """What is still to be set up before anything is found."""
    found = await _policy(ask)
    moderation = ask.conversation.moderation
    if not (found.own or moderation.words or moderation.judged):
        return (
            " But nothing can be found yet: `/moderation words` takes a list, and my operator can name "
            "models that judge."
        )
    return "" if told_where(found, ask.key) else " `/moderation alerts` says where moderators are told."


def _listed(ask: Ask, own: tuple[str, ...]) -> Reply:
    if not own:
        return Reply("This room's list is empty. `/moderation words add:` takes words, parted by commas.")
    shown = leaf(ask, "moderation/words", [f"- `{line.replace('`', 'ʼ')}`" for line in own])
    return Reply(f"Not to be said here, in any disguise:\n{shown.text}", offers=shown.offers)


def _named(ask: Ask) -> str:
    """What a room is called by its platform."""
    return ".".join(filter(None, (ask.key.channel, ask.key.thread)))


CATEGORIES = (
    "harassment",
    "hate",
    "illicit",
    "self-harm",
    "sexual",
    "sexual/minors",
    "violence",
    "words",
    "declined",
)
"""What most judges tell apart, and what is ours: words of a list, and what a model would not even judge."""

GROUPS = {"moderation": "What is not to be said here"}

COMMANDS = (
    Command("moderation/show", "Show whether this room is moderated", Act.SEE_MODERATION, show),
    Command(
        "moderation/policy",
        "Switch moderation on or off in this room",
        Act.SET_MODERATION,
        policy,
        (
            Param(
                "mode",
                "What becomes of what goes against the rules",
                required=True,
                choices=tuple(Choice(mode.value, mode.value) for mode in Mode),
            ),
        ),
    ),
    Command(
        "moderation/threshold",
        "Say from which score on something is too much in this room",
        Act.SET_MODERATION,
        threshold,
        (
            Param("category", "Which category", required=True, complete=categories),
            Param("score", "From 0 to 1; without it, one half", Kind.NUMBER, least=0, most=1),
        ),
    ),
    Command(
        "moderation/unavailable",
        "Say what becomes of what nobody can judge right now",
        Act.SET_MODERATION,
        unavailable,
        (
            Param(
                "then",
                "Let it pass (open), or hold it back (closed)",
                required=True,
                choices=(Choice("open", "open"), Choice("closed", "closed")),
            ),
        ),
    ),
    Command(
        "moderation/alerts",
        "Let moderators be told in this room",
        Act.SET_MODERATION,
        alerts,
        (
            Param("to", "Another room, by its number, where alerts were switched on"),
            Param("off", "Tell nobody any more", Kind.BOOLEAN),
        ),
    ),
    Command(
        "moderation/words",
        "Show or change the words that are not to be said in this room",
        Act.SET_MODERATION,
        words,
        (
            Param("add", "Words to add, parted by commas; * at an end lets a word go on", long=True),
            Param("remove", "Words to take from the list, parted by commas"),
            PAGE,
        ),
    ),
)
