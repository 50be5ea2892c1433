"""Reading variables: the environment, `.env` and the files that `_FILE` variables name.

No sentence here repeats a variable's value: it may be a secret that went to the wrong place.
"""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import SecretStr

from bot.settings.report import Report

LARGEST_FILE = 1_000_000
"""Bytes. A configuration or a secret is far smaller; a device file would never end."""


def read_text(path: Path) -> str:
    """A small text file. Raises ValueError: a reason that repeats neither path nor content."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as exc:
        raise ValueError(f"cannot be read ({exc.strerror})") from None
    except ValueError:
        raise ValueError("cannot be read (not a path)") from None
    if len(data) > LARGEST_FILE:
        raise ValueError("is too large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None


def web_address(text: str) -> str | None:
    """An http or https address without its last slash. None: it is none, or it carries credentials."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    clean = text.isascii() and text.isprintable() and not set(text) & set(" ?#@\\")
    return text.rstrip("/") if whole and clean else None


class Variables:
    """The variables by name; an empty one is not set. What is wrong with one goes into the report."""

    def __init__(self, values: Mapping[str, str], report: Report) -> None:
        self._values = values
        self._report = report

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv: Path | None, report: Report) -> "Variables":
        """The environment, and beneath it what a `.env` file sets."""
        beneath = _dotenv(dotenv, report) if dotenv and dotenv.exists() else {}
        return cls({**beneath, **{name: text for name, text in environ.items() if text.strip()}}, report)

    def names(self) -> list[str]:
        """Those that are set."""
        return [name for name in self._values if self.text(name)]

    def text(self, name: str, default: str = "") -> str:
        """A variable, without the white space around it."""
        return self._values.get(name, "").strip() or default

    def address(self, name: str, default: str = "") -> str:
        """A variable that is an http or https address."""
        text = self.text(name)
        found = web_address(text) if text else default
        if found is None:
            self._report.problem(
                f"{name} must be an http or https address, without a user name, a password or a query."
            )
        return found or default

    def secret(self, name: str) -> SecretStr | None:
        """A variable that is a secret, or the content of the file that `<name>_FILE` names."""
        text, file = self.text(name), self.text(f"{name}_FILE")
        if text and file:
            self._report.problem(f"{name} and {name}_FILE are both set: keep one of them.")
            return None
        if file:
            name = f"{name}_FILE"
            text = self._content(name, Path(file))
        if not (text.isascii() and text.isprintable() and " " not in text):
            self._report.problem(f"{name} has a character that no key has, such as a space or a line break.")
            return None
        return SecretStr(text) if text else None

    def _content(self, name: str, path: Path) -> str:
        try:
            text = read_text(path).strip()
        except ValueError as exc:
            self._report.problem(f"{name}: its file {exc}.")
            return ""
        if not text:
            self._report.problem(f"{name}: its file is empty.")
        return text


def _dotenv(path: Path, report: Report) -> dict[str, str]:
    """What a `.env` file sets. Nothing is interpolated: a `$` in a secret is a `$`."""
    try:
        bindings = list(parse_stream(StringIO(read_text(path))))
    except ValueError as exc:
        report.problem(f"{path.name} {exc}.")
        return {}
    for binding in bindings:
        if binding.error:
            report.problem(f"{path.name}, line {binding.original.line}: not of the form NAME=value.")
    return {binding.key: binding.value for binding in bindings if binding.key and binding.value}
