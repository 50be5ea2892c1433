"""A Discord on this machine: the unmodified discord.py speaks to it, and it is as strict as the real one.

In the test's own loop::

    async with discord_server() as discord:
        ann, mod = discord.member("ann"), discord.moderator("mod")
        async with bot(DISCORD_TOKEN=discord.token, DISCORD_API_BASE=discord.url):
            await ann.says("What is a fjord?", mention=True)
            answer = await ann.sees_final("a narrow inlet")
            await ann.presses("Regenerate", answer)
            await mod.runs("/persona set", text="You are a pirate.")
        assert discord.sights.pings == []

At the end it raises `Broken` with everything that the bot broke: an interaction not acknowledged in 3 s or
used after 15 minutes, requests above a bucket or above 50 a second, a body that does not fit Discord's
published description, messages too long, heartbeats missed, sessions started too fast. A test that breaks
something on purpose takes it out of `discord.broken`.

**Pointing discord.py at a server.** The library reads two class attributes, and nothing per client:
`discord.http.Route.BASE` (REST, interactions and webhooks alike), and
`discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` (a first connection, and some after that). In this order:
set `Route.BASE` to `DISCORD_API_BASE`; `await client.login(token)`;
`_, url, _ = await client.http.get_bot_gateway()`; set `DEFAULT_GATEWAY = yarl.URL(url)`;
`await client.connect()`. Resumes go to the `resume_gateway_url` of READY by themselves.
`tests.platforms.discord.library` does just this (`async with connected(client, discord)`).

People (`member`): what `tests.platforms.people.Person` says, with `room="direct"` for direct messages, and
besides `picks` (context menus), `selects`, `edits`, `deletes`, `opens_thread`, `sees_gone`, `window`. They
may do what Discord's client lets them, else `NotOffered`: commands, options and choices as registered,
permissions, buttons that are there. `discord.member("beep", bot=True)` and `discord.webhook("news")` write.

Places (`server`): `room`, `server`, `elsewhere` (a group where only its people have the app), `overwrites`,
`archives`, `removes`, `leaves`; `channel(name)` is what a command's option of type channel takes.

Faults (`faults`): `discord.will("POST", "/channels/*/messages", fails(500), hangs(), resets(after=True))`,
one a request; `limited(0.1, scope="global")` and `limited(via=False)` are 429s; `passes(gate)` waits.
The gateway's (`gateway`): `discord.gateway.reconnect()`, `.invalidate(resumable=…)`, `.close(4009)`,
`.drop()`, `.garbage()`, `.sends("MESSAGE_CREATE", {})`, `.acks = False`, `.silent = True`,
`.ready = False`, `.refuses = 2`, `.repeats = 1` (duplicates on resume).

What happened (`transcript`): `discord.transcript.of("POST", "/channels/*/messages")`,
`await discord.transcript.asked("POST", …, times=2)`, `.unguarded()` (writes that do not forbid mentions);
`discord.sights.pings`, `.unfurled`, `.typed`; `discord.gateway.identifies`, `.resumes`;
`discord.unanswered()`.

Numbers (`limits`): `discord_server(Limits(acknowledge=0.2, identify_every=0))`, and
`Limits().with_bucket("POST /channels/{channel_id}/messages", 2, 0.1)`.
"""

from tests.platforms.discord.faults import fails, hangs, limited, passes, resets
from tests.platforms.discord.limits import Limits
from tests.platforms.discord.member import Member
from tests.platforms.discord.server import Discord, discord_server
from tests.platforms.discord.sessions import Intent
from tests.platforms.discord.transcript import Broken
from tests.platforms.discord.world import Right

__all__ = [
    "Broken",
    "Discord",
    "Intent",
    "Limits",
    "Member",
    "Right",
    "discord_server",
    "fails",
    "hangs",
    "limited",
    "passes",
    "resets",
]
