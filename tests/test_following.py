"""What a model writes of calls goes to who follows it, and to nobody else."""

from collections.abc import Iterator

from bot.conversation.answer.following import Following
from bot.conversation.prompt.window import Asked
from bot.conversation.spending.meter import Attempt, Meter
from bot.messages import Calling, ModelFacts, Text, ToolCall

CALL = ToolCall("c1", "now", "{}")


def meters(*call_ids: int) -> Iterator[Meter]:
    """A meter that is at one call after the other."""
    meter = Meter.__new__(Meter)
    for call_id in call_ids:
        meter.attempt = Attempt(call_id, ModelFacts("one/m"), Asked((), 1, 1), 0.0)
        yield meter


def test_a_call_of_a_service_without_fragments_is_told_at_once() -> None:
    told: list[tuple[int, Calling]] = []
    following = Following(lambda attempt, part: told.append((attempt, part)))
    first, *_ = meters(5)
    for part in (Text("hm"), CALL, CALL):
        following.take(part, first)
    assert told == [(5, Calling(0, "c1", "now", "{}")), (5, Calling(1, "c1", "now", "{}"))]


def test_what_came_in_fragments_is_not_told_again_but_another_attempt_is() -> None:
    told: list[tuple[int, int, str]] = []
    following = Following(lambda attempt, part: told.append((attempt, part.place, part.arguments)))
    for meter in meters(5, 6):
        following.take(Calling(0, "c1", "now", "{"), meter)
        following.take(Calling(0, "", "", "}"), meter)
        following.take(CALL, meter)
    assert told == [(5, 0, "{"), (5, 0, "}"), (6, 0, "{"), (6, 0, "}")]


def test_nobody_is_told_where_nobody_follows() -> None:
    following = Following()
    (meter,) = meters(5)
    following.take(CALL, meter)
    assert following == Following()
