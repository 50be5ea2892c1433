"""A long conversation with facts in it that are asked for much later, in other words. Made by a seed."""

import random
from dataclasses import dataclass

_TOLD = """
My sister Agnes moved to Lisbon last spring. | In which city is my sister living now?
The wifi password in the workshop is heron-forty-two. | How do I get on the workshop's wireless network?
I am allergic to hazelnuts, by the way. | Which nuts must I avoid because of my allergy?
Our dentist is Doctor Okafor in Mill Lane. | What was the dentist called again?
The boiler was last serviced in March 2024. | When did somebody look after the boiler?
My bike has a blue frame, serial number KX7731. | What was the serial of my bike?
We decided that the release goes out on the ninth of June. | What date was decided for the release?
Tom's birthday is on the second of October. | When should I congratulate Tom on his birthday?
The spare key hangs behind the green shed. | Where did I put the spare keys?
My grandmother's soup needs caraway and a spoon of vinegar. | What goes into grandma's soup?
The server in the basement runs Debian and has 32 gigabytes. | How much memory has the basement server?
I broke my left wrist when I was eleven. | Which wrist did I once break?
The cat is called Pixel and is scared of thunder. | What's the name of our cat?
Invoice 2217 from the printers is still unpaid. | Which invoice of the printing company is owed?
The choir meets on Tuesdays in the old chapel. | On what day does the choir rehearse?
I promised to send Fatima the photographs of the harbour. | Which photos did I promise to Fatima?
My locker combination is 18-4-33. | What combination opens my locker?
The lease of the flat ends on the last day of February. | When does our lease run out?
Bernd prefers to be called after six in the evening. | At what time does Bernd like to be called?
The test database lives on port 5544. | On which port is the test database listening?
We chose oak for the shelves because pine warped. | Why did the shelves become oak and not pine?
My passport expires in November 2027. | Until when is my passport valid?
The allotment has plum trees and a leaking greenhouse. | What kind of trees grow on the allotment?
Nadia plays the bassoon in the city orchestra. | Which instrument does Nadia play?
The courier collects parcels at a quarter past three. | When are parcels collected by the courier?
The paint in the hallway is called Winter Sage. | What was the colour of the hallway paint called?
I take my coffee with oat milk and no sugar. | How do I drink my coffee?
The club's bank account is with the Harbour Cooperative. | At which bank is the club's account?
The train to Ostrava leaves from platform seven. | From what platform does the Ostrava train go?
Our neighbour Lindqvist lends us his ladder whenever we ask. | Who lends us a ladder?
The dog needs half a tablet of Fenitrol each morning. | What dose of tablets does the dog get?
The poster was printed in A2 on recycled paper. | In what size did we print the poster?
Yusuf is writing his thesis about tidal mills. | What is Yusuf's thesis about?
The alarm of the office is switched off with 0907#. | How do I switch the office alarm off?
The kayak is stored at the boathouse of Veslo. | Where is my kayak stored?
I sold the old Volvo to a florist from Tampere. | Who bought the Volvo from me?
The recipe says to bake the bread at 230 degrees. | At how many degrees must the bread be baked?
My favourite author is Tove Jansson. | Who is the author that I like best, my favourite?
The meeting about the budget moved to room 4.12. | Which room is the budget meeting in?
Our holiday cottage belongs to the Marchetti family. | Whose is the holiday cottage?
"""

FACTS = tuple(tuple(line.split(" | ")) for line in _TOLD.strip().splitlines())
"""What is said once, and how it is asked for."""

_CHATTER = """
the gardener|my uncle|a colleague|the baker|her cousin|the new intern|our landlord|a friend
asked about|complained about|laughed about|wrote about|forgot|repaired|painted|dreamt of
the fence|a lamp|the match|some old records|the weather|a train ride|the bridge|the museum|a meeting|a parcel
yesterday|this morning|on Monday|last week|an hour ago|in the evening|again|for the third time
That sounds like a day to remember|I would have done the same|How did it end|It is often so|I am not surprised
What do you think?|Is that normal?|When should I answer?|Why is it so?||||||
"""

_WHO, _DID, _WHAT, _WHEN, _SAID, _ASKED = (line.split("|") for line in _CHATTER.strip().splitlines())


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer; `fact`: which fact is told in it, None: none."""

    said: str
    answer: str
    fact: int | None = None


def conversation(turns: int, seed: int = 1) -> list[Turn]:
    """So many turns of chatter, with every fact told once somewhere in their first half."""
    chance = random.Random(seed)
    told = [_chatter(chance) for _ in range(turns)]
    for fact, place in enumerate(chance.sample(range(turns // 2), len(FACTS))):
        told[place] = Turn(FACTS[fact][0], f"{chance.choice(_SAID)}.", fact)
    return told


def _chatter(chance: random.Random) -> Turn:
    who, did, what, when, asked = (chance.choice(words) for words in (_WHO, _DID, _WHAT, _WHEN, _ASKED))
    said = f"{who.capitalize()} {did} {what} {when}. {asked}".strip()
    return Turn(said, f"{chance.choice(_SAID)}: {chance.choice(_WHAT)}, {chance.choice(_WHEN)}.")
