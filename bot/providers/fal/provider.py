"""The provider: what is asked of the service, and where."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from bot.errors import ProviderRefused
from bot.http import Http
from bot.http.pictures import picture_at
from bot.messages import Drawn, DrawRequest, End, EndReason, ModelFacts
from bot.providers.fal.answer import painted_from_wire
from bot.providers.fal.models import page_from_wire
from bot.providers.fal.request import path_of, request_to_wire
from bot.settings import Account
from bot.settings.kinds import usual
from bot.settings.services import BUILT_IN

MODELS: Final = "https://fal.ai/api/models?categories=text-to-image"
"""The public list, which asks for no key and comes in pages."""

MOST_PAGES: Final = 50
LIST_AT_MOST: Final = 8 * 1024 * 1024
"""Bytes of one page."""

MOST: Final = 10
"""Pictures of one answer that are fetched; nobody is shown more in one post."""

ACCEPTED: Final = (400, 422)
"""How a model answers somebody who may ask it, and who says nothing."""


class Fal:
    """Implements Draws, Lists and Checks.

    Options of the account: `parameters`, what every request carries besides, with further tables by patterns
    of model ids; `models_url`, where the models are listed. The key goes to the account's own address only.
    """

    def __init__(self, http: Http, account: Account) -> None:
        options: dict[str, Any] = dict(account.options)
        self._http = http
        self._account = account
        self._parameters: dict[str, Any] = options.get("parameters", {})
        self._models_url: str = options.get("models_url", MODELS)

    async def draw(self, request: DrawRequest) -> AsyncGenerator[Drawn | End, None]:
        """Make pictures. They are fetched at once, all together: their addresses expire."""
        body = request_to_wire(request, self._parameters)
        painted = painted_from_wire(await self._http.post_json(path_of(request.model), body))
        asked = (picture_at(self._http, link) for link in painted.links[:MOST])
        fetched = await asyncio.gather(*asked, return_exceptions=True)
        for picture in fetched:
            if isinstance(picture, BaseException):
                raise picture
            yield Drawn(picture, painted.seed)
        yield End(EndReason.REFUSAL if painted.withheld else EndReason.STOP)

    async def models(self) -> Sequence[ModelFacts]:
        """What the list offers, page by page."""
        found, number, pages = dict[str, ModelFacts](), 1, 1
        while number <= min(pages, MOST_PAGES):
            body = await self._http.fetch(self._page(number), LIST_AT_MOST, with_key=True)
            offered, pages = page_from_wire(body, usual(self._account))
            found |= {facts.id: facts for facts in offered}
            number += 1
        return tuple(found.values())

    async def check(self) -> None:
        """Ask a model for a picture of nothing: the router looks at the key first, then the model says that
        the prompt is missing."""
        model = self._account.image_model or self._account.default_model or BUILT_IN["fal"].image_model
        try:
            await self._http.post_json(path_of(model), {})
        except ProviderRefused as error:
            if error.status not in ACCEPTED:
                raise

    def _page(self, number: int) -> str:
        """The address of a page of the list; of the first one as it stands."""
        if number == 1:
            return self._models_url
        return f"{self._models_url}{'&' if '?' in self._models_url else '?'}page={number}"
