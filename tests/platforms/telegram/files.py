"""Files with their real bytes: what people send, and what the bot uploads."""

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from tests.platforms.telegram.refusals import Json, bad

MEGABYTE = 1 << 20
LARGEST_PHOTO = 10 * MEGABYTE
LARGEST_UPLOAD = 50 * MEGABYTE
LARGEST_DOWNLOAD = 20 * MEGABYTE
SIDES = (90, 320, 800, 1280)
"""The longer side of each size of a photo."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that getFile knows."""

    id: str
    path: str
    data: bytes
    shown: bytes = b""
    """What somebody sees who looks at it: of a photo the bytes that were uploaded."""

    @property
    def named(self) -> Json:
        """The fields that every file has."""
        return {"file_id": self.id, "file_unique_id": f"u{self.id}", "file_size": len(self.data)}


class Files:
    """Everything that was sent or uploaded; nothing expires."""

    def __init__(self) -> None:
        self._stored: dict[str, Stored] = {}
        self._paths: dict[str, bytes] = {}
        self._kinds: dict[str, Json] = {}

    def keep(self, data: bytes, folder: str, suffix: str, shown: bytes = b"") -> Stored:
        """A file of its own path."""
        number = len(self._stored)
        stored = Stored(f"AgACAgQ{number:06d}", f"{folder}/file_{number}{suffix}", data, shown)
        self._stored[stored.id] = stored
        self._paths[stored.path] = data
        return stored

    def photo(self, data: bytes) -> list[Json]:
        """A picture as PhotoSizes, smallest first, as JPEG. Raises Refused: too large, no picture."""
        if len(data) > LARGEST_PHOTO:
            raise bad("file is too big")
        try:
            with Image.open(io.BytesIO(data)) as picture:
                if sum(picture.size) > 10_000 or max(picture.size) > 20 * min(picture.size):
                    raise bad("PHOTO_INVALID_DIMENSIONS")
                flat = picture.convert("RGB")
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            raise bad("IMAGE_PROCESS_FAILED") from error
        longest = max(flat.size)
        sides = [side for side in SIDES if side < longest] + ([longest] if longest <= SIDES[-1] else [])
        sizes = [self._size(flat, side, data) for side in sides]
        for size in sizes:
            self._kinds[size["file_id"]] = {"photo": sizes}
        return sizes

    def _size(self, picture: Image.Image, side: int, shown: bytes) -> Json:
        scale = side / max(picture.size)
        box = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        encoded = io.BytesIO()
        picture.resize(box).save(encoded, "JPEG", quality=87)
        stored = self.keep(encoded.getvalue(), "photos", ".jpg", shown)
        return stored.named | {"width": box[0], "height": box[1]}

    def document(self, upload: Upload) -> Json:
        """A file as it is. Raises Refused: too large or empty."""
        if len(upload.data) > LARGEST_UPLOAD:
            raise bad("file is too big")
        suffix = f".{upload.name.rpartition('.')[2]}" if "." in upload.name else ""
        seen = upload.data if upload.mime.startswith("image/") else b""
        stored = self.keep(upload.data, "documents", suffix, seen)
        found = stored.named | {"file_name": upload.name, "mime_type": upload.mime}
        self._kinds[stored.id] = {"document": found}
        return found

    def again(self, file_id: str, kind: str) -> Json:
        """The content of a message with a file that is already here. Raises Refused."""
        content = self._kinds.get(file_id)
        if content is None or kind not in content:
            raise bad("wrong file identifier/HTTP URL specified")
        return content

    def get(self, file_id: str) -> Json:
        """As getFile tells it. Raises Refused: unknown, or more than 20 MB."""
        stored = self._stored.get(file_id)
        if stored is None:
            raise bad("invalid file_id")
        if len(stored.data) > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        return stored.named | {"file_path": stored.path}

    def at(self, path: str) -> bytes | None:
        """The bytes behind a path."""
        return self._paths.get(path)

    def others(self, content: Json) -> tuple[tuple[str, bytes], ...]:
        """The file in a message that is no picture, if there is one, by its name."""
        if "document" not in content or self.shown(content):
            return ()
        document = content["document"]
        return ((document["file_name"], self._stored[document["file_id"]].data),)

    def shown(self, content: Json) -> tuple[bytes, ...]:
        """The picture in a message, if there is one."""
        if "photo" in content:
            return (self._stored[content["photo"][-1]["file_id"]].shown,)
        if "document" in content:
            seen = self._stored[content["document"]["file_id"]].shown
            return (seen,) if seen else ()
        return ()
