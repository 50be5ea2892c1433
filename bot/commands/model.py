"""Which model answers in a room."""

from bot.commands.base import Ask, Command, Param, Reply
from bot.commands.talk import models_that_chat
from bot.governance.authorize import Act
from bot.messages import ModelFacts, Need, Price


async def show(ask: Ask) -> Reply:
    """Say which model answers here."""
    chosen = (await ask.conversation.settings(ask.key, ask.actor)).value("model")
    route = ask.looking.routes.candidates(Need.CHAT, chosen or "")
    standing_in = ", then ".join(f"`{model.id}`" for model in route[1:])
    text = f"`{route[0].id}` answers here{'' if chosen else ', as the operator set it up'}."
    return Reply(f"{text} When it fails: {standing_in}." if standing_in else text)


async def change(ask: Ask) -> Reply:
    """Choose the model that answers in this room."""
    chosen = ask.looking.routes.candidates(Need.CHAT, ask.text("model"))[0]
    await _keep(ask, chosen.id)
    return Reply(f"From now on `{chosen.id}` answers here.", private=False)


async def reset(ask: Ask) -> Reply:
    """Go back to the operator's choice."""
    await _keep(ask, None)
    route = ask.looking.routes.candidates(Need.CHAT)
    return Reply(f"From now on `{route[0].id}` answers here again, as the operator set it up.", private=False)


async def listed(ask: Ask) -> Reply:
    """List what can be chosen."""
    models = ask.looking.routes.models()
    rows = "\n".join(
        f"| `{m.id}` | {_does(m)} | {m.context_length:,} | {_price(m.price)} |" for m in models[:60]
    )
    more = f"\n\n… and {len(models) - 60} more." if len(models) > 60 else ""
    return Reply(f"| model | does | context | US$ per million tokens |\n|---|---|--:|---|\n{rows}{more}")


async def _keep(ask: Ask, model: str | None) -> None:
    event_id = ask.call.event_id
    await ask.conversation.change(ask.key, Act.SET_MODEL, "model", model, ask.actor, event_id=event_id)


def _does(model: ModelFacts) -> str:
    named = {Need.CHAT: "talks", Need.VISION: "sees", Need.IMAGE: "paints"}
    return ", ".join(word for need, word in named.items() if need in model.needs)


def _price(price: Price | None) -> str:
    if price is None:
        return "unknown"
    if price == Price():
        return "free"
    return f"{price.prompt * 1_000_000:.2f} in, {price.completion * 1_000_000:.2f} out"


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
    Command("model/list", "List the models there are", Act.LIST_MODELS, listed),
)
