"""What messages on Telegram say in our words, of every shape that Telegram has for them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message, User

from adapters.telegram.keys import Keys
from adapters.telegram.talk.reading import Spoken, spoken, words
from adapters.telegram.talk.triggers import Meant, by_person, meant
from adapters.telegram.talk.unread import KINDS, RICH, apology
from adapters.telegram.words.entities import Change, between, changed, parts
from bot.messages import Attachment, Quote

ME = User(9, "Parley", is_bot=True, username="parley_bot")
ANN = {"id": 5, "is_bot": False, "first_name": "Ann", "last_name": "Lee"}
BEN = {"id": 6, "is_bot": False, "first_name": "Ben"}
ALONE = {"id": 5, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100, "type": "supergroup", "title": "Club"}
PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 10},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 800, "file_size": 1000},
    {"file_id": "middle", "file_unique_id": "m", "width": 320, "height": 200},
]
PICTURE = Attachment("large", "photo.jpg", "image/jpeg", 1000)


def message(**fields: Any) -> Message:
    body = {"message_id": 7, "date": 1, "chat": GROUP, "from": ANN} | fields
    return Message.de_json(body, None)


def document(name: str, mime: str) -> dict[str, Any]:
    return {
        "document": {
            "file_id": name,
            "file_unique_id": name,
            "file_name": name,
            "mime_type": mime,
            "file_size": 3,
        }
    }


def marked(text: str, kind: str, part: str, **more: Any) -> dict[str, Any]:
    """A text of which a part is marked."""
    offset = len(text[: text.index(part)].encode("utf-16-le")) // 2
    length = len(part.encode("utf-16-le")) // 2
    return {"text": text, "entities": [{"type": kind, "offset": offset, "length": length} | more]}


def read(*messages: Message) -> Spoken:
    found = spoken(messages, ME)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (marked("run ls -l now", "code", "ls -l"), "run `ls -l` now"),
        (marked("see\nls\nthere", "pre", "ls", language="sh"), "see\n```sh\nls\n```\nthere"),
        (marked("a ``` b", "pre", "a ``` b"), "````\na ``` b\n````"),
        (
            marked("🐚 the docs 🐚", "text_link", "the docs", url="https://e.org/x"),
            "🐚 the docs (https://e.org/x) 🐚",
        ),
        (marked("https://e.org", "text_link", "https://e.org", url="https://e.org"), "https://e.org"),
        (marked("a bold word", "bold", "bold"), "a bold word"),
        (marked("🐚@Parley_bot: hello", "mention", "@Parley_bot"), "🐚: hello"),
        (marked("  @parley_bot , hello", "mention", "@parley_bot"), "hello"),
        (marked("ask @ben_here", "mention", "@ben_here"), "ask @ben_here"),
    ],
)
def test_marks_are_read_as_people_see_them(fields: dict[str, Any], expected: str) -> None:
    assert read(message(**fields)).text == expected


def test_half_a_surrogate_pair_is_read_without_harm() -> None:
    said = message(text="\ud83d hi @parley_bot", entities=[{"type": "mention", "offset": 5, "length": 11}])
    assert read(said).text == "\ud83d hi"


def test_entities_beyond_the_text_do_no_harm() -> None:
    said = message(
        text="hi",
        entities=[
            {"type": "code", "offset": 1, "length": 900},
            {"type": "mention", "offset": 800, "length": 11},
        ],
    )
    assert read(said).text == "h`i`"


def test_the_largest_size_of_a_photo_is_taken() -> None:
    assert read(message(caption="Look", photo=PHOTO)) == Spoken("Look", None, (PICTURE,))


def test_a_file_comes_by_its_name_and_type() -> None:
    found = read(message(**document("a.txt", "text/plain; charset=utf-8")))
    assert found == Spoken("", None, (Attachment("a.txt", "a.txt", "text/plain", 3),))


def test_a_moving_picture_is_no_file() -> None:
    animation = {"file_id": "g", "file_unique_id": "g", "width": 1, "height": 1, "duration": 1}
    said = message(animation=animation, **document("a.mp4", "video/mp4"))
    assert spoken([said], ME) is None
    assert apology(said).startswith("I can't see moving pictures yet.")


def test_an_albums_captions_and_pictures_are_one() -> None:
    found = read(
        message(caption="one", photo=PHOTO), message(photo=PHOTO), message(caption="two", photo=PHOTO)
    )
    assert found == Spoken("one\ntwo", None, (PICTURE,) * 3)


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ({"type": "user", "date": 1, "sender_user": BEN}, "Ben"),
        ({"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}, "Somebody"),
        ({"type": "chat", "date": 1, "sender_chat": GROUP}, "Club"),
        (
            {
                "type": "channel",
                "date": 1,
                "chat": {"id": -7, "type": "channel", "title": "News"},
                "message_id": 1,
            },
            "News",
        ),
    ],
)
def test_what_is_passed_on_is_a_quote_of_who_wrote_it(origin: dict[str, Any], name: str) -> None:
    found = read(message(text="The tide is out.", forward_origin=origin))
    assert found == Spoken("", Quote(name, "The tide is out."))


def test_passed_on_pictures_and_files_come_along() -> None:
    origin = {"type": "user", "date": 1, "sender_user": BEN}
    found = read(
        message(caption="Mine", photo=PHOTO, forward_origin=origin),
        message(forward_origin=origin, **document("a.zip", "application/zip")),
    )
    shown = 'Mine\n(A file named "a.zip" was sent here, which you cannot read.)'
    assert found == Spoken("", Quote("Ben", shown), (PICTURE,))


def test_a_passed_on_mention_is_not_meant_for_parley() -> None:
    origin = {"type": "user", "date": 1, "sender_user": BEN}
    fields = marked("@parley_bot hello", "mention", "@parley_bot")
    key = Keys("9").room(message(text="x"))
    assert meant(message(forward_origin=origin, **fields), key, ME) is Meant.ROOM
    assert meant(message(**fields), key, ME) is Meant.PARLEY


def test_a_reply_quotes_what_it_replies_to_with_its_pictures() -> None:
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "caption": "A lake", "photo": PHOTO}
    found = read(message(text="Where?", reply_to_message=replied))
    assert found == Spoken("Where?", Quote("Ben", "A lake"), (PICTURE,))


def test_a_reply_quotes_only_what_was_picked_out() -> None:
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "text": "Fords. Fjords."}
    picked = {"text": "Fjords.", "position": 7, "is_manual": True}
    found = read(message(text="Why?", reply_to_message=replied, quote=picked))
    assert found.quote == Quote("Ben", "Fjords.")


def test_a_reply_to_a_group_or_a_channel_names_it() -> None:
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "sender_chat": GROUP, "text": "Rules."}
    assert read(message(text="Why?", reply_to_message=replied)).quote == Quote("Club", "Rules.")


def test_a_reply_to_parley_quotes_nothing_and_takes_no_pictures_again() -> None:
    mine = {"id": 9, "is_bot": True, "first_name": "Parley"}
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": mine, "caption": "A lake", "photo": PHOTO}
    assert read(message(text="Larger?", reply_to_message=replied)) == Spoken("Larger?")


def test_a_reply_to_what_stands_in_another_chat_quotes_what_was_picked_out() -> None:
    elsewhere = {
        "origin": {"type": "user", "date": 1, "sender_user": BEN}, "photo": PHOTO,
    }  # fmt: skip
    picked = {"text": "Fjords.", "position": 0}
    found = read(message(text="Why?", external_reply=elsewhere, quote=picked))
    assert found == Spoken("Why?", Quote("Ben", "Fjords."), (PICTURE,))


def test_what_cannot_be_read_is_named_beside_what_can() -> None:
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 2}
    assert read(message(caption="Transcribe", voice=voice)).text == (
        "Transcribe\n(A voice message was sent here, which you cannot hear.)"
    )
    sticker = {
        "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False, "emoji": "👍",
    }  # fmt: skip
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "sticker": sticker}
    quote = read(message(text="Why?", reply_to_message=replied)).quote
    assert quote == Quote("Ben", "(A sticker that says 👍 was sent here, which you cannot see.)")


def test_polls_and_places_are_told_in_words() -> None:
    options = [{"persistent_id": word, "text": word, "voter_count": 0} for word in ("yes", "no")]
    poll = {
        "id": "1", "question": "Tea?", "options": options, "total_voter_count": 0, "is_closed": False,
        "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
        "allows_revoting": False, "members_only": False,
    }  # fmt: skip
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "poll": poll}
    quote = read(message(text="Well?", reply_to_message=replied)).quote
    assert quote
    assert 'with the question "Tea?" and the answers "yes", "no"' in quote.text
    place = {"latitude": 1.0, "longitude": 2.0}
    venue = {"location": place, "title": "The Pier", "address": "1 Quay"}
    said = message(venue=venue, location=place)
    assert spoken([said], ME) is None
    assert apology(said).startswith("I can't see places on a map yet.")
    replied = {"message_id": 3, "date": 1, "chat": GROUP, "from": BEN, "venue": venue, "location": place}
    quote = read(message(text="Far?", reply_to_message=replied)).quote
    assert quote
    assert quote.text == '(A place on a map named "The Pier" was sent here, which you cannot see.)'


def test_a_forwarded_sticker_alone_says_nothing() -> None:
    origin = {"type": "user", "date": 1, "sender_user": BEN}
    contact = {"phone_number": "1", "first_name": "Ben"}
    assert spoken([message(forward_origin=origin, contact=contact)], ME) is None


def test_service_messages_and_lone_mentions_say_nothing() -> None:
    assert spoken([message(new_chat_title="Club")], ME) is None
    assert spoken([message(**marked("@parley_bot", "mention", "@parley_bot"))], ME) is None
    assert apology(message(new_chat_title="Club")) == ""


@pytest.mark.parametrize(
    ("fields", "person"),
    [
        ({}, True),
        ({"from": BEN | {"is_bot": True}}, False),
        ({"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}}, False),
        ({"from": None}, False),
        ({"via_bot": BEN | {"is_bot": True}}, False),
        ({"sender_chat": GROUP, "from": BEN | {"is_bot": True}}, True),
        ({"sender_chat": GROUP, "is_automatic_forward": True}, False),
    ],
)
def test_only_persons_are_heard(fields: dict[str, Any], person: bool) -> None:
    said = {name: value for name, value in ({"from": ANN, "text": "hi"} | fields).items() if value}
    body = {"message_id": 7, "date": 1, "chat": GROUP} | said
    assert by_person(Message.de_json(body, None)) is person


def test_every_kind_is_a_field_that_messages_have() -> None:
    assert [kind.field for kind in KINDS if kind.field not in Message.__slots__] == [RICH]


def test_what_the_library_does_not_know_yet_is_not_passed_over_in_silence() -> None:
    rich = message(rich_message={"blocks": [{"type": "paragraph", "text": "Tea"}]})
    assert spoken([rich], ME) is None
    assert apology(rich).startswith("I can't read messages of that kind yet.")


def test_a_live_photo_is_looked_at_as_a_photo() -> None:
    moving = {"file_id": "m", "file_unique_id": "m", "width": 1, "height": 1, "duration": 1}
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    found = read(message(live_photo=moving, photo=photo, caption="Where?"))
    assert (found.text, len(found.attachments)) == ("Where?", 1)
    assert "A live photo" in read(message(live_photo=moving, caption="Where?")).text


def test_words_stay_out_of_what_is_shown_of_it() -> None:
    assert "secret" not in repr(read(message(text="secret")))
    assert "secret" not in repr(parts(message(**marked("a secret", "code", "secret"))))
    assert "secret" not in repr(Change(0, 1, "secret"))


TEXT = st.text(st.sampled_from("ab 🐚\n@\ud83d"), max_size=12)


@given(TEXT, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_changes_that_say_the_same_change_nothing(text: str, spans: list[tuple[int, int]]) -> None:
    spots = [(start, start + length) for start, length in spans]
    same = [Change(start, end, between(text, start, end)) for start, end in spots]
    assert changed(text, same).replace("\ud83d", "") == text.replace("\ud83d", "")


@given(
    TEXT,
    st.lists(
        st.tuples(
            st.sampled_from(["code", "pre", "mention", "text_link", "bold"]),
            st.integers(0, 30),
            st.integers(0, 30),
        ),
        max_size=4,
    ),
)
def test_no_text_and_no_entities_are_too_odd(text: str, marks: list[tuple[str, int, int]]) -> None:
    entities = [
        {"type": kind, "offset": offset, "length": length, "url": "https://e.org"}
        for kind, offset, length in marks
    ]
    assert isinstance(words(message(text=text or "x", entities=entities)), str)
