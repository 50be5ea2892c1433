"""The data folder is its owner's alone, whatever the umask was and whoever made it."""

import os
from pathlib import Path

from bot.errors import ConfigError


def claim(path: Path) -> bool:
    """Close a file or a folder to everybody else; whether it was open. What another user owns is not trusted:
    they may have put a token or a database of their own there. Raises ConfigError, OSError."""
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise ConfigError(
            f"PARLEY_DATA: {path} belongs to another user. Give the folder and all that is in it to the user "
            "who runs Parley, or choose another folder."
        )
    path.chmod(found.st_mode & 0o700)
    return bool(found.st_mode & 0o077)


def claim_all_in(folder: Path) -> None:
    """Claim what lies in a folder, and in folders of it that were open. Raises ConfigError, OSError."""
    for path in folder.iterdir():
        if path.exists() and claim(path) and path.is_dir():
            claim_all_in(path)
