"""The store keeps what rooms know from files: each scope its own, and nothing of what was removed."""

from pathlib import Path

import pytest

from bot.errors import NotFound, TooLarge
from bot.messages import ChannelKey, Document
from bot.ports import Store
from bot.records import Gathered, KnownFile, Learned, Piece
from bot.store import open_store
from tests.contracts.talk import AT, HERE, answer, ask, begin, end, room

CANARY = "zanzibarium"
ELSEWHERE = room("elsewhere")


async def learned(
    store: Store, *texts: str, key: ChannelKey = HERE, name: str = "a.md", most: int = 50
) -> KnownFile:
    """A file that a whole run brings to a room."""
    accepted = await ask(store, f"add {name}", key)
    started = await begin(store, key)
    file = Learned(name, "".join(texts), 0, 0, True, sum(map(len, texts)))
    pieces = [Piece(text, section="Top") for text in texts]
    known = await store.learn(accepted.run_id, file, pieces, at=AT, most=most)
    await end(store, started)
    return known


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_a_file_is_known_with_its_pieces(store: Store) -> None:
    file = await learned(store, "about apples", "about pears")
    assert (file.name, file.pieces, file.ready, file.scope) == ("a.md", 2, 0, HERE.scope)
    assert file.said.posts == ("post-1",)
    assert [one.id for one in await store.known(HERE)] == [file.id]
    found = await store.stretch(HERE, file.id, 1, 5)
    assert [(one.text, one.section, one.position) for one in found] == [("about pears", "Top", 1)]


async def test_a_run_knows_whether_its_room_knows_any_file(store: Store) -> None:
    await ask(store)
    assert not (await begin(store)).context.knows
    await learned(store, "apples", key=ELSEWHERE)
    await ask(store, key=ELSEWHERE)
    assert (await begin(store, ELSEWHERE)).context.knows


async def test_the_same_text_is_kept_once_in_a_scope(store: Store) -> None:
    first, again = await learned(store, "apples"), await learned(store, "apples", name="b.md")
    assert again.id == first.id
    assert again.run_id == first.run_id
    elsewhere = await learned(store, "apples", key=ELSEWHERE)
    assert elsewhere.id != first.id


async def test_a_room_keeps_so_many_files(store: Store) -> None:
    await learned(store, "apples", most=1)
    with pytest.raises(TooLarge, match="the most"):
        await learned(store, "pears", most=1)


async def test_pieces_are_placed_and_found_by_words_here_alone(store: Store) -> None:
    here = await learned(store, f"the {CANARY} grows", "on trees")
    there = await learned(store, f"another {CANARY}", key=ELSEWHERE)
    first, second = await store.unplaced(here.id, "m", 9)
    await store.place_pieces("m", {first.id: b"\x01", 999: b"\x02"})
    assert [one.id for one in await store.unplaced(here.id, "m", 9)] == [second.id]
    assert [one.id for one in await store.unplaced(here.id, "other", 9)] == [first.id, second.id]
    assert list(await store.pieces_placed(HERE, "m")) == [(first.id, b"\x01")]
    assert await store.pieces_placed(ELSEWHERE, "m") == []
    assert await store.pieces_worded(HERE, [CANARY, 'o"r'], 9) == [first.id]
    (other,) = await store.unplaced(there.id, "m", 9)
    assert await store.pieces_worded(ELSEWHERE, [CANARY], 9) == [other.id]
    assert await store.pieces(HERE, [other.id, second.id, first.id]) == [second, first]
    assert await store.stretch(ELSEWHERE, here.id, 0, 9) == []


async def test_texts_without_blanks_are_found_by_pairs_of_letters_here_alone(store: Store) -> None:
    here = await learned(store, "市場は朝に開く。", "水門は赤い槓杆で開く。", name="ja.md")
    await learned(store, "水門", key=ELSEWHERE)
    market, gate = await store.unplaced(here.id, "m", 9)
    assert await store.pieces_worded(HERE, ["水門"], 9) == []
    assert list(await store.pieces_paired(HERE, ["水門", "槓杆"], 1, 9)) == [gate.id]
    assert list(await store.pieces_paired(HERE, ["水門", "槓杆", "市場"], 1, 9)) == [gate.id, market.id]
    assert list(await store.pieces_paired(HERE, ["水門", "槓杆", "市場"], 2, 9)) == [gate.id]


async def test_threads_know_what_their_channel_knows_and_not_the_other_way(store: Store) -> None:
    thread = room(thread="t")
    wide, narrow = await learned(store, "apples"), await learned(store, "pears", key=thread, name="b.md")
    assert [one.id for one in await store.known(thread)] == [wide.id, narrow.id]
    assert [one.id for one in await store.known(HERE)] == [wide.id]
    assert await store.pieces_worded(HERE, ["pears"], 9) == []
    assert len(await store.pieces_worded(thread, ["pears", "apples"], 9)) == 2


async def test_a_file_is_removed_from_its_own_scope_only(store: Store) -> None:
    file = await learned(store, "apples")
    assert not await store.unlearn(ELSEWHERE.scope, file.id)
    assert await store.unlearn(HERE.scope, file.id)
    assert not await store.unlearn(HERE.scope, file.id)
    assert await store.known(HERE) == []
    assert await store.pieces_worded(HERE, ["apples"], 9) == []


async def test_what_a_chat_knows_moves_with_it_and_stays_once(store: Store) -> None:
    await answer(store)
    kept = await learned(store, "apples", key=ELSEWHERE)
    await learned(store, "apples")
    moved = await learned(store, "pears", name="b.md")
    await store.move(HERE, ELSEWHERE)
    assert [one.id for one in await store.known(ELSEWHERE)] == [kept.id, moved.id]
    assert await store.known(HERE) == []


async def test_a_removed_file_leaves_no_word_on_the_disk(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    file = await learned(store, *(f"{CANARY} {number}" for number in range(50)))
    await learned(store, "something that stays", name="b.md")
    await store.unlearn(HERE.scope, file.id)
    await store.close()
    assert CANARY.encode() not in on_disk(tmp_path)


async def test_what_its_message_brought_is_not_kept_twice(store: Store) -> None:
    accepted = await ask(store)
    await store.attach(accepted.message_id, Gathered(documents=(Document("a.md", "apples"),)), at=AT)
    started = await begin(store)
    assert started.context.question.documents
    await store.learn(accepted.run_id, Learned("a.md", "x", 0, 0, True, 6), [], at=AT, most=5)
    assert [entry.documents for entry in await store.entries(HERE)] == [(), ()]


async def test_a_run_that_is_not_there_teaches_nothing(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.learn(77, Learned("a.md", "x", 0, 0, True, 6), [], at=AT, most=5)


async def test_a_book_is_read_whole_by_its_own_run_and_only_its_beginning_afterwards(store: Store) -> None:
    accepted = await ask(store)
    book = Document("book.txt", "word " * 100_000)
    await store.attach(accepted.message_id, Gathered(documents=(book,)), at=AT)
    started = await begin(store)
    assert started.context.question.documents == (book,)
    await end(store, started)
    await ask(store, "and then?")
    ((later, *_), *_) = [(one.question.documents[0],) for one in (await begin(store)).context.past]
    assert (len(later.text), later.whole, book.text.startswith(later.text)) == (300_000, False, True)
