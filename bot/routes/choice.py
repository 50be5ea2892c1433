"""Which models may answer, in which order: the one that was chosen, then the route."""

import difflib
from itertools import product

from bot.errors import UnknownModel
from bot.messages import ModelFacts, Need
from bot.routes.catalogue import Catalogue, default_models
from bot.settings import Settings

CANNOT = {
    Need.CHAT: "talk",
    Need.VISION: "see pictures",
    Need.IMAGE: "make pictures",
    Need.EMBEDDING: "compare texts",
    Need.MODERATION: "judge texts",
    Need.SPEECH: "speak",
}


COMPARED = 1000
"""Models that a name which nobody has is compared with: it takes time, and everybody waits."""
LOOKED_AT = 200
"""Characters of such a name."""


ELSE = "`/model list` shows what there is."
NEWEST = ":latest"
"""What Ollama appends to a name without a tag; nobody types it."""


class Choice:
    """Chooses from the catalogue. Nothing here waits for anything."""

    def __init__(self, settings: Settings, catalogue: Catalogue) -> None:
        self._settings = settings
        self._catalogue = catalogue

    def candidates(self, need: Need, chosen: str = "", room: str = "") -> tuple[ModelFacts, ...]:
        """At least one model: the chosen one, or else the room's, and then the route.

        `chosen` is for this once: `account/model`, or a name that only one account offers. `room` is what was
        chosen here some day: it is passed over when it is gone. For VISION a model that does not see gives
        way to those that do. Raises UnknownModel.
        """
        named = chosen.strip()
        first = self._chosen(named, need) if named else self._kept(room, need)
        found = [first] if first and (first.sees or need is not Need.VISION) else []
        found += [model for model in map(self._catalogue.get, self._route(need)) if model]
        if not found:
            raise UnknownModel(f"No model that is set up here can {CANNOT[need]}.")
        return tuple({model.id: model for model in found}.values())

    def gone(self, room: str, need: Need) -> bool:
        """Whether what was chosen in a room some day is not offered any more. That it does not see is no
        reason: then it gives way for a moment only."""
        return bool(room) and self._kept(room, need) is None

    def _route(self, need: Need) -> tuple[str, ...]:
        """The operator's route; without one the accounts' default models, without those the offline one."""
        if listed := self._settings.routes.get(need):
            return listed
        defaults = default_models(self._settings.accounts.values())
        able = tuple(model for model in defaults if self._is_for(need, model))
        match need:
            case Need.CHAT:
                return able or ("offline/parrot",)
            case Need.VISION:
                return tuple(model for model in self._route(Need.CHAT) if self._is_for(need, model))
            case Need.IMAGE:
                return able or ("offline/painter",)
            case Need.EMBEDDING:
                return able or ("offline/magpie",)
            case _:
                return ()

    def _is_for(self, need: Need, model: str) -> bool:
        facts = self._catalogue.get(model)
        return facts is not None and need in facts.needs

    def _chosen(self, name: str, need: Need) -> ModelFacts:
        model = self._catalogue.get(name) or self._catalogue.assume(name, need) or self._named(name)
        if not _does(model, need):
            raise UnknownModel(f"`{model.id}` cannot {CANNOT[need]}.")
        return model

    def _kept(self, name: str, need: Need) -> ModelFacts | None:
        """A model that a room has kept, by its full name. None: there is no such any more."""
        model = self._catalogue.get(name) or self._catalogue.assume(name, need)
        return model if model and _does(model, need) else None

    def _named(self, name: str) -> ModelFacts:
        """The one model that is called so, whatever its account, its maker and its capital letters."""
        if not self._catalogue.allows(name):
            raise UnknownModel(f"`{_quoted(name)}` is not allowed here; `/model list` shows what is.")
        models, typed = self._catalogue.models(), name.lower()
        for wanted, called in product((typed, typed + NEWEST), CALLED):
            matches = [model for model in models if called(model).lower() == wanted]
            if len(matches) == 1:
                return matches[0]
            if matches:
                raise UnknownModel(f"Several accounts offer that model. Say which: {_listed(matches)}.")
        near = difflib.get_close_matches(typed[:LOOKED_AT], [m.id for m in models[:COMPARED]], n=3)
        hint = f"Did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ELSE
        raise UnknownModel(f"There is no model `{_quoted(name)}` here. {hint}")


def _does(model: ModelFacts, need: Need) -> bool:
    """Whether it can be asked. Who does not see can still be: somebody looks for it."""
    return need in model.needs or need is Need.VISION


def _whole_name(model: ModelFacts) -> str:
    return model.id


def _own_name(model: ModelFacts) -> str:
    return model.name


def _short_name(model: ModelFacts) -> str:
    return model.name.rpartition("/")[2]


CALLED = (_whole_name, _own_name, _short_name)
"""How a model may be named, the surest way first."""


def _listed(models: list[ModelFacts]) -> str:
    return ", ".join(f"`{model.id}`" for model in models[:5])


def _quoted(name: str) -> str:
    """What a person typed, fit to be shown in a code span."""
    return "".join(letter for letter in name if letter.isprintable() and letter != "`")[:60]
