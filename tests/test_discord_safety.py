"""What a model writes, made safe for Discord; and the buttons under it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.hosts import GENUINE, deceives
from adapters.discord.outlet.buttons import rows
from adapters.discord.words.safety import REMOVED, safe
from bot.commands.buttons import named, pressed
from bot.delivery.clusters import units
from bot.messages import Action, Verb
from bot.unseen import seen

PARTS = [
    "[", "]", "(", ")", "<", ">", "`", "``", "```", "```py\n", "\n", "\n> ", "**", "*", "_", "__", "~~", "||",
    "\\", " ", "a",
    "https://evil.example/x", "http://discord.com@evil.example", "https://dlscord.gift/nitro", "https://аpple.com",
    "docs", "javascript:x", "@everyone", "<@1>", "\u202e", "\u200b", "\U000e0041",
    "👩‍🚀", "\ud800", "# ", "- ",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=30).map("".join) | st.text(max_size=60)
MASKED = re.compile(r"\]\([\s<]*https?:", re.IGNORECASE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[https://discord.com](https://evil.example)", "<https://evil.example>"),
        ("[discord.com/login](https://evil.example)", "<https://evil.example>"),
        ("see [the docs](https://x.example/a_(b)).", "see the docs <https://x.example/a_(b)>."),
        ('[docs](<https://x.example> "a title")', "docs <https://x.example>"),
        ("[`gather`](https://x.example)", "`gather` <https://x.example>"),
        ("[`a[0]`](https://x.example)", "`a[0]` <https://x.example>"),
        ("[](https://x.example)", "<https://x.example>"),
        ("![a picture](https://x.example/?q=secret)", "!a picture <https://x.example/?q=secret>"),
        ("[a[b](https://x.example)](https://evil.example)", "[ab <https://x.example>] https://evil.example)"),
        ("[a\nb](https://x.example)", "a\nb <https://x.example>"),
        ("[here](discord://-/settings)", "here <discord://-/settings>"),
        ("[README](docs/README.md) and f[0](x)", "[README](docs/README.md) and f[0](x)"),
        ("https://discord.com@evil.example/x", "https://evil.example/x"),
        ("https://x.example/@ann", "https://x.example/@ann"),
    ],
)
def test_a_link_shows_where_it_leads(written: str, shown: str) -> None:
    assert safe(written) == shown


@pytest.mark.parametrize(
    "code",
    [
        "`[a](https://x.example)`",
        "``a ` [b](https://x.example)``",
        "```\n[a](https://x.example)\n```",
        "Here's a **README**:\n```md\n# Title\n**bold** [a](https://x.example) https://dlscord.gift\n```\nDone.",
    ],
)
def test_what_stands_in_code_stays(code: str) -> None:
    assert safe(code) == code


@pytest.mark.parametrize(
    "trick",
    [
        "**a ` b** [x](https://evil.example) `",
        "__a\n```\nb__ [x](https://evil.example)\n```",
        "> ```\n[x](https://evil.example)\n> ```",
        "# `\n[x](https://evil.example)\n`",
        "- a\n  ```\n[x](https://evil.example)\n  ```",
        "||a ` b|| [x](https://evil.example) `",
        "_a ` b_ [x](https://evil.example) `",
        "\\`[x](https://evil.example)`",
        "`` [x](https://evil.example)",
        "```[x](https://evil.example)",
        "[`x](https://evil.example)`",
    ],
)
def test_code_that_discord_may_not_take_for_code_hides_no_link(trick: str) -> None:
    assert not MASKED.search(safe(trick))


@pytest.mark.parametrize(
    "host",
    [
        "dlscord.gift", "d1scord.com", "disc0rd.gg", "discrod.com", "dicsord.gift", "discoord.com",
        "discоrd.com",
        "discôrd.com", "xn--discrd-lxa.com", "discorcl.com", "discord-gift.com", "discord.gift.evil.example",
        "discordnitro.example", "free-discord.example", "dis-cord.gift", "DLSCORD.GIFT", "dlscord.gift:443",
        "аpple.com", "ｄlscord.com",
    ],
)  # fmt: skip
def test_hosts_that_pretend_are_known(host: str) -> None:
    assert deceives(host)
    assert safe(f"Claim https://{host}/x now") == f"Claim {REMOVED} now"


@pytest.mark.parametrize(
    "host",
    [
        *GENUINE, "support.discord.com", "cdn.discordapp.com", "discord.js.org", "discordjs.guide",
        "discord.gift.", "discordpy.readthedocs.io", "github.com", "discard.example", "medicine.example",
        "accord.example", "record.io", "münchen.de", "россия.рф", "例え.jp", "localhost:8080", "127.0.0.1",
        "", "xn--", "xn--ü",
    ],
)  # fmt: skip
def test_honest_hosts_pass(host: str) -> None:
    assert not deceives(host)


@given(texts)
@example("[a](https://x.example)`[b](https://y.example)`")
def test_nothing_grows(text: str) -> None:
    assert units(safe(text)) <= units(text)


@given(texts)
@example("[" + "https://dlscord.gift" + "](https://x.example)")
def test_outside_of_code_no_address_hides_behind_words(text: str) -> None:
    assert not MASKED.search(re.sub(r"`[^`]*`|```[\s\S]*?```", "", safe(text.replace("`", ""))))


@given(texts)
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    once = safe(text.replace("`", ""))
    assert safe(once) == once


@given(texts)
def test_nothing_is_left_that_nobody_sees(text: str) -> None:
    assert seen(safe(text)) == safe(text)
    safe(text).encode()


@given(
    texts.map(lambda code: seen(code.replace("`", "").replace("\ud800", ""))).filter(
        lambda code: code.strip()
    )
)
def test_a_code_block_stays_whatever_is_in_it(code: str) -> None:
    block = f"```py\n{code}\n```"
    assert safe(f"Look:\n{block}\nThat is all.") == f"Look:\n{block}\nThat is all."


@given(
    st.text(
        alphabet=st.characters(categories=["L", "N", "P", "Z"], exclude_characters="[]`<>@:/"), max_size=200
    )
)
def test_plain_words_stay(text: str) -> None:
    assert safe(text) == seen(text)


@pytest.mark.parametrize(
    "text", ["[" * 2000, "`" * 1999, "[a](" * 500, "**`" * 600, "https://" * 250, "```a" + "\n" * 1990]
)
def test_hostile_texts_are_read_in_time(text: str) -> None:
    assert units(safe(text)) <= 2000


def test_buttons_speak_parleys_words() -> None:
    verbs = (Verb.STOP, Verb.REGENERATE, Verb.CONTINUE, Verb.DELETE)
    (row,) = rows([Action(verb, 7) for verb in verbs])
    assert [one["label"] for one in row["components"]] == ["Stop", "Regenerate", "Continue", "Delete"]
    assert rows([]) == []


def test_a_picture_is_painted_again() -> None:
    verbs = (Verb.REGENERATE, Verb.VARY, Verb.ENLARGE, Verb.DELETE)
    (row,) = rows([Action(verb, 7) for verb in verbs])
    assert [one["label"] for one in row["components"]] == ["Again", "Vary", "Enlarge", "Delete"]


@given(st.sampled_from(Verb), st.integers(1, 2**63 - 1))
def test_a_press_names_what_the_button_meant(verb: Verb, run: int) -> None:
    assert pressed(named(Action(verb, run))) == Action(verb, run)
    assert len(named(Action(verb, run))) <= 100


@pytest.mark.parametrize(
    "other",
    [
        "", "p:", "p:stop:", "p:stop:0", "p:stop:07", "p:stop:-1", "p:stop:+1", "p:stop: 1", "p:stop:1 ",
        "p:stop:1\n", "p:stop:٣", "p:stop:1_0", "p:erase:1", "p:STOP:1", "q:stop:1", "p:stop:1:2",
        "xp:stop:1", "p:stop:" + "9" * 20,
    ],
)  # fmt: skip
def test_any_other_custom_id_means_nothing(other: str) -> None:
    assert pressed(other) is None


@given(st.text(max_size=120))
def test_no_custom_id_is_too_strange(other: str) -> None:
    found = pressed(other)
    assert found is None or named(found) == other
