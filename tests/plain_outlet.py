"""What an outlet says of a place that has nothing of its own."""

from bot.messages import Address, ChannelKey, Post
from bot.records import Said


class PlainOutlet:
    """Most of the Outlet port: no links, titles or drafts, and nobody who follows."""

    async def typing(self, to: Address) -> None:
        return

    def link(self, to: Address, said: Said) -> str:
        return ""

    def followed(self, key: ChannelKey, run_id: int) -> None:
        return None

    def titled(self, key: ChannelKey) -> str:
        return ""

    def unnamed(self, key: ChannelKey) -> bool:
        return False

    async def starter(self, key: ChannelKey) -> str:
        return ""

    async def rename(self, to: Address, title: str) -> None:
        return

    def exempt(self, to: Address, run_id: int) -> bool:
        return False

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        return 0.0

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        return False
