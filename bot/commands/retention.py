"""How long what is said in a room is kept."""

from bot.commands.base import Ask, Command, Kind, Param, Reply
from bot.conversation.privacy.keeping import LONGEST
from bot.governance.authorize import Act


async def show(ask: Ask) -> Reply:
    """Say how long."""
    return Reply(await ask.conversation.lasting.keeping.told(ask.key, ask.actor))


async def set_days(ask: Ask) -> Reply:
    """Keep it for so many days."""
    days, event_id = int(str(ask.options["days"])), ask.call.event_id
    keeping = ask.conversation.lasting.keeping
    return Reply(await keeping.keep(ask.key, ask.actor, days, event_id=event_id), private=False)


async def off(ask: Ask) -> Reply:
    """Keep it as long as the operator lets."""
    keeping, event_id = ask.conversation.lasting.keeping, ask.call.event_id
    return Reply(await keeping.keep(ask.key, ask.actor, None, event_id=event_id), private=False)


GROUPS = {"retention": "How long what is said here is kept"}

COMMANDS = (
    Command("retention/show", "Show how long what is said here is kept", Act.SEE_PRIVACY, show),
    Command(
        "retention/set",
        "Delete what was said here after some days",
        Act.SET_RETENTION,
        set_days,
        (
            Param(
                "days",
                "How many days, never more than the operator allows",
                Kind.INTEGER,
                required=True,
                least=1,
                most=LONGEST,
            ),
        ),
    ),
    Command("retention/off", "Keep what is said here as long as the operator does", Act.SET_RETENTION, off),
)
