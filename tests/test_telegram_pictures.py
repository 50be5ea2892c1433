"""Pictures on Telegram: uploaded, with the first words under them."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from adapters.telegram.outlet.outlet import LIMITS, NO_PICTURES
from adapters.telegram.outlet.uploads import PHOTO_AT_MOST
from bot.delivery.posts import finished
from bot.errors import Refused
from bot.messages import PictureRef, Verb
from tests.discord_outlet import said
from tests.platforms.telegram.faults import refuses
from tests.telegram_outlet import Stand, standing


def png(width: int = 8, height: int = 8, color: str = "teal") -> bytes:
    encoded = io.BytesIO()
    Image.new("RGB", (width, height), color).save(encoded, "PNG")
    return encoded.getvalue()


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with standing() as made:
        yield made


async def test_a_picture_is_uploaded_with_its_words_and_buttons(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    post_id = await stand.outlet.post(
        stand.to(), said("A **lake**", pictures=(lake,), verbs=(Verb.VARY,)), nonce="p1"
    )
    shown = await stand.telegram.member("ann").sees("A lake")
    assert post_id == f"p:{shown.id.rpartition(':')[2]}"
    assert (shown.pictures, shown.buttons) == ((png(),), ("Vary",))
    assert list(stand.telegram.asked("sendPhoto")[0].files)


async def test_words_under_the_same_picture_are_edited_alone(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    post_id = await stand.outlet.post(stand.to(), said("A lake", pictures=(lake,)), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("A pond", pictures=(lake,)))
    await stand.telegram.member("ann").sees("A pond")
    assert stand.telegram.asked("editMessageMedia") == []


async def test_another_picture_takes_its_place_even_after_a_restart(stand: Stand) -> None:
    lake, hill = stand.picture("lake", png()), stand.picture("hill", png(color="brown"))
    post_id = await stand.outlet.post(stand.to(), said("A lake", pictures=(lake,)), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("A hill", pictures=(hill,)))
    shown = await stand.telegram.member("ann").sees("A hill")
    assert shown.pictures == (png(color="brown"),)

    await stand.restarted().edit(stand.to(), post_id, said("A lake", pictures=(lake,)))
    assert (await stand.telegram.member("ann").sees("A lake")).pictures == (png(),)


async def test_words_become_a_picture_and_stay_changeable(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    post_id = await stand.outlet.post(stand.to(), said("Painting", final=False), nonce="p1")
    await stand.outlet.edit(stand.to(), post_id, said("A lake", pictures=(lake,)))
    await stand.outlet.edit(stand.to(), post_id, said("A lake", pictures=(lake,), verbs=(Verb.VARY,)))
    shown = await stand.telegram.member("ann").sees("A lake")
    assert (shown.pictures, shown.buttons) == ((png(),), ("Vary",))
    assert len(stand.telegram.asked("editMessageMedia")) == 1


async def test_where_a_picture_was_words_are_its_caption(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    pictured = await stand.outlet.post(stand.to(), said("A lake", pictures=(lake,)), nonce="p1")
    await stand.outlet.edit(stand.to(), pictured, said("No more lakes"))
    await stand.telegram.member("ann").sees("No more lakes")

    became = await stand.outlet.post(stand.to(), said("Painting", final=False), nonce="p2")
    await stand.outlet.edit(stand.to(), became, said("Another lake", pictures=(lake,)))
    await stand.outlet.edit(stand.to(), became, said("Neither here"))
    await stand.telegram.member("ann").sees("Neither here")


async def test_a_long_text_begins_under_its_picture_and_goes_on_below(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    text = "\n\n".join(f"{n} **bold** @victim words " + "and more " * 40 for n in range(8))
    for post in finished(text, (lake,), (), LIMITS):
        await stand.outlet.post(stand.to(), post, nonce="p")
    first = stand.telegram.asked("sendPhoto")[0]
    assert len(stand.telegram.asked("sendPhoto")) == 1
    assert 500 < len(first.params["caption"]) <= 1024
    assert stand.telegram.asked("sendMessage")


async def test_what_is_too_large_is_made_smaller(stand: Stand) -> None:
    huge = stand.picture("huge", b"x" * (PHOTO_AT_MOST + 1))
    wide = stand.picture("wide", png(), width=9000, height=2000)
    stand.shelf.small = png(color="red")
    await stand.outlet.post(stand.to(), said("Huge", pictures=(huge,)), nonce="p1")
    await stand.outlet.post(stand.to(), said("Wide", pictures=(wide,)), nonce="p2")
    assert stand.shelf.shrunk == 2
    assert (await stand.telegram.member("ann").sees("Wide")).pictures == (png(color="red"),)


async def test_what_is_no_photo_to_telegram_goes_as_a_file(stand: Stand) -> None:
    strip = stand.picture("strip", png(900, 10), width=900, height=10)
    await stand.outlet.post(stand.to(), said("A strip", pictures=(strip,)), nonce="p1")
    assert (await stand.telegram.member("ann").sees("A strip")).pictures == (png(900, 10),)
    assert len(stand.telegram.asked("sendDocument")) == 1
    assert stand.telegram.asked("sendPhoto") == []

    odd = stand.picture("odd", png(), width=8, height=8)
    stand.telegram.will("sendPhoto", refuses(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    await stand.outlet.post(stand.to(), said("Odd", pictures=(odd,)), nonce="p2")
    await stand.telegram.member("ann").sees("Odd")
    assert len(stand.telegram.asked("sendDocument")) == 2

    post_id = await stand.outlet.post(stand.to(), said("Painting", final=False), nonce="p3")
    stand.telegram.will("editMessageMedia", refuses(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    await stand.outlet.edit(stand.to(), post_id, said("Odder", pictures=(odd,)))
    assert (await stand.telegram.member("ann").sees("Odder")).pictures == (png(),)


async def test_where_pictures_are_not_allowed_people_are_told(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    refused = refuses(400, "Bad Request: not enough rights to send photos to the chat")
    stand.telegram.always("sendPhoto", refused)
    stand.telegram.always("editMessageMedia", refused)
    await stand.outlet.post(stand.to(), said("A lake", pictures=(lake,)), nonce="p1")
    assert (await stand.telegram.member("ann").sees("A lake")).text == f"A lake\n\n{NO_PICTURES}"

    post_id = await stand.outlet.post(stand.to(), said("Painting", final=False), nonce="p2")
    await stand.outlet.edit(stand.to(), post_id, said("A pond", pictures=(lake,)))
    assert (await stand.telegram.member("ann").sees("A pond")).text == f"A pond\n\n{NO_PICTURES}"


async def test_a_picture_that_is_not_kept_any_more_is_refused(stand: Stand) -> None:
    with pytest.raises(Refused):
        await stand.outlet.post(
            stand.to(), said("A lake", pictures=(PictureRef("none", "image/png", 8, 8),)), nonce="p1"
        )
    assert stand.telegram.requests == []


async def test_a_caption_that_telegram_refuses_goes_out_plain(stand: Stand) -> None:
    lake = stand.picture("lake", png())
    stand.telegram.will("sendPhoto", refuses(400, "Bad Request: can't parse entities: no"))
    await stand.outlet.post(stand.to(), said("A **lake**", pictures=(lake,)), nonce="p1")
    assert (await stand.telegram.member("ann").sees("A lake")).pictures == (png(),)
