"""The process in which texts from outside are read. A page that takes for ever takes this process with it."""

from bot.errors import UserError
from bot.reading.decoding import page
from bot.workers.serve import Order, serve


def handle(order: Order, data: bytes) -> tuple[Order, bytes]:
    """Read one text."""
    try:
        found = page(data, order["kind"], order["address"])
    except UserError as refused:
        return {"refused": refused.reply}, b""
    return {"title": found.title}, found.text.encode("utf-8", "replace")


if __name__ == "__main__":
    serve(handle)
