"""Server-sent events out of bytes, however they are cut, and whatever the sender thinks a line is."""

from typing import Final

import msgspec

from bot.errors import ProviderGarbled

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one event, and of one line: a picture fits, a flood does not."""

BOM: Final = b"\xef\xbb\xbf"


class Event(msgspec.Struct, frozen=True):
    """One event with data. `name` and `id` are empty when the sender gave none."""

    data: bytes
    name: str = ""
    id: str = ""


class EventDecoder:
    """Decodes one stream as the WHATWG describes it; the bytes of the data are passed on as they came.

    Lines end with CR, LF or CRLF, and with nothing else: U+2028 and U+0085 stay inside their JSON. Events
    without data are dropped. More forgiving than the standard in one point: what the sender did not end
    with an empty line before it closed is an event too (`end`). Raises ProviderGarbled beyond the caps.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._tail: list[bytes] = []  # the pieces of a line that has not ended
        self._tail_size = 0
        self._fresh = True  # nothing but a possible BOM was read
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._name = ""
        self._id = ""

    def feed(self, piece: bytes) -> list[Event]:
        """Take the next bytes: the events that they complete."""
        piece = self._with_line_feeds(piece)
        end = piece.rfind(b"\n")
        if end < 0:
            self._keep(piece)
            return []
        whole = b"".join((*self._tail, piece[:end]))
        self._tail, self._tail_size = [], 0
        self._keep(piece[end + 1 :])
        return self._events(self._without_bom(whole))

    def end(self) -> list[Event]:
        """The bytes are over: what was not ended properly."""
        last = self._without_bom(b"".join(self._tail))
        self._tail, self._tail_size = [], 0
        return self._events(last + b"\n")

    def _with_line_feeds(self, piece: bytes) -> bytes:
        """Every line end as LF; a CRLF may be cut in two by the network."""
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        if b"\r" not in piece:
            return piece
        self._after_cr = piece.endswith(b"\r")
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _without_bom(self, text: bytes) -> bytes:
        if not self._fresh:
            return text
        self._fresh = False
        return text.removeprefix(BOM)

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._tail.append(piece)
            self._tail_size += len(piece)
        self._check(self._tail_size)

    def _check(self, size: int) -> None:
        if size > self._largest:
            raise ProviderGarbled(f"an event of more than {self._largest} bytes")

    def _events(self, lines: bytes) -> list[Event]:
        events: list[Event] = []
        for line in lines.split(b"\n"):
            if not line:
                self._dispatch(events)
            elif line.startswith(b"data:"):
                value = line[6:] if line[5:6] == b" " else line[5:]
                self._data.append(value)
                self._size += len(value) + 1
                if self._size > self._largest:
                    self._check(self._size)
            else:
                self._field(line)
        return events

    def _dispatch(self, events: list[Event]) -> None:
        """An empty line: what was gathered is an event, if there is any data in it."""
        data = self._data
        value = data[0] if len(data) == 1 else b"\n".join(data)
        if value:
            events.append(Event(value, self._name, self._id))
        if data:
            self._data, self._size = [], 0
        self._name = ""

    def _field(self, line: bytes) -> None:
        """Any line but data: a comment, a name, an id, or what nobody knows."""
        field, _, value = line.partition(b":")
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if field == b"event":
            self._name = text
        elif field == b"id" and "\0" not in text:
            self._id = text
        elif field == b"data":
            self._data.append(b"")
