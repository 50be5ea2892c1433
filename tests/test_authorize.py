"""One gate, default deny."""

from enum import StrEnum

import pytest

from bot.errors import NotAllowed
from bot.governance.authorize import Act, authorize
from bot.governance.personas import LONGEST, PRESETS, checked
from bot.messages import Actor, Person, Standing

ANN = Person("web:ann", "Ann")
EVERYBODY = {
    Act.READ,
    Act.CHAT,
    Act.IMAGINE,
    Act.LIST_MODELS,
    Act.SEE_PERSONA,
    Act.SEE_STYLE,
    Act.SEE_TOOLS,
    Act.SEE_KNOWLEDGE,
    Act.SEE_MODERATION,
    Act.SEE_USAGE,
    Act.SEE_BUDGET,
    Act.REMIND,
    Act.SEE_REMINDERS,
    Act.SEE_FACTS,
    Act.CHANGE_FACTS,
    Act.SEE_PRIVACY,
    Act.CONSENT,
    Act.EXPORT,
    Act.BE_FORGOTTEN,
}
OPERATORS = {Act.READ_PRIVATE, Act.OPERATE}


def allowed(actor: Actor, act: Act, owner: str = "") -> bool:
    try:
        authorize(actor, act, owner=owner)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("act", Act)
def test_members_may_talk_and_look_but_change_nothing(act: Act) -> None:
    assert allowed(Actor(ANN, Standing.MEMBER), act) == (act in EVERYBODY)


@pytest.mark.parametrize("act", Act)
def test_moderators_run_their_room(act: Act) -> None:
    assert allowed(Actor(ANN, Standing.MODERATOR), act) == (act not in OPERATORS)


@pytest.mark.parametrize(
    "act", [Act.SEE_RUN, Act.STOP, Act.RETRY, Act.DELETE, Act.CANCEL_REMINDER, Act.TITLE]
)
def test_members_may_inspect_stop_retry_and_delete_what_is_their_own(act: Act) -> None:
    assert allowed(Actor(ANN), act, owner="web:ann")
    assert not allowed(Actor(ANN), act, owner="web:bo")


@pytest.mark.parametrize("act", Act)
def test_who_is_blocked_may_nothing_not_even_with_their_own(act: Act) -> None:
    assert not allowed(Actor(ANN, Standing.BLOCKED), act, owner="web:ann")


@pytest.mark.parametrize("act", Act)
def test_bots_may_nothing(act: Act) -> None:
    assert not allowed(Actor(Person("web:x", "X", bot=True), Standing.OPERATOR), act)


def test_a_name_gives_no_rights() -> None:
    assert not allowed(Actor(Person("web:x", "Moderator")), Act.SET_PERSONA)


def test_what_nobody_thought_of_is_the_operators() -> None:
    class New(StrEnum):
        LAUNCH = "launch rockets"

    assert not allowed(Actor(ANN, Standing.MODERATOR), New.LAUNCH)  # type: ignore[arg-type]  # an act to come
    with pytest.raises(NotAllowed, match="operator"):
        authorize(Actor(ANN), New.LAUNCH)  # type: ignore[arg-type]  # an act to come


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(NotAllowed, match="Only moderators can change the persona here"):
        authorize(Actor(ANN), Act.SET_PERSONA)


def test_presets_keep_the_rules_for_personas() -> None:
    assert len(PRESETS) >= 7
    assert PRESETS[0].name == "pirate"
    for preset in PRESETS:
        assert checked(preset.text) == preset.text
        assert len(preset.text) <= LONGEST
