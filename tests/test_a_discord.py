"""The Discord that tests stand on, shown with the library as it is: talking, and what people do."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from tests.platforms.discord import Discord, Intent, Limits, Right, discord_server
from tests.platforms.discord.library import Listener, connected, discord
from tests.platforms.people import DIRECT, Person
from tests.test_media import encoded

PICTURE = encoded(Image.new("RGB", (4, 4)), "PNG")
QUICK = Limits(identify_every=0.0)


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def test_the_library_connects_and_hears_what_mentions_it(platform: Discord) -> None:
    ann: Person = platform.member("ann")
    bot = Listener()
    async with connected(bot, platform):
        await ann.says("hello", mention=True)
        heard = await bot.heard.get()

    assert (heard.clean_content, heard.author.name) == ("@Parley hello", "ann")


async def test_without_the_intent_other_messages_come_empty(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        said = await ann.says("a secret")
        await ann.says("and you?", mention=True, reply_to=said)
        await ann.says("alone", room=DIRECT)
        heard = [await bot.heard.get() for _ in range(3)]

    assert [one.content for one in heard] == ["", f"<@{platform.bot.id}> and you?", "alone"]
    assert heard[1].reference
    assert isinstance(heard[1].reference.resolved, discord.Message)
    assert heard[1].reference.resolved.content == ""


async def test_with_the_intent_everything_is_heard(platform: Discord) -> None:
    platform.grants(Intent.CONTENT)
    ann, bot = platform.member("ann"), Listener(content=True)
    async with connected(bot, platform):
        await ann.says("a secret")
        assert (await bot.heard.get()).content == "a secret"


async def test_an_answer_is_seen_edited_and_gone(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        await ann.says("hello", mention=True)
        answer = await (await bot.heard.get()).reply("Well")
        assert (await ann.sees("Well")).author == "Parley"
        await answer.edit(content="Well met")
        shown = await ann.sees("Well met")
        assert shown.edited
        await answer.delete()
        await ann.sees_gone(shown)
    assert platform.sights.pings == []
    assert platform.transcript.unguarded() == []


def general(bot: Listener, platform: Discord) -> discord.PartialMessageable:
    return bot.get_partial_messageable(platform.channel("general").id)


@pytest.fixture
async def bot(platform: Discord) -> AsyncIterator[Listener]:
    made = Listener()
    async with connected(made, platform):
        yield made


async def test_the_same_nonce_makes_one_message(platform: Discord, bot: Listener) -> None:
    room = general(bot, platform)
    first, second = await room.send("once", nonce="n1"), await room.send("once", nonce="n1")
    other = await room.send("once", nonce="n2")

    assert first.id == second.id != other.id
    assert len(platform.member("ann").screen()) == 2


@pytest.mark.parametrize("text", ["x" * 2000, "🎨" * 1000])
async def test_a_message_has_at_most_2000_units(platform: Discord, bot: Listener, text: str) -> None:
    room = general(bot, platform)
    sent = await room.send(text)
    for breaking in (room.send(text + "x"), sent.edit(content=text + "x"), room.send(" ")):
        with pytest.raises(discord.HTTPException) as refused:
            await breaking
        assert refused.value.code in (50035, 50006)
        assert platform.broken.pop()
    assert [one.text for one in platform.member("ann").screen()] == [text]


async def test_files_are_seen_and_fetched_at_addresses_that_expire(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    sent = await general(bot, platform).send("two", files=[file("a.png"), file("b.png")])
    assert [one.filename for one in sent.attachments] == ["a.png", "b.png"]
    assert await sent.attachments[1].read() == PICTURE
    assert (await ann.sees("two")).pictures == (PICTURE, PICTURE)
    kept = await sent.edit(attachments=[sent.attachments[0], file("c.png")])
    assert [one.filename for one in kept.attachments] == ["a.png", "c.png"]

    platform.core.rendering.url_lives = 0
    late = await sent.fetch()
    with pytest.raises(discord.NotFound):
        await late.attachments[0].read()
    forged = late.attachments[0].url.replace("ex=", "ex=7fffffff&was=")
    with pytest.raises(discord.NotFound):
        await bot.http.get_from_cdn(forged)


def file(name: str) -> discord.File:
    return discord.File(io.BytesIO(PICTURE), name, description=name)


async def test_pictures_that_people_attach_arrive(platform: Discord, bot: Listener) -> None:
    await platform.member("ann").says("look", pictures=[PICTURE], mention=True)
    attached = (await bot.heard.get()).attachments[0]

    assert (attached.content_type, attached.width, attached.size) == ("image/png", 4, len(PICTURE))
    assert await attached.read() == PICTURE


async def test_files_above_the_limit_are_refused() -> None:
    async with discord_server(Limits(identify_every=0.0, file=10)) as platform:
        bot = Listener()
        async with connected(bot, platform):
            with pytest.raises(discord.HTTPException) as refused:
                await general(bot, platform).send(file=file("a.png"))
        assert refused.value.status == 413
        assert platform.broken.pop()


async def test_who_is_called_is_told(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    said = await ann.says("hi", mention=True)
    heard = await bot.heard.get()
    room = general(bot, platform)
    await heard.reply(f"{ann.mention} @everyone")
    assert platform.sights.pings == []
    await room.send(f"{ann.mention} @everyone", allowed_mentions=discord.AllowedMentions.all())
    await heard.reply("you", allowed_mentions=discord.AllowedMentions(replied_user=True))
    edited = await room.send("quiet")
    await edited.edit(content=ann.mention, allowed_mentions=discord.AllowedMentions(users=True))
    assert [ping.who for ping in platform.sights.pings] == ["ann", "ann", "ann"]
    assert len(platform.transcript.unguarded()) == 3
    assert said.text == "@Parley hi"


async def test_a_naked_link_is_unfurled_as_if_it_were_edited(platform: Discord, bot: Listener) -> None:
    seen = asyncio.create_task(bot.wait_for("raw_message_edit"))
    await asyncio.sleep(0)
    await platform.member("ann").says("see https://example.org/x", mention=True)
    assert (await seen).data["edited_timestamp"] is None
    room = general(bot, platform)
    await room.send("<https://example.org/a> https://example.org/b", suppress_embeds=True)
    await room.send("<https://example.org/c>")
    assert platform.sights.unfurled == []
    await room.send("[d](https://example.org/d)")
    assert platform.sights.unfurled == ["https://example.org/d"]


async def test_what_a_person_changes_and_deletes_is_told(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    changed = asyncio.create_task(bot.wait_for("raw_message_edit"))
    gone = asyncio.create_task(bot.wait_for("raw_message_delete"))
    await asyncio.sleep(0)
    said = await ann.says("helo", mention=True)
    await ann.edits(said, f"{bot.user and bot.user.mention} hello")
    assert (await changed).data["content"].endswith("hello")
    await ann.deletes(said)
    assert (await gone).message_id == int(said.id)


async def test_threads_and_posts_are_rooms(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    said = await ann.says("a topic", mention=True)
    heard = await bot.heard.get()
    thread = await heard.create_thread(name="deeper")
    await thread.send("in here")
    await ann.sees("in here", room="deeper")
    platform.room("questions", forum=True)
    await ann.opens_thread("how?", room="questions", text=f"<@{platform.bot.id}> tell")
    post = (await bot.heard.get()).channel
    assert isinstance(post, discord.Thread)
    assert post.parent
    assert (post.name, post.parent.type) == ("how?", discord.ChannelType.forum)
    assert thread.id == int(said.id)
    assert post.me
    await ann.opens_thread("between us", text="hello")
    between = (await bot.heard.get()).channel
    assert isinstance(between, discord.Thread)
    before = between.me
    await ann.says("come", room="between us", mention=True)
    assert (await bot.heard.get()).channel is between
    assert (before, between.me is None) == (None, False)  # whoever is called in a thread is in it
    platform.archives("deeper", locked=True)
    with pytest.raises(discord.HTTPException) as refused:
        await thread.send("too late")
    assert refused.value.code == 50083


@pytest.mark.parametrize(
    ("denied", "code"),
    [(Right.VIEW, 50001), (Right.SEND, 50013), (Right.HISTORY, 160002), (Right.ATTACH, 50013)],
)
async def test_what_the_bot_may_not_is_refused(
    platform: Discord, bot: Listener, denied: Right, code: int
) -> None:
    await platform.member("ann").says("hi", mention=True)
    heard = await bot.heard.get()
    platform.overwrites("general", None, deny=denied)
    with pytest.raises(discord.HTTPException) as refused:
        await heard.reply("no", file=file("a.png"))
    assert refused.value.code == code


async def test_what_is_gone_is_not_found(platform: Discord, bot: Listener) -> None:
    sent = await general(bot, platform).send("soon gone")
    await platform.moderator("mod").deletes(await platform.member("ann").sees("soon gone"))
    with pytest.raises(discord.NotFound) as message:
        await sent.edit(content="?")
    platform.removes("general")
    with pytest.raises(discord.NotFound) as channel:
        await sent.channel.send("?")
    assert (message.value.code, channel.value.code) == (10008, 10003)


async def test_who_takes_no_direct_messages_gets_none(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    ann.account.takes_direct = False
    with pytest.raises(discord.Forbidden) as refused:
        await (await bot.create_dm(discord.Object(ann.id))).send("hello")
    assert refused.value.code == 50007


async def test_automatic_moderation_blocks(platform: Discord, bot: Listener) -> None:
    platform.core.moderated.append("rude")
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot, platform).send("rude words")
    assert refused.value.code == 200000


async def test_what_was_missed_can_be_read_back(platform: Discord, bot: Listener) -> None:
    ann = platform.member("ann")
    old = await ann.says("long ago", mention=True, ago=3600)
    new = await ann.says("just now", mention=True, ago=5)
    room = general(bot, platform)
    after = discord.Object(int(old.id))
    read = [one async for one in room.history(after=after)]

    assert [str(one.id) for one in read] == [new.id]
    assert 4 < (discord.utils.utcnow() - read[0].created_at).total_seconds() < 60
    assert bot.heard.empty()


async def test_other_bots_and_webhooks_write_too(platform: Discord, bot: Listener) -> None:
    await platform.member("beep", bot=True).says("beep", mention=True)
    await platform.webhook("news").says("news", mention=True)
    beep, news = await bot.heard.get(), await bot.heard.get()
    assert (beep.author.bot, beep.webhook_id) == (True, None)
    assert news.webhook_id


async def test_what_the_bot_cannot_see_it_is_not_told(platform: Discord, bot: Listener) -> None:
    platform.room("backroom")
    platform.overwrites("backroom", None, deny=Right.VIEW)
    await platform.member("ann").says("psst", room="backroom", mention=True)
    await platform.member("ann").says("hello", mention=True)
    assert "hello" in (await bot.heard.get()).content


async def test_typing_is_seen(platform: Discord, bot: Listener) -> None:
    await general(bot, platform).typing()
    assert platform.sights.typed == [platform.channel("general").id]
