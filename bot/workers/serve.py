"""The far side: a process that answers orders until its input ends. It imports next to nothing."""

import json
import math
import struct
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

FRAME = struct.Struct(">II")
"""Before every order and every answer: the lengths of its JSON and of the bytes that go with it."""

MEMORY = 512 * 1024 * 1024
"""Bytes of address space that a worker may have."""

Order = Mapping[str, Any]
Handler = Callable[[Order, bytes], tuple[Order, bytes]]


def serve(handle: Handler, cpu: int = 0) -> None:
    """Answer every order on standard input. What `handle` raises ends the process: that is its one signal; so
    does an order that takes more than `cpu` seconds of computing. 0: as long as the other side waits."""
    confine()
    while frame := read(sys.stdin.buffer):
        if cpu:
            allow(cpu)
        answer, data = handle(*frame)
        write(sys.stdout.buffer, answer, data)


def confine() -> None:
    """Take away what a decoder gone mad could use. Windows has no such limits and goes without."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # others count address space differently, or refuse
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def allow(cpu: int) -> None:
    """So many seconds of computing from now on, and the system ends this process."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time()) + cpu
    resource.setrlimit(resource.RLIMIT_CPU, (until if most < 0 else min(until, most), most))


def read(stream: BinaryIO) -> tuple[Order, bytes] | None:
    """The next order, or None when there are no more."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        return None
    words, size = FRAME.unpack(head)
    return json.loads(stream.read(words)), stream.read(size)


def write(stream: BinaryIO, order: Order, data: bytes) -> None:
    """Send one frame."""
    stream.write(packed(order, data))
    stream.write(data)
    stream.flush()


def packed(order: Order, data: bytes) -> bytes:
    """A frame without its bytes, which follow as they are."""
    words = json.dumps(order).encode()
    return FRAME.pack(len(words), len(data)) + words
