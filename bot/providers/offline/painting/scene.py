"""What a prompt asks for: some hundred words are known, the rest is left to the prompt's hash. Pure."""

import hashlib
import random
import re
from dataclasses import dataclass, field

Colour = tuple[int, int, int]

HOURS: dict[str, tuple[str, ...]] = {
    "sunset": ("sunset", "dusk", "evening", "sundown", "twilight", "golden"),
    "dawn": ("dawn", "sunrise", "morning", "misty", "mist", "fog", "foggy", "pastel"),
    "night": (
        "night",
        "midnight",
        "moon",
        "moonlight",
        "moonlit",
        "stars",
        "starry",
        "aurora",
        "dark",
        "nocturnal",
    ),
    "storm": ("storm", "stormy", "rain", "rainy", "thunder", "grey", "gray", "gloomy", "cloudy", "tempest"),
    "day": ("day", "noon", "sunny", "summer", "blue", "bright", "spring"),
}
PLACES: dict[str, tuple[str, ...]] = {
    "sea": (
        "sea",
        "ocean",
        "beach",
        "coast",
        "waves",
        "wave",
        "water",
        "ship",
        "boat",
        "sailing",
        "island",
        "harbour",
        "pirate",
        "bay",
    ),
    "lake": ("lake", "pond", "river", "reflection", "reflections", "fjord", "loch"),
    "mountains": (
        "mountain",
        "mountains",
        "alps",
        "peak",
        "peaks",
        "hiking",
        "himalaya",
        "volcano",
        "cliff",
        "glacier",
    ),
    "forest": ("forest", "woods", "trees", "tree", "jungle", "pines", "pine", "fir", "wood", "rainforest"),
    "city": (
        "city",
        "town",
        "skyline",
        "buildings",
        "skyscraper",
        "street",
        "urban",
        "cyberpunk",
        "metropolis",
        "neon",
    ),
    "desert": ("desert", "dunes", "dune", "sand", "sahara", "camel", "mars"),
    "hills": (
        "hills",
        "hill",
        "meadow",
        "field",
        "fields",
        "countryside",
        "grass",
        "farm",
        "valley",
        "garden",
        "landscape",
    ),
    "space": (
        "space",
        "galaxy",
        "nebula",
        "planet",
        "universe",
        "cosmos",
        "cosmic",
        "astronaut",
        "rocket",
        "milky",
        "saturn",
    ),
    "abstract": (
        "abstract",
        "pattern",
        "shapes",
        "geometric",
        "cubist",
        "modern",
        "music",
        "dream",
        "emotion",
    ),
}
SUBJECTS: dict[str, tuple[str, ...]] = {
    "parrot": ("parrot", "parrots", "macaw", "bird", "polly", "cockatoo", "parakeet", "budgie"),
    "boat": ("boat", "ship", "sail", "sailing", "pirate", "yacht"),
    "aurora": ("aurora", "northern"),
    "snow": ("snow", "snowy", "winter", "snowing", "ice", "christmas", "arctic"),
    "rain": ("rain", "rainy", "raining", "storm", "stormy"),
    "moon": ("moon", "moonlight", "moonlit"),
    "ring": ("saturn", "ring", "rings"),
    "gulls": ("birds", "gulls", "seagulls", "flock", "geese"),
}
COLOURS: dict[str, Colour] = {
    "red": (214, 45, 48),
    "scarlet": (225, 50, 40),
    "crimson": (176, 24, 52),
    "orange": (240, 138, 40),
    "gold": (236, 184, 62),
    "golden": (236, 184, 62),
    "yellow": (248, 208, 60),
    "green": (58, 160, 84),
    "emerald": (22, 142, 98),
    "turquoise": (54, 190, 190),
    "teal": (24, 128, 134),
    "blue": (48, 110, 210),
    "azure": (70, 150, 230),
    "indigo": (64, 58, 150),
    "purple": (128, 66, 172),
    "violet": (140, 84, 196),
    "lilac": (190, 150, 214),
    "pink": (238, 130, 168),
    "magenta": (206, 52, 140),
    "brown": (126, 82, 50),
    "black": (26, 26, 32),
    "white": (240, 240, 238),
    "silver": (180, 188, 198),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What will be painted. `chance` decides everything the prompt leaves open."""

    place: str
    hour: str
    subjects: frozenset[str]
    colours: tuple[Colour, ...]
    chance: random.Random = field(repr=False, compare=False)


def read(prompt: str, seed: str) -> Scene:
    """Understand a prompt as far as the painter can."""
    words = re.findall(r"[a-z]+", prompt.lower())
    key = f"{' '.join(prompt.split()).lower()}\n{seed}".encode(errors="replace")
    chance = random.Random(hashlib.sha256(key).digest())  # noqa: S311 - art, no secret
    subjects = frozenset(_all(SUBJECTS, words))
    place = next(iter(_all(PLACES, words)), "")
    hour = next(iter(_all(HOURS, words)), "")
    if not place:
        place = chance.choice(("hills", "sea", "forest", "mountains")) if hour or subjects else "abstract"
    return Scene(
        place,
        hour
        or chance.choice(
            ("day", "day", "sunset", "dawn") if subjects else ("day", "sunset", "dawn", "night")
        ),
        subjects,
        tuple(COLOURS[word] for word in words if word in COLOURS),
        chance,
    )


def _all(table: dict[str, tuple[str, ...]], words: list[str]) -> list[str]:
    """What the words stand for, in the order in which they were said."""
    return [meaning for word in words for meaning, known in table.items() if word in known]
