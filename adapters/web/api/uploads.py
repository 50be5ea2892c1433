"""The body of a request: JSON, or a form with files. Counted while it is read, so never too big."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import BinaryIO, cast

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from adapters.web.api.reading import storable
from bot.conversation.files.documents import named
from bot.errors import TooLarge, UserError

MIB = 1024 * 1024
LARGEST_JSON = MIB
LARGEST_FORM = 25 * MIB
LARGEST_FILE = 10 * MIB
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Body:
    """What was sent: fields by name, and the files' names and bytes in their order."""

    fields: Mapping[str, object] = field(repr=False)
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


async def read(request: Request) -> Body:
    """Read a JSON object or a multipart form. Raises TooLarge, UserError."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Body(document(await _whole(request)))
    if kind == "multipart/form-data":
        return await _form(request)
    raise UserError("The body is application/json or multipart/form-data.")


def document(body: bytes | str) -> dict[str, object]:
    """Read a JSON object. Raises UserError."""
    try:
        read = json.loads(body)
        storable(read)
    except (ValueError, RecursionError) as error:
        raise UserError("The body is not JSON that can be read.") from error
    if not isinstance(read, dict):
        raise UserError("The body is a JSON object.")
    return read


async def _whole(request: Request) -> bytes:
    """A JSON body, up to its cap."""
    return b"".join([chunk async for chunk in _capped(request, LARGEST_JSON)])


async def _capped(request: Request, cap: int) -> AsyncGenerator[bytes, None]:
    """The body's pieces. Raises TooLarge at the first byte over `cap`, or at once when it is announced."""
    if int(request.headers.get("content-length", 0)) > cap:
        raise TooLarge(f"A request has at most {cap // MIB} MiB.")
    count = 0
    async for chunk in request.stream():
        count += len(chunk)
        if count > cap:
            raise TooLarge(f"A request has at most {cap // MIB} MiB.")
        yield chunk


class _Form(MultiPartParser):
    """Starlette's parser, which would take half a form for a whole one. Files stay in memory: the disk may
    be read-only, and the cap is bearable."""

    spool_max_size = LARGEST_FORM
    whole = False

    def on_end(self) -> None:
        """The last boundary has come."""
        self.whole = True

    def close(self) -> None:
        """Free the files, whatever became of the form."""
        for file in self._files_to_close_on_error:
            file.close()


async def _form(request: Request) -> Body:
    """A form's fields and files."""
    parser = _Form(request.headers, _capped(request, LARGEST_FORM), max_files=MOST_FILES, max_fields=16)
    try:
        items = await _items(request, parser)
        files = [
            (value.filename or "", await _bytes(value)) for _, value in items if not isinstance(value, str)
        ]
    finally:
        parser.close()
    return Body(_fields(items), tuple(files))


async def _items(request: Request, parser: _Form) -> list[tuple[str, UploadFile | str]]:
    """What a form has, whole. Raises UserError, TooLarge."""
    _, parameters = parse_options_header(request.headers["content-type"])
    if parameters.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise UserError("A form is written in UTF-8.")
    try:
        items = (await parser.parse()).multi_items()
    except MultiPartException as error:
        raise UserError(error.message) from error
    if not parser.whole:
        raise UserError("The form is cut off.")
    return items


@dataclass(frozen=True, slots=True)
class Laid:
    """A form whose files are on the disk: fields by name, and where the files lie, in their order."""

    fields: Mapping[str, object] = field(repr=False)
    paths: tuple[Path, ...] = ()


class _Laying(_Form):
    """Lays files down in a folder: they may be larger than what memory should hold."""

    folder: Path | None = None

    def on_headers_finished(self) -> None:
        """A part begins."""
        super().on_headers_finished()
        if upload := self._current_part.file:
            upload.file.close()
            file = NamedTemporaryFile(dir=self.folder, prefix=".upload-")  # noqa: SIM115  # `close` does
            self._files_to_close_on_error[-1:] = [cast(SpooledTemporaryFile[bytes], file)]
            upload.file = cast(BinaryIO, file)


@asynccontextmanager
async def laid(request: Request, largest: int, folder: Path | None) -> AsyncGenerator[Laid, None]:
    """A form with two files at most, each of so many bytes, which lie in a folder meanwhile; or JSON, which
    has none. Raises TooLarge, UserError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        yield Laid((await read(request)).fields)
        return
    parser = _Laying(request.headers, _capped(request, 2 * largest + MIB), max_files=2, max_fields=16)
    parser.folder = folder
    try:
        items = await _items(request, parser)
        files = [value for _, value in items if not isinstance(value, str)]
        for one in files:
            if (one.size or 0) > largest:
                raise TooLarge(f"{named(one.filename or '')} has more than {largest // MIB} MiB.")
            one.file.flush()
        yield Laid(_fields(items), tuple(Path(one.file.name) for one in files))
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        raise TooLarge("There is no room on the disk for this file.") from error
    finally:
        parser.close()


def _fields(items: list[tuple[str, UploadFile | str]]) -> dict[str, object]:
    """The form's texts; `options` is a JSON object in a text."""
    fields: dict[str, object] = {name: value for name, value in items if isinstance(value, str)}
    storable(fields)
    if isinstance(options := fields.get("options"), str):
        fields["options"] = document(options)
    return fields


async def _bytes(file: UploadFile) -> bytes:
    """A file's content."""
    if (file.size or 0) > LARGEST_FILE:
        raise TooLarge(f"{named(file.filename or '')} has more than {LARGEST_FILE // MIB} MiB.")
    return await file.read()
