"""Words of people and of models in what a command replies. Pure."""

from bot.links import hosts
from bot.unseen import seen


def quoted(text: str) -> str:
    """In one line, as they are written: nothing in them counts as Markdown, and no address is a link."""
    line = " ".join(seen(text).split()).replace("`", "ʼ")
    return f"`{line}`" if line else "nothing"


def kept(text: str) -> str:
    """As they are kept. Where they name a host they are quoted: a model or a stranger may have meant it to be
    followed."""
    return quoted(text) if hosts(text) else text
