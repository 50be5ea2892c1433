"""Files on their way to people: beside words on Discord, alone on Telegram; each of them once."""

from dataclasses import replace

import pytest

from adapters.telegram.outlet.outlet import LIMITS as TELEGRAM
from bot.delivery.posts import finished
from bot.errors import Unlike, Unreachable
from bot.messages import Made, Post, Verb
from tests.delivering import AGAIN, HERE, LIMITS, World, stream
from tests.discord_outlet import said
from tests.discord_outlet import standing as discord
from tests.platforms.discord import Right
from tests.platforms.telegram.faults import refuses
from tests.telegram_outlet import standing as telegram

TABLE = Made("extract.csv", "text/csv", "\ufeffname\r\nÄnn\r\n")
OTHER = Made("extract.csv", "text/csv", "\ufeffname\r\nBo\r\n")
CODE = "".join(f"value_{number} = 1\n" for number in range(20))
APART = replace(LIMITS, files=1, apart=True, code=150)


def filed(text: str, *files: Made, verbs: tuple[Verb, ...] = ()) -> Post:
    return replace(said(text, verbs=verbs), files=files)


async def test_discord_attaches_a_file_once_and_keeps_it_while_words_change() -> None:
    async with discord() as stand:
        ann, outlet, to = stand.discord.member("ann"), stand.outlet, stand.to()
        post_id = await outlet.post(to, filed("Rows", TABLE), nonce="p1")
        assert (await ann.sees("Rows")).files == (("extract.csv", TABLE.data),)
        await outlet.edit(to, post_id, filed("More rows", TABLE, verbs=(Verb.REGENERATE,)))
        assert (await ann.sees("More rows")).files == (("extract.csv", TABLE.data),)
        assert stand.discord.transcript.of("PATCH", "/channels/*/messages/*")[-1].files == ()
        await outlet.edit(to, post_id, filed("Other rows", OTHER))
        assert (await ann.sees("Other rows")).files == (("extract.csv", OTHER.data),)
        await stand.restarted().edit(to, post_id, filed("Other rows", OTHER))
        assert (await ann.sees("Other rows")).files == (("extract.csv", OTHER.data),)


async def test_discord_gives_a_private_file_to_its_person_alone() -> None:
    async with discord() as stand:
        ann, bo = stand.discord.member("ann"), stand.discord.member("bo")
        await stand.runs(ann, private=True)
        await stand.outlet.post(stand.to(private=ann), filed("Rows", TABLE), nonce="p1")
        shown = await ann.sees("Rows")
        assert (shown.private, shown.files) == (True, (("extract.csv", TABLE.data),))
        assert [one for one in bo.screen() if one.files] == []


async def test_discord_says_so_where_no_file_may_be_attached() -> None:
    async with discord() as stand:
        stand.discord.overwrites("general", None, deny=Right.ATTACH)
        await stand.outlet.post(stand.to(), filed("Rows", TABLE), nonce="p1")
        shown = await stand.discord.member("ann").sees("can't send `extract.csv`")
        assert shown.text.startswith("Rows\n\n")


async def test_telegram_sends_a_file_as_a_message_of_its_own_with_the_buttons() -> None:
    async with telegram() as stand:
        text, file = finished("Rows", (), AGAIN, TELEGRAM, (TABLE,))
        await stand.outlet.post(stand.to(), text, nonce="p1")
        post_id = await stand.outlet.post(stand.to(), file, nonce="p2")
        words, document = stand.telegram.member("ann").screen()[-2:]
        assert (words.text, words.files, words.buttons) == ("Rows", (), ())
        assert (document.files, document.buttons) == ((("extract.csv", TABLE.data),), ("Regenerate",))
        assert post_id == f"f:{document.id.rpartition(':')[2]}"

        await stand.outlet.edit(stand.to(), post_id, replace(file, actions=()))
        assert stand.telegram.asked("editMessageMedia") == []
        await stand.restarted().edit(stand.to(), post_id, filed("", OTHER))
        assert stand.telegram.member("ann").screen()[-1].files == (("extract.csv", OTHER.data),)


async def test_telegram_never_makes_words_of_a_file_nor_a_file_of_words() -> None:
    async with telegram() as stand:
        words = await stand.outlet.post(stand.to(), said("Rows"), nonce="p1")
        file = await stand.outlet.post(stand.to(), filed("", TABLE), nonce="p2")
        before = len(stand.telegram.requests)
        with pytest.raises(Unlike):
            await stand.outlet.edit(stand.to(), words, filed("", TABLE))
        with pytest.raises(Unlike):
            await stand.outlet.edit(stand.to(), file, said("Rows"))
        assert len(stand.telegram.requests) == before


async def test_telegram_says_so_where_no_file_may_be_sent() -> None:
    async with telegram() as stand:
        stand.telegram.always(
            "sendDocument", refuses(400, "Bad Request: not enough rights to send documents")
        )
        await stand.outlet.post(stand.to(), filed("", TABLE), nonce="p1")
        await stand.telegram.member("ann").sees("can't send extract.csv")


async def test_code_is_seen_while_it_grows_and_is_a_file_in_the_end() -> None:
    world = World(replace(LIMITS, code=150))
    answer = world.open()
    text = f"Here:\n\n```python\n{CODE}```\n\nRun it."
    await stream(world, answer, text)
    assert any("value_1 =" in shown for shown in world.platform.texts(HERE))
    await world.finish(answer, text)

    (post,) = world.platform.posts(HERE)
    assert post.text == "Here:\n\n`code.py` (20 lines) is attached.\n\nRun it."
    assert [(file.name, file.text) for file in post.files] == [("code.py", CODE)]
    assert post.actions == AGAIN


async def test_what_cannot_become_a_file_makes_way_for_it_and_back_again() -> None:
    world = World(APART)
    answer = world.open()
    text = f"Here:\n\n```python\n{CODE}```\n\nRun it."
    await stream(world, answer, text)
    world.platform.faults.extend([None, Unreachable("between"), None, Unreachable("between")])
    await world.finish(answer, text)
    assert [bool(post.files) for post in world.platform.posts(HERE)] == [False, True]

    again = world.open(2, slots=sorted(world.ledger.slots.values(), key=lambda slot: slot.seq))
    await stream(world, again, "word " * 60, seconds=1.5, size=60)
    await world.finish(again, "word " * 60)
    assert [bool(post.files) for post in world.platform.posts(HERE)] == [False] * 3
    assert world.ledger.ended == {1: "delivered", 2: "delivered"}


async def test_after_a_kill_every_file_is_there_once() -> None:
    world = World(APART)
    text = world.ledger.slot(0, "")
    left = replace(world.pending("Rows", slots=[text]), files=(TABLE, OTHER))
    world.platform.lost.append(Unreachable("its result is lost"))
    await world.deliver(left)
    world.restart()
    await world.clock.advance(2.0)
    await world.deliver(replace(left, slots=tuple(world.ledger.slots.values())))
    assert [post.files for post in world.platform.posts(HERE)] == [(), (TABLE,), (OTHER,)]
