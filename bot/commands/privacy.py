"""What is kept of people, and what their words may be used for."""

from bot.commands.base import Ask, Choice, Command, Param, Reply
from bot.governance.authorize import Act


async def show(ask: Ask) -> Reply:
    """Say what is kept about the person, and for how long."""
    return Reply(await ask.conversation.privacy.told(ask.key, ask.actor))


async def tuning(ask: Ask) -> Reply:
    """Let the person's words be learned from, or no more."""
    allowed, event_id = ask.text("allow") == "yes", ask.call.event_id
    privacy = ask.conversation.privacy
    return Reply(await privacy.allow_tuning(ask.key, ask.actor, allowed=allowed, event_id=event_id))


async def export(ask: Ask) -> Reply:
    """Give the person all that is kept about them."""
    packed = await ask.conversation.privacy.export(ask.key, ask.actor, at_most=ask.call.takes)
    several = f"{len(packed.files)} files" if len(packed.files) > 1 else "a ZIP file"
    left = packed.left_out
    lacks = f" {left} {'picture' if left == 1 else 'pictures'} had no room in it." if left else ""
    return Reply(f"All that I keep about you, in {several}.{lacks}", export=packed)


async def delete(ask: Ask) -> Reply:
    """Forget the person, when they say once more that they mean it."""
    return Reply(await ask.conversation.privacy.delete(ask.key, ask.actor, ask.text("confirm")))


async def rate(ask: Ask) -> Reply:
    """Say what the person thinks of the room's last answer."""
    good = ask.text("it") == "good"
    ratings, event_id = ask.conversation.ratings, ask.call.event_id
    await ratings.rate_last(ask.key, ask.actor, 1 if good else -1, event_id=event_id)
    return Reply(f"Noted: my last answer here was {'good' if good else 'bad'}. Thank you!")


GROUPS = {"privacy": "What I keep about you, and what it may be used for"}

COMMANDS = (
    Command(
        "rate",
        "Say whether my last answer here was good",
        Act.CHAT,
        rate,
        (
            Param(
                "it",
                "How it was",
                required=True,
                choices=(Choice("👍 good", "good"), Choice("👎 bad", "bad")),
            ),
        ),
    ),
    Command("privacy/show", "Show what I keep about you, and for how long", Act.SEE_PRIVACY, show),
    Command("privacy/export", "Get all that I keep about you, in private", Act.EXPORT, export),
    Command(
        "privacy/delete",
        "Delete all that I keep about you, for good",
        Act.BE_FORGOTTEN,
        delete,
        (Param("confirm", "Write the word delete to say that you mean it", required=True),),
    ),
    Command(
        "privacy/tuning",
        "Say whether a model may be taught with your words",
        Act.CONSENT,
        tuning,
        (
            Param(
                "allow",
                "Whether they may be used, everywhere you talk to me on this platform",
                required=True,
                choices=(Choice("yes", "yes"), Choice("no", "no")),
            ),
        ),
    ),
)
