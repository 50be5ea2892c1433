"""What requests say: names, rooms and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.api import reading
from bot.errors import UserError
from bot.messages import ChannelKey, Standing


@pytest.mark.parametrize(
    ("said", "person", "name", "standing"),
    [
        (None, "web:member", "Member", Standing.MEMBER),
        ("member", "web:member", "Member", Standing.MEMBER),
        ("moderator", "web:moderator", "Moderator", Standing.MODERATOR),
        ("member:ann", "web:ann", "ann", Standing.MEMBER),
        ("moderator: Bo ", "web:bo", "Bo", Standing.MODERATOR),
        ("member:a:b", "web:a:b", "a:b", Standing.MEMBER),
        ("member:Straße", "web:strasse", "Straße", Standing.MEMBER),
        ("member:José", "web:josé", "José", Standing.MEMBER),
        ("member:👨\u200d👩\u200d👧", "web:👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", Standing.MEMBER),
        ("member:" + "x" * 64, "web:" + "x" * 64, "x" * 64, Standing.MEMBER),
    ],
)
def test_who_acts_is_read(said: object, person: str, name: str, standing: Standing) -> None:
    actor = reading.actor(said)
    assert (actor.person.id, actor.person.name, actor.standing) == (person, name, standing)
    assert not actor.person.bot


@pytest.mark.parametrize(
    "said",
    [
        "operator", "member:Operator", "Member", "admin:ann", "member:", "member: ", "moderator:\u200b",
        "member:\u200d",
        "member:a\x1b]52;b", "member:" + "x" * 65, "member:\u202eann", "member:\ud800", 5, True, ["member"],
    ],
)  # fmt: skip
def test_who_cannot_act_is_told(said: object) -> None:
    with pytest.raises(UserError):
        reading.actor(said)


@given(st.text(), st.text())
def test_different_people_have_different_ids(one: str, two: str) -> None:
    try:
        people = reading.actor(f"member:{one}").person, reading.actor(f"member:{two}").person
    except UserError:
        return
    same = people[0].name.casefold() == people[1].name.casefold()
    assert (people[0].id == people[1].id) is same


def test_a_thread_is_a_room_of_its_own() -> None:
    assert reading.room_key("a-1") == ChannelKey("web", "parley", "home", "a-1")
    assert reading.room_key("a.b") == ChannelKey("web", "parley", "home", "a", "b")


@given(st.text())
def test_a_room_is_read_or_refused(name: str) -> None:
    try:
        key = reading.room_key(name)
    except UserError:
        return
    assert name == ".".join(part for part in (key.channel, key.thread) if part)
    assert ChannelKey.parse(str(key)) == key


@given(st.one_of(st.integers(), st.text(), st.floats(), st.booleans(), st.none()))
def test_a_number_is_read_or_refused(given: object) -> None:
    try:
        number = reading.number("It", given)
    except UserError:
        return
    assert 0 <= number <= reading.LARGEST_ID
    assert int(str(given)) == number


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.text(st.characters(codec=None))),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(st.characters(codec=None)), inner)),
)


@given(JSON)
def test_only_text_that_can_be_stored_passes(document: object) -> None:
    text = repr(document)
    broken = r"\x00" in text or any(rf"\ud{digit}" in text for digit in "89abcdef")
    try:
        reading.storable(document)
    except UserError:
        assert broken
