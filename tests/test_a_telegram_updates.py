"""The Telegram of the tests: how updates are fetched and brought, and everything that goes wrong with it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.platforms.people import DIRECT
from tests.platforms.telegram import Clock, Telegram, serving
from tests.platforms.telegram.faults import (
    hangs,
    page,
    refuses,
    resets,
    sends,
    too_many,
    unauthorized,
    waits,
)
from tests.platforms.telegram.library import connected


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(clock=Clock(running=False), pace=None, webhook_delay=1.0) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with connected(telegram) as bot:
        yield bot


async def hear(telegram: Telegram, *texts: str) -> list[int]:
    """Somebody says so much to the bot: the numbers of the updates."""
    ann = telegram.member("ann")
    for text in texts:
        await ann.says(text, room=DIRECT)
    return [pending.id for pending in telegram.updates.waiting]


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text if update.message else None for update in updates]


async def test_updates_stay_until_a_higher_offset_confirms_them(telegram: Telegram, bot: Bot) -> None:
    first, second, _ = await hear(telegram, "a", "b", "c")

    assert texts(await bot.get_updates(limit=2)) == ["a", "b"]
    assert texts(await bot.get_updates(offset=first)) == ["a", "b", "c"]
    assert texts(await bot.get_updates(offset=second)) == ["b", "c"]
    assert texts(await bot.get_updates(offset=first)) == ["b", "c"]


async def test_a_negative_offset_forgets_what_is_older(telegram: Telegram, bot: Bot) -> None:
    await hear(telegram, "a", "b", "c")

    assert texts(await bot.get_updates(offset=-1)) == ["c"]
    assert len(telegram.updates.waiting) == 1


async def test_the_same_offset_at_once_again_gets_one_update(telegram: Telegram, bot: Bot) -> None:
    first, _, _ = await hear(telegram, "a", "b", "c")
    await bot.get_updates(offset=first)

    assert texts(await bot.get_updates(offset=first)) == ["a"]
    telegram.clock.later(1)
    assert len(await bot.get_updates(offset=first)) == 3


async def test_a_long_poll_answers_when_something_comes_or_its_time_is_up(
    telegram: Telegram, bot: Bot
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.clock.until(lambda: telegram.asked("getUpdates"))
    (number,) = await hear(telegram, "a")
    assert texts(await polling) == ["a"]

    polling = asyncio.create_task(bot.get_updates(offset=number + 1, timeout=30))
    await telegram.clock.until(lambda: len(telegram.asked("getUpdates")) == 2)
    telegram.clock.later(30)
    assert await polling == ()


async def test_only_what_was_asked_for_comes_and_the_choice_stays(telegram: Telegram, bot: Bot) -> None:
    ann, mod = telegram.member("ann"), telegram.administrator("mod")
    await ann.becomes("administrator", by=mod)
    assert telegram.updates.waiting == ()

    await bot.get_updates(allowed_updates=["chat_member"])
    await bot.get_updates()
    await ann.says("Hello", room=DIRECT)
    await ann.becomes("member", by=mod)
    (update,) = await bot.get_updates()
    assert update.chat_member is not None
    assert update.chat_member.new_chat_member.status == "member"


async def test_the_second_poller_ends_the_first_with_a_conflict(telegram: Telegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.clock.until(lambda: telegram.asked("getUpdates"))
    async with connected(telegram) as another:
        second = asyncio.create_task(another.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await hear(telegram, "a")
        assert texts(await second) == ["a"]


async def test_what_nobody_fetches_is_forgotten_after_a_day(telegram: Telegram, bot: Bot) -> None:
    await hear(telegram, "old")
    telegram.clock.later(86_399)
    await hear(telegram, "new")
    telegram.clock.later(1)

    assert texts(await bot.get_updates()) == ["new"]


async def test_updates_come_twice_in_any_order_and_with_lower_numbers(telegram: Telegram, bot: Bot) -> None:
    first, second = await hear(telegram, "a", "b")
    await bot.get_updates(offset=second + 1)
    telegram.updates.again(first)
    assert texts(await bot.get_updates(offset=second + 1)) == ["a"]
    assert await bot.get_updates(offset=second + 1) == ()

    await hear(telegram, "c", "d")
    telegram.updates.reorder()
    assert texts(await bot.get_updates(offset=second)) == ["d", "c"]
    await bot.get_updates(offset=second + 3)

    telegram.updates.restart_ids(1000)
    await hear(telegram, "e")
    (update,) = await bot.get_updates(offset=second + 3)
    assert update.update_id == 1000


async def test_an_unreadable_update_is_served_again_and_again(telegram: Telegram, bot: Bot) -> None:
    poison = telegram.updates.add_raw(message={"message_id": 1, "date": "yesterday", "chat": 5})
    await hear(telegram, "after")

    for _ in range(2):
        with pytest.raises((TypeError, AttributeError, ValueError)):
            await bot.get_updates()
    assert texts(await bot.get_updates(offset=poison + 1)) == ["after"]


async def test_a_number_may_be_larger_than_64_bits(telegram: Telegram, bot: Bot) -> None:
    giant = telegram.member("giant", number=2**70)
    await giant.says("Hello", room=DIRECT)
    (update,) = await bot.get_updates()

    assert update.effective_user is not None
    assert update.effective_user.id == 2**70


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_what_the_server_answers_wrongly_is_an_error_of_the_library(
    telegram: Telegram, bot: Bot
) -> None:
    faults = {
        page(502): NetworkError,
        unauthorized(): InvalidToken,
        too_many(7): RetryAfter,
        refuses(409, "Conflict: x"): Conflict,
        resets(): NetworkError,
        sends(b"not json"): TelegramError,
        refuses(500, "Internal Server Error"): NetworkError,
    }
    for fault, error in faults.items():
        telegram.will("getUpdates", fault)
        with pytest.raises(error):
            await bot.get_updates()
    assert await bot.get_updates() == ()


async def test_what_hung_or_was_reset_may_still_have_been_done(telegram: Telegram, bot: Bot) -> None:
    ann = telegram.member("ann")
    await ann.starts()
    telegram.will("sendMessage", hangs(done=True), resets(done=True), hangs(), resets())
    with pytest.raises(TimedOut):
        await bot.send_message(ann.user.id, "one", read_timeout=1.0)
    with pytest.raises(NetworkError):
        await bot.send_message(ann.user.id, "two")
    with pytest.raises(TimedOut):
        await bot.send_message(ann.user.id, "three", read_timeout=0.2)
    with pytest.raises(NetworkError):
        await bot.send_message(ann.user.id, "four")

    assert [shown.text for shown in ann.screen(DIRECT)] == ["/start", "one", "two"]


async def test_a_request_is_held_until_a_gate_opens(telegram: Telegram, bot: Bot) -> None:
    gate = asyncio.Event()
    telegram.always("*", waits(gate))
    asking = asyncio.create_task(bot.get_me())
    await telegram.clock.until(lambda: len(telegram.asked("getMe")) == 2)

    assert not asking.done()
    gate.set()
    assert (await asking).username == "parley_bot"
    telegram.always("*", None)


class Receiver:
    """What a bot listens with: answers as the test says, 200 at first."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[str, int, str]] = []
        self.answers: list[web.Response] = []

    async def take(self, request: web.Request) -> web.Response:
        update = json.loads(await request.text())
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.got.append((secret, update["update_id"], update.get("message", {}).get("text", "")))
        return self.answers.pop(0) if self.answers else web.Response()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found, app = Receiver(), web.Application()
    app.router.add_post("/hook", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


async def test_a_webhook_gets_what_waits_with_its_secret(
    telegram: Telegram, bot: Bot, receiver: Receiver
) -> None:
    (number,) = await hear(telegram, "a")
    await bot.set_webhook(receiver.url, secret_token="not-a-secret")
    await telegram.clock.until(lambda: not telegram.updates.waiting)

    assert receiver.got == [("not-a-secret", number, "a")]
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == receiver.url
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_a_webhook_is_tried_again_and_holds_up_its_chat_alone(
    telegram: Telegram, bot: Bot, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500), web.Response(status=503, headers={"Retry-After": "30"})]
    await bot.set_webhook(receiver.url)
    await hear(telegram, "a", "b")
    await telegram.clock.until(lambda: telegram.deliverer.webhook and telegram.deliverer.webhook.failure)
    assert (await bot.get_webhook_info()).last_error_message == "Wrong response from the webhook: 500"

    ben = telegram.member("ben")
    await telegram.clock.until(lambda: len(receiver.got) == 1)
    telegram.clock.later(1)
    await telegram.clock.until(
        lambda: telegram.deliverer.webhook and len(telegram.deliverer.webhook.attempts) == 2
    )
    await ben.says("c", room=DIRECT)
    await telegram.clock.until(lambda: len(receiver.got) == 3)
    telegram.clock.later(29)
    await bot.get_me()  # as much as an attempt takes
    assert [text for _, _, text in receiver.got] == ["a", "a", "c"]
    telegram.clock.later(1)
    await telegram.clock.until(lambda: not telegram.updates.waiting)
    assert [text for _, _, text in receiver.got] == ["a", "a", "c", "a", "b"]


async def test_setting_a_webhook_ends_the_poll_and_wrong_ones_are_refused(
    telegram: Telegram, bot: Bot, receiver: Receiver
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.clock.until(lambda: telegram.asked("getUpdates"))
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict):
        await polling
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook(receiver.url, secret_token="a secret")
    with pytest.raises(BadRequest, match="an https url must be provided"):
        await bot.set_webhook("ftp://example.org")


async def test_pending_updates_are_dropped_when_asked(telegram: Telegram, bot: Bot) -> None:
    await hear(telegram, "a")
    await bot.delete_webhook(drop_pending_updates=True)

    assert await bot.get_updates() == ()


async def test_another_token_is_not_let_in(telegram: Telegram) -> None:
    for token, why in {"1:wrong": "Unauthorized", "wrong": "Not Found"}.items():
        bot = Bot(token, base_url=f"{telegram.url}/bot")
        with pytest.raises(InvalidToken, match="rejected by the server"):
            await bot.initialize()
        await bot.shutdown()
        assert telegram.requests[-1].status == {"Unauthorized": 401, "Not Found": 404}[why]
