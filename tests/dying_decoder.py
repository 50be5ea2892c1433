"""A decoding process that dies, hangs or hoards when a picture asks for it; otherwise it is the real one."""

import os
import signal
import threading

from bot.media import decoding
from bot.workers.serve import Order, serve

DIE, HANG, HOARD, SPIN = b"please die", b"please hang", b"please hoard", b"please spin"


def handle(order: Order, data: bytes) -> tuple[Order, bytes]:
    if DIE in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if HANG in data:
        threading.Event().wait()
    while SPIN in data:
        pass
    if HOARD in data:
        return {"hoarded": len(bytearray(600 * 1024 * 1024))}, b""
    return decoding.handle(order, data)


if __name__ == "__main__":
    serve(handle, cpu=1)
