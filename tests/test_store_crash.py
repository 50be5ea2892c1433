"""What was acknowledged is there, whenever the process is killed."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store import open_store
from tests.contracts.talk import room

ROOMS = 5
ACCEPT = """
import asyncio, sys
from itertools import count
from pathlib import Path
from bot.records import Order
from bot.store import open_store
from tests.contracts.talk import AT, room, said

async def talk(store, number):
    for message in count():
        accepted = await store.accept(said(f"{message}", room(f"{number}")), Order(), at=AT, queue=10**9)
        print(number, message, accepted.message_id, flush=True)

async def main():
    store = await open_store(Path(sys.argv[1]))
    await asyncio.gather(*(talk(store, number) for number in range(int(sys.argv[2]))))

asyncio.run(main())
"""


def acknowledged_before_a_kill(folder: Path, after: int) -> list[list[str]]:
    """Let a process accept messages in several rooms at once; kill it when it has acknowledged so many."""
    command = [sys.executable, "-c", ACCEPT, str(folder), str(ROOMS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own script
        assert process.stdout is not None
        lines = list(itertools.islice(process.stdout, after))
        process.kill()
        lines += process.stdout.readlines()
    return [line.split() for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("after", [1, 40, 333])
async def test_every_acknowledged_message_outlives_a_kill(tmp_path: Path, after: int) -> None:
    acknowledged = acknowledged_before_a_kill(tmp_path, after)
    assert len(acknowledged) >= after

    store = await open_store(tmp_path)
    stored = {
        str(number): [
            (entry.text, str(entry.id)) for entry in await store.entries(room(f"{number}"), limit=10**6)
        ]
        for number in range(ROOMS)
    }
    await store.close()

    for number, message, message_id in acknowledged:
        assert stored[number][int(message)] == (message, message_id)
    for entries in stored.values():
        assert [text for text, _ in entries] == [f"{n}" for n in range(len(entries))]
