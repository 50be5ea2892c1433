"""The provider: what is asked of the server, and where."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace
from typing import Final

from bot.errors import ProviderRefused
from bot.http import Http, Json, fetch
from bot.messages import ChatRequest, Drawn, DrawRequest, End, ModelFacts, Picture, Text
from bot.providers.g4f.models import models_from_wire
from bot.providers.g4f.pictures import links_from_wire, newer_to_wire, older_to_wire, own_path
from bot.providers.openai import OpenAI
from bot.settings import Account

AT_MOST: Final = 10 * 1024 * 1024
"""Bytes of one picture."""

NOT_HERE: Final = (301, 302, 307, 308, 404, 405)
"""Statuses of a server that knows a path by another name, or not at all."""


class G4F:
    """Implements Chats, Draws and Lists. The door opens at the server's `/v1`."""

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account
        # Usage comes unasked, if it comes at all.
        plain = replace(account, options={"stream_options": False, **account.options})
        self._dialect = OpenAI(http, plain)
        self._older = False  # whether only the older way to have a picture made is there

    def chat(self, request: ChatRequest) -> AsyncIterator[Text | End]:
        """Continue a conversation, piece by piece. Without a model's name the server chooses one."""
        return self._dialect.chat(request)

    async def models(self) -> Sequence[ModelFacts]:
        """What the server lists."""
        try:
            listed = await self._http.get_json("models/")
        except ProviderRefused as error:
            if error.status not in NOT_HERE:
                raise
            listed = await self._http.get_json("models")
        return models_from_wire(listed, self._account.name)

    async def draw(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """Make pictures, no more than were asked for."""
        links = links_from_wire(await self._made(request))
        for link in links[: request.options.count]:
            yield Drawn(Picture(await self._fetched(link)))
        yield End()

    async def _made(self, request: DrawRequest) -> Json:
        """The server's answer, by the newer way if it has it."""
        if not self._older:
            try:
                return await self._http.post_json("images/generations", newer_to_wire(request))
            except ProviderRefused as error:
                if error.status not in NOT_HERE:
                    raise
        answer = await self._http.post_json("images/generate", older_to_wire(request))
        self._older = True
        return answer

    async def _fetched(self, link: str) -> bytes:
        """A picture's bytes: the server's own by its door, any other from the open internet."""
        path = own_path(link, self._account.base_url)
        return await (fetch(link, AT_MOST) if path is None else self._http.get_bytes(path, AT_MOST))
