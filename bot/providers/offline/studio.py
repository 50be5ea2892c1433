"""The process in which the stand-in looks at pictures and paints them: work that may hold up no chat."""

from PIL import Image

from bot.providers.offline import sight
from bot.providers.offline.painting.painter import paint
from bot.workers.serve import Order, serve

MAX_PIXELS = 25_000_000


def handle(order: Order, data: bytes) -> tuple[Order, bytes]:
    """Do one order: `look` at a picture, or `paint` one."""
    if order["do"] == "look":
        return sight.measure(data), b""
    width, height = order["size"]
    return {}, paint(order["prompt"], (width, height), order["seed"])


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    serve(handle)
