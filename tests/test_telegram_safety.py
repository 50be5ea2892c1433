"""What a model writes does nothing to anybody on Telegram, whatever it writes."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.telegram.hosts import GENUINE, deceives
from adapters.telegram.words.leading import REMOVED
from adapters.telegram.words.markdown import Said, plain, rendered
from adapters.telegram.words.safety import WEDGE
from bot.unseen import seen
from tests.platforms.telegram.found import find
from tests.platforms.telegram.units import checked, cleaned
from tests.test_telegram_markdown import given_to, markdown

HARM = {"mention", "text_mention", "bot_command", "custom_emoji"}
OWN = re.compile(r"(?<!\w)(?:tg|ton|tonsite)://", re.IGNORECASE)

signs = st.lists(
    st.sampled_from(
        ["@", "/", "victim", "ban", "@victim", "/ban", "tg://", "TG:", "//", "user?id=7", ".", "-", "é", "`",
         "*", "_", " ", "https://", "x.example", "(", ")", "[", "](", "x", "\u2060", "\u200b", "＠", "#", "?",
         "\n"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


def clickable(said: Said) -> list[tuple[str, str]]:
    """What Telegram's own search for entities finds that does something, and in which words."""
    found = find(cleaned(checked(said.text, given_to(said))))
    text = found.text.encode("utf-16-le")
    return [
        (one["type"], text[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in found.entities
        if one["type"] in HARM
    ]


def outside_code(said: Said) -> str:
    text = said.text.encode("utf-16-le")
    for one in said.entities:
        if one.type in {"code", "pre"}:
            text = text[: 2 * one.offset] + b"\x00\x00" * one.length + text[2 * (one.offset + one.length) :]
    return text.decode("utf-16-le")


@given(markdown | signs)
@example("@victim /ban [x](tg://user?id=7)")
@example("https://x/-/ban https://x.example/?a=/ban https://x/@victim")
@example("**@**victim `@`victim @`victim`")
def test_no_mention_and_no_command_forms_outside_of_code(source: str) -> None:
    for said in (rendered(source), rendered(source, 40), plain(source), plain(source, 30)):
        assert clickable(said) == []
        assert not OWN.search(outside_code(said))


@given(markdown | signs)
def test_words_that_go_out_a_second_time_are_as_harmless(source: str) -> None:
    assert clickable(plain(rendered(source).text)) == []


@given(markdown | signs)
def test_links_lead_to_the_web_alone_and_say_where(source: str) -> None:
    said = rendered(source)
    for one in said.entities:
        if one.type == "text_link":
            assert one.url is not None
            assert urlsplit(one.url).scheme.lower() in ("http", "https")
            assert f"({urlsplit(one.url).hostname})" in said.text


def test_code_is_left_as_it_was_written() -> None:
    said = rendered("`@victim` and\n\n```sh\n/ban tg://user?id=7\n```")
    assert said.text == "@victim and\n\n/ban tg://user?id=7"
    assert clickable(said) == []


def test_code_that_is_no_more_shown_as_code_is_made_harmless() -> None:
    said = rendered("`@victim` " * 120)
    assert said.text.count(WEDGE) == 20
    assert clickable(said) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[docs](https://x.example/a)", "docs (x.example)"),
        ("[https://telegram.org](https://evil.example/q)", "https://evil.example/q"),
        ("[telegram.org](https://evil.example/q)", "https://evil.example/q"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("[me](tg://user?id=7)", "me"),
        ("[me](tg://emoji?id=5368324170671202286)", "me"),
        ("[run](javascript:alert(1))", "run"),
        ("[r][1]\n\n[1]: https://x.example", "r (x.example)"),
        ("[free](https://te1egram.org/x)", f"free {REMOVED}"),
        ("at https://te1egram.org/x now", f"at {REMOVED} now"),
        ("at telegrarn.org now", f"at {REMOVED} now"),
        ("https://t.me@evil.example/x", "https://evil.example/x"),
        ("https://x.example/@me/a", "https://x.example/%40me/a"),
        ("https://x.example/-/tree?q=/a", "https://x.example/%2D/tree?q=%2Fa"),
        ("<a href='https://evil.example'>https://telegram.org</a>",
         "<a href='https://evil.example'>https://telegram.org</a>"),
        ("1/2, and/or, a@b.example, //x, </b>", "1/2, and/or, a@b.example, //x, </b>"),
        ("@ann, /start", f"@{WEDGE}ann, /{WEDGE}start"),
    ],
)  # fmt: skip
def test_links_and_signs_are_shown_for_what_they_are(source: str, text: str) -> None:
    assert rendered(source).text == text


@pytest.mark.parametrize(
    "spelt", ["&#x202e;", "&#8238;", "&rlm;", "&#x200b;", "&ZeroWidthSpace;", "&#xE0041;"]
)
def test_what_nobody_sees_goes_however_it_is_spelt(spelt: str) -> None:
    assert rendered(f"**a**{spelt}b @{spelt}c") == rendered("**a**b @c")
    assert rendered(f"[l{spelt}](https://x{spelt}.example)") == rendered("[l](https://x.example)")


@given(markdown | st.text())
def test_nothing_is_left_that_nobody_sees_but_our_own(source: str) -> None:
    for said in (rendered(source), plain(source)):
        bare = said.text.replace(WEDGE, "")
        assert seen(bare) == bare
        said.text.encode()


@pytest.mark.parametrize(
    "host",
    [
        "te1egram.org", "telegrarn.org", "telegarm.org", "tellegram.me", "teIegram.org", "tеlegram.org",
        "telegrám.org", "xn--telegrm-mwa.org", "telegram-gift.example", "telegram.org.login.example",
        "free-telegram.example", "telegram-premium.example", "TE1EGRAM.ORG:443", "аpple.com",
    ],
)  # fmt: skip
def test_hosts_that_pretend_are_known(host: str) -> None:
    assert deceives(host)
    assert rendered(f"Claim https://{host}/x now").text == f"Claim {REMOVED} now"


@pytest.mark.parametrize(
    "host",
    [
        *GENUINE, "core.telegram.org", "web.telegram.org", "python-telegram-bot.org", "grammy.dev",
        "telegraph.co.uk", "telegram.example", "github.com", "münchen.de", "россия.рф", "localhost:8080",
    ],
)  # fmt: skip
def test_honest_hosts_pass(host: str) -> None:
    assert not deceives(host)
    assert rendered(f"See https://{host}/x now").text == f"See https://{host}/x now"
