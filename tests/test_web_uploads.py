"""Uploads: capped while they are read, so that no request fills the memory."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.web.api.uploads import LARGEST_FILE, LARGEST_FORM, LARGEST_JSON
from tests.documents import pdf
from tests.web_chat import PNG, chat

MIB = 1024 * 1024
ROOM = "/api/rooms/general"
CHUNK = b"x" * 65536
BOUNDARY = {"content-type": "multipart/form-data; boundary=b"}
FILE = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'


async def _endless(head: bytes, total: int = 100 * MIB) -> AsyncIterator[bytes]:
    """A body without an announced length."""
    yield head
    for _ in range(total // len(CHUNK)):
        yield CHUNK


def _memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize(
    ("headers", "head", "cap"),
    [
        ({"content-type": "application/json"}, b'{"text":"', LARGEST_JSON),
        (BOUNDARY, FILE, LARGEST_FORM),
        (BOUNDARY, b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n', 2 * MIB),
    ],
)
async def test_a_hundred_mebibytes_are_refused_at_the_cap(
    headers: dict[str, str], head: bytes, cap: int
) -> None:
    async with chat() as web:
        before = _memory()
        answer = await web.client.post(f"{ROOM}/messages", content=_endless(head), headers=headers)
        assert answer.status_code in (400, 413)
        assert answer.json()["error"]["code"] in ("too_large", "bad_request")
        assert web.read[0] <= cap + MIB
        assert _memory() - before < 3 * cap + 16 * MIB


async def test_an_announced_length_over_the_cap_is_refused_unread() -> None:
    async with chat() as web:
        headers = {"content-type": "application/json", "content-length": str(3 * MIB)}
        answer = await web.client.post(f"{ROOM}/messages", content=b"x" * (3 * MIB), headers=headers)
        assert answer.status_code == 413
        assert web.read == [0]


async def test_a_stranger_cannot_make_it_read_anything() -> None:
    async with chat() as web, web.browser() as stranger:
        before = _memory()
        answer = await stranger.post(
            f"{ROOM}/messages", content=_endless(FILE), headers=BOUNDARY | {"authorization": "Bearer wrong"}
        )
        assert answer.status_code == 401
        assert web.read == [0]
        assert _memory() - before < 16 * MIB


async def test_a_picture_over_its_own_cap_is_refused() -> None:
    async with chat() as web:
        files = [("files", ("a.png", PNG.ljust(LARGEST_FILE + 1, b"x")))]
        answer = await web.client.post(f"{ROOM}/messages", files=files)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
        assert web.shelf.kept == {}


async def test_ten_pictures_are_taken_and_an_eleventh_is_not() -> None:
    async with chat() as web:
        files = [("files", ("a.png", PNG)) for _ in range(11)]
        assert (await web.client.post(f"{ROOM}/messages", files=files[:10])).status_code == 202
        answer = await web.client.post(f"{ROOM}/messages", files=files)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
        assert len(web.rooms.said) == 1


async def test_what_cannot_be_read_is_refused_whatever_it_is_called() -> None:
    async with chat() as web:
        for content in (b"", b"\0\1\2", b"%PDF-1.7", b"PK\x03\x04", b"GIF89a"):
            files = {"files": ("a.png", content, "image/png")}
            answer = await web.client.post(f"{ROOM}/messages", data={"text": "see"}, files=files)
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_option")
            assert "`a.png`: " in answer.json()["error"]["message"]
        assert web.rooms.said == []


async def test_a_document_is_read_whatever_it_is_called() -> None:
    async with chat() as web:
        files = [("files", ("a.png", pdf("Words"), "image/png")), ("files", ("b.txt", b"more", "text/plain"))]
        answer = await web.client.post(f"{ROOM}/messages", files=files)
        assert answer.status_code == 202
        assert [(one.name, one.text) for one in web.rooms.said[0].documents] == [
            ("a.png", "[page 1]\nWords"),
            ("b.txt", "more"),
        ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"--b\r\n\r\nno name\r\n--b--\r\n",
        b"--other\r\n",
        FILE + PNG,
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf\r\n' + FILE + PNG,
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\na\0b\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="te\0xt"\r\n\r\nab\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="options"\r\n\r\n[1]\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="options"\r\n\r\n{\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="as"\r\n\r\nking\r\n--b--\r\n',
    ],
)
async def test_a_broken_form_is_told_so(body: bytes) -> None:
    async with chat() as web:
        answer = await web.client.post(f"{ROOM}/messages", content=body, headers=BOUNDARY)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
        assert web.rooms.said == []


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=b; charset=utf-7",
    ],
)
async def test_a_form_that_cannot_be_read_is_refused(kind: str) -> None:
    async with chat() as web:
        body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi\r\n--b--\r\n'
        answer = await web.client.post(f"{ROOM}/messages", content=body, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


async def test_a_browser_that_leaves_in_the_middle_stores_nothing_and_breaks_nothing() -> None:
    async with chat() as web:

        async def broken() -> AsyncIterator[bytes]:
            yield FILE
            raise ConnectionAbortedError

        with pytest.raises(ConnectionAbortedError):
            await web.client.post(f"{ROOM}/messages", content=broken(), headers=BOUNDARY)
        assert (await web.client.get("/api/me")).status_code == 200
        assert web.rooms.said == []
