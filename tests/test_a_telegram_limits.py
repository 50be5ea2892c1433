"""The Telegram of the tests: what it takes for text, how fast, and that everything too much is caught."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, MessageEntity
from telegram.error import BadRequest, EndPointNotFound, RetryAfter
from telegram.helpers import escape_markdown

from tests.platforms.telegram import Clock, Pace, Telegram, serving
from tests.platforms.telegram.faults import too_many
from tests.platforms.telegram.html_text import parse_html
from tests.platforms.telegram.library import connected
from tests.platforms.telegram.markdown_text import parse_markdown
from tests.platforms.telegram.refusals import Refused
from tests.platforms.telegram.spec import published
from tests.platforms.telegram.units import Formatted, checked, cleaned, units
from tests.test_a_telegram import picture

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

WIDE = "😀"
"""One character, two UTF-16 units."""


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(clock=Clock(running=False), pace=None) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with connected(telegram) as bot:
        yield bot


def found(message: Message) -> list[tuple[str, str]]:
    """The entities of a message, with what they cover."""
    return [(str(entity.type), text) for entity, text in message.parse_entities().items()]


async def test_a_text_of_4096_units_is_taken_and_one_more_breaks_a_rule(telegram: Telegram, bot: Bot) -> None:
    general = telegram.chat().id
    sent = await bot.send_message(general, WIDE * 2048)
    await bot.send_message(general, f"<b>{'a' * 4096}</b>", parse_mode="HTML")

    for sending in (
        bot.send_message(general, WIDE * 2048 + "a"),
        bot.edit_message_text("a" * 4097, general, sent.message_id),
    ):
        with pytest.raises(BadRequest, match="Message is too long"):
            await sending
    assert telegram.broken == [
        "sendMessage: 4097 UTF-16 units of at most 4096",
        "editMessageText: 4097 UTF-16 units of at most 4096",
    ]
    telegram.broken.clear()


async def test_a_caption_has_1024_units(telegram: Telegram, bot: Bot) -> None:
    general = telegram.chat().id
    await bot.send_photo(general, picture(), caption=WIDE * 512)

    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(general, picture(), caption=WIDE * 512 + "a")
    telegram.forgive("sendPhoto: 1025 UTF-16 units of at most 1024")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060", "<b></b> "])
async def test_nothing_to_see_is_no_message(telegram: Telegram, bot: Bot, text: str) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(telegram.chat().id, text, parse_mode="HTML")


async def test_html_becomes_entities(telegram: Telegram, bot: Bot) -> None:
    source = (
        'A &lt;tag&gt; <b>bold <i>both</i></b> <a href="https://example.org/">here</a> '
        '<pre><code class="language-python">x = 1</code></pre><blockquote expandable>said</blockquote>'
    )
    sent = await bot.send_message(telegram.chat().id, source, parse_mode="HTML")

    assert sent.text == "A <tag> bold both here x = 1said"
    assert found(sent) == [
        ("bold", "bold both"),
        ("italic", "both"),
        ("text_link", "here"),
        ("pre", "x = 1"),
        ("expandable_blockquote", "said"),
    ]
    assert sent.entities[3].language == "python"


async def test_markdown_becomes_entities(telegram: Telegram, bot: Bot) -> None:
    source = (
        "*bold _both_* __under__ ~gone~ ||hidden|| `a\\`b` [here](https://example.org/a\\)b)\n"
        "```python\nx = 1\n```\n>said\n>more\nafter"
    )
    sent = await bot.send_message(telegram.chat().id, source, parse_mode="MarkdownV2")

    assert found(sent) == [
        ("bold", "bold both"),
        ("italic", "both"),
        ("underline", "under"),
        ("strikethrough", "gone"),
        ("spoiler", "hidden"),
        ("code", "a`b"),
        ("text_link", "here"),
        ("pre", "x = 1\n"),
        ("blockquote", "said\nmore"),
    ]
    assert sent.entities[6].url == "https://example.org/a)b"


@pytest.mark.parametrize(
    ("mode", "source", "why"),
    [
        ("HTML", "a <x>b</x>", 'unsupported start tag "x" at byte offset 2'),
        ("HTML", "<b>a", 'can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "<b>a</i>", 'unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("HTML", "a</b>", "unexpected end tag at byte offset 1"),
        ("HTML", "1 < 2", "unclosed start tag at byte offset 2"),
        ("MarkdownV2", "Hello.", "character '.' is reserved and must be escaped with the preceding '\\\\'"),
        ("MarkdownV2", "é *a", "can't find end of bold entity at byte offset 3"),
        ("MarkdownV2", "[a](b", "can't find end of a url at byte offset 3"),
    ],
)
async def test_wrong_markup_cannot_be_parsed(
    telegram: Telegram, bot: Bot, mode: str, source: str, why: str
) -> None:
    with pytest.raises(BadRequest) as raised:
        await bot.send_message(telegram.chat().id, source, parse_mode=mode)

    assert str(raised.value).lower().replace("\\\\", "\\") == f"can't parse entities: {why}".replace(
        "\\\\", "\\"
    )


@pytest.mark.parametrize(
    ("offset", "length", "why"),
    [
        (-1, 1, "incorrect offset -1"),
        (0, -1, "incorrect length -1"),
        (9, 1, "Entity begins after the end of the text at UTF-16 offset 9"),
        (3, 5, "Entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 8"),
        (1, 1, "Entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (0, 1, "ends in a middle of a UTF-16 symbol at byte offset 4"),
    ],
)
async def test_an_entity_that_does_not_fit_its_text_is_refused(
    telegram: Telegram, bot: Bot, offset: int, length: int, why: str
) -> None:
    entity = MessageEntity(MessageEntity.BOLD, offset, length)
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.send_message(telegram.chat().id, WIDE + "abcd", entities=[entity])


async def test_entities_may_contain_each_other_but_not_overlap(telegram: Telegram, bot: Bot) -> None:
    outer, inner = MessageEntity(MessageEntity.BOLD, 0, 4), MessageEntity(MessageEntity.ITALIC, 2, 2)
    sent = await bot.send_message(telegram.chat().id, "abcdef", entities=[inner, outer])

    assert sent.entities == (outer, inner)
    crossing = MessageEntity(MessageEntity.ITALIC, 2, 4)
    with pytest.raises(BadRequest, match="entities intersect"):
        await bot.send_message(telegram.chat().id, "abcdef", entities=[outer, crossing])


async def test_mentions_commands_and_links_are_found_outside_code(telegram: Telegram, bot: Bot) -> None:
    text = "@victim /ban@parley_bot https://example.org/a a/b @x \u2060/no #tag `@victim`"
    sent = await bot.send_message(telegram.chat().id, text.replace("`", ""))
    code = MessageEntity(MessageEntity.CODE, 0, 12)
    quiet = await bot.send_message(telegram.chat().id, "@victim /ban", entities=[code])

    assert found(sent) == [
        ("mention", "@victim"),
        ("bot_command", "/ban@parley_bot"),
        ("url", "https://example.org/a"),
        ("hashtag", "#tag"),
        ("mention", "@victim"),
    ]
    assert found(quiet) == [("code", "@victim /ban")]


async def test_more_than_a_hundred_entities_break_a_rule(telegram: Telegram, bot: Bot) -> None:
    many = [MessageEntity(MessageEntity.BOLD, 2 * number, 1) for number in range(101)]
    sent = await bot.send_message(telegram.chat().id, "a " * 101, entities=many)

    assert len(sent.entities) == 100
    telegram.forgive("101 entities of at most 100")


async def test_callback_data_has_64_bytes(telegram: Telegram, bot: Bot) -> None:
    def keyboard(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=data)]])

    await bot.send_message(telegram.chat().id, "x", reply_markup=keyboard("é" * 32))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(telegram.chat().id, "x", reply_markup=keyboard("é" * 32 + "a"))
    telegram.forgive("65 bytes of callback_data")


async def test_unknown_methods_and_parameters_break_a_rule(telegram: Telegram, bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendTelepathy")
    telegram.forgive("sendTelepathy: no such method")

    if published() is None:
        pytest.skip("no description of the Bot API on this machine")
    with pytest.raises(BadRequest, match="Unknown parameter shout"):
        await bot.send_message(telegram.chat().id, "x", api_kwargs={"shout": True})
    telegram.forgive("sendMessage: unknown parameter shout")


async def test_a_request_may_be_json_and_nothing_may_be_missing(telegram: Telegram) -> None:
    body: dict[str, object] = {"chat_id": telegram.chat().id}
    async with aiohttp.ClientSession(f"{telegram.url}/bot{telegram.token}/") as session:
        async with session.post("sendMessage", json=body | {"text": "Hello"}) as answer:
            sent = await answer.json()
        async with session.post("sendMessage", json=body) as answer:
            refused = await answer.json()

    assert (sent["ok"], sent["result"]["text"]) == (True, "Hello")
    assert (refused["ok"], refused["error_code"]) == (False, 400)
    if published() is not None:
        telegram.forgive("sendMessage: parameter text is missing")


async def test_two_messages_a_second_to_one_chat_are_too_fast() -> None:
    async with serving(clock=Clock(running=False)) as telegram, connected(telegram) as bot:
        other, general = telegram.group("other"), telegram.chat()
        sent = await bot.send_message(general.id, "one")
        await bot.send_message(other.id, "not held up")
        telegram.clock.later(0.9)
        with pytest.raises(RetryAfter) as raised:
            await bot.edit_message_text("two", general.id, sent.message_id)
        assert raised.value.retry_after == timedelta(seconds=1)
        telegram.forgive("editMessageText: general: more than 1 a second in one chat")
        telegram.clock.later(0.1)
        await bot.edit_message_text("two", general.id, sent.message_id)


async def test_twenty_messages_a_minute_to_one_group_are_enough() -> None:
    async with serving(clock=Clock(running=False)) as telegram, connected(telegram) as bot:
        ann = telegram.member("ann")
        await ann.starts()
        for number in range(20):
            await bot.send_message(telegram.chat().id, f"{number}")
            await bot.send_message(ann.user.id, f"{number}")
            telegram.clock.later(1)
        await bot.send_message(ann.user.id, "nobody else is there")
        with pytest.raises(RetryAfter) as raised:
            await bot.send_message(telegram.chat().id, "20")
        assert raised.value.retry_after == timedelta(seconds=40)
        telegram.forgive("more than 20 a minute in a group")
        telegram.clock.later(40)
        await bot.send_message(telegram.chat().id, "20")


async def test_thirty_messages_a_second_are_enough_for_all_chats() -> None:
    async with serving(clock=Clock(running=False)) as telegram, connected(telegram) as bot:
        people = [telegram.member(f"p{number}") for number in range(31)]
        for person in people:
            await person.starts()
        await asyncio.gather(*(bot.send_message(person.user.id, "x") for person in people[:30]))
        with pytest.raises(RetryAfter):
            await bot.send_message(people[30].user.id, "x")
        telegram.forgive("more than 30 a second")


async def test_who_comes_back_before_the_time_breaks_a_rule(telegram: Telegram, bot: Bot) -> None:
    general, other = telegram.chat().id, telegram.group("other").id
    telegram.will("sendMessage", too_many(13_938))
    for early in (0, 13_937):
        telegram.clock.later(early)
        with pytest.raises(RetryAfter):
            await bot.send_message(general, "x")
        await bot.send_message(other, "x")
    telegram.forgive("came back to general 1.0 s too early")
    telegram.clock.later(1)
    await bot.send_message(general, "x")


async def test_seconds_and_minutes_can_be_made_shorter() -> None:
    pace = Pace(second=0.01, minute=0.2, slack=0.0)
    async with serving(clock=Clock(running=False), pace=pace) as telegram, connected(telegram) as bot:
        for _ in range(20):
            await bot.send_message(telegram.chat().id, "x")
            telegram.clock.later(0.011)


async def test_closing_says_what_was_broken() -> None:
    async def too_long() -> None:
        async with serving() as telegram, connected(telegram) as bot:
            with suppress(BadRequest):
                await bot.send_message(telegram.chat().id, "a" * 4097)

    with pytest.raises(AssertionError, match="sendMessage: 4097 UTF-16 units of at most 4096"):
        await too_long()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_escaped_text_is_parsed_back_to_itself(text: str) -> None:
    assert parse_markdown(escape_markdown(text, version=2)) == Formatted(text)


@given(st.text("ab<>/&;=\"' bi-\\*_~|`[]()!>\n😀", max_size=30))
def test_no_markup_whatsoever_makes_a_parser_stumble(source: str) -> None:
    for parse in (parse_html, parse_markdown):
        with suppress(Refused):
            found = parse(source)
            assert checked(found.text, found.entities).text == found.text


@given(st.text("a \r\u202e\n\t\x01😀", max_size=20), st.data())
def test_cleaning_a_text_keeps_its_entities_in_it(text: str, data: st.DataObject) -> None:
    ends = sorted({units(text[:place]) for place in range(len(text) + 1)})
    begins = data.draw(st.sampled_from(ends))
    end = data.draw(st.sampled_from([one for one in ends if one >= begins]))
    entity = {"type": "bold", "offset": begins, "length": end - begins}
    done = cleaned(checked(text, [entity]))

    assert checked(done.text, done.entities) == done
    assert done.text == done.text.strip()
