"""Files on this machine: those to send, and pictures to write."""

import secrets
from pathlib import Path

from adapters.console.endings import FAILED, USAGE, Stopped
from bot.delivery.attaching import unused
from bot.http import File

ENDINGS = {"image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}
"""How the files of a picture may end that Parley made, the usual way first."""


def brought(path: Path) -> File:
    """A file to send. Raises Stopped."""
    try:
        return File(path.name, path.read_bytes())
    except OSError as error:
        raise Stopped(USAGE, f"{path} cannot be read ({error.strerror}).") from None


def writable(path: Path) -> None:
    """Raises Stopped when no picture can be written there."""
    if not path.parent.is_dir():
        raise Stopped(USAGE, f"There is no folder {path.parent}.")
    if path.exists() and not path.is_file():
        raise Stopped(USAGE, f"{path} is not a file that can be written.")
    if path.suffix and not _known(path):
        known = ", ".join(ending for endings in ENDINGS.values() for ending in endings)
        raise Stopped(USAGE, f"{path} has no picture's ending: there are {known}; without one I add it.")


def named(path: Path, media_type: str, number: int = 0) -> Path:
    """Where a picture of this type goes when `path` was asked for; `number`: one of several. Pure."""
    fitting = ENDINGS.get(media_type, (path.suffix,))
    ending = path.suffix if path.suffix.lower() in fitting else fitting[0]
    stem = path.stem if _known(path) else path.name
    return path.with_name(f"{stem}{f'-{number}' if number else ''}{ending}")


def _known(path: Path) -> bool:
    return any(path.suffix.lower() in endings for endings in ENDINGS.values())


def placed(folder: Path, name: str, data: bytes) -> Path:
    """Write a file into a folder under its name, or with a number where there is such a file: where it is.
    Raises Stopped."""
    plain = Path(name).name
    if not folder.is_dir():
        raise Stopped(USAGE, f"There is no folder {folder}.")
    path = folder / unused(plain, {each.name for each in folder.iterdir()})
    write(path, path, data)
    return path


def write(asked: Path, path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises Stopped, also when it would take the place of one that has
    another ending than was `asked` for."""
    if asked.suffix and path.suffix != asked.suffix and path.exists():
        raise Stopped(FAILED, f"The picture is no {asked.suffix} file, and {path} is there already.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Stopped(FAILED, f"{path} cannot be written ({error.strerror}).") from None
