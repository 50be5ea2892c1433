"""What the judges say, put together, and whether it is too much. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.governance.moderation.policy import USUAL
from bot.messages import Verdict

LISTED: Final = "words"
"""The category of what stands on a list of words."""
DECLINED: Final = "declined"
"""The category of what a model would not even judge."""
ON_THE_LIST: Final = Verdict(flagged=True, scores={LISTED: 1.0})
WOULD_NOT: Final = Verdict(flagged=True, scores={DECLINED: 1.0})
SHOWN: Final = 3
"""Scores that people are told, the highest."""


def exceeded(verdict: Verdict, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """The categories that are too much, the highest score first.

    A category counts from its threshold on, or from one half. What a service flags all the same counts for
    its highest score, unless somebody has set that one's threshold.
    """
    over = [name for name, score in verdict.scores.items() if score >= thresholds.get(name, USUAL)]
    if not over and verdict.flagged and verdict.scores:
        highest = max(verdict.scores, key=lambda name: verdict.scores[name])
        over = [highest] if highest not in thresholds else []
    return tuple(sorted(over, key=lambda name: (-verdict.scores[name], name)))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    """Several verdicts as one: the highest score of each category."""
    flagged, scores = False, dict[str, float]()
    for verdict in verdicts:
        flagged = flagged or verdict.flagged
        for name, score in verdict.scores.items():
            scores[name] = max(score, scores.get(name, 0.0))
    return Verdict(flagged, scores)


def told(scores: Mapping[str, float], first: Iterable[str] = ()) -> str:
    """Scores as people are told them: the categories that were too much first, then the highest."""
    names = tuple(dict.fromkeys((*first, *sorted(scores, key=lambda name: (-scores[name], name)))))
    return ", ".join(f"{name} {scores[name]:.2f}" for name in names[:SHOWN] if name in scores)
