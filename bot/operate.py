"""`parley backup`, `parley restore` and `parley audit`: what the operator does with all of the data."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import Settings

Go = Callable[[Callable[[Settings], Coroutine[Any, Any, int]]], None]
"""Reads the settings and does the work with them."""

File = Annotated[Path, typer.Argument(help="The backup's file.")]


def commands(cli: typer.Typer, go: Go, token: Callable[[Settings], str]) -> None:
    """Add them. `token` knows what opens the interface of the Parley that runs here."""

    @cli.command()
    def backup(file: File) -> None:
        """Write all that is kept into one file, beside a Parley that runs, and read it back."""
        from bot.backup.terminal import make

        go(lambda settings: asyncio.to_thread(make, settings, file))

    @cli.command("restore")
    def put_back(file: File) -> None:
        """Take a backup's content in place of the present one, which is kept aside."""
        from bot.backup.terminal import restore

        go(lambda settings: restore(settings, file, token))

    audit = typer.Typer(add_completion=False, no_args_is_help=True)

    @audit.callback()
    def _about() -> None:
        """Who changed what, when, and from where."""

    @audit.command()
    def export(
        file: Annotated[Path, typer.Argument(help="The file to write: .csv is a table, others JSON Lines.")],
    ) -> None:
        """Write the whole audit into a file, the oldest entry first."""
        from bot.backup.terminal import export_audit

        go(lambda settings: asyncio.to_thread(export_audit, settings, file))

    cli.add_typer(audit, name="audit")
