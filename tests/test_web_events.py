"""The event streams: complete, in order, resumable, and nobody waits for a slow reader."""

import asyncio
import itertools
import json
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.api.reading import actor
from adapters.web.outlet.changes import coalesced
from adapters.web.outlet.events import Events, delta
from adapters.web.outlet.outlet import Screen, WebOutlet
from bot.conversation import Conversation
from bot.errors import StorageError
from bot.messages import Action, Address, Incoming, Post, ToolCall, ToolResult, Verb
from bot.records import Change, Round
from tests.web_chat import GENERAL, Rooms, chat


async def test_a_message_its_answer_and_every_step_of_it_arrive_in_order() -> None:
    async with chat() as web, web.listening() as stream:
        ids = await web.say("hello")
        kind, data, _ = await stream.next()
        assert (kind, data["message"]["text"]) == ("message.created", "hello")
        answer_id = web.rooms.start(ids["run_id"])
        created, _ = await stream.until("message.created")
        assert created["message"]["id"] == answer_id
        await web.show(ids["run_id"], "Ahoy")
        first, _ = await stream.until("text.delta")
        post = {"run_id": ids["run_id"], "message_id": answer_id, "post": f"w{ids['run_id']}-0"}
        assert first == post | {"at": 0, "text": "Ahoy", "links": None}
        await web.show(ids["run_id"], "Ahoy there")
        second, _ = await stream.until("text.delta")
        assert (second["at"], second["text"]) == (4, " there")
        web.rooms.finish(ids["run_id"], "Ahoy there!")
        seen = {}
        while "message.updated" not in seen or "run.updated" not in seen:
            kind, data, _ = await stream.next()
            seen[kind] = data
        assert seen["run.updated"]["run"]["status"] == "completed"
        assert seen["run.updated"]["message_id"] == answer_id
        assert seen["message.updated"]["message"]["text"] == "Ahoy there!"


async def test_text_is_told_to_begin_before_it_grows_and_once_for_each_post() -> None:
    async with chat() as web, web.listening() as stream:
        ids = await web.say("hello")
        answer_id = web.rooms.start(ids["run_id"])
        await web.show(ids["run_id"], "Ahoy")
        created, before = await stream.until("text.created")
        assert "text.delta" not in before
        assert created == {
            "run_id": ids["run_id"],
            "message_id": answer_id,
            "post": f"w{ids['run_id']}-0",
        }
        await stream.until("text.delta")
        await web.show(ids["run_id"], "Ahoy there")
        _, before = await stream.until("text.delta")
        assert before == []


async def test_a_tool_s_beginning_and_end_are_told_without_its_words() -> None:
    calls = (ToolCall("c1", "look_up", '{"word": "fjord"}'), ToolCall("c2", "now", "{}"))
    async with chat() as web, web.listening() as stream:
        run_id = (await web.say("hello"))["run_id"]
        answer_id = web.rooms.start(run_id)
        about = {"run_id": run_id, "message_id": answer_id, "step_id": 9}

        web.rooms.uses_tools(run_id, Round("Let me see.", calls, step_id=9))
        web.rooms.happen("tool_call.created", 9)
        kind = early = ""
        while kind != "tool_call.created":
            kind, first, early = await stream.next()
        kind, second, change = await stream.next()
        assert first == about | {"id": "c1", "name": "look_up", "failed": None}
        assert (kind, second) == ("tool_call.created", about | {"id": "c2", "name": "now", "failed": None})
        assert (early, change) == ("", str(web.rooms.happened[GENERAL][-1].id))

        results = (ToolResult(calls[0], "a thing"), ToolResult(calls[1], "no clock", failed=True))
        web.rooms.uses_tools(run_id, Round("Let me see.", calls, results, 9))
        web.rooms.happen("tool_call.ended", 9)
        ended = [await stream.until("tool_call.ended") for _ in calls]
        assert [body["failed"] for body, _ in ended] == [False, True]


async def test_a_rating_is_told_without_who_gave_it_or_what_it_is() -> None:
    async with chat() as web, web.listening() as stream:
        run_id = (await web.say("hello"))["run_id"]
        web.rooms.happen("rating.updated", web.rooms.start(run_id))
        body, _ = await stream.until("rating.updated")
        assert list(body) == ["message_id"]


async def test_tools_whose_words_were_deleted_are_passed_over() -> None:
    async with chat() as web, web.listening() as stream:
        run_id = (await web.say("hello"))["run_id"]
        web.rooms.start(run_id)
        web.rooms.uses_tools(run_id, Round("", (), step_id=9))
        for step_id in (9, 10**6):
            web.rooms.happen("tool_call.ended", step_id)
        web.rooms.happen("room.updated", 0)
        _, before = await stream.until("room.updated")
        assert "tool_call.ended" not in before


async def test_the_stream_says_what_it_is_and_when_to_come_again() -> None:
    async with chat() as web, web.client.stream("GET", "/api/rooms/general/events") as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-accel-buffering"] == "no"
        assert await anext(answer.aiter_lines()) == "retry: 1000"


async def test_a_stream_that_broke_in_mid_answer_goes_on_where_it_was() -> None:
    async with chat() as web:
        async with web.listening() as stream:
            ids = await web.say("hello")
            web.rooms.start(ids["run_id"])
            await web.show(ids["run_id"], "Once upon")
            last = ""
            kind = ""
            while kind != "text.delta":
                kind, _, change = await stream.next()
                last = change or last
        await web.show(ids["run_id"], "Once upon a time")
        other = await web.say("meanwhile")
        async with web.listening(**{"last-event-id": last}) as stream:
            created, _ = await stream.until("message.created")
            assert created["message"]["id"] == other["message_id"]
            snapshot, _ = await stream.until("text.delta")
            assert (snapshot["at"], snapshot["text"]) == (0, "Once upon a time")
            await web.show(ids["run_id"], "Once upon a time.")
            more, _ = await stream.until("text.delta")
            assert (more["at"], more["text"]) == (16, ".")


async def test_the_header_of_a_reconnect_counts_for_more_than_the_address() -> None:
    async with chat() as web:
        first = await web.say("one")
        await web.say("two")
        change = web.rooms.happened[GENERAL][0].id
        async with web.listening(after=0, **{"last-event-id": str(change)}) as stream:
            created, _ = await stream.until("message.created")
            assert created["message"]["id"] > first["message_id"]


@pytest.mark.parametrize("unknown", [0, 10**9])
async def test_an_id_from_another_life_is_answered_with_everything(unknown: int) -> None:
    async with chat() as web:
        ids = await web.say("hello")
        async with web.listening(after=unknown) as stream:
            created, _ = await stream.until("message.created")
            assert created["message"]["id"] == ids["message_id"]


async def test_the_cursor_of_the_messages_leaves_no_gap() -> None:
    async with chat() as web:
        await web.say("before")
        listed = (await web.client.get("/api/rooms/general/messages")).json()
        between = await web.say("between")
        async with web.listening(after=listed["last_event_id"]) as stream:
            created, before = await stream.until("message.created")
            assert created["message"]["id"] == between["message_id"]
            assert before == []


async def test_a_change_is_read_once_however_many_watch() -> None:
    rooms, outlet = Rooms(), WebOutlet()
    events = Events(cast(Conversation, rooms), outlet)
    streams = [events.stream(GENERAL, None) for _ in range(20)]
    for stream in streams:
        await anext(stream)
    waiting = [asyncio.create_task(_next(stream)) for stream in streams]
    await rooms.accept(_incoming("hello"))
    chunks = await asyncio.gather(*waiting)
    assert len(set(chunks)) == 1
    assert (rooms.reads, rooms.asked) == (1, 1)
    for stream in streams:
        await stream.aclose()
    assert events.readers == 0


async def test_a_reader_who_does_not_read_holds_nobody_back_and_misses_no_end() -> None:
    rooms, outlet = Rooms(), WebOutlet(monotonic=_hours())
    events = Events(cast(Conversation, rooms), outlet)
    fast, slow = events.stream(GENERAL, None), events.stream(GENERAL, None)
    await anext(fast)
    await anext(slow)
    accepted = await rooms.accept(_incoming("hello"))
    rooms.start(accepted.run_id)
    steps = 0
    for length in range(1, 700):
        text = "x" * length
        await outlet.edit(Address(GENERAL), f"w{accepted.run_id}-0", _post(text, accepted.run_id))
        rooms.happen("room.updated", 0)
        steps += (await anext(fast)).count(b"text.delta")
    rooms.finish(accepted.run_id, "x" * 700)
    assert steps == 699
    received = b""
    while b'"completed"' not in received or b"x" * 700 not in received:
        received += await anext(slow)
    assert received.count(b"text.delta") <= 1
    await fast.aclose()
    await slow.aclose()


async def test_a_reader_far_behind_the_ring_reads_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.outlet.events.RING", 3)
    async with chat() as web, web.listening() as fast:
        async with web.listening(after=0) as stream:
            for text in map(str, range(10)):
                await web.say(text)
                await fast.until("message.created")
            texts = [(await stream.until("message.created"))[0]["message"]["text"] for _ in range(10)]
        assert texts == list(map(str, range(10)))


async def test_a_reader_who_falls_behind_the_ring_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.outlet.events.RING", 3)
    rooms = Rooms()
    events = Events(cast(Conversation, rooms), WebOutlet())
    fast, slow = events.stream(GENERAL, None), events.stream(GENERAL, None)
    await anext(fast)
    await anext(slow)
    for text in map(str, range(10)):
        await rooms.accept(_incoming(text))
        await anext(fast)
    assert (await anext(slow)).count(b"message.created") == 10
    await fast.aclose()
    await slow.aclose()


async def test_two_readers_of_one_room_and_none_of_another_room_hear_it() -> None:
    async with (
        chat() as web,
        web.listening() as one,
        web.listening() as two,
        web.listening(room="other") as other,
    ):
        ids = await web.say("hello")
        for stream in (one, two):
            created, _ = await stream.until("message.created")
            assert created["message"]["id"] == ids["message_id"]
        await web.client.post("/api/rooms/other/messages", json={"text": "here"})
        created, before = await other.until("message.created")
        assert (created["message"]["text"], before) == ("here", [])


async def test_a_deleted_message_is_told_without_its_words() -> None:
    async with chat() as web:
        ids = await web.say("secret words")
        async with web.listening(after=0) as stream:
            await stream.until("message.created")
            await web.client.delete(f"/api/rooms/general/messages/{ids['message_id']}?as=moderator")
            deleted, _ = await stream.until("message.deleted")
            assert deleted == {"id": ids["message_id"]}
        async with web.listening(after=0) as stream:
            deleted, before = await stream.until("message.deleted")
            assert before == []


async def test_a_conversation_begun_anew_is_told_with_its_beginning() -> None:
    async with chat() as web, web.listening() as stream:
        ids = await web.say("old")
        web.rooms.starts_after = ids["message_id"]
        web.rooms.happen("room.updated", ids["message_id"])
        updated, _ = await stream.until("room.updated")
        assert updated == {"starts_after": ids["message_id"], "title": ""}


async def test_a_quiet_stream_shows_that_it_is_alive() -> None:
    async with chat(keep_alive=0.01) as web, web.client.stream("GET", "/api/rooms/general/events") as answer:
        lines = answer.aiter_lines()
        assert [await anext(lines) for _ in range(4)][2:] == [": here", ""]


async def test_streams_end_when_the_server_stops() -> None:
    async with chat(keep_alive=3600) as web:
        opened = web.listening()
        stream = await opened.__aenter__()
        web.events.close()
        await stream.ends()
        await opened.__aexit__(None, None, None)
        assert web.events.readers == 0
        assert web.rooms.listeners == []


async def test_who_looks_while_another_reads_what_happened_hears_of_it_too() -> None:
    rooms = Rooms()
    events = Events(cast(Conversation, rooms), WebOutlet())
    first, second = events.stream(GENERAL, None), events.stream(GENERAL, None)
    for stream in (first, second):
        await anext(stream)
    reading, read, changes = asyncio.Event(), asyncio.Event(), rooms.changes

    async def slowly(*args: Any, **kwargs: Any) -> Any:
        reading.set()
        await read.wait()
        return await changes(*args, **kwargs)

    rooms.changes = slowly  # type: ignore[method-assign]  # a reader that storage keeps waiting
    await rooms.accept(_incoming("last words"))
    waiting = [asyncio.create_task(anext(first))]
    await reading.wait()
    waiting.append(asyncio.create_task(anext(second)))
    await asyncio.sleep(0)
    read.set()

    async with asyncio.timeout(60):
        assert all(b"last words" in news for news in await asyncio.gather(*waiting))
    for stream in (first, second):
        await stream.aclose()


async def test_a_reader_who_leaves_is_forgotten() -> None:
    async with chat(keep_alive=0.01) as web:
        async with web.listening():
            assert web.events.readers == 1
        async with asyncio.timeout(60):
            while web.events.readers:
                await asyncio.sleep(0)


async def test_a_database_that_fails_ends_the_stream_and_the_next_one_has_it_all() -> None:
    async with chat() as web:
        async with web.listening() as stream:
            web.rooms.faults["changes"] = StorageError("gone")
            await web.say("hello")
            await stream.ends()
        web.rooms.faults.clear()
        async with web.listening(after=0) as stream:
            await stream.until("message.created")


async def test_the_screens_of_an_ended_run_are_not_shown_to_a_newcomer() -> None:
    async with chat() as web:
        ids = await web.say("hello")
        web.rooms.start(ids["run_id"])
        await web.show(ids["run_id"], "half")
        web.rooms.finish(ids["run_id"], "half and half")
        async with web.listening(after=web.rooms.happened[GENERAL][-1].id) as stream:
            await web.say("next")
            _, before = await stream.until("message.created")
            assert before == []
        assert web.outlet.screens(GENERAL) == {}


async def test_an_answer_written_again_is_shown_under_the_run_that_writes_it() -> None:
    async with chat() as web, web.listening() as stream:
        old = await web.say("hello")
        new = await web.say("again")
        web.rooms.start(new["run_id"])
        post = _post("better", new["run_id"])
        await web.outlet.edit(Address(GENERAL), f"w{old['run_id']}-0", post)
        shown, _ = await stream.until("text.delta")
        assert shown["run_id"] == new["run_id"]


async def test_an_edit_that_changes_no_text_is_not_told() -> None:
    async with chat() as web, web.listening() as stream:
        ids = await web.say("hello")
        web.rooms.start(ids["run_id"])
        await web.show(ids["run_id"], "Ahoy")
        await stream.until("text.delta")
        await web.show(ids["run_id"], "Ahoy")
        await web.say("next")
        _, before = await stream.until("message.created")
        assert "text.delta" not in before


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_applying_the_deltas_in_utf16_gives_the_text(texts: list[str]) -> None:
    shown, before = b"", ""
    for text in texts:
        chunk = delta("w1-0", 1, before, Screen(1, text)).decode()
        body = json.loads(chunk.partition("data: ")[2])
        shown = shown[: body["at"] * 2] + body["text"].encode("utf-16-le", "surrogatepass")
        shown[: body["at"] * 2].decode("utf-16-le")
        before = text
        assert shown.decode("utf-16-le") == text


def test_an_emoji_is_never_cut_in_two() -> None:
    chunk = delta("w1-0", 1, "😀", Screen(1, "😁!")).decode()
    assert json.loads(chunk.partition("data: ")[2]) | {"run_id": 0} == {
        "run_id": 0, "message_id": 1, "post": "w1-0", "at": 0, "text": "😁!", "links": None,
    }  # fmt: skip


KINDS = st.sampled_from(
    ["message.created", "message.updated", "message.deleted", "run.updated", "room.updated"]
)


@given(st.lists(st.tuples(KINDS, st.integers(1, 4)), max_size=30))
def test_coalescing_keeps_the_last_word_of_every_subject(happened: list[tuple[str, int]]) -> None:
    changes = [Change(number, kind, subject) for number, (kind, subject) in enumerate(happened, 1)]
    kept = coalesced(changes)
    assert [change.id for change in kept] == sorted(change.id for change in kept)
    subjects = {(change.kind.partition(".")[0], change.subject) for change in changes}
    assert {(change.kind.partition(".")[0], change.subject) for change in kept} == subjects
    assert not changes or kept[-1].id == changes[-1].id
    for change in kept:
        last = changes[change.id - 1]
        story = [c.kind for c in changes if c.subject == change.subject and c.kind.startswith("message")]
        assert change.kind == last.kind or (change.kind, last.kind) == ("message.created", "message.updated")
        assert change.kind != "message.created" or "message.created" in story


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes:
    return await anext(stream)


def _incoming(text: str) -> Incoming:
    return Incoming(actor(None), text, Address(GENERAL))


def _post(text: str, run_id: int) -> Post:
    return Post(text, actions=(Action(Verb.STOP, run_id),), run_id=run_id)


def _hours() -> Callable[[], float]:
    """A clock on which an hour passes at every look."""
    return itertools.count(0.0, 3600.0).__next__
