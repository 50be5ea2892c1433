"""Somebody on Discord, with what their client lets them do."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.platforms.discord import payloads, posting
from tests.platforms.discord.content import may_write
from tests.platforms.discord.core import Core
from tests.platforms.discord.interactions import Interaction, Sort, Window
from tests.platforms.discord.invoking import Invocation, Invoking
from tests.platforms.discord.payloads import read_as, walk
from tests.platforms.discord.posting import Files
from tests.platforms.discord.refusals import Refused
from tests.platforms.discord.rooms import Rooms
from tests.platforms.discord.windows import filled
from tests.platforms.discord.world import Account, Channel, Kind, Message, Right, rights
from tests.platforms.people import NotOffered, Shown

Json = dict[str, Any]

NO_ANSWER = "The application did not respond"
THINKING = "is thinking…"


class Member:
    """A person (or another bot, or a webhook): implements `Person`, and what Discord has beyond it."""

    def __init__(self, core: Core, rooms: Rooms, account: Account) -> None:
        self.name = account.name
        self.account = account
        self._core = core
        self._rooms = rooms
        self._invoking = Invoking(core, account)
        self._told: list[tuple[Channel, Shown]] = []

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def mention(self) -> str:
        return f"<@{self.account.id}>"

    async def says(
        self,
        text: str,
        *,
        pictures: Sequence[bytes] = (),
        reply_to: Shown | None = None,
        room: str = "general",
        mention: bool = False,
        ping: bool = True,
        files: Sequence[tuple[str, bytes, str]] = (),
        ago: float = 0.0,
    ) -> Shown:
        """Send a message.

        `ping`: whether a reply calls the author; `files`: (name, bytes, type); `ago`: it was sent so many
        seconds before, and nobody is told of it now.
        """
        channel = self._rooms.find(room, self.account)
        parts = [*((f"picture{n}.png", data, "image/png") for n, data in enumerate(pictures)), *files]
        body: Json = {"content": f"<@{self._core.bot.id}> {text}" if mention else text}
        if reply_to:
            body["message_reference"] = {"message_id": reply_to.id}
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        self._may(channel, files=bool(parts), reply=bool(reply_to))
        if ago:
            return self._said_before(channel, body, ago)
        made = posting.create(self._core, channel, self.account, body, Files(dict(enumerate(parts))))
        return self._shown(made)

    async def runs(
        self,
        command: str,
        *,
        room: str = "general",
        picture: bytes | tuple[str, bytes, str] | None = None,
        **options: object,
    ) -> None:
        """Run a command; returns when it has been acknowledged, or has failed."""
        channel = self._rooms.find(room, self.account)
        await self._invoke(self._invoking.command(command, channel, picture, options), channel)

    async def picks(self, command: str, on: "Shown | Member", *, room: str = "general") -> None:
        """Choose a command of the context menu of a message or of somebody."""
        if isinstance(on, Member):
            channel = self._rooms.find(room, self.account)
            await self._invoke(self._invoking.on_user(command, channel, on.account), channel)
            return
        message = self._visible(on)
        await self._invoke(self._invoking.on_message(command, message), message.channel)

    async def completes(
        self, command: str, option: str, typed: str, *, room: str = "general", **others: object
    ) -> list[str]:
        """Type into an option; the names of what is then offered, none when nothing came in time."""
        channel = self._rooms.find(room, self.account)
        invocation = self._invoking.completion(command, channel, option, typed, others)
        return [str(one["name"]) for one in (await self._invoke(invocation, channel)).choices]

    async def presses(self, label: str, on: Shown) -> None:
        """Press a button; returns when that has been acknowledged, or has failed."""
        message = self._visible(on)
        for one in walk(message.components):
            if (
                one.get("type") == 2
                and _label(one) == label
                and not one.get("disabled")
                and one.get("custom_id")
            ):
                data = {"component_type": 2, "custom_id": one["custom_id"], "id": one["id"]}
                return await self._component(label, message, data)
        raise NotOffered(f"no button {label!r} can be pressed there, only {_buttons(message)}")

    async def selects(self, *values: str, on: Shown, menu: str = "") -> None:
        """Choose from a message's select menu, by labels; `menu` is its placeholder."""
        message = self._visible(on)
        for one in walk(message.components):
            labels = {option["label"]: option["value"] for option in one.get("options") or []}
            if one.get("type") == 3 and menu in ("", one.get("placeholder")) and set(values) <= set(labels):
                chosen = [labels[value] for value in values]
                data = {"component_type": 3, "custom_id": one["custom_id"], "id": one["id"], "values": chosen}
                return await self._component(f"{values}", message, data)
        raise NotOffered(f"{values} cannot be chosen there")

    async def fills(self, **fields: str) -> None:
        """Fill in the open window and send it: fields by custom id or label; the others stay as they were."""
        window = self._core.interactions.windows.pop(self.account.id, None)
        if window is None:
            raise NotOffered(f"no window is open for {self.name}")
        try:
            data = {"custom_id": window.data["custom_id"], "components": filled(window.data, fields)}
        except NotOffered:
            self._core.interactions.windows[self.account.id] = window
            raise
        source = window.interaction
        invocation = Invocation(Sort.MODAL, window.data["title"], data, source.message)
        await self._invoke(invocation, source.channel)

    @property
    def window(self) -> dict[str, str] | None:
        """What stands in the open window, by custom id; None when there is none."""
        open_: Window | None = self._core.interactions.windows.get(self.account.id)
        if open_ is None:
            return None
        inputs = [one for one in walk(open_.data["components"]) if one.get("custom_id")]
        return {one["custom_id"]: str(one.get("value") or "") for one in inputs}

    async def reacts(self, *signs: str, on: Shown) -> None:
        """Have these signs on a message, and no others. Nobody can on what they alone see."""
        message = self._visible(on)
        if message.only is not None or not rights(self.account, message.channel) & Right.ADD_REACTIONS:
            raise NotOffered(f"{self.name} cannot put a sign there")
        before = message.signs.get(self.account.id, ())
        message.signs[self.account.id] = signs
        for sign in (one for one in before if one not in signs):
            self._core.announcer.reaction("REMOVE", message, self.account, sign)
        for sign in (one for one in signs if one not in before):
            self._core.announcer.reaction("ADD", message, self.account, sign)

    async def edits(self, shown: Shown, text: str) -> None:
        """Change an own message."""
        posting.edit(self._core, self._visible(shown), {"content": text})

    async def deletes(self, shown: Shown) -> None:
        """Delete an own message, or as a moderator anybody's."""
        message = self._visible(shown)
        if (
            message.author is not self.account
            and not rights(self.account, message.channel) & Right.MANAGE_MESSAGES
        ):
            raise NotOffered("only a moderator deletes what others said")
        posting.remove(self._core, message)

    async def opens_thread(
        self, name: str, *, room: str = "general", on: Shown | None = None, text: str = ""
    ) -> str:
        """A thread in a channel or on a message, or a post in a forum, with `text`: the room that it is."""
        parent = self._visible(on).channel if on else self._rooms.find(room, self.account)
        made = self._core.world.channel(Kind.THREAD, name, parent.guild, parent, same=int(on.id) if on else 0)
        made.people[self.account.id] = self.account
        self._core.announcer.channel("CREATE", made)
        self._rooms.add(made)
        if text:
            first = Message(made.id, made, self.account) if parent.kind is Kind.FORUM else None
            posting.create(self._core, made, self.account, {"content": text}, like=first)
        return name

    async def sees(self, wanted: str, *, room: str = "general") -> Shown:
        """Wait until a message on this person's screen contains the text: the newest that does."""
        return await self._wait(room, lambda one: wanted in one.text)

    async def sees_final(self, wanted: str, *, room: str = "general") -> Shown:
        """The same, and its buttons say that it is no more being written."""
        return await self._wait(room, lambda one: wanted in one.text and one.final)

    async def sees_gone(self, shown: Shown, *, room: str = "general") -> None:
        """Wait until a message is no more on the screen."""
        await self._core.news.until(
            lambda: all(one.id != shown.id for one in self.screen(room)), lambda: self.screen(room)
        )

    def screen(self, room: str = "general") -> list[Shown]:
        """What this person sees now, oldest first."""
        channel = self._rooms.find(room, self.account)
        if not rights(self.account, channel) & Right.VIEW:
            return []
        seen = [m for m in channel.messages.values() if m.only in (None, self.account)]
        told = [shown for where, shown in self._told if where is channel]
        return [self._shown(m) for m in sorted(seen, key=lambda m: m.id)] + told

    async def _wait(self, room: str, fits: Callable[[Shown], bool]) -> Shown:
        def found() -> Shown | None:
            return next((one for one in reversed(self.screen(room)) if fits(one)), None)

        return await self._core.news.until(found, lambda: self.screen(room))

    async def _component(self, label: str, message: Message, data: Json) -> None:
        await self._invoke(Invocation(Sort.COMPONENT, f"[{label}]", data, message), message.channel)

    async def _invoke(self, invocation: Invocation, channel: Channel) -> Interaction:
        """Send an interaction and wait for what the client would wait for."""
        core = self._core
        one = core.interactions.start(
            invocation.sort, self.account, channel, invocation.what, invocation.message
        )
        one.heard = core.announcer.interaction(self._invoking.payload(one, invocation), channel.guild)
        await core.interactions.done(one)
        if one.failed and one.sort is not Sort.COMPLETION:
            self._told.append((channel, Shown(str(one.id), "Discord", NO_ANSWER, private=True)))
            core.news.tell()
        return one

    def _may(self, channel: Channel, *, files: bool, reply: bool) -> None:
        if self.account.webhook:
            return
        try:
            may_write(self.account, channel, files=files, reply=reply)
        except Refused as refused:
            raise NotOffered(f"{self.name} cannot write there: {refused.said}") from None

    def _said_before(self, channel: Channel, body: Json, ago: float) -> Shown:
        made = Message(self._core.world.snowflake(ago=ago), channel, self.account)
        made.at = payloads.at(made.id)
        made.content = body["content"]
        if f"<@{self._core.bot.id}>" in made.content:
            made.mentions = [self._core.bot]
        channel.messages[made.id] = made
        return self._shown(made)

    def _visible(self, shown: Shown) -> Message:
        for channel in self._core.world.channels.values():
            message = channel.messages.get(int(shown.id))
            if (
                message
                and message.only in (None, self.account)
                and rights(self.account, channel) & Right.VIEW
            ):
                return message
        raise NotOffered(f"{self.name} does not see that message")

    def _shown(self, message: Message) -> Shown:
        text = read_as(message, self._core.world)
        return Shown(
            id=str(message.id),
            author=message.author.name,
            text=f"{message.author.name} {THINKING}" if message.loading else text,
            pictures=tuple(file.data for file in message.files if file.kind.startswith("image/")),
            buttons=tuple(_buttons(message)),
            private=message.only is not None or message.channel.kind is Kind.DM,
            edited=message.edited is not None,
            files=tuple((one.name, one.data) for one in message.files if not one.kind.startswith("image/")),
        )


def _label(button: Json) -> str:
    return str(button.get("label") or (button.get("emoji") or {}).get("name"))


def _buttons(message: Message) -> list[str]:
    """The labels of a message's buttons, those that cannot be pressed left out."""
    return [
        _label(one) for one in walk(message.components) if one.get("type") == 2 and not one.get("disabled")
    ]
