"""What a model may learn from: consenting people's best answers, and nothing that tells who they are."""

import asyncio
import json
import stat
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.commands.buttons import press
from bot.conversation.privacy.statement import TUNING, YES
from bot.errors import ConfigError
from bot.governance.personas import DEFAULT
from bot.messages import Action, Actor, ChannelKey, RunOptions, Verb
from bot.records import Order, Spoken, Told
from bot.store import migrate, told
from bot.tuning.alike import ALIKE, Kept, likeness, normal, shingles
from bot.tuning.checking import check
from bot.tuning.examples import Chosen, Wanted, choose
from bot.tuning.personal import cleaned, secret
from bot.tuning.writing import write
from tests.rig import ANN, BO, MOD, PNG, ROOM, Rig, rig

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
GENERAL = ChannelKey("web", "parley", "home", "general")
WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def spoken(number: int, question: str = "", answer: str = "", **more: object) -> Spoken:
    question = question or f"What is the number {number} in {number * 7} words, please?"
    answer = answer or f"It is {number}, the one that comes after {number - 1} and before {number + 1}."
    base = Spoken(number, "web:ann", question, answer, NOW + timedelta(minutes=number), True, rated=1, net=1)
    return replace(base, **more)  # type: ignore[arg-type]  # fields by name


def room(*said: Spoken, consenting: Sequence[str] = ("web:ann",), names: Sequence[str] = ()) -> Told:
    return Told(GENERAL, said, frozenset(consenting), frozenset(names))


def chosen(told: Told, **wanted: object) -> Chosen:
    return choose([told], Wanted(validation=0.0, **wanted))  # type: ignore[arg-type]  # fields by name


def learned(found: Chosen) -> list[list[tuple[str, str]]]:
    return [list(example.messages) for example in found.train]


def why(found: Chosen) -> list[str]:
    return sorted(found.dropped)


def test_an_example_is_the_persona_and_one_exchange() -> None:
    found = chosen(
        room(spoken(1, "What is a fjord?", "An arm of the sea.", personas={"persona": "You are a pirate."}))
    )
    assert learned(found) == [
        [("system", "You are a pirate."), ("user", "What is a fjord?"), ("assistant", "An arm of the sea.")]
    ]
    assert learned(chosen(room(spoken(1))))[0][0] == ("system", DEFAULT)
    assert learned(chosen(room(spoken(1)), persona="You are a guide."))[0][0][1] == "You are a guide."


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"asker": "web:bo"}, "consent"),
        ({"learnable": False}, "whole answer"),
        ({"ordered": True}, "of its own"),
        ({"leans": True}, "a file, a picture or a quote"),
        ({"tools": True}, "tools"),
        ({"answer": "My key is sk-abcdefghijklmnopqrstuv"}, "key or a password"),
        ({"question": "password: hunter2hunter2"}, "key or a password"),
        ({"answer": "word " * 20_000}, "too long"),
    ],
)
def test_what_nobody_may_learn_from_is_left_out_and_counted(more: dict[str, object], reason: str) -> None:
    found = chosen(room(spoken(1, **more)))  # type: ignore[arg-type]  # fields by name
    assert (found.train, found.liked) == ((), 1)
    assert [reason in one for one in found.dropped] == [True]


def test_only_what_people_rated_well_enough_is_learned_from() -> None:
    told = room(spoken(1, net=2, rated=4), spoken(2, net=0, rated=2), spoken(3, net=0, rated=0))
    assert len(chosen(told).train) == 1
    assert chosen(told).rated == 2
    assert chosen(told, min_rating=3).train == ()
    assert chosen(told, since=NOW + timedelta(minutes=2)).train == ()
    assert len(chosen(told, room="general").train) == len(chosen(told, room="web/parley").train) == 1
    assert chosen(told, room="gen").train == ()


def test_words_of_who_does_not_consent_are_in_no_example_whoever_repeats_them() -> None:
    theirs = " ".join(WORDS)
    bos = spoken(1, f"I say {theirs}.", asker="web:bo", rated=0, net=0)
    copied = spoken(2, answer=f"Bo said: “{theirs.title()}!”")
    assert why(chosen(room(bos, copied))) == ["repeats words of somebody who does not consent"]
    assert len(chosen(room(bos, copied), past=0).train) == 0
    assert len(chosen(room(bos, copied, consenting=("web:ann", "web:bo"))).train) == 1
    short = spoken(2, answer=" ".join(WORDS[:6]))
    assert len(chosen(room(bos, short)).train) == 1, "six words may be anybody's"


def test_what_was_said_right_before_comes_along_as_far_as_everybody_consents() -> None:
    told = room(
        spoken(1, rated=0, net=0),
        spoken(2, asker="web:bo", rated=0, net=0),
        spoken(3, rated=0, net=0),
        spoken(4),
    )
    (example,) = learned(chosen(told, past=5))
    assert [role for role, _ in example] == ["system", "user", "assistant", "user", "assistant"]
    long_ago = replace(told.spoken[2], at=NOW - timedelta(hours=2))
    (example,) = learned(chosen(replace(told, spoken=(long_ago, told.spoken[3])), past=5))
    assert len(example) == 3


def test_the_same_and_nearly_the_same_is_learned_once_the_best_of_it() -> None:
    long = " ".join(f"word{number}" for number in range(100))
    told = room(
        spoken(1, "What then?", f"{long} end"),
        spoken(2, "what THEN", f"{long}, end!"),
        spoken(3, "What then?", f"{long} END other", net=5),
        spoken(4, "What then?", f"another answer {long[:300]}"),
    )
    found = chosen(told)
    assert [example.messages[-1][1][-9:] for example in found.train if example.net == 5] == ["END other"]
    assert len(found.train) == 2
    assert sum(found.dropped.values()) == 2


def test_names_and_addresses_are_told_to_nobody() -> None:
    told = room(
        spoken(1, "I am Ann Lindqvist, ann@example.org.", "Hello Ann! Bo says ANN LINDQVIST is @ann_here."),
        names=("Ann Lindqvist", "Bo"),
    )
    (example,) = learned(chosen(told))
    assert example[1:] == [
        ("user", "I am [NAME], [EMAIL]."),
        ("assistant", "Hello [NAME]! [NAME] says [NAME] is [NAME]."),
    ]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("write to jo.b+x@mail.example.co.uk!", "write to [EMAIL]!"),
        ("call +49 30 901820 or (030) 901 820-11", "call [PHONE] or [PHONE]"),
        ("0171 2345678", "[PHONE]"),
        ("DE89 3704 0044 0532 0130 00 is mine", "[BANK ACCOUNT] is mine"),
        ("GB33BUKB20201555555555", "[BANK ACCOUNT]"),
        ("4111 1111 1111 1111", "[CARD]"),
        ("from 192.168.0.17 and 2001:db8::8a2e:370:7334", "from [IP] and [IP]"),
        ("<@123456789012345678> and <#12345678901> and @ann", "[NAME] and [NAME] and [NAME]"),
        ("discord:123 has 123456789012345678", "[ACCOUNT] has [NUMBER]"),
        ("https://example.org/?token=abc", "[LINK]"),
        ("https://user:pw@example.org/x", "[LINK]"),
        ("https://discord.com/api/webhooks/1/abcdefghijklmnopqrstuvwxyz", "[LINK]"),
        ("see https://example.org/fjords.", "see https://example.org/fjords."),
        ("on 2026-05-01 at 12:30:45, 3.14159265", "on 2026-05-01 at 12:30:45, 3.14159265"),
        ("1,000,000 or 10 000", "1,000,000 or 10 000"),
        ("version 3.11, 10 + 20 = 30", "version 3.11, 10 + 20 = 30"),
        ("Parley and the parrots", "Parley and the parrots"),
    ],
)  # fmt: skip
def test_what_tells_of_persons_is_replaced_and_what_does_not_stays(text: str, safe: str) -> None:
    assert cleaned(text, ("Parley",)) == safe


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghijklmnop1234",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "123456789:AAF-a_token-for_tests-0123456789abcd",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w",
        "-----BEGIN RSA PRIVATE KEY-----",
        "API_KEY = 'abcdefgh12345'",
        "AKIAIOSFODNN7EXAMPLE",
    ],
)
def test_keys_and_passwords_are_seen(text: str) -> None:
    assert secret(f"so {text} it is")
    assert not secret("the secret of a good token of love is no password")


@given(st.text(), st.lists(st.text(max_size=12), max_size=4))
def test_any_text_can_be_cleaned_and_is_clean_then(text: str, names: list[str]) -> None:
    once = cleaned(f"{text} jo@example.org {text}", names)
    assert "jo@example.org" not in once


@given(st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=12), max_size=12))
def test_of_any_texts_no_two_that_are_kept_are_alike_and_none_is_lost_for_nothing(
    texts: list[list[str]],
) -> None:
    sets = [shingles(normal(" ".join(words))) for words in texts]
    kept = Kept()
    left: list[frozenset[str]] = []
    for one in sets:
        alike = any(likeness(one, other) >= ALIKE for other in left)
        assert kept.add(one) == (not alike)
        left += [] if alike else [one]


def test_what_is_held_back_depends_on_the_seed_and_on_nothing_else() -> None:
    many = [spoken(number, answer=f"{'x' * number} is the answer to {number}") for number in range(1, 41)]
    one = choose([room(*many)], Wanted(validation=0.25, seed=1))
    again = choose([room(*reversed(many))], Wanted(validation=0.25, seed=1))
    other = choose([room(*many)], Wanted(validation=0.25, seed=2))
    assert (len(one.train), len(one.validation)) == (30, 10)
    assert set(one.validation) == set(again.validation) != set(other.validation)
    assert not set(one.train) & set(one.validation)


def test_files_are_their_owners_alone_and_read_well(tmp_path: Path) -> None:
    many = [spoken(number, f"How {'so ' * number}?") for number in range(1, 31)]
    report = write(choose([room(*many)], Wanted()), tmp_path / "out", Decimal(3))
    files = {path.name: path for path in (tmp_path / "out").iterdir()}
    assert files.keys() == {"train.jsonl", "validation.jsonl", "report.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    checked = check(files["train.jsonl"].read_bytes())
    assert (checked.faults, checked.tokens) == ((), report.tokens)
    told = json.loads(files["report.json"].read_text())
    assert (told["train"], told["validation"], told["rated"]) == (27, 3, 30)
    assert told["cost"] == f"{Decimal(3) * report.tokens * 3 / 1_000_000:.2f}"


async def test_the_database_tells_all_that_must_not_be_learned_from(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("privacy/tuning", ANN, allow="yes")
        await parley.command("persona/set", MOD, text="You are a pirate.")
        await parley.ask("What is a fjord?")
        await rated(parley, ANN, 1)
        await parley.answer(
            await parley.say("Once.", order=Order(options=RunOptions(instructions="Be rude.")))
        )
        await rated(parley, BO, 1)
        picture = await parley.pictures.keep(PNG)
        await parley.answer(await parley.say("And this?", pictures=(picture,)))
        gone = await parley.say("Forget this.")
        await parley.answer(gone)
        await rated(parley, BO, 1)
        await press(parley.conversation, Action(Verb.DELETE, gone), ANN, ROOM, "")
        await parley.command("persona/set", MOD, text="You are a poet.")

        (room,) = told(tmp_path, (TUNING, YES))
        first, once, shown, gone_one = room.spoken
        assert (first.personas["persona"], first.net, first.leans, first.tools, first.ordered) == (
            "You are a pirate.", 1, False, False, False,
        )  # fmt: skip
        assert once.ordered
        assert shown.leans
        assert (gone_one.answer, gone_one.learnable, gone_one.rated) == ("", False, 0)
        assert room.names == {"Ann"}
        assert room.consenting == {ANN.person.id}
        assert len(choose([room], Wanted(validation=0.0)).train) == 1

        await parley.command("privacy/tuning", ANN, allow="no")
        (room,) = told(tmp_path, (TUNING, YES))
        assert choose([room], Wanted()).train == ()


async def test_it_is_written_out_while_parley_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "data"))
    async with rig(tmp_path / "data") as parley:
        await parley.command("privacy/tuning", ANN, allow="yes")
        for actor in (ANN, BO):
            await parley.ask("What is a fjord?", actor)
            await rated(parley, MOD, 1)
        command = ["tune", "export", "out", "--validation", "0", "--price", "25"]
        result = await asyncio.to_thread(CliRunner().invoke, cli, command)
    assert result.exit_code == 0, result.output
    assert "2 answers were rated, 2 of them well enough, 1 of these to people who consent." in result.stdout
    assert "left out     1: the person who asked does not consent" in result.stdout
    assert "10 is the least" in result.stdout
    (line,) = (tmp_path / "out" / "train.jsonl").read_text().splitlines()
    assert [said["role"] for said in json.loads(line)["messages"]] == ["system", "user", "assistant"]


async def rated(parley: Rig, actor: Actor, value: int) -> None:
    await parley.conversation.ratings.rate_last(ROOM, actor, value)


def test_without_a_database_or_with_an_older_one_it_is_said_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nobody has talked"):
        list(told(tmp_path, (TUNING, YES)))
    migrate(tmp_path)
    assert list(told(tmp_path, (TUNING, YES))) == []
