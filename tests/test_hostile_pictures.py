"""Pictures that services send: whatever they are, only clean pixels are kept, of those that are pictures."""

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.accounts import Accounts
from bot.messages import Need
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Account, ModelEntry, Settings
from tests.rig import ANN, Rig, rig
from tests.test_failover import PATIENT, PROBLEM, Hasty
from tests.test_media import encoded, files, png
from tests.wire.answers import JSON, Answer, sends
from tests.wire.server import AiServer, serving
from tests.wire.wire import Wire

CANARY = b"<script>Quittenbrot</script>"
RED = Image.new("RGB", (40, 30), (220, 20, 30))


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def gives(body: Any) -> Answer:
    return sends(json.dumps(body).encode(), headers=JSON)


def linked(data: bytes, key: str) -> Answer:
    """Answer with the address of a file of the service's own, and at the address with the file."""

    async def answer(wire: Wire) -> None:
        found = {key: [{"url": "/files/x.png"}], "created": 1}
        posted = wire.request.method == "POST"
        await (gives(found) if posted else sends(data, headers={"Content-Type": "image/png"}))(wire)

    return answer


WAYS: dict[str, tuple[str, Callable[[bytes], Answer]]] = {
    "openai in base64": ("openai", lambda data: gives({"data": [{"b64_json": base64_of(data)}]})),
    "openai at an address": ("openai", lambda data: linked(data, "data")),
    "g4f at an address": ("g4f", lambda data: linked(data, "data")),
    "gemini in base64": (
        "gemini",
        lambda data: gives(
            {
                "candidates": [
                    {
                        "content": {
                            "parts": [{"inlineData": {"mimeType": "image/png", "data": base64_of(data)}}]
                        },
                        "finishReason": "STOP",
                    }
                ]
            }
        ),
    ),
    "fal at an address": ("fal", lambda data: linked(data, "images")),
    "fal in the address": (
        "fal",
        lambda data: gives({"images": [{"url": f"data:image/png;base64,{base64_of(data)}"}]}),
    ),
    "imagine as it is": ("imagine", lambda data: sends(data, headers={"Content-Type": "image/png"})),
}
"""How each format hands pictures over."""

LIES = {
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">' + CANARY + b"</svg>",
    "a web page": b"<!doctype html>" + CANARY,
    "a PDF": b"%PDF-1.7 " + CANARY,
    "a TIFF": encoded(RED, "TIFF"),
    "an icon": encoded(RED, "ICO"),
    "a bomb": png(9000, 9000, b"\0" * 200_000),
    "a wide bomb": png(100_000, 1),
    "a head alone": png(40, 30),
    "half a picture": encoded(RED, "PNG")[:-40],
    "too many bytes": png(40, 30) + b"\0" * (10 * 1024 * 1024),
}
"""What calls itself a PNG and is none that is kept."""


def described(form: str) -> bytes:
    """A photograph that tells where it was made, with more than a picture behind it."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    texts = PngInfo()
    texts.add_text("Comment", CANARY.decode())
    options: dict[str, Any] = {"pnginfo": texts} if form == "PNG" else {}
    return encoded(RED, form, exif=exif, **options) + b"PK\x03\x04" + CANARY


@asynccontextmanager
async def painting(folder: Path, kind: str) -> AsyncIterator[tuple[Rig, AiServer]]:
    async with serving() as server:
        account = Account("painter", kind, server.url, free=True)
        settings = Settings(
            data=folder,
            accounts={"painter": account},
            models={"painter/m": ModelEntry()},
            routes={Need.IMAGE: ("painter/m",)},
            deadlines=PATIENT,
        )
        async with Accounts(settings) as accounts:
            routes = Routes(settings, accounts.provider, Hasty(), jitter=lambda: 0.0)
            async with rig(folder, settings=settings, scripts={}, routes=routes) as parley:
                yield parley, server


async def painted(parley: Rig) -> int:
    reply = await parley.command("imagine", ANN, prompt="a dot")
    assert reply.run_id is not None
    return reply.run_id


@pytest.mark.parametrize("way", WAYS)
async def test_what_is_no_picture_is_kept_and_shown_by_nobody(tmp_path: Path, way: str) -> None:
    kind, hands_over = WAYS[way]
    async with painting(tmp_path, kind) as (parley, server):
        for name, data in LIES.items():
            server.always = hands_over(data)
            server.will(*[server.always] * 9)
            run = await painted(parley)
            shown = await parley.ended(run)

            assert (shown.text, shown.pictures) == ("", ()), name
            assert shown.notice == PROBLEM, name
            assert (await parley.store.run(run)).run.status is RunStatus.FAILED
        assert files(tmp_path / "media") == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_nothing_but_pixels_is_left_of_a_picture_that_was_made(
    tmp_path: Path, way: str, form: str
) -> None:
    kind, hands_over = WAYS[way]
    async with painting(tmp_path, kind) as (parley, server):
        server.always = hands_over(described(form))
        server.will(*[server.always] * 9)
        (ref,) = (await parley.ended(await painted(parley))).pictures
        kept = await parley.pictures.load(ref)

    assert (ref.width, ref.height) == RED.size
    assert b"Quittenbrot" not in kept.data
    with Image.open(BytesIO(kept.data)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


@pytest.mark.parametrize("kind", ["openai", "g4f", "fal"])
@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data/iam/x.png",
        "http://user:pass@{}/x.png",
        "http://localhost:{port}/x.png",
        "http://0.0.0.0:{port}/x.png",
        "http://[::ffff:127.0.0.1]:{port}/x.png",
        "//127.0.0.2:{port}/x.png",
        "file:///etc/passwd",
        "ftp://{}/x.png",
        "gopher://{}/x.png",
        "javascript:alert(1)",
        "data:image/svg+xml;base64,PHN2Zz4=",
    ],
)
async def test_no_answer_leads_anywhere_inside(tmp_path: Path, kind: str, link: str) -> None:
    async with painting(tmp_path, kind) as (parley, server):
        host = server.url.removeprefix("http://").removesuffix("/v1")
        url = link.replace("{}", host).replace("{port}", host.partition(":")[2])
        server.always = gives({"data": [{"url": url}], "images": [{"url": url}]})
        shown = await parley.ended(await painted(parley))

        assert (shown.pictures, shown.notice) == ((), PROBLEM)
        assert {request.method for request in server.requests} == {"POST"}
