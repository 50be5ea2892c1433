"""The provider: what is asked of the server, and where."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Final

from bot.errors import ProviderRefused
from bot.http import Http
from bot.http.pictures import LARGEST, as_picture
from bot.messages import Drawn, DrawRequest, End, ModelFacts
from bot.providers.imagine.request import request_to_wire
from bot.settings import Account
from bot.settings.kinds import usual

PATH: Final = "imagine/generate"

ACCEPTED: Final = (400, 422)
"""How a server answers somebody whom it knows, and who says nothing."""


class Imagine:
    """Implements Draws, Lists and Checks.

    A server runs one model and is not told which: every name is right. Options of the account, each a value
    or a table of values by model: `guidance_scale`, `num_inference_steps`, `img_size` in pixels.
    """

    def __init__(self, http: Http, account: Account) -> None:
        self._http = http
        self._account = account

    async def draw(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """Make pictures, one after another: the server makes one at a time."""
        body = request_to_wire(request, self._account.name, self._account.options)
        for _ in range(request.options.count):
            yield Drawn(as_picture(await self._http.post_bytes(PATH, body, LARGEST)))
        yield End()

    async def models(self) -> Sequence[ModelFacts]:
        """The one model, by the name that the account gives it: the server has no list."""
        facts = usual(self._account)
        named = self._account.image_model or self._account.default_model or facts.name
        return (replace(facts, id=f"{self._account.name}/{named}"),)

    async def check(self) -> None:
        """Ask for a picture of nothing: who is not known is sent away before the request is read, any other
        hears that the prompt is missing. A server that paints all the same knows us, too."""
        try:
            await self._http.post_bytes(PATH, {}, LARGEST)
        except ProviderRefused as error:
            if error.status not in ACCEPTED:
                raise
