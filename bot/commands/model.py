"""Which model answers in a room, and which others there are."""

from bot.commands import leaves
from bot.commands.base import Ask, Command, Param, Reply
from bot.commands.naming import models_that_chat
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.governance.named import room_persona
from bot.messages import ModelFacts, Need
from bot.routes.shown import does, fitting, in_order, length, price

PAGE = 30
"""Models in one reply: a message of most platforms."""


async def show(ask: Ask) -> Reply:
    """Say which model answers here, what it can, and who stands in."""
    settings = await ask.conversation.settings(ask.key, ask.actor)
    persona = room_persona(settings.value)
    room = settings.value("model") or persona.model
    first, *others = ask.looking.routes.candidates(Need.CHAT, room=room)
    because = "" if settings.value("model") else ", as the operator set it up"
    because = ", as the persona wants it" if because and persona.model else because
    told = [f"`{first.id}` answers here{because}: {_facts(first)}."]
    if room and ask.looking.routes.gone(room, Need.CHAT):
        told = [
            f"`{_code(room)}` was chosen here, but is not offered any more.",
            f"`{first.id}` answers in its place, as the operator set it up: {_facts(first)}.",
        ]
    if others:
        told.append(f"When it fails: {', then '.join(f'`{model.id}`' for model in others)}.")
    return Reply(" ".join(told))


async def change(ask: Ask) -> Reply:
    """Choose the model that answers in this room."""
    chosen = ask.looking.routes.candidates(Need.CHAT, ask.text("model"))[0]
    await _keep(ask, chosen.id)
    return Reply(f"From now on `{chosen.id}` answers here.", private=False)


async def reset(ask: Ask) -> Reply:
    """Go back to the operator's choice, in a thread to its channel's."""
    await _keep(ask, None)
    if wider := (await ask.conversation.settings(ask.key, ask.actor)).value("model"):
        return Reply(f"From now on `{_code(wider)}` answers here again, as in the channel.", private=False)
    route = ask.looking.routes.candidates(Need.CHAT)
    return Reply(f"From now on `{route[0].id}` answers here again, as the operator set it up.", private=False)


async def listed(ask: Ask) -> Reply:
    """List what can be chosen, a page at a time."""
    room = (await ask.conversation.settings(ask.key, ask.actor)).value("model") or ""
    search = ask.text("search").strip()
    models = fitting(in_order(ask.looking.routes, room), search)
    if not models:
        raise BadOption(f"No model fits “{_code(search)[:60]}”.", "search")
    page, last = leaves.page(ask), -(-len(models) // PAGE)
    if page > last:
        raise BadOption(f"{leaves.there_are(last)[:-1]} of models.", "page")
    rows = "\n".join(
        f"| `{_code(model.id)}` | {does(model)} | {length(model)} | {price(model)} |"
        for model in models[PAGE * (page - 1) : PAGE * page]
    )
    table = f"| model | does | context | US$ per million tokens in/out |\n|---|---|--:|---|\n{rows}"
    if last == 1:
        return Reply(table)
    turns = leaves.turns(ask, "model/list", page, last)
    return Reply(f"{table}\n\n{_more(page, last, len(models))}", offers=turns)


def _more(page: int, last: int, count: int) -> str:
    """Where one is, and how to see fewer."""
    return (
        f"Page {page} of {last}, of {count} models. `page` shows another; `search` finds a part of a name, "
        "or what is free, sees or paints."
    )


async def _keep(ask: Ask, model: str | None) -> None:
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_MODEL, "model", model, ask.actor, event_id=event_id)


def _facts(model: ModelFacts) -> str:
    """What it can, and what it costs, in words."""
    cost = price(model)
    told = {"free": "it is free", "unknown": "its price is unknown"}
    money = told.get(cost, f"it costs {cost} (per million tokens in/out)")
    return f"it {does(model)}, takes {model.context_length:,} tokens, and {money}"


def _code(name: str) -> str:
    """What somebody else named, fit for a code span in a table."""
    return "".join(letter for letter in name if letter.isprintable() and letter not in "`|")


GROUPS = {"model": "Which model answers in this room"}

COMMANDS = (
    Command("model/show", "Show which model answers in this room", Act.LIST_MODELS, show),
    Command(
        "model/set",
        "Choose the model for this room",
        Act.SET_MODEL,
        change,
        (Param("model", "Its name", required=True, complete=models_that_chat),),
    ),
    Command("model/clear", "Go back to the operator's choice", Act.SET_MODEL, reset),
    Command(
        "model/list",
        "List the models there are",
        Act.LIST_MODELS,
        listed,
        (
            Param("search", "A part of the name, or: free, sees, paints"),
            leaves.PAGE,
        ),
    ),
)
