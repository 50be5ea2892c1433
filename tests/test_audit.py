"""Who changed what, when, from where: in the same commit as the change, and for good."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.buttons import press
from bot.errors import BadOption, NotAllowed, StorageError
from bot.messages import Action, Actor, ChannelKey, Person, Standing, Verb
from bot.records import Audited
from bot.store import settings
from tests.killing import query
from tests.rig import ANN, BO, MOD, ROOM, Rig, rig

OTHER = replace(ROOM, channel="other")
DIRECT = ChannelKey("screen", "acct", "dm", "9")
BO_MOD = Actor(BO.person, Standing.MODERATOR)
OPERATOR = Actor(Person("screen:op", "Op"), Standing.OPERATOR)


async def entries(parley: Rig) -> list[Audited]:
    """All of it, the oldest first."""
    return [*reversed(await parley.conversation.audit.all(OPERATOR, limit=1000))]


async def test_a_change_says_who_what_where_from_where_before_and_after(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("listen", MOD, to="everyone")
        await parley.command("listen", MOD, to="mentions")
        first, second = await entries(parley)
        assert (first.person, first.act, first.decision) == (MOD.person, "set_listening", "done")
        assert (first.scope, first.door, first.subject) == (ROOM.scope, "screen command", "listen")
        assert (first.before, first.after) == (None, "on")
        assert second.before == "on"


async def test_words_are_told_by_the_number_of_their_version(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("persona/set", MOD, text="You are the secret gardener.")
        await parley.command("persona/set", MOD, text="You are the secret baker.")
        first, second = await entries(parley)
        assert (first.before, second.before) == (None, first.after)
        assert str(first.after).startswith("version ")
    assert b"secret" not in "".join(map(str, query(tmp_path / "parley.db", "SELECT * FROM audit"))).encode()


async def test_what_a_member_does_with_their_own_is_not_written_down(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello")
        mine, *_ = await parley.conversation.entries(ROOM, ANN)
        await parley.conversation.delete(mine.id, ANN, ROOM)
        assert await entries(parley) == []


async def test_a_moderator_who_deletes_somebodys_message_is_named(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", ANN)
        run = await parley.conversation.latest_run(ROOM, ANN)
        assert run
        await press(parley.conversation, Action(Verb.DELETE, run.run.id), MOD, ROOM, "")
        (entry,) = await entries(parley)
        assert (entry.person.id, entry.act, entry.door) == ("screen:mod", "delete", "screen button")
        assert entry.subject == f"message {run.run.answer_id}"


async def test_a_change_that_fails_leaves_no_entry_and_an_entry_that_fails_leaves_no_change(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(BadOption):
            await parley.command("budget/set", MOD, dollars=1000)
        assert await entries(parley) == []
        with closing(sqlite3.connect(tmp_path / "parley.db")) as raw:
            raw.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(StorageError):
            await parley.command("listen", MOD, to="everyone")
        assert (await parley.store.settings(ROOM)).value("listen") is None


async def test_what_was_refused_is_told_and_cannot_flood(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for _ in range(40):
            with pytest.raises(NotAllowed):
                await parley.command("listen", ANN, to="everyone")
        with pytest.raises(NotAllowed):
            await parley.command("runs", ANN)
        found = await entries(parley)
        assert [(entry.act, entry.count) for entry in found] == [
            *[("set_listening", 1)] * 5,
            ("repeated", 35),
        ]
        assert {(entry.person.id, entry.decision, entry.scope) for entry in found} == {
            ("screen:ann", "refused", ROOM.scope)
        }


async def test_moderators_see_their_room_alone_the_newest_first(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("listen", MOD, to="everyone")
        await parley.command("listen", MOD, key=OTHER, to="everyone")
        await parley.command("style/set", MOD, purpose="factual")
        told = (await parley.command("audit", MOD)).text
        rows = [line for line in told.splitlines() if line.startswith("| ") and "what" not in line]
        assert [row.split(" | ")[3].partition(":")[0] for row in rows] == [
            "change the style",
            "say whom I listen to",
        ]
        assert "Nothing was changed" in (await parley.command("audit", MOD, who="nobody")).text
        with pytest.raises(NotAllowed):
            await parley.command("audit", ANN)


async def test_who_has_said_nothing_in_private_yet_is_told_of_nobody_else(tmp_path: Path) -> None:
    ann_mod, his = Actor(ANN.person, Standing.MODERATOR), replace(DIRECT, channel="8")
    async with rig(tmp_path) as parley:
        await parley.command("persona/set", ann_mod, DIRECT, text="You are kind.")
        assert await parley.conversation.audit.told(his, BO_MOD, days=1) == []


async def test_reading_in_private_is_written_down_before_it_is_read(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("for you alone", ANN, DIRECT)
        await parley.conversation.privacy.read_private(DIRECT, OPERATOR)
        (entry,) = await entries(parley)
        assert (entry.act, entry.person.id, entry.subject) == ("read_private", "screen:op", "messages")
        assert entry.scope.startswith("room/")
        assert "dm" not in entry.scope


async def test_nobody_changes_or_deletes_an_entry(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("listen", MOD, to="everyone")
        with closing(sqlite3.connect(tmp_path / "parley.db")) as raw:
            for statement in (
                "DELETE FROM audit",
                "UPDATE audit SET act = 'nothing'",
                "UPDATE audit SET person_id = 'screen:ann'",
                "UPDATE audit SET after = NULL",
            ):
                with pytest.raises(sqlite3.IntegrityError, match="audit is"):
                    raw.execute(statement)


async def test_who_is_forgotten_becomes_a_pseudonym_and_nothing_else_changes(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("hello", MOD)
        await parley.command("listen", MOD, to="everyone")
        await parley.command("listen", BO_MOD, to="mentions")
        await parley.command("privacy/delete", MOD, confirm="delete")
        await parley.lasting.erasing.over()
        first, second, third = await entries(parley)
        assert first.person.id == third.person.id != "screen:mod"
        assert (first.person.name, first.after, third.act) == ("", "on", "be_forgotten")
        assert second.person == BO_MOD.person


async def test_refusals_that_are_only_counted_have_the_pseudonym_too(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for _ in range(9):
            with pytest.raises(NotAllowed):
                await parley.command("listen", ANN, to="everyone")
        await parley.command("privacy/delete", ANN, confirm="delete")
        await parley.lasting.erasing.over()
        found = await entries(parley)
        assert [entry.act for entry in found[-2:]] == ["repeated", "be_forgotten"]
        assert {entry.person.id for entry in found} == {found[-1].person.id} != {ANN.person.id}


async def test_everybody_is_given_what_the_audit_has_of_them_and_of_nobody_else(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("listen", MOD, to="everyone")
        await parley.command("listen", BO_MOD, to="mentions")
        with pytest.raises(NotAllowed):
            await parley.command("listen", ANN, to="everyone")
        found = [(await parley.store.kept_of(who.person.id))["audit"] for who in (MOD, ANN)]
        assert [(row["act"], row["decision"], row["what"]) for (row,) in found] == [
            ("set_listening", "done", "listen"),
            ("set_listening", "refused", ""),
        ]


async def test_what_was_given_is_told_as_people_say_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("budget/set", MOD, of="channel", dollars=1)
        await parley.command("budget/set", MOD, of="channel", questions=5, per="month")
        told = (await parley.command("audit", MOD)).text
        first, second = "this channel: US$ 1.00 a day", "this channel: 5 questions a month"
        assert f"`{first}` → `{first}; {second}`" in told


async def test_where_moderators_are_told_is_said_in_words(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("moderation/alerts", MOD)
        told = (await parley.command("audit", MOD)).text
        assert "`moderation alerts`, – → `in the room general`" in told
        assert str(ROOM) not in told


async def test_what_is_told_of_has_names_that_the_program_knows() -> None:
    from bot.governance.authorize import Act
    from bot.store.auditing import TOLD

    acts = {act.name.lower() for act in Act}
    assert all(told.acts <= acts for told in TOLD.values())
    assert settings.change_setting in TOLD
