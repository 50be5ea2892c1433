"""Somebody with an account: what they do in Telegram, and what they see there."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from tests.platforms.people import DIRECT, NotOffered, Shown
from tests.platforms.telegram.chats import ANONYMOUS, AS_CHANNEL, Chat, Message, User
from tests.platforms.telegram.commanding import typed
from tests.platforms.telegram.content import album_of, file_of, photo_of, sticker_of, text_of, voice_of
from tests.platforms.telegram.files import Upload
from tests.platforms.telegram.refusals import Json
from tests.platforms.telegram.world import GENERAL, Callback, Place, World

WRITE = "Type it…"
"""The button of a menu that leads to a question."""

T = TypeVar("T")

SPINS = 15.0
"""Seconds that a button shows that nobody has answered yet."""
PATIENCE = 60.0
"""Real seconds after which somebody stops waiting for what does not come."""


class Person:
    """Implements the vocabulary of `tests.platforms.people`, and what only Telegram has."""

    def __init__(
        self, world: World, user: User, role: str, *, anonymous: bool = False, channel: Chat | None = None
    ) -> None:
        self.name = user.name
        self.user = user
        self.role = role
        self.patience = PATIENCE
        self._world = world
        self._anonymous = anonymous
        self._channel = channel
        self._answered: set[tuple[int, int]] = set()

    # saying

    async def says(
        self,
        text: str,
        *,
        pictures: Sequence[bytes] = (),
        reply_to: Shown | None = None,
        room: str = GENERAL,
        mention: bool = False,
        files: Sequence[tuple[str, bytes, str]] = (),
        quote: str = "",
    ) -> Shown:
        """Send a message: text, a photo, an album whose first picture carries the text, or a file that does.
        `quote`: a part of what is replied to."""
        place = self._enter(room)
        said = f"@{self._world.bot.username} {text}".strip() if mention else text
        fields = self._reply(place, reply_to, quote)
        contents = [text_of(said)] if not pictures else album_of(self._world, pictures, said)
        if files:
            contents = [file_of(self._world, Upload(*one), "" if n else said) for n, one in enumerate(files)]
        sent = [self._send(place, fields | content) for content in contents]
        return self._shown(sent[0])

    async def sends_file(
        self,
        data: bytes,
        name: str,
        mime: str,
        *,
        text: str = "",
        room: str = GENERAL,
        reply_to: Shown | None = None,
    ) -> Shown:
        """Send a file, such as a picture that is not to be compressed."""
        place = self._enter(room)
        fields = self._reply(place, reply_to)
        return self._shown(self._send(place, fields | file_of(self._world, Upload(name, data, mime), text)))

    async def sends_sticker(self, emoji: str = "👍", *, room: str = GENERAL) -> Shown:
        """Send a sticker."""
        return self._shown(self._send(self._enter(room), sticker_of(self._world, emoji)))

    async def sends_voice(
        self, *, text: str = "", room: str = GENERAL, reply_to: Shown | None = None
    ) -> Shown:
        """Send a voice note."""
        place = self._enter(room)
        return self._shown(self._send(place, self._reply(place, reply_to) | voice_of(self._world, text)))

    async def forwards(
        self, text: str, author: str, *, room: str = GENERAL, picture: bytes | None = None
    ) -> Shown:
        """Forward what somebody wrote elsewhere, whose account is hidden."""
        date = int(self._world.clock.now()) - 3600
        origin = {"forward_origin": {"type": "hidden_user", "sender_user_name": author, "date": date}}
        content = text_of(text) if picture is None else photo_of(self._world, picture, text)
        return self._shown(self._send(self._enter(room), origin | content))

    async def edits(self, message: Shown, text: str) -> Shown:
        """Change one's own message. Raises NotOffered for somebody else's."""
        found = self._message(message)
        if found.by_bot or found.body["from"]["id"] not in {self.user.id, ANONYMOUS.id, AS_CHANNEL.id}:
            raise NotOffered(f"{self.name} did not write this")
        content = text_of(text, "text" if "text" in found.body else "caption")
        for name in ("entities", "caption_entities"):
            found.body.pop(name, None)
        found.body |= content | {"edit_date": int(self._world.clock.now())}
        self._world.clock.beat()
        self._world.tell(found, "edited_message")
        return self._shown(found)

    async def deletes(self, message: Shown) -> None:
        """Delete a message; bots are not told."""
        found = self._message(message)
        del found.chat.messages[found.id]
        self._world.clock.beat()

    # commands, buttons, questions

    async def runs(
        self,
        command: str,
        *,
        room: str = GENERAL,
        picture: bytes | tuple[str, bytes, str] | None = None,
        **options: object,
    ) -> None:
        """Type a command and its options as text; a picture or a file carries it as its caption."""
        place = self._enter(room)
        said = typed(command, options, "" if place.chat.private else self._world.bot.username)
        content = text_of(said)
        if isinstance(picture, bytes):
            content = photo_of(self._world, picture, said)
        elif picture is not None:
            content = file_of(self._world, Upload(*picture), said)
        self._send(place, content)

    def offered(self, room: str = GENERAL) -> list[str]:
        """The commands that this person's client offers in a room, with their slash."""
        chat = self._world.place(room, self.user).chat
        found = self._world.menus.offered(
            chat.id, self.user.id, self.user.language,
            private=chat.private, leads=self._world.leads(chat, self.user),
        )  # fmt: skip
        return [f"/{command['command']}" for command in found]

    async def presses(self, label: str, on: Shown) -> None:
        """Press an inline button; returns when that was answered, or given up. Raises NotOffered."""
        message = self._message(on)
        button = next((button for button in message.buttons if button["text"] == label), None)
        if button is None or "callback_data" not in button:
            raise NotOffered(f"no button {label!r} on {[button['text'] for button in message.buttons]}")
        world = self._world
        pressed = Callback(
            str(7_000_000_000 + next(world.numbers)), self.user, label, message, world.clock.now()
        )
        world.callbacks[pressed.id] = pressed
        query: Json = {
            "id": pressed.id, "from": self.user.json(), "message": dict(message.body),
            "chat_instance": str(message.chat.id), "data": button["callback_data"],
        }  # fmt: skip
        world.updates.add("callback_query", query, (message.chat.id, message.thread))
        world.clock.beat()
        await world.clock.until(lambda: pressed.answered, pressed.at + SPINS)

    async def completes(self, command: str, option: str, typed: str, *, room: str = GENERAL) -> list[str]:
        """Run the command bare: the buttons of the menu that the bot then shows, those that contain it.
        A button with the option's name is pressed first."""
        before = self._bot_messages(room)
        await self.runs(command, room=room)

        def menu() -> Message | None:
            shown = [one for number, one in self._bot_messages(room).items() if number not in before]
            return next((message for message in reversed(shown) if any(message.buttons)), None)

        found = await self._waits(menu, f"a menu of {command}", room)
        if any(button["text"] == option for button in found.buttons):
            await self.presses(option, self._shown(found))
            await self._waits(
                lambda: all(button["text"] != option for button in found.buttons), f"{command} {option}", room
            )
        return [button["text"] for button in found.buttons if typed.lower() in button["text"].lower()]

    async def fills(self, **fields: str) -> None:
        """Answer the bot's question by replying, and each that follows; where its menu lets one write, choose
        that first. Raises NotOffered when none comes."""
        for text in fields.values():
            try:
                found = await self._waits(lambda: self._question() or self._to_write(), "a question", DIRECT)
                if not found.question:
                    await self.presses(WRITE, self._shown(found))
                question = await self._waits(self._question, "a question", DIRECT)
            except AssertionError as error:
                raise NotOffered(str(error)) from error
            self._answered.add((question.chat.id, question.id))
            place = Place(question.chat, question.thread)
            self._send(place, self._world.answered_to(place, question) | text_of(text))

    async def reacts(self, *signs: str, on: Shown) -> None:
        """Have these signs on a message, and no others. The bot is told in private chats, and where it is an
        administrator; bots' signs are told nobody."""
        message = self._message(on)
        before = message.signs.get(self.user.id, ())
        message.signs[self.user.id] = signs
        self._world.clock.beat()
        if message.chat.private or message.chat.bot == "administrator":
            reaction: Json = {
                "chat": message.chat.json(), "message_id": message.id, "date": int(self._world.clock.now()),
                "user": self.user.json(), "old_reaction": _signs(before), "new_reaction": _signs(signs),
            }  # fmt: skip
            self._world.updates.add("message_reaction", reaction, (message.chat.id, 0))

    # coming and going

    async def starts(self) -> Shown:
        """Press Start in the private chat."""
        return await self.says("/start", room=DIRECT)

    async def blocks(self) -> None:
        """Block the bot."""
        self._world.change_bot(self._world.chats[self.user.id], "kicked", self.user)

    async def unblocks(self) -> None:
        """Unblock the bot."""
        self._world.change_bot(self._world.chats[self.user.id], "member", self.user)

    async def deactivates(self) -> None:
        """Delete the account."""
        self._world.chats[self.user.id].gone = True

    async def makes_bot(self, status: str, room: str = GENERAL) -> None:
        """Make the bot member, administrator or restricted in a group, or have it left or kicked."""
        self._world.change_bot(self._world.rooms[room].chat, status, self.user)

    async def becomes(self, role: str, *, by: "Person", room: str = GENERAL) -> None:
        """Be made member or administrator of a group, or leave it (left, kicked)."""
        self._world.change_member(self._world.rooms[room].chat, self.user, role, by.user)

    # seeing

    async def sees(self, wanted: str, *, room: str = GENERAL) -> Shown:
        """Wait until a message that this person can see contains the text; the newest one that does."""
        return await self._waits(lambda: self._find(wanted, room), repr(wanted), room)

    async def sees_final(self, wanted: str, *, room: str = GENERAL) -> Shown:
        """The same, and it is no more being written."""
        return await self._waits(lambda: self._find(wanted, room, final=True), f"{wanted!r}, finished", room)

    def screen(self, room: str = GENERAL) -> list[Shown]:
        """What this person sees now, oldest first: messages, the bot's draft, what a pressed button said."""
        place = self._world.place(room, self.user)
        shown = [
            self._shown(message) for message in place.chat.messages.values() if message.thread == place.thread
        ]
        return shown + list(self._passing(place))

    def _passing(self, place: Place) -> Iterator[Shown]:
        now, author = self._world.clock.now(), self._world.bot.name
        for (thread, number), draft in place.chat.drafts.items():
            if thread == place.thread and draft.until > now:
                yield Shown(f"{place.chat.id}:draft {number}", author, draft.text.text)
        for pressed in self._world.callbacks.values():
            if pressed.said and pressed.user is self.user and pressed.message.chat is place.chat:
                yield Shown(f"notice {pressed.id}", author, pressed.said, private=True)

    def _find(self, wanted: str, room: str, *, final: bool = False) -> Shown | None:
        seen = (shown for shown in reversed(self.screen(room)) if wanted in shown.text)
        return next((shown for shown in seen if shown.final or not final), None)

    async def _waits(self, found: Callable[[], T | None], wanted: str, room: str) -> T:
        try:
            async with asyncio.timeout(self.patience):
                await self._world.clock.until(found)
        except TimeoutError:
            shown = "\n".join(f"  {one.author}: {one.text} {list(one.buttons)}" for one in self.screen(room))
            raise AssertionError(f"{self.name} waited in vain for {wanted}; in {room}:\n{shown}") from None
        result = found()
        assert result is not None
        return result

    def _shown(self, message: Message) -> Shown:
        body = message.body
        author = body.get("sender_chat", {}).get("title") or body["from"]["first_name"]
        return Shown(
            f"{message.chat.id}:{message.id}",
            author,
            message.text,
            self._world.files.shown(body),
            tuple(button["text"] for button in message.buttons),
            edited="edit_date" in body,
            files=self._world.files.others(body),
        )

    # how

    def _enter(self, room: str) -> Place:
        place = self._world.place(room, self.user)
        if place.chat.private:
            if place.chat.bot == "kicked":
                raise NotOffered(f"{self.name} has blocked the bot")
            place.chat.started = True
        else:
            place.chat.roles.setdefault(self.user.id, self.role)
        return place

    def _send(self, place: Place, content: Json) -> Message:
        author, own = self._face(place.chat)
        message = self._world.write(place, author, own | content)
        self._world.tell(message)
        return message

    def _face(self, chat: Chat) -> tuple[User, Json]:
        """As whom this person writes there: some stand behind an account that many share."""
        if self._anonymous and chat.group:
            return ANONYMOUS, {"sender_chat": chat.json()}
        if self._channel is not None and chat.group:
            return AS_CHANNEL, {"sender_chat": self._channel.json()}
        return self.user, {}

    def _reply(self, place: Place, reply_to: Shown | None, quote: str = "") -> Json:
        if reply_to is None:
            return {}
        fields = self._world.answered_to(place, self._message(reply_to))
        position = {"text": quote, "position": max(reply_to.text.find(quote), 0), "is_manual": True}
        return fields | ({"quote": position} if quote else {})

    def _message(self, shown: Shown) -> Message:
        chat, _, number = shown.id.partition(":")
        known: Any = self._world.chats[int(chat)].messages.get(int(number)) if number.isdigit() else None
        if known is None:
            raise NotOffered(f"the message {shown.id} is gone")
        found: Message = known
        return found

    def _bot_messages(self, room: str) -> dict[int, Message]:
        place = self._world.place(room, self.user)
        return {
            number: message
            for number, message in place.chat.messages.items()
            if message.by_bot and message.thread == place.thread
        }

    def _question(self) -> Message | None:
        chats = [chat for chat in self._world.chats.values() if chat.group or chat.id == self.user.id]
        asked = [message for chat in chats for message in chat.messages.values() if self._asks_me(message)]
        return asked[-1] if asked else None

    def _to_write(self) -> Message | None:
        """The newest message of all where one may choose to write."""
        chats = [chat for chat in self._world.chats.values() if chat.group or chat.id == self.user.id]
        found = [message for chat in chats for message in chat.messages.values() if _lets_write(message)]
        return max(found, key=lambda message: message.id, default=None)

    def _asks_me(self, message: Message) -> bool:
        if not message.question or (message.chat.id, message.id) in self._answered:
            return False
        to = message.body.get("reply_to_message", {}).get("from", {}).get("id", self.user.id)
        return bool(to == self.user.id)


def _lets_write(message: Message) -> bool:
    return any(button["text"] == WRITE for button in message.buttons)


def _signs(signs: Sequence[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": sign} for sign in signs]
