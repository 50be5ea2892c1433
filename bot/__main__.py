"""The `parley` command line. `python -m bot` is the same program."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import collector

collector.load()

from bot import __version__, log, operate, tune
from bot.errors import ConfigError, StorageError
from bot.http import Http
from bot.settings import Settings, load

cli = typer.Typer(
    name="parley",
    help="The AI chat bot that communities run themselves.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CONFIGURATION = 78
"""sysexits.h: something in the configuration is wrong."""
TEMPORARY = 75
"""sysexits.h: the same may go well later."""

Model = Annotated[str, typer.Option("--model", help="Which model, as account/model.")]
Persona = Annotated[str, typer.Option("--persona", help="Who answers, just this once.")]
Style = Annotated[str, typer.Option("--style", help="What the answer is for: creative, factual, …")]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", "--image", help="A picture, PDF, Word or text file to read; may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


@cli.command()
def run() -> None:
    """Run Parley until it is told to stop, with Ctrl-C or SIGTERM."""
    _go(_serve, level="INFO")


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="What to ask; - reads it from standard input.")],
    model: Model = "",
    persona: Persona = "",
    style: Style = "",
    file: Files = None,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option("--out", help="The folder for files that it brings.")] = None,
) -> None:
    """Ask one question; the answer is printed while it is written."""
    from adapters import console

    _go(
        lambda settings: _at(
            settings,
            lambda api: console.ask(
                api, question, file or [], model, persona, as_json, style=style, folder=out
            ),
        )
    )


@cli.command()
def imagine(
    prompt: Annotated[str, typer.Argument(help="What the picture shows.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; several are numbered.")],
    model: Model = "",
    count: Annotated[int | None, typer.Option("--count", help="How many pictures, 1 to 4.")] = None,
    size: Annotated[str, typer.Option("--size", help="How large, like 1024x768 or square.")] = "",
    steps: Annotated[int | None, typer.Option("--steps", help="How long it is worked on.")] = None,
    guidance: Annotated[float | None, typer.Option("--guidance", help="How closely it follows.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same gives the same picture.")] = None,
    negative: Annotated[str, typer.Option("--negative", help="What it shall not show.")] = "",
) -> None:
    """Have pictures made, and write them to files. What a model does not take is refused."""
    from adapters import console

    picture = {"size": size, "steps": steps, "guidance": guidance, "seed": seed, "negative": negative}
    options = {"model": model, "count": count, **picture}
    _go(lambda settings: _at(settings, lambda api: console.imagine(api, prompt, out, options)))


@cli.command()
def chat(room: Annotated[str, typer.Argument(help="The room to sit in.")] = "terminal") -> None:
    """Talk in a room from the terminal; the web page shows the same room."""
    from adapters import console

    _go(lambda settings: _at(settings, lambda api: console.chat(api, room)))


@cli.command()
def models(
    search: Annotated[
        list[str] | None, typer.Argument(help="Parts of the name, or: free, sees, paints.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the models that the configured accounts offer."""
    from bot import report

    _go(lambda settings: report.models(settings, " ".join(search or ()), as_json=as_json))


@cli.command()
def check(as_json: AsJson = False) -> None:
    """Say what is configured, what answers, and what is missing."""
    from bot import report

    _go(lambda settings: report.check(settings, as_json=as_json))


@cli.command()
def migrate() -> None:
    """Bring the database up to date, and say which version it has now."""
    _go(_migrate)


@cli.command()
def version() -> None:
    """Print Parley's version."""
    typer.echo(__version__)


async def _serve(settings: Settings) -> int:
    """Run until a signal comes."""
    from bot.application import running
    from bot.collector import calm

    stopped, again = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    while not stopped.is_set():
        async with running(settings, again) as parley:
            calm()
            typer.echo(greeting(parley.settings, parley.link))
            waiting = [asyncio.create_task(event.wait()) for event in (stopped, again)]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            typer.echo("Stopping: answers that are being written are finished first, for a few seconds.")
        again.clear()
    return 0


def greeting(settings: Settings, link: str) -> str:
    """What a person sees when Parley has started."""
    from bot.report import laid_out

    tokens = {"Discord": settings.discord_token, "Telegram": settings.telegram_token}
    chats = ["web chat", *(name for name, token in tokens.items() if token)]
    said = [("On", f"{', '.join(chats)}; models of {', '.join(settings.accounts)}")]
    said += [("Note", note) for note in settings.notes]
    said += [("Off", missing.replace(" is off:", ":", 1)) for missing in settings.missing]
    rows = [laid_out(f"{label + ':':<6}{text}", indent=6) for label, text in said]
    return "\n".join(
        [f"Parley {__version__} is ready.", "", f"    {link}", "", *rows, "", "Stop with Ctrl-C."]
    )


async def _migrate(settings: Settings) -> int:
    """Bring the database up to date."""
    from bot.store import migrate as bring_up_to_date

    typer.echo(f"The database is at version {await asyncio.to_thread(bring_up_to_date, settings.data)}.")
    return 0


async def _at(settings: Settings, work: Callable[[Http], Awaitable[int]]) -> int:
    """Do `work` with the machine interface of the Parley that runs here, or of one that runs meanwhile."""
    from adapters.web.connection.doors import TERMINAL

    async with AsyncExitStack() as stack:
        url, token = await _reach(settings, stack)
        api = Http(url, key=token, headers={"User-Agent": TERMINAL})
        stack.push_async_callback(api.aclose)
        return await work(api)


async def _reach(settings: Settings, stack: AsyncExitStack) -> tuple[str, str]:
    """The address and the token. Raises ConfigError."""
    from bot.application import running
    from bot.store import FolderLocked

    try:
        alone = replace(settings, discord_token=None, telegram_token=None)  # nobody else is heard meanwhile
        here = replace(alone, web=replace(settings.web, host="127.0.0.1", port=0))
        parley = await stack.enter_async_context(running(here))
    except FolderLocked as exc:
        if not exc.address:
            raise
        return exc.address, _token(settings)
    return parley.url, parley.token


def _token(settings: Settings) -> str:
    """What opens the interface of the Parley that works in the data folder."""
    from adapters.web.connection.token import web_token

    return web_token(settings.data, settings.web.token.get_secret_value() if settings.web.token else "")


def _go(work: Callable[[Settings], Coroutine[Any, Any, int]], *, level: str = "ERROR") -> None:
    """Read the settings and do it; configuration problems are told by name, all at once."""
    try:
        settings = load(os.environ, dotenv=Path(".env"), config=Path("parley.toml"))
        log.configure(
            sys.stderr,
            secrets=settings.secrets(),
            level=settings.log.level or level,
            style=settings.log.style or None,
        )
        with asyncio.Runner(loop_factory=_loop()) as runner:
            code = runner.run(work(settings))
    except ConfigError as exc:
        for problem in exc.problems:
            typer.echo(f"parley: {problem}", err=True)
        code = CONFIGURATION
    except StorageError as exc:
        typer.echo(f"parley: PARLEY_DATA: the database cannot be used at the moment: {exc}.", err=True)
        code = TEMPORARY
    raise typer.Exit(code)


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where there is one: a third of the lag at a thousand streams."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


cli.add_typer(tune.commands(_go, _at), name="tune")
operate.commands(cli, _go, _token)


def main() -> None:
    """The entry point."""
    cli(prog_name="parley")


if __name__ == "__main__":
    main()
