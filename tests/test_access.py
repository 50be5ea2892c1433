"""Whom Parley answers: the most specific rule wins, a block beats a permission, who moderates stays in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Invocation
from bot.commands.subjects import subject_of
from bot.errors import BadOption, KeptOut, NotAllowed
from bot.governance.access import EVERYWHERE, MOST, Book, Mode, Rule, Rules, Why, person, place, refusal, role
from bot.governance.authorize import Act
from bot.messages import Actor, Address, ChannelKey, Document, Person, Standing
from bot.records import Bar
from tests.rig import ANN, BO, MOD, ROOM, rig

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
THREAD = replace(ROOM, thread="t")
OTHER = replace(ROOM, channel="other")
DIRECT = replace(ROOM, space="dm")
SERVER, CHANNEL, INNER = THREAD.scopes()
OPERATOR = Actor(Person("screen:op", "Op"), Standing.OPERATOR)
VIP = replace(BO, roles=frozenset({"screen:vip"}))
SERVERWIDE: dict[str, Any] = {"in": "server"}
ALL: dict[str, Any] = {"in": "everywhere"}
YES, NO = Rule(allows=True), Rule(allows=False)


def why(book: Book, actor: Actor = ANN, key: ChannelKey = ROOM) -> Why | None:
    found = refusal(book, actor, key, NOW)
    return found.why if found else None


def test_with_nothing_said_everybody_is_answered() -> None:
    assert why({}) is None
    assert refusal({}, ANN, None, NOW) is None


def test_the_most_specific_rule_wins() -> None:
    ann = person(ANN.person.id)
    book = {SERVER: Rules(rules={ann: NO}), CHANNEL: Rules(rules={ann: YES})}
    assert why(book) is None
    assert why(book, key=OTHER) is Why.BLOCKED
    assert why({**book, INNER: Rules(rules={ann: NO})}, key=THREAD) is Why.BLOCKED


def test_a_block_beats_a_permission_of_the_same_place() -> None:
    rules = Rules(rules={person(BO.person.id): YES, role("screen:vip"): NO})
    assert why({SERVER: rules}, VIP) is Why.BLOCKED
    assert why({SERVER: rules}, BO) is None


def test_where_only_some_are_answered_a_person_a_role_or_the_place_lets_in() -> None:
    book = {
        SERVER: Rules(Mode.ONLY, {role("screen:vip"): YES}),
        OTHER.scope: Rules(rules={place(OTHER.scope): YES}),
    }
    assert why(book) is Why.UNNAMED
    assert why(book, VIP) is None
    assert why(book, ANN, OTHER) is None
    assert why({**book, CHANNEL: Rules(Mode.OPEN)}) is None


def test_a_place_that_is_off_is_off_for_all_and_its_thread_can_be_on() -> None:
    book = {CHANNEL: Rules(rules={place(CHANNEL): NO})}
    assert {why(book, actor) for actor in (ANN, MOD, OPERATOR)} == {Why.OFF}
    assert why(book, ANN, THREAD) is Why.OFF
    assert why({**book, INNER: Rules(rules={place(INNER): YES})}, ANN, THREAD) is None
    assert why(book, ANN, OTHER) is None


def test_a_block_is_over_when_it_is_over() -> None:
    until = NOW + timedelta(hours=1)
    book = {SERVER: Rules(rules={person(ANN.person.id): Rule(allows=False, until=until)})}
    found = refusal(book, ANN, ROOM, NOW)
    assert found is not None
    assert found.until == until
    assert refusal(book, ANN, ROOM, until) is None


def test_what_the_operator_said_for_everywhere_no_room_takes_back() -> None:
    blocked = {
        EVERYWHERE: Rules(rules={person(MOD.person.id): NO}),
        SERVER: Rules(rules={person(MOD.person.id): YES}),
    }
    assert why(blocked, MOD) is Why.BLOCKED
    assert why(blocked, MOD, DIRECT) is Why.BLOCKED
    alone = {EVERYWHERE: Rules(Mode.ONLY, {place(SERVER): YES})}
    assert why(alone) is None
    assert why(alone, MOD, DIRECT) is Why.UNNAMED
    off = {EVERYWHERE: Rules(rules={place(SERVER): NO}), CHANNEL: Rules(rules={place(CHANNEL): YES})}
    assert why(off, MOD) is Why.OFF


def test_what_is_said_of_a_server_reaches_nobody_alone_with_parley() -> None:
    assert why({DIRECT.scopes()[0]: Rules(Mode.ONLY)}, ANN, DIRECT) is None


SCOPES = st.sampled_from([SERVER, CHANNEL, INNER, EVERYWHERE])
SUBJECTS = st.sampled_from(
    [person(one.person.id) for one in (ANN, MOD, OPERATOR)]
    + [role("screen:vip"), place(SERVER), place(CHANNEL)]
)
RULES = st.builds(
    Rules, st.sampled_from([None, *Mode]), st.dictionaries(SUBJECTS, st.builds(Rule, allows=st.booleans()))
)


@given(st.dictionaries(SCOPES, RULES), st.sampled_from([ROOM, THREAD, OTHER]))
def test_whatever_was_said_the_operator_is_not_shut_out_and_moderators_not_by_their_room(
    book: dict[str, Rules], key: ChannelKey
) -> None:
    assert why(book, OPERATOR, key) in (None, Why.OFF)
    without = {scope: rules for scope, rules in book.items() if scope != EVERYWHERE}
    assert why(without, MOD, key) in (None, Why.OFF)


@given(RULES)
def test_rules_are_read_as_they_were_kept(rules: Rules) -> None:
    assert Rules.read(rules.kept) == rules


def test_there_is_an_end_to_rules_and_what_is_over_makes_room() -> None:
    over = Rule(allows=False, until=NOW)
    full = Rules(rules={person(f"screen:{n}"): NO for n in range(MOST)})
    with pytest.raises(BadOption, match="500"):
        full.having(person("screen:more"), NO, NOW)
    old = Rules(rules={person(f"screen:{n}"): over for n in range(MOST)})
    assert old.having(person("screen:more"), NO, NOW).rules == {person("screen:more"): NO}


@pytest.mark.parametrize(
    ("option", "said", "platform", "name"),
    [
        ("who", "<@!12>", "discord", "who:discord:12"),
        ("who", "12", "telegram", "who:telegram:12"),
        ("who", "@Ann", "web", "who:web:ann"),
        ("role", "<@&7>", "discord", "role:discord:7"),
        ("channel", "<#9>", "discord", "where:discord/a/1/9"),
        ("channel", "9/10", "discord", "where:discord/a/1/9/10"),
        ("channel", "here", "discord", "where:discord/a/1/2"),
        ("channel", "5", "telegram", "where:telegram/a/1/2/5"),
        ("channel", "general.topic", "web", "where:web/a/1/general/topic"),
        ("server", "here", "discord", "where:discord/a/1"),
        ("server", "77", "discord", "where:discord/a/77"),
    ],
)
def test_people_and_places_are_named_as_on_their_platform(
    option: str, said: str, platform: str, name: str
) -> None:
    assert subject_of(option, said, ChannelKey(platform, "a", "1", "2")).name == name


@pytest.mark.parametrize(
    ("option", "said", "platform"),
    [("who", "@ann", "telegram"), ("who", "ann", "discord"), ("role", "vip", "discord"),
     ("channel", "general", "discord"), ("server", "../x", "web"), ("channel", "a/b/c", "web"),
     ("role", "1", "telegram")],
)  # fmt: skip
def test_what_names_nobody_is_refused_with_a_sentence(option: str, said: str, platform: str) -> None:
    with pytest.raises(BadOption):
        subject_of(option, said, ChannelKey(platform, "a", "1", "2"))


async def test_who_is_blocked_may_do_nothing_but_see_to_what_is_kept_of_them(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello")
        await parley.command("access/block", who="ann", **SERVERWIDE)
        for act in Act:
            if act in (Act.SEE_PRIVACY, Act.CONSENT, Act.EXPORT, Act.BE_FORGOTTEN):
                parley.conversation.access.permit(ANN, act, ROOM)
                continue
            with pytest.raises(KeptOut, match="the moderators have blocked you here"):
                parley.conversation.access.permit(ANN, act, ROOM, owner=ANN.person.id)
        with pytest.raises(KeptOut):
            await parley.say("again", key=THREAD)
        await parley.ask("hello", BO)
        await parley.command("access/clear", who="ann")
        assert await parley.ask("again")


async def test_rules_are_there_again_after_a_start_and_after_a_chat_has_moved(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello")
        await parley.command("access/mode", to="only")
    async with rig(tmp_path) as parley:
        with pytest.raises(KeptOut, match="only those whom the moderators have named"):
            await parley.say("hello")
        moved = replace(ROOM, space="elsewhere")
        await parley.conversation.move(ROOM, moved)
        with pytest.raises(KeptOut):
            await parley.say("hello", key=moved)
        await parley.command("access/allow", who="ann", key=moved)
        await parley.ask("hello", key=moved)


async def test_only_who_runs_the_server_speaks_for_it_and_only_the_operator_for_everywhere(
    tmp_path: Path,
) -> None:
    of_channel = replace(MOD, channel_only=True)
    async with rig(tmp_path) as parley:
        with pytest.raises(NotAllowed, match="Manage Server"):
            await parley.command("access/mode", of_channel, to="only", **SERVERWIDE)
        with pytest.raises(NotAllowed, match="operator"):
            await parley.command("access/block", MOD, who="ann", **ALL)
        await parley.command("access/block", OPERATOR, who="ann")
        with pytest.raises(KeptOut, match="My operator has blocked you"):
            await parley.say("hello")
        reply = await parley.command("access/clear", MOD, who="ann")
        assert "Nothing is said" in reply.text
        with pytest.raises(KeptOut):
            await parley.say("hello")
        await parley.command("access/mode", of_channel, to="only")
        await parley.command("access/block", of_channel, channel="here")
        with pytest.raises(KeptOut, match="switched off") as off:
            await parley.say("hello", MOD)
        assert off.value.silent
        assert "is blocked" in (await parley.command("access/show", of_channel)).text
        await parley.command("access/clear", of_channel, channel="here")
        await parley.ask("hello", MOD)


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("budget/set", {"of": "server", "questions": 1}),
        ("budget/set", {"of": "member", "questions": 1}),
        ("budget/reset", {"of": "server"}),
        ("usage", {"of": "server"}),
        ("persona/save", {"name": "Kind one", "text": "You are kind."}),
        ("persona/drop", {"name": "Old one"}),
        ("moderation/alerts", {}),
    ],
)
async def test_who_moderates_a_channel_changes_and_sees_nothing_of_the_whole_server(
    tmp_path: Path, command: str, options: dict[str, Any]
) -> None:
    of_channel = replace(MOD, channel_only=True)
    file = Document("kind.toml", 'name = "Kind one"\ntext = "You are kind."')
    taking = Invocation(of_channel, Address(ROOM), documents=(file,))
    async with rig(tmp_path) as parley:
        await parley.command("persona/save", name="Old one", text="You are old.")
        with pytest.raises(NotAllowed, match="Manage Server"):
            await parley.command(command, of_channel, **options)
        with pytest.raises(NotAllowed, match="Manage Server"):
            await parley.commands.run("persona/import", taking)
        await parley.command("budget/set", of_channel, of="channel", questions=5)
        assert "This channel used" in (await parley.command("usage", of_channel, of="channel")).text
        await parley.command("persona/set", of_channel, text="You are kind.")


async def test_who_is_blocked_for_an_hour_by_a_button_is_shown_and_let_in_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        until = parley.conversation.now() + timedelta(hours=1)
        made = Bar(SERVER, ANN.person.id, "moderator", until, by=MOD.person.id)
        await parley.store.bar(made, at=parley.conversation.now())
        parley.conversation.moderation.bars.add([made])
        with pytest.raises(KeptOut, match="I listen to you again"):
            await parley.say("hello")
        assert "`ann` has to wait" in (await parley.command("access/show")).text
        await parley.command("access/clear", who="ann")
        await parley.ask("hello")
        assert await parley.store.bars(parley.conversation.now()) == []


async def test_where_nothing_is_said_everybody_is_answered_and_that_is_told(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        assert "I answer everybody" in (await parley.command("access/show")).text
        await parley.command("access/block", who="ann")
        told = (await parley.command("access/show")).text
        assert "I answer everybody" not in told
        assert "`ann` is blocked\n\n**This server**" in told


async def test_nobody_shuts_themselves_out(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(BadOption, match="That is you"):
            await parley.command("access/block", who="mod")
        with pytest.raises(NotAllowed, match="Only moderators can say whom I answer"):
            await parley.command("access/block", ANN, who="bo")
