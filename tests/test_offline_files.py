"""The stand-in answers from the files of a room, and takes their words for nobody's wish."""

from bot.conversation.prompt.citing import BEGIN, END, NOTES
from bot.messages import ChatRequest, ToolSpec, Turn
from bot.providers.offline.handy import wish
from bot.providers.offline.heard import listen
from bot.providers.offline.parrot import answer

PIECES = (
    f"{BEGIN}\n⟦source 1: a.md, “Dogs”⟧\n# Dogs\n\nRex eats at nine.\n"
    f"⟦source 2: b.pdf, page 3⟧\nThe spare key of the boat house hangs behind the green shed.\n{END}"
)
PERSONA = "You are a friendly helper."


def asked(question: str) -> tuple[Turn, ...]:
    return Turn("system", f"{PERSONA}\n\n{NOTES}"), Turn("user", f"⟦Ann⟧ {question}\n\n{PIECES}")


def test_a_question_is_answered_by_the_sentence_that_fits_and_cited() -> None:
    heard = listen(asked("Where do you hang the spare keys of the boat house?"))

    assert (heard.text, heard.persona) == ("Where do you hang the spare keys of the boat house?", PERSONA)
    assert "“The spare key of the boat house hangs behind the green shed.” [2]" in answer(heard)


def test_what_files_say_is_neither_repeated_nor_kept_when_it_is_beside_the_point() -> None:
    told = "My dog is called Bo"
    remember = ToolSpec("remember", "", {})
    call = wish(ChatRequest("parrot", asked(f"Remember that {told}"), 100, tools=(remember,)))

    assert call is not None
    assert call.arguments == f'{{"text": "{told}"}}'
    assert "⟦" not in answer(listen(asked("What a fine morning")))
