"""What the stand-in knows by heart: parrots, and two texts that it recites."""

from pathlib import Path

FACTS = {
    "speak": "A parrot speaks without vocal cords: its voice comes from the syrinx, deep in the "
    "chest where the windpipe divides, and the tongue shapes it.",
    "fly": "The kākāpō of New Zealand is the only parrot that cannot fly. It climbs, walks, and "
    "is awake at night.",
    "heavy": "The heaviest parrot is the kākāpō: a big male weighs about four kilograms.",
    "big": "The hyacinth macaw is the longest parrot: about a metre from its head to the tip of its tail.",
    "small": "The smallest parrots are the pygmy parrots of New Guinea: eight centimetres, and "
    "about ten grams.",
    "clever": "Alex, an African grey who worked with Irene Pepperberg for thirty years, named "
    "colours, shapes and numbers, and used “none” where nothing was left.",
    "tool": "Goffin's cockatoos make tools: they carve strips of wood or cardboard to reach food "
    "they cannot get at.",
    "dance": "Snowball, a sulphur-crested cockatoo, dances in time with music. Researchers "
    "counted fourteen moves, and nobody had taught him any.",
    "colour": "The reds and yellows of parrots come from pigments that no other bird has, the "
    "psittacofulvins; green is that yellow over a blue made by the feather's structure.",
    "eat": "Macaws in Peru gather at river banks by the hundred to eat clay, most likely for its salt.",
    "nest": "Most parrots nest in holes. Monk parakeets build: great communal towers of sticks, a "
    "flat for each pair.",
    "foot": "Parrots have two toes pointing forward and two back, and most of them are left-footed.",
    "name": "Parrots have names: green-rumped parrotlets learn a call of their own from their "
    "parents in the nest.",
    "old": "Cookie, a cockatoo at a zoo near Chicago, lived to be 83.",
    "kea": "The kea lives in New Zealand's mountains, plays in the snow, and takes the rubber "
    "seals off parked cars.",
    "kinds": "There are about four hundred kinds of parrots, from budgerigars to macaws; "
    "twenty-odd are cockatoos.",
}
"""What is known of parrots, by what it is about."""

CUES = (
    (r"\b(speak|talk|voice|sing|say|words?)", "speak"),
    (r"\b(fly|flight|wings?|flies)", "fly"),
    (r"\b(heav|weigh)", "heavy"),
    (r"\b(big|large|long(?!er)|huge)", "big"),
    (r"\b(small|tiny|little)", "small"),
    (r"\b(clever|smart|intelligen|think|learn)", "clever"),
    (r"\b(tools?|mak(e|es|ing))\b", "tool"),
    (r"\b(danc|music)", "dance"),
    (r"\b(colou?r|green|red|blue|feather)", "colour"),
    (r"\b(eat|food|feed|diet|cracker)", "eat"),
    (r"\b(nest|eggs?|chicks?|live|home)\b", "nest"),
    (r"\b(foot|feet|toes?|claws?|left|right)\b", "foot"),
    (r"\b(names?|call(ed|s)?)\b", "name"),
    (r"\b(old|age|years?|lifespan)\b", "old"),
    (r"\b(kea|snow|mountain|car)", "kea"),
    (r"\b(kinds?|species|how many)", "kinds"),
)
"""Which words ask for which fact."""

PARROTS = (
    r"\b(parrots?|macaws?|cockatoos?|cockatiels?|budg(ie|erigar)s?|para?keets?|lorikeets?|kea|k[aā]k[aā]p[oō]|"
    r"poll(y|ies)|feathers?|beaks?|squawk\w*|african greys?)\b"
)
"""Words that make a message one about parrots."""


def showcase() -> str:
    """An answer with everything that Markdown has."""
    return _text("showcase.md")


def book() -> str:
    """A very long answer: several messages on most platforms."""
    return _text("book.md")


def _text(name: str) -> str:
    """A text that comes with this package."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8").rstrip()
