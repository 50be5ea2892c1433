"""`parley tune …`: what a model can learn from is written out, checked, and handed to a service."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.http import Http
from bot.settings import Settings
from bot.tuning.checking import LEAST, LONGEST, check

if TYPE_CHECKING:
    from adapters.console.tuning import Tune

FAULTY: Final = 65
"""sysexits.h: the data that were given are wrong."""

Go = Callable[[Callable[[Settings], Coroutine[Any, Any, int]]], None]
"""Reads the settings and does the work with them."""


At = Callable[[Settings, Callable[[Http], Awaitable[int]]], Coroutine[Any, Any, int]]
"""Does the work with the machine interface of the Parley that runs here."""

Work = Callable[["Tune"], Awaitable[int]]

Number = Annotated[int, typer.Argument(help="Which one; `parley tune list` has the numbers.")]
Wait = Annotated[bool, typer.Option("--wait", help="Tell what happens until it is over.")]


def commands(go: Go, at: At) -> typer.Typer:
    """The commands of `parley tune`."""
    cli = typer.Typer(
        help="Teach a model with a community's best answers.", add_completion=False, no_args_is_help=True
    )

    def tell(work: Work) -> None:
        from adapters.console.tuning import Tune

        go(lambda settings: at(settings, lambda api: work(Tune(api))))

    _files(cli, go)
    _starting(cli, tell)
    _going(cli, tell)
    return cli


def _files(cli: typer.Typer, go: Go) -> None:
    """What is learned from."""

    @cli.command()
    def export(
        out_dir: Annotated[Path, typer.Argument(help="The folder to write into; it is made when missing.")],
        model_persona: Annotated[
            str,
            typer.Option("--model-persona", help="Who the model is, in place of the rooms' own personas."),
        ] = "",
        since: Annotated[datetime | None, typer.Option(help="Only answers since this day (UTC).")] = None,
        room: Annotated[str, typer.Option(help="Only a room: its channel's id or name, or its key.")] = "",
        min_rating: Annotated[
            int, typer.Option("--min-rating", min=1, help="Ratings for an answer less those against it.")
        ] = 1,
        past: Annotated[int, typer.Option(min=0, max=20, help="Exchanges before each, as context.")] = 0,
        validation: Annotated[
            float, typer.Option(min=0.0, max=0.5, help="The part that is held back to validate with.")
        ] = 0.1,
        seed: Annotated[int, typer.Option(help="Another one holds back others.")] = 0,
        price: Annotated[
            float | None, typer.Option(min=0.0, help="US dollars for a million trained tokens.")
        ] = None,
    ) -> None:
        """Write what consenting people's well rated answers can teach into OUT_DIR."""
        from bot.tuning.examples import Wanted

        day = since.replace(tzinfo=UTC) if since else None
        wanted = Wanted(model_persona, day, room, min_rating, past, validation, seed)
        cost = None if price is None else Decimal(str(price))
        go(lambda settings: asyncio.to_thread(_export, settings, out_dir, wanted, cost))

    @cli.command()
    def check(
        file: Annotated[Path, typer.Argument(help="The JSON Lines to look at.", exists=True, dir_okay=False)],
        longest: Annotated[int, typer.Option(min=1, help="Tokens that an example may have.")] = LONGEST,
    ) -> None:
        """Say what is wrong with a file, each fault with its line."""
        raise typer.Exit(_check(file, longest))


def _starting(cli: typer.Typer, tell: Callable[[Work], None]) -> None:
    """Having a service make something of it."""

    @cli.command()
    def start(
        train: Annotated[Path, typer.Option(help="The examples to train with.", exists=True, dir_okay=False)],
        model: Annotated[str, typer.Option(help="Which model, as account/model.")],
        validation: Annotated[
            Path | None, typer.Option(help="Examples to validate with.", exists=True, dir_okay=False)
        ] = None,
        suffix: Annotated[str, typer.Option(help="What the new model's name shall have in it.")] = "",
        wait: Wait = False,
    ) -> None:
        """Have a model tuned. The same again goes on where it was broken off."""
        if any([_check(path, LONGEST, least) for path, least in ((train, LEAST), (validation, 1)) if path]):
            raise typer.Exit(FAULTY)
        tell(lambda tune: tune.start(model, train, validation, suffix, wait=wait))


def _going(cli: typer.Typer, tell: Callable[[Work], None]) -> None:
    """What is going on there."""

    @cli.command()
    def status(number: Number, wait: Wait = False) -> None:
        """Say where a tuning stands."""
        tell(lambda tune: tune.status(number, wait=wait))

    @cli.command()
    def events(number: Number) -> None:
        """Say what its service tells of it."""
        tell(lambda tune: tune.events(number))

    @cli.command()
    def cancel(number: Number) -> None:
        """Have a tuning stopped."""
        tell(lambda tune: tune.cancel(number))

    @cli.command("list")
    def all_of_them() -> None:
        """List all tunings; what was broken off is taken up, or cleared away."""
        tell(lambda tune: tune.all())


def _export(settings: Settings, folder: Path, wanted: Any, price: Decimal | None) -> int:
    from bot.conversation.privacy.statement import TUNING, YES
    from bot.store import told
    from bot.tuning.examples import choose
    from bot.tuning.writing import TRAIN, VALIDATION, write

    report = write(choose(told(settings.data, (TUNING, YES)), wanted), folder, price)
    typer.echo(
        f"{report.rated} answers were rated, {report.liked} of them well enough, "
        f"{report.consenting} of these to people who consent."
    )
    for why, count in sorted(report.dropped.items(), key=lambda one: (-one[1], one[0])):
        typer.echo(f"  left out {count:>5}: {why}")
    typer.echo(f"{folder / TRAIN}: {_many(report.train)}, about {report.tokens:,} tokens.")
    typer.echo(f"{folder / VALIDATION}: {_many(report.validation)}.")
    if report.cost is not None:
        typer.echo(f"To train on them three times costs about US$ {report.cost}.")
    for fault in report.faults:
        typer.echo(f"Note: {fault}")
    return 0


def _many(count: int, what: str = "example") -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _check(path: Path, longest: int, least: int = LEAST) -> int:
    found = check(path, longest=longest, least=least)
    for fault in found.faults:
        typer.echo(f"{path}: {fault}", err=True)
    typer.echo(
        f"{path}: {_many(found.examples)}, about {found.tokens:,} tokens, "
        f"{_many(len(found.faults), 'fault')}."
    )
    return FAULTY if found.faults else 0
