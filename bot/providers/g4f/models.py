"""What a G4F server lists: its models, and the services behind it, which are none."""

from collections.abc import Sequence

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.messages import ModelFacts, Need


class _Entry(msgspec.Struct):
    """Older servers give the id alone. `provider`: it is one of the services behind the server."""

    id: str
    image: bool | None = None
    vision: bool | None = None
    provider: bool | None = None


def models_from_wire(answer: Json, account: str) -> Sequence[ModelFacts]:
    """The models that the account offers, at last the one without a name: whichever the server chooses.

    What cannot be read is left out. Raises ProviderGarbled.
    """
    match answer:
        case {"data": [*entries]} | [*entries]:
            read = (converted(entry, _Entry) for entry in entries)
            found = [entry for entry in read if entry and not entry.provider]
            named = [ModelFacts(f"{account}/{entry.id}", _needs(entry)) for entry in found if entry.id]
            return (*named, ModelFacts(f"{account}/", title="Whichever the server chooses"))
        case _:
            raise ProviderGarbled("no list of models")


def _needs(entry: _Entry) -> frozenset[Need]:
    """What a model is for: one that paints does not talk."""
    if entry.image:
        return frozenset({Need.IMAGE})
    return frozenset({Need.CHAT, Need.VISION} if entry.vision else {Need.CHAT})
