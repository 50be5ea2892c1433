"""Calls of tools while a model writes them: for who may see how an answer is made, and for nobody else."""

from bot.messages import Calling
from tests.web_chat import GENERAL, chat


async def test_what_a_model_writes_of_a_call_is_told_to_who_may_see_how_the_answer_is_made() -> None:
    async with (
        chat() as web,
        web.listening(who="moderator") as stream,
        web.listening(who="member:eve") as eve,
    ):
        run_id = (await web.say("hello"))["run_id"]
        answer_id = web.rooms.start(run_id)
        tell = web.outlet.followed(GENERAL, run_id)
        assert tell is not None
        about = {"run_id": run_id, "message_id": answer_id, "attempt": 7, "index": 0}

        tell(7, Calling(0, "c1", "look_up", '{"word"'))
        first, _ = await stream.until("tool_call.delta")
        tell(7, Calling(0, "", "", ': "fj'))
        tell(7, Calling(0, "", "", 'ørd 🦜"}'))
        pieces = [first]
        while sum(len(piece["arguments"]) for piece in pieces) < len('{"word": "fjørd 🦜"}'):
            pieces.append((await stream.until("tool_call.delta"))[0])
        assert [piece | {"at": 0, "arguments": ""} for piece in pieces] == [
            about | {"id": "c1", "name": "look_up", "at": 0, "arguments": ""}
        ] * len(pieces)
        assert "".join(piece["arguments"] for piece in pieces) == '{"word": "fjørd 🦜"}'
        assert [piece["at"] for piece in pieces[:2]] == [0, 7]

        web.rooms.finish(run_id, "Ahoy!")
        _, before = await stream.until("message.updated")
        assert web.outlet.callings.of(GENERAL) == {}
        _, before = await eve.until("message.updated")
        assert "tool_call.delta" not in before


async def test_where_nobody_watches_nothing_of_calls_is_kept() -> None:
    async with chat() as web:
        assert web.outlet.followed(GENERAL, 1) is None
