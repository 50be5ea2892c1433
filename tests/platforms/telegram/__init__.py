"""Telegram on this machine: a Bot API server for the unmodified library, and people who write there.

    async with serving() as telegram:                   # TELEGRAM_API_BASE=telegram.url, token telegram.token
        ann = telegram.member("ann")
        mod = telegram.administrator("mod")             # anonymous=True: as the group itself
        await ann.says("What is a fjord?", mention=True)
        answer = await ann.sees_final("a narrow inlet")
        await ann.presses("Regenerate", answer)
        await mod.runs("/persona set", text="You are a pirate.")

Rooms are "general" (a supergroup), "direct" (everybody's own chat with the bot) and those that
`telegram.group("club", topics=("help",))` makes: "club" and "club/help"; `basic=True`: a group of the old
kind.

Closing raises when `telegram.broken` is not empty, or a pressed button was never answered;
`telegram.forgive("too many")` takes out what a test broke on purpose.

Limits are Telegram's own; `serving(pace=Pace(second=0.05, minute=3))` makes its seconds and minutes shorter,
`pace=None` takes them away. `telegram.clock.later(30)` lets time pass: drafts, updates and waits expire by
it; a `Clock(running=False)` stands still otherwise.

`telegram.takes = 900`: it finds longer texts too long, as Telegram may whatever it documents.

Faults (`tests.platforms.telegram.faults`) are told by method, "*" or "file":
`telegram.will("sendMessage", too_many(33), hangs(done=True))` for the next two calls,
`telegram.always("getUpdates", page(502))` until `telegram.always("getUpdates", None)`. What goes wrong with
updates is in `telegram.updates`: `add_raw` (unreadable), `again` (twice), `reorder`, `restart_ids`.
`telegram.requests` is the transcript, `await telegram.was_asked("sendMessage", 2)` waits for it.
"""

from tests.platforms.telegram.clock import Clock
from tests.platforms.telegram.pace import Pace
from tests.platforms.telegram.person import Person
from tests.platforms.telegram.server import Telegram, serving

__all__ = ["Clock", "Pace", "Person", "Telegram", "serving"]
