"""What people do on a chat platform, in the same words on each: a dialogue is one test on all of them.

    await ann.says("What is a fjord?", mention=True)
    answer = await ann.sees_final("a narrow inlet")
    await ann.presses("Regenerate", answer)
    await mod.runs("/persona set", text="You are a pirate.")

A person sees what the platform would show them: nobody sees what is private to somebody else. Nothing here
sleeps: `sees` waits until the screen that it reads has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

DIRECT = "direct"
"""The room in which a person is alone with the bot."""

Upload: TypeAlias = tuple[str, bytes, str]
"""A file's name, its bytes and its type."""

WRITING = frozenset({"Stop"})
"""A message with one of these buttons is still being written."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on somebody's screen; the text as the platform keeps it, mentions as `@name`."""

    id: str
    author: str
    text: str
    pictures: tuple[bytes, ...] = ()
    buttons: tuple[str, ...] = ()
    private: bool = False
    edited: bool = False
    files: tuple[tuple[str, bytes], ...] = ()
    """Other files by their names."""

    @property
    def final(self) -> bool:
        """Whether its buttons say that it is no more being written."""
        return bool(self.buttons) and not WRITING.intersection(self.buttons)


class NotOffered(AssertionError):
    """The platform's own client does not let a person do this: no such command, option, choice or button."""


class Person(Protocol):
    """Somebody with an account on the platform."""

    name: str

    async def says(
        self,
        text: str,
        *,
        pictures: Sequence[bytes] = (),
        reply_to: Shown | None = None,
        room: str = "general",
        mention: bool = False,
        files: Sequence[tuple[str, bytes, str]] = (),
    ) -> Shown:
        """Send a message; `mention` puts the bot's mention in front; `files`: (name, bytes, type)."""

    async def runs(
        self,
        command: str,
        *,
        room: str = "general",
        picture: bytes | Upload | None = None,
        **options: object,
    ) -> None:
        """Run a command such as "/persona set", text="…"; `picture`: or another file. Raises NotOffered."""

    async def presses(self, label: str, on: Shown) -> None:
        """Press a message's button. Raises NotOffered."""

    async def reacts(self, *signs: str, on: Shown) -> None:
        """Have these signs on a message, and no others. Raises NotOffered where there are none to choose."""

    async def completes(self, command: str, option: str, typed: str) -> list[str]:
        """Type into a command's option; the names of the choices that are then offered."""

    async def fills(self, **fields: str) -> None:
        """Fill in and send the window, or answer the question, that is open. Raises NotOffered."""

    async def sees(self, wanted: str, *, room: str = "general") -> Shown:
        """Wait until a message that this person can see contains the text; the newest one that does."""

    async def sees_final(self, wanted: str, *, room: str = "general") -> Shown:
        """The same, and it is no more being written."""

    def screen(self, room: str = "general") -> list[Shown]:
        """What this person sees now, oldest first."""
