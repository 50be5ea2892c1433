"""The commands that Telegram's clients list: where, to whom, in which language; and only when they differ."""

from pathlib import Path

import pytest
from telegram import Bot

from adapters.telegram.commands.registered import GROUP, LEADING, PRIVATE, SCOPES, listed, synchronise
from bot.commands.languages import languages
from tests.listening import Recording
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import page, refuses, too_many, unauthorized
from tests.telegram_talk import connected

SET = "setMyCommands"
LISTS = len(SCOPES) * (1 + len(languages()))


async def once(telegram: Telegram, folder: Path, clock: Recording | None = None) -> None:
    """The bot says what it can do."""
    async with connected(telegram, folder) as bot:
        await synchronise(bot, clock or Recording())


async def test_everybody_is_shown_what_they_can_do(tmp_path: Path) -> None:
    async with serving() as telegram:
        await once(telegram, tmp_path)
        ann, mod = telegram.member("ann"), telegram.administrator("mod")
        alone, group, leading = ann.offered(DIRECT), ann.offered(), mod.offered()
        assert {"/chat", "/imagine", "/persona", "/help"} <= set(alone) & set(group) & set(leading)
        assert "/new" in alone
        assert "/listen" not in alone
        assert not {"/new", "/listen"} & set(group)
        assert {"/new", "/listen"} <= set(leading)


async def test_descriptions_are_in_the_language_of_who_reads_them(tmp_path: Path) -> None:
    async with serving() as telegram:
        await once(telegram, tmp_path)
        found = {code: telegram.menus.lists["all_private_chats", code] for code in ("", "de")}
        said = {code: one["description"] for code, all_ in found.items() for one in all_[:1]}
        assert said == {"": "Talk to me", "de": "Mit mir reden"}
        group = next(one for one in found["de"] if one["command"] == "persona")
        assert group["description"] == "Wer ich hier bin"


async def test_what_is_listed_already_is_not_set_again(tmp_path: Path) -> None:
    async with serving() as telegram:
        await once(telegram, tmp_path)
        assert len(telegram.asked(SET)) == LISTS
        await once(telegram, tmp_path)
        assert len(telegram.asked(SET)) == LISTS
        telegram.menus.lists["all_group_chats", "de"] = []
        await once(telegram, tmp_path)
        assert len(telegram.asked(SET)) == LISTS + 1


async def test_who_is_told_to_wait_waits_and_goes_on(tmp_path: Path) -> None:
    async with serving() as telegram:
        telegram.will(SET, too_many(3), page(502))
        clock = Recording()
        await once(telegram, tmp_path, clock)
        assert clock.waited == [3.0, 5.0]
        assert len(telegram.menus.lists) == LISTS


@pytest.mark.parametrize("fault", [refuses(400, "Bad Request: BOT_COMMAND_INVALID"), unauthorized()])
async def test_what_telegram_refuses_is_no_reason_to_stop(tmp_path: Path, fault: object) -> None:
    async with serving() as telegram, connected(telegram, tmp_path) as bot:
        telegram.always(SET, fault)  # type: ignore[arg-type]  # one of the faults
        clock = Recording()
        await synchronise(bot, clock)
        assert isinstance(bot, Bot)
        assert len(telegram.asked(SET)) <= 6


@pytest.mark.parametrize("scope", [PRIVATE, GROUP, LEADING])
@pytest.mark.parametrize("code", ["", *languages()])
def test_every_list_is_one_that_telegram_takes(scope: object, code: str) -> None:
    found = listed(scope, languages().get(code, {}))  # type: ignore[arg-type]  # one of the scopes
    assert 0 < len(found) <= 100
    for one in found:
        assert one.command.isascii()
        assert one.command.islower()
        assert 0 < len(one.description) <= 256
