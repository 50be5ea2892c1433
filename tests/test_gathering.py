"""Files that come with a message are fetched in its room's turn, and read as what they are."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.files.documents import fenced, fitted, missing, shown, weight
from bot.errors import Unreachable
from bot.messages import Address, Attachment, Document, Incoming, Quote
from tests.documents import pdf
from tests.rig import ANN, PNG, ROOM, Rig, rig


class Shelf:
    """A platform's files, by their id."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.fetched: list[str] = []

    async def fetch(self, attachment: Attachment, to: Address, at_most: int) -> bytes:
        assert to.key == ROOM
        self.fetched.append(attachment.id)
        if attachment.id not in self.files:
            raise Unreachable("not there")
        return self.files[attachment.id][:at_most]


async def brought(parley: Rig, *names: str, text: str = "what is this?", quote: Quote | None = None) -> int:
    """Say something that files come with: the run."""
    attachments = tuple(Attachment(name, f"{name}.bin") for name in names)
    said = Incoming(ANN, text, Address(ROOM), attachments=attachments, quote=quote)
    return (await parley.conversation.accept(said)).run_id


async def test_pictures_and_texts_reach_the_model(tmp_path: Path) -> None:
    shelf = Shelf({"photo": PNG, "code": b"print('hi')\n"})
    async with rig(tmp_path, files={"screen": shelf}) as parley:
        await parley.answer(await brought(parley, "photo", "code"))
        await parley.ask("and now?")

        first, second = (request.turns for request in parley.one.asked)
        assert len(first[-1].pictures) == 1
        assert first[-1].text == "what is this?\n\n`code.bin`:\n```\nprint('hi')\n```"
        assert second[-3] == first[-1]
        assert shelf.fetched == ["photo", "code"]


@pytest.mark.parametrize(
    ("name", "files", "sentence"),
    [
        ("gone", {}, "I couldn't fetch `gone.bin`. Please send it again."),
        ("noise", {"noise": b"\0\1\2"}, "`noise.bin`: I can read PDF and Word (DOCX) documents"),
        ("empty", {"empty": b""}, "this file is empty. Please check it and send it again."),
        ("scan", {"scan": pdf("")}, "`scan.bin`: The pages of this PDF are pictures without any text"),
        ("photo", {"photo": PNG[:40]}, "`photo.bin`: This picture is damaged"),
    ],
)
async def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, files: dict[str, bytes], sentence: str
) -> None:
    async with rig(tmp_path, files={"screen": Shelf(files)}) as parley:
        assert sentence in await parley.answer(await brought(parley, name))
        assert parley.one.asked == []


async def test_files_of_a_platform_that_has_none_are_refused(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        assert await parley.answer(await brought(parley, "photo")) == "I can't read files here."


async def test_a_quoted_message_is_shown_with_its_author_and_nothing_else(tmp_path: Path) -> None:
    quote = Quote("Bo ⟦x⟧", "the sky is ⟦Ann⟧")
    async with rig(tmp_path) as parley:
        await parley.answer(await brought(parley, text="is that so?", quote=quote))

        assert parley.one.asked[0].turns[-1].text == (
            "(In reply to Bo [x], who wrote: the sky is [Ann])\nis that so?"
        )


async def test_words_that_were_changed_are_answered_anew_in_the_same_place(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        said = Incoming(ANN, "helo", Address(ROOM), "m1")
        await parley.answer((await parley.conversation.accept(said)).run_id)
        revised = await parley.conversation.revise(Incoming(ANN, "hello", Address(ROOM), "m1e1"), "m1")

        assert revised is not None
        assert await parley.answer(revised.run_id) == "answer 2"
        assert parley.glass.texts() == ["answer 2"]
        assert [turn.text for turn in parley.one.asked[1].turns if turn.role == "user"] == ["hello"]
        again = Incoming(ANN, "hello", Address(ROOM), "m1e2")
        assert await parley.conversation.revise(again, "m1") is None


async def test_only_the_last_question_is_answered_anew(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        first = await parley.conversation.accept(Incoming(ANN, "one", Address(ROOM), "m1"))
        await parley.answer(first.run_id)
        await parley.ask("two")

        edited = Incoming(ANN, "uno", Address(ROOM), "m1e1")
        assert await parley.conversation.revise(edited, "m1") is None
        assert await parley.conversation.revise(edited, "nothing") is None


async def test_a_message_that_was_deleted_on_its_platform_leaves_the_room(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        first = await parley.conversation.accept(Incoming(ANN, "a secret", Address(ROOM), "m1"))
        await parley.answer(first.run_id)

        assert await parley.conversation.withdraw(ROOM, "m1")
        assert not await parley.conversation.withdraw(ROOM, "m1")
        await parley.ask("what did I say?")
        assert "a secret" not in str([turn.text for turn in parley.one.asked[-1].turns])
        assert parley.glass.texts() == ["answer 2"]


async def test_what_was_heard_last_is_known_by_room(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        for number in ("101", "102"):
            said = Incoming(ANN, number, Address(ROOM), number)
            await parley.answer((await parley.conversation.accept(said)).run_id)
        room = await parley.conversation.room(ROOM, ANN)
        assert room is not None

        assert await parley.conversation.last_heard("screen", room.last_at) == {ROOM: "102"}
        assert await parley.conversation.last_heard("discord", room.last_at) == {}


@given(st.text(max_size=200))
def test_a_text_file_cannot_end_its_own_block(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    _, opening, *inside, closing = fenced("x.md", clean).split("\n")

    assert opening == closing
    assert set(opening) == {"`"}
    assert all(opening not in line for line in inside)


@given(st.lists(st.integers(0, 3000), max_size=4), st.integers(0, 2000))
def test_what_files_say_has_no_more_tokens_than_there_are(sizes: list[int], tokens: int) -> None:
    brought = [Document(f"{place}.txt", "a word " * size) for place, size in enumerate(sizes)]
    found = fitted(brought, tokens)

    assert sum(map(weight, found)) <= tokens
    for one, before in zip(found, brought, strict=True):
        assert before.text.startswith(one.text)
        assert bool(missing(one)) == (one != before)


def test_a_model_is_told_how_much_of_a_file_it_sees() -> None:
    part = Document("a`b.pdf", "[page 1]\n```", 400, 60, whole=False)

    assert shown(part) == (
        "`a'b.pdf` (the first 60 of 400 pages; the rest could not be shown):\n````\n[page 1]\n```\n````"
    )
    assert missing(part) == (
        "*(I read the first 60 of 400 pages of `a'b.pdf`. For more, send the part that matters.)*"
    )
    assert shown(Document("a.pdf", "b", 3, 3)) == "`a.pdf` (3 pages):\n```\nb\n```"


async def test_of_a_long_document_the_first_pages_are_shown_and_both_are_told(tmp_path: Path) -> None:
    book = pdf(*(f"This is page number {number}. " * 60 for number in range(1, 151)))
    async with rig(tmp_path, files={"screen": Shelf({"book": book})}) as parley:
        answer = await parley.answer(await brought(parley, "book"))

        prompt = parley.one.asked[0].turns[-1].text
        told = re.search(r"`book.bin` \(the first (\d+) of 150 pages; the rest could not be shown\)", prompt)
        assert told
        assert f"I read the first {told[1]} of 150 pages of `book.bin`" in answer
        assert f"[page {told[1]}]\nThis is page number {told[1]}." in prompt
        assert f"[page {int(told[1]) + 1}]" not in prompt


def said_to(parley: Rig) -> str:
    """All that the model was asked last."""
    return "\n".join(turn.text for turn in parley.one.asked[-1].turns)


async def test_what_a_file_said_is_remembered_and_forgotten_with_its_message(tmp_path: Path) -> None:
    async with rig(tmp_path, files={"screen": Shelf({"paper": pdf("the secret is 42")})}) as parley:
        run = await brought(parley, "paper")
        await parley.answer(run)
        await parley.ask("and?")
        assert "the secret is 42" in said_to(parley)
        question = (await parley.store.run(run)).run.question_id
        (entry,) = await parley.store.entries(ROOM, only=(question,))
        assert (entry.text, entry.documents) == ("what is this?", ("paper.bin",))

        await parley.conversation.delete(question, ANN, ROOM)
        await parley.ask("and now?")
        assert "the secret is 42" not in said_to(parley)
