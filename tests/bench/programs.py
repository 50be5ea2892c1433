"""Programs in processes of their own: how Parley is set up for a measure, and how a bare loop is run."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.nursery import telling
from tests.process import ROOT

FRESH = True
"""Whether what is measured loads itself, as on a person's machine; else `tests.nursery` forks it."""


def settings(folder: Path, ai: str) -> Mapping[str, str]:
    """The environment of a Parley that asks the AI service at `ai`; its settings are written to `folder`."""
    config = folder / "parley.toml"
    config.write_text(
        f'[providers.standin]\nkind = "openai"\nbase_url = "{ai}"\nfree = true\ndefault_model = "m"\n\n'
        '[routes]\nchat = ["standin/m"]\n'
    )
    return {"PARLEY_CONFIG": str(config)}


@asynccontextmanager
async def loop(module: str, *given: str) -> AsyncIterator[tuple[int, asyncio.StreamReader]]:
    """A bare loop that has said that it is ready: its process, and what it says from then on."""
    if not FRESH:
        async with telling(module, given) as (child, said):
            await said.readline()
            yield child.pid, said
        return
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *given),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert program.stdout is not None
    try:
        await program.stdout.readline()
        yield program.pid, program.stdout
    finally:
        program.kill()
        await program.communicate()


def cpu(pid: int) -> float:
    """Seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
