"""The process in which texts from outside are read. A page that takes for ever takes this process with it."""

from bot.errors import UserError
from bot.reading.decoding import BESIDE, WIDE, document, page
from bot.workers.serve import Order, serve

CPU = 7
"""Seconds of computing for one text. A page that is all operations ends it then, whoever else computes."""


def handle(order: Order, data: bytes) -> tuple[Order, bytes]:
    """Read one text: a `page` of the web, or a `file` that somebody sent."""
    try:
        if order["do"] == "file":
            told = document(data, order["seconds"], WIDE if order["wide"] else BESIDE)
            facts = {"pages": told.pages, "read": told.read, "whole": told.whole}
            return facts, told.text.encode("utf-8", "replace")
        found = page(data, order["kind"], order["address"], order["seconds"])
    except UserError as refused:
        return {"refused": refused.reply, "code": refused.code}, b""
    return {"title": found.title}, found.text.encode("utf-8", "replace")


if __name__ == "__main__":
    serve(handle, cpu=CPU)
