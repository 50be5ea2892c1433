"""A file that is too long to be shown whole is looked through for what people ask about it."""

from pathlib import Path

from bot.conversation.prompt.citing import BEGIN
from bot.memory.leafing import worded
from bot.messages import Address, Document, Incoming
from bot.records import Piece
from tests.rig import ANN, ROOM, Rig
from tests.test_recall import Magpie, shown, talking

FILLER = "The committee met again and talked about the minutes of the meeting before, at some length."
NEEDLE = "The spare key of the boat house hangs behind the green shed."
PAGES = tuple(f"[page {number}]\n" + " ".join([f"{number}."] + [FILLER] * 15) for number in range(1, 31))
REPORT = Document("report.pdf", "\n\n".join((*PAGES, f"[page 31]\n{NEEDLE}")), 31, 31)
ASKED = "Where does the spare key hang?"


async def ask(parley: Rig, text: str, *documents: Document) -> str:
    said = Incoming(ANN, text, Address(ROOM), documents=documents)
    return await parley.answer((await parley.conversation.accept(said)).run_id)


def material(parley: Rig) -> str:
    """What stood beside the question."""
    return shown(parley)[-1].partition(BEGIN)[2]


def placed(bird: Magpie) -> int:
    return sum(map(len, bird.placed))


async def test_what_a_long_file_says_of_the_question_is_found_on_its_page_and_can_be_cited(
    tmp_path: Path,
) -> None:
    async with talking(tmp_path, context=4000) as (parley, bird):
        parley.one.says("Behind the green shed [1].")
        answer = await ask(parley, ASKED, REPORT)

        assert NEEDLE in material(parley)
        assert "report.pdf, page 31" in material(parley)
        assert "[1] `report.pdf`, page 31" in answer
        assert "looked up the rest for this question" in answer

        before = placed(bird)
        await ask(parley, "And the key of the boat house?")
        assert NEEDLE in material(parley)
        assert placed(bird) - before < 5  # its pieces were at hand


async def test_words_alone_find_it_when_nothing_can_be_placed(tmp_path: Path) -> None:
    async with talking(tmp_path, context=4000) as (parley, bird):
        bird.down = True
        await ask(parley, ASKED, REPORT)
        assert NEEDLE in material(parley)


async def test_a_file_that_is_shown_whole_is_not_looked_through(tmp_path: Path) -> None:
    async with talking(tmp_path, context=4000) as (parley, bird):
        answer = await ask(parley, ASKED, Document("note.txt", NEEDLE))
        assert material(parley) == ""
        assert placed(bird) == 0
        assert answer == "answer 1"


def test_rare_words_tell_more_than_frequent_ones() -> None:
    pieces = [Piece(f"the key {number}", id=number) for number in range(1, 9)]
    pieces.append(Piece("the shed", id=9))
    assert worded("the key to the shed", pieces)[0] == 9
    assert worded("nothing like it", pieces) == []
