"""Every provider that is held to the contract, each with the service that it speaks to, as data."""

import json
import re
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import SecretStr

from bot.accounts import Accounts
from bot.messages import Usage
from bot.settings import Account, Settings
from tests.process import ROOT
from tests.wire import anthropic, fal, g4f, gemini, imagine, openai, tgi
from tests.wire.answers import JSON, Answer, Step, event, fails, says, sends
from tests.wire.server import AiServer, serving

KEY = "sk-canary-0123456789abcdef"
COUNTED = Usage(9, 3)
PNG = imagine.png()
MAGIC = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
}
"""Pictures that are known by their first bytes."""

Told: TypeAlias = list[tuple[str, str]]
"""A conversation as a request tells it: roles and texts."""

Writes: TypeAlias = Callable[..., Answer]
"""Makes an answer of pieces of text, and of the steps between them."""


def exactly(text: str) -> str:
    return text


def unspaced(text: str) -> str:
    """For a format that puts spaces into what its servers would obey."""
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Talker:
    """A provider that chats. `says` is a whole answer, `stops` the same without the mark of its end, `errs`
    one that an error of these words ends; `told` reads a request. `at_once`: it does not stream. `spells`:
    how texts that mean the same are compared."""

    name: str
    kind: str
    says: Writes
    stops: Writes
    errs: Writes
    told: Callable[[Any], Told]
    usage: Usage | None = COUNTED
    at_once: bool = False
    spells: Callable[[str], str] = exactly
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Painter:
    """A provider that draws. `paints` are the answers that bring these pictures; files lie below the address.
    `first`: what comes before any other answer; `rejects`: it will not paint that. `always`: parameters that
    its servers expect in every request. `counts`: it takes a number of pictures."""

    name: str
    kind: str
    paints: Callable[[str, Sequence[bytes]], list[Answer]]
    rejects: Answer
    first: tuple[Answer, ...] = ()
    always: frozenset[str] = frozenset()
    counts: bool = True
    usage: Usage | None = None
    spells: Callable[[str], str] = exactly
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lister:
    """A provider that knows its models. `lists` shows one, `takes_key` is how its service answers a check
    with a good key, None: it has no check. `asks`: it has a list to ask for. `guarded`: with the key."""

    name: str
    kind: str
    lists: Answer | None = None
    takes_key: Answer | None = None
    asks: bool = True
    guarded: bool = True
    options: Mapping[str, object] = field(default_factory=dict)


@asynccontextmanager
async def asking(
    one: Talker | Painter | Lister, *answers: Answer, key: str = KEY
) -> AsyncIterator[tuple[AiServer, Any]]:
    """A service that answers so, whatever is asked, and the provider of an account there, named `lab`."""
    async with serving() as ai:
        ai.will(*answers)
        account = Account("lab", one.kind, ai.url, SecretStr(key), options=one.options)
        async with Accounts(Settings(accounts={"lab": account})) as accounts:
            yield ai, accounts.provider("lab")


@contextmanager
def nothing_left() -> Iterator[None]:
    """No stream of ours is left to the garbage collector, which would close its connection some time."""
    left: list[Any] = []
    before = sys.get_asyncgen_hooks().finalizer
    sys.set_asyncgen_hooks(finalizer=left.append)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(finalizer=before)
    ours = [stream for stream in left if Path(stream.ag_code.co_filename).is_relative_to(ROOT / "bot")]
    assert [stream.__qualname__ for stream in ours] == []


def gives(body: Any) -> Answer:
    return sends(json.dumps(body).encode(), headers=JSON)


def words(pieces: Sequence[str | Step]) -> list[str]:
    return [piece for piece in pieces if isinstance(piece, str)]


# What the services say.


def as_steps(written: Callable[[str], bytes], *before: bytes) -> Writes:
    """A stream of pieces without an end."""

    def stops(*pieces: str | Step) -> Answer:
        return sends(*before, *(written(piece) if isinstance(piece, str) else piece for piece in pieces))

    return stops


def openai_errs(text: str) -> Answer:
    return sends(openai.delta(content="Hel"), event({"error": {"message": text, "code": 500}}))


def anthropic_errs(text: str) -> Answer:
    opened = (anthropic.started(), anthropic.block(), anthropic.text("Hel"))
    return sends(*opened, anthropic.failed("api_error", text))


def gemini_errs(text: str) -> Answer:
    return sends(gemini.text("Hel"), event(gemini.failure(500, "INTERNAL", text)))


def g4f_says(*pieces: str | Step) -> Answer:
    return as_steps(lambda piece: g4f.delta(content=piece))(*pieces, g4f.DONE)


def tgi_errs(text: str) -> Answer:
    return tgi.breaks_off("Hel", error=text, kind="generation")


def tgi_whole(*pieces: str | Step) -> Answer:
    """JSON; what is no text comes in the middle of it."""
    body = json.dumps(tgi.whole("".join(words(pieces)))).encode()
    steps = [piece for piece in pieces if not isinstance(piece, str)]
    return sends(body[: len(body) // 2], *steps, body[len(body) // 2 :], headers=JSON)


def tgi_half(*pieces: str) -> Answer:
    return sends(json.dumps(tgi.whole("".join(pieces))).encode()[:-1], headers=JSON)


# What the services hear.


def openai_told(body: Any) -> Told:
    return [(message["role"], text_in(message["content"])) for message in body["messages"]]


def anthropic_told(body: Any) -> Told:
    return [("system", body["system"]), *openai_told(body)]


def gemini_told(body: Any) -> Told:
    roles = {"user": "user", "model": "assistant"}
    said = [(roles[content["role"]], text_in(content["parts"])) for content in body["contents"]]
    return [("system", text_in(body["systemInstruction"]["parts"])), *said]


def tgi_told(body: Any) -> Told:
    """A prompt in ChatML, read as a tokenizer does: every mark counts, whoever wrote it."""
    turns = re.findall(r"<\|im_start\|>(.*?)\n(.*?)(?=<\|im_|\Z)", body["inputs"], re.DOTALL)
    *said, (role, rest) = turns
    assert (role, rest) == ("assistant", ""), "it asks for the answer"
    return said


def text_in(content: Any) -> str:
    """The text of a content that may have several parts."""
    parts = [{"text": content}] if isinstance(content, str) else content
    return "".join(part.get("text", "") for part in parts)


CHATML = {"template": "chatml"}

OFFLINE = Talker("offline", "offline", says, says, says, openai_told, options={"pace": 0})
"""It asks nobody: what it is told to answer is never heard."""

TALKERS = (
    Talker(
        "openai",
        "openai",
        says,
        partial(says, finish=None, usage=None, done=False),
        openai_errs,
        openai_told,
    ),
    Talker(
        "anthropic",
        "anthropic",
        anthropic.says,
        as_steps(anthropic.text, anthropic.started(), anthropic.block()),
        anthropic_errs,
        anthropic_told,
    ),
    Talker("gemini", "gemini", gemini.says, as_steps(gemini.text), gemini_errs, gemini_told),
    Talker(
        "g4f",
        "g4f",
        g4f_says,
        as_steps(lambda piece: g4f.delta(content=piece)),
        openai_errs,
        openai_told,
        usage=None,
    ),
    Talker(
        "tgi",
        "tgi",
        tgi.writes,
        partial(tgi.writes, finish=None),
        tgi_errs,
        tgi_told,
        spells=unspaced,
        options=CHATML,
    ),
    Talker(
        "tgi-whole",
        "tgi",
        tgi_whole,
        tgi_half,
        lambda text: gives({"error": text, "error_type": "generation"}),
        tgi_told,
        usage=None,
        at_once=True,
        spells=unspaced,
        options={**CHATML, "stream": False},
    ),
)


# What the painters send.


def base64_of(data: bytes) -> str:
    return b64encode(data).decode()


def in_base64(_url: str, pictures: Sequence[bytes]) -> list[Answer]:
    return [gives({"data": [{"b64_json": base64_of(data)} for data in pictures]})]


def in_parts(_url: str, pictures: Sequence[bytes]) -> list[Answer]:
    """As Gemini does, which calls everything a PNG."""
    parts = [{"inlineData": {"mimeType": "image/png", "data": base64_of(data)}} for data in pictures]
    return [gives(gemini.chunk(*parts, finish="STOP", usageMetadata=gemini.COUNTED))]


def one_by_one(_url: str, pictures: Sequence[bytes]) -> list[Answer]:
    return [imagine.paints(data) for data in pictures]


def inline(_url: str, pictures: Sequence[bytes]) -> list[Answer]:
    return [fal.paints(*(f"data:image/png;base64,{base64_of(data)}" for data in pictures))]


def as_files(answer: Callable[..., Answer]) -> Callable[[str, Sequence[bytes]], list[Answer]]:
    """Addresses, and behind them the files, in whatever order they are fetched."""

    def paints(url: str, pictures: Sequence[bytes]) -> list[Answer]:
        files = {f"{number}.png": imagine.paints(data) for number, data in enumerate(pictures)}
        return [answer(*(f"{url}/files/{name}" for name in files)), *[fal.shows(files)] * len(files)]

    return paints


def withheld(*links: str) -> Answer:
    return fal.paints(*links, has_nsfw_concepts=[True for _ in links])


PAINTERS = (
    Painter("openai", "openai", in_base64, fails(400)),
    Painter("openai-files", "openai", as_files(g4f.draws), fails(400)),
    Painter(
        "gemini",
        "gemini",
        in_parts,
        gives({"promptFeedback": {"blockReason": "SAFETY"}}),
        counts=False,
        usage=COUNTED,
    ),
    Painter("g4f", "g4f", as_files(g4f.draws), fails(400)),
    Painter(
        "g4f-older",
        "g4f",
        as_files(g4f.draws),
        fails(400),
        first=(fails(404),),
        always=frozenset({"temperature"}),
        spells=lambda text: text.replace(" ", "+"),
    ),
    Painter("fal", "fal", as_files(fal.paints), withheld("data:image/png;base64,")),
    Painter("fal-inline", "fal", inline, fal.fails(422, {"detail": [{"type": "content_policy_violation"}]})),
    Painter(
        "imagine",
        "imagine",
        one_by_one,
        imagine.refuses(422),
        always=frozenset({"img_size", "guidance_scale", "num_inference_steps"}),
    ),
)

LISTERS = (
    Lister("openai", "openai", gives({"data": [{"id": "m"}]}), gives({"data": []})),
    Lister("anthropic", "anthropic", anthropic.lists({"id": "m"}), anthropic.lists()),
    Lister("gemini", "gemini", gemini.lists({"name": "models/m"}), gemini.lists()),
    Lister("g4f", "g4f", gives({"data": [{"id": "m"}]})),
    Lister("tgi", "tgi", gives(tgi.INFO), gives(tgi.whole("Hi")), options=CHATML),
    Lister(
        "fal",
        "fal",
        gives({"items": [fal.item("m")]}),
        fal.fails(422, {"detail": []}),
        guarded=False,
        options={"models_url": "models"},
    ),
    Lister("imagine", "imagine", takes_key=imagine.refuses(422), asks=False),
    Lister("offline", "offline", asks=False),
)
