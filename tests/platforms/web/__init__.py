"""The web chat's people: what they do goes through the machine interface of a running Parley.

    async with running(settings) as parley, web_chat(parley.url, parley.token) as web:
        ann, mod = web.member("ann"), web.moderator("mod")
        await ann.says("What is a fjord?")
        answer = await ann.sees_final("a narrow inlet")
        await ann.presses("Regenerate", answer)
        await mod.runs("/persona set", text="You are a pirate.")

They speak as `tests.platforms.people.Person` says. Every message is for Parley, so a mention changes nothing;
nobody replies to a message; `direct` is a room that one person uses, for nobody is alone with Parley. A
command without its required options opens its form, which `fills` sends. What a command replies, and what is
refused, only who gave it sees.

An answer that takes several posts is several messages on the screen, with the buttons under the last.
"""

from tests.platforms.web.chat import Web, web_chat
from tests.platforms.web.person import Visitor

__all__ = ["Visitor", "Web", "web_chat"]
