"""The provider: what is asked of the server, and where."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from bot.errors import ProviderRefused
from bot.http import Http
from bot.messages import ChatRequest, Drawn, DrawRequest, End, ModelFacts
from bot.providers.g4f.models import models_from_wire
from bot.providers.openai import OpenAI
from bot.settings import Account
from bot.wire.answers import Said, rather

NOT_HERE: Final = (301, 302, 307, 308, 404, 405)
"""Statuses of a server that knows a path by another name, or not at all."""

DIALECT: Final = {
    "stream_options": False,  # usage comes unasked, if it comes at all
    "refuses": ["response_format"],  # it says nothing, and does not keep to it
    "picture_fields": {
        "count": "n",
        "size": "size",
        "steps": "num_inference_steps",
        "guidance": "guidance_scale",
        "seed": "seed",
        "negative": "negative_prompt",
    },
}
"""What is different from OpenAI."""

OLDER: Final = {**DIALECT, "picture_path": "images/generate", "picture_extra": {"temperature": 0.9}}
"""How a picture was asked for before."""


class G4F:
    """Implements Chats, Draws and Lists. `http` opens at the server's `/v1`."""

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account.name
        self._newer = OpenAI(http, replace(account, options=DIALECT))
        self._older = OpenAI(http, replace(account, options=OLDER))
        self._is_older = False

    def chat(self, request: ChatRequest) -> AsyncIterator[Said]:
        """Continue a conversation, piece by piece. Without a model's name the server chooses one."""
        return self._newer.chat(request)

    async def models(self) -> Sequence[ModelFacts]:
        """What the server lists."""
        try:
            listed = await self._http.get_json("models/")
        except ProviderRefused as error:
            if not _not_here(error):
                raise
            listed = await self._http.get_json("models")
        return models_from_wire(listed, self._account)

    def draw(self, request: DrawRequest) -> AsyncIterator[Drawn | End]:
        """Make pictures. A server that does not know the newer way is asked by the older one from then on."""
        if self._is_older:
            return self._draw_as_before(request)
        return rather(self._newer.draw(request), lambda: self._draw_as_before(request), _not_here)

    async def _draw_as_before(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """The older way: with `+` for every space."""
        plus = replace(request, prompt=request.prompt.replace(" ", "+"))
        async with aclosing(self._older.draw(plus)) as parts:
            async for part in parts:
                self._is_older = True
                yield part


def _not_here(error: ProviderRefused) -> bool:
    return error.status in NOT_HERE
