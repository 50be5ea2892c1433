"""Pictures from outside: bombs, lies and accidents; and what is left of a good one."""

import contextlib
import io
import random
import resource
import stat
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.errors import BadOption, NotFound, TooLarge, UserError
from bot.media.folder import MediaFolder
from bot.media.header import inspect
from bot.messages import Fit, Picture, PictureRef
from bot.workers.pool import Workers
from tests.dying_decoder import DIE


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def decoded(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG's head with any size; its pixels need not be there."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


class Kept:
    """A folder and what it recorded."""

    def __init__(self, path: Path, **options: object) -> None:
        self.records: list[PictureRef] = []
        self.folder = MediaFolder(path, self.record, **options)  # type: ignore[arg-type]  # passed on

    async def record(self, ref: PictureRef) -> None:
        self.records.append(ref)

    async def back(self, data: bytes) -> Picture:
        return await self.folder.load(await self.folder.keep(data))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    await kept.folder.close()


RED = Image.new("RGB", (40, 30), (220, 20, 30))


async def test_a_picture_is_kept_by_its_content_and_recorded(kept: Kept, tmp_path: Path) -> None:
    ref = await kept.folder.keep(encoded(RED, "PNG"))
    again = await kept.folder.keep(encoded(RED, "PNG"))
    assert ref == again
    assert kept.records == [ref, ref]
    assert (ref.media_type, ref.width, ref.height) == ("image/png", 40, 30)
    path = kept.folder.path(ref)
    assert path == tmp_path / "media" / ref.sha256[:2] / f"{ref.sha256}.png"
    assert files(tmp_path) == [path]


async def test_files_and_folders_are_the_owners_alone(kept: Kept) -> None:
    path = kept.folder.path(await kept.folder.keep(encoded(RED, "PNG")))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("form", "kind"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/jpeg"), ("GIF", "image/png")],
)
async def test_every_accepted_format_comes_back_the_same_size(kept: Kept, form: str, kind: str) -> None:
    picture = await kept.back(encoded(RED, form))
    assert picture.media_type == kind
    assert decoded(picture).size == (40, 30)
    red, green, blue = decoded(picture).convert("RGB").getpixel((20, 15))  # type: ignore[misc]  # RGB has three
    assert red > 200 > 60 > max(green, blue)


async def test_transparency_survives(kept: Kept) -> None:
    clear = Image.new("RGBA", (8, 8), (0, 200, 0, 0))
    for form in ("PNG", "WEBP"):
        picture = decoded(await kept.back(encoded(clear, form)))
        assert picture.format == "PNG"
        assert picture.getchannel("A").getextrema() == (0, 0)


async def test_nothing_but_pixels_is_left(kept: Kept) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Ann at home"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 0.0)
    photo = encoded(RED, "JPEG", exif=exif, comment=b"taken by Ann")
    assert b"Ann at home" in photo
    picture = await kept.back(photo)
    assert not decoded(picture).getexif()
    for word in (b"Ann", b"Exif", b"GPS"):
        assert word not in picture.data


async def test_a_photograph_is_turned_upright(kept: Kept) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decoded(await kept.back(encoded(RED, "JPEG", exif=exif))).size == (30, 40)


async def test_of_an_animation_the_first_frame_is_kept(kept: Kept) -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue", "green")]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    still = decoded(await kept.back(moving))
    assert getattr(still, "n_frames", 1) == 1
    assert still.convert("RGB").getpixel((4, 4)) == (255, 0, 0)


async def test_fifty_thousand_frames_cost_no_more_than_one(kept: Kept) -> None:
    still = encoded(Image.new("P", (64, 64), 3), "GIF")
    frame = still[still.index(b",") : -1]
    bomb = still[:-1] + b"!\xf9\x04\x00\x01\x00\x00\x00" + (frame + b"!\xf9\x04\x00\x01\x00\x00\x00") * 50_000
    assert len(bomb) < 10 * 1024 * 1024
    assert (await kept.folder.keep(bomb + b";")).width == 64


async def test_printers_and_scanners_pictures_become_ordinary_ones(kept: Kept) -> None:
    assert decoded(await kept.back(encoded(RED.convert("CMYK"), "JPEG"))).mode == "RGB"
    deep = decoded(await kept.back(encoded(Image.new("I;16", (5, 5), 40_000), "PNG")))
    assert deep.mode == "L"
    assert abs(int(deep.getpixel((2, 2)) or 0) - 156) <= 1  # type: ignore[arg-type]  # L has one


async def test_a_bomb_is_refused_by_its_header(kept: Kept) -> None:
    """230 KiB that would be 243 MB: no decoder is started, and our memory does not grow."""
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(9000 * 3 + 1)) for _ in range(9000)) + squeeze.flush()
    bomb = png(9000, 9000, chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLarge, match=r"25 megapixels.*9,000 × 9,000"):
        await kept.folder.keep(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024
    assert not kept.folder._workers._idle


@pytest.mark.parametrize("size", [(1, 65_535), (65_535, 1), (8193, 10), (5001, 5000)])
def test_too_long_sides_and_too_many_pixels_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(TooLarge):
        inspect(png(*size))


def test_the_largest_that_is_allowed_is_allowed() -> None:
    assert inspect(png(5000, 5000)).width == 5000
    assert inspect(png(8192, 3051)).height == 3051


async def test_a_frame_larger_than_the_header_says_is_refused(kept: Kept) -> None:
    small = bytearray(encoded(Image.new("P", (9, 9), 3), "GIF"))
    at = small.index(b",")
    small[at + 5 : at + 9] = struct.pack("<HH", 9000, 9000)
    with pytest.raises(UserError):
        await kept.folder.keep(bytes(small))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_truncated_picture_is_refused_and_the_next_one_works(kept: Kept, form: str) -> None:
    noisy = Image.frombytes("RGB", (64, 64), random.Random(1).randbytes(64 * 64 * 3))
    whole = encoded(noisy, form)
    with pytest.raises(BadOption, match="damaged"):
        await kept.folder.keep(whole[: len(whole) // 2])
    assert (await kept.folder.keep(whole)).width == 64


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b'<?xml version="1.0"?><svg/>', "an SVG drawing"),
        (b"\n <!DOCTYPE html><html>", "a web page"),
        (b"%PDF-1.7", "a PDF document"),
        (b"BM\x00\x00", "a BMP picture"),
        (b"\x00\x00\x00 ftypheic", "a HEIC picture"),
        (b"SIMPLE  =                    T", "something else"),
        (b"just words", "something else"),
    ],
)
async def test_what_is_no_picture_is_refused_with_what_is_accepted(
    kept: Kept, data: bytes, named: str
) -> None:
    with pytest.raises(BadOption) as refused:
        await kept.folder.keep(data)
    assert named in refused.value.reply
    assert "PNG, JPEG, WEBP and GIF" in refused.value.reply


async def test_what_hides_behind_a_picture_is_gone(kept: Kept) -> None:
    polyglot = encoded(RED, "PNG") + b"<script>alert(1)</script>PK\x03\x04"
    assert b"script" not in (await kept.back(polyglot)).data


async def test_too_many_bytes_are_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match=r"1 MiB; this one has 1\.5 MiB"):
        await Kept(tmp_path, max_bytes=1024 * 1024).folder.keep(bytes(3 * 512 * 1024))


async def test_a_decoder_that_dies_is_a_sentence_and_the_next_picture_works(tmp_path: Path) -> None:
    workers = Workers("tests.dying_decoder", seconds=20, linger=60)
    kept = Kept(tmp_path, workers=workers)
    with pytest.raises(BadOption, match="safely"):
        await kept.folder.keep(encoded(RED, "PNG") + DIE)
    assert not kept.records
    assert (await kept.folder.keep(encoded(RED, "PNG"))).width == 40
    await kept.folder.close()


async def test_a_missing_file_is_not_found(kept: Kept) -> None:
    ref = await kept.folder.keep(encoded(RED, "PNG"))
    kept.folder.path(ref).unlink()
    with pytest.raises(NotFound):
        await kept.folder.load(ref)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Kept(tmp_path).folder.path(PictureRef(name, "image/png", 1, 1))


async def test_a_picture_is_shrunk_to_a_small_jpeg_and_never_enlarged(kept: Kept) -> None:
    large = Picture(encoded(Image.new("RGBA", (800, 400), (0, 0, 0, 0)), "PNG"))
    small = await kept.folder.shrink(large, Fit((200, 200), 80))
    assert decoded(small).format == "JPEG"
    assert decoded(small).size == (200, 100)
    assert decoded(small).getpixel((50, 50)) == (255, 255, 255)
    assert decoded(await kept.folder.shrink(Picture(encoded(RED, "PNG")), Fit((200, 200), 80))).size == (
        40,
        30,
    )


@given(
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF0000WEBP", b""]),
    st.binary(max_size=80),
)
def test_whatever_the_bytes_the_header_is_read_or_refused(magic: bytes, rest: bytes) -> None:
    with contextlib.suppress(UserError):
        found = inspect(magic + rest)
        assert 0 < found.width * found.height <= 25_000_000
