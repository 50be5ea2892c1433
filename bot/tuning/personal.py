"""What in a text says who somebody is, or where: it is replaced by what kind of thing stood there. Pure."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

SECRET: Final = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
    r"|\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}"
    r"|\b(?:hf|glpat|dop_v1|npm|pypi)[_-][A-Za-z0-9_-]{16,}"
    r"|\b(?:gh[oprsu]_|github_pat_)[A-Za-z0-9_]{20,}"
    r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bAIza[0-9A-Za-z_-]{30,}"
    r"|\b[0-9]{8,10}:[A-Za-z0-9_-]{30,}"
    r"|\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"
    r"|\b(?:api[ _-]?key|secret|token|passwor[dt])\b\s{0,3}[:=]\s{0,3}[\"']?[^\s\"']{8,}",
    re.IGNORECASE,
)
"""Keys and passwords: a text with one is not learned from at all."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://[^\s<>\"')\]}]+", re.IGNORECASE)
_TELLING = re.compile(r"[?#@]|/[A-Za-z0-9_=-]{20,}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'`*|]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_MENTION = re.compile(r"<(?:@[!&]?|#)[0-9]{5,20}>|(?<![\w@/])@[\w.]{2,64}(?<!\.)")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_IPV4 = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.IGNORECASE)
_ACCOUNT = re.compile(r"\b(?:discord|telegram|web):[\w-]{1,64}")
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00|\(?0)?[0-9(][0-9()/. -]{5,22}[0-9](?![\w]|[.,][0-9])")
_NUMBER = re.compile(r"(?<![\w.,])-?[0-9]{9,}(?![\w]|[.,][0-9])")
_DATE = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}")

LEAST_NAME: Final = 2
"""Characters of a name that is looked for."""
PART: Final = 3
"""Characters of one word of it."""


def secret(text: str) -> bool:
    """Whether a key or a password stands in it."""
    return bool(SECRET.search(text))


def cleaned(text: str, names: Iterable[str] = ()) -> str:
    """The text with placeholders where it tells of persons: addresses, numbers, accounts, and `names`."""
    text = _URL.sub(
        lambda found: "[LINK]" if _TELLING.search(found[0].partition("//")[2]) else found[0], text
    )
    text = _EMAIL.sub("[EMAIL]", text)
    text = _ACCOUNT.sub("[ACCOUNT]", _MENTION.sub("[NAME]", text))
    text = _IBAN.sub(_where(_is_iban, "[BANK ACCOUNT]"), text)
    text = _CARD.sub(_where(_is_card, "[CARD]"), text)
    text = _IPV6.sub(_where(_is_address, "[IP]"), _IPV4.sub(_where(_is_address, "[IP]"), text))
    text = _NUMBER.sub("[NUMBER]", _PHONE.sub(_where(_is_phone, "[PHONE]"), text))
    known = _names(frozenset(names))
    return known.sub("[NAME]", text) if known else text


def _where(holds: Callable[[str], bool], placeholder: str) -> Callable[[re.Match[str]], str]:
    return lambda found: placeholder if holds(found[0]) else found[0]


def _is_iban(text: str) -> bool:
    """ISO 13616: letters count from 10, and the whole leaves 1 when it is divided by 97."""
    compact = text.replace(" ", "")
    turned = compact[4:] + compact[:4]
    return 15 <= len(compact) <= 34 and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_card(text: str) -> bool:
    """Luhn's sum, ISO/IEC 7812."""
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_phone(text: str) -> bool:
    """Seven to fifteen digits as people write them down to be called: no date, no decimal."""
    digits = sum(sign.isdigit() for sign in text)
    if not 7 <= digits <= 15 or _DATE.fullmatch(text.strip()) or re.fullmatch(r"[0-9]+\.[0-9]+", text):
        return False
    groups = re.split(r"[^0-9+]+", text.strip(" ()./-"))
    return text.startswith(("+", "0", "(")) or len(groups) >= 3


@lru_cache(maxsize=64)
def _names(names: frozenset[str]) -> re.Pattern[str] | None:
    """What finds people by name: as they write it, and in other capitals where it is long enough to be no
    other word; their first and last names, too."""
    found: set[str] = set()
    for name in (" ".join(name.split()) for name in names):
        parts = [name, *(part for part in re.split(r"[\s_.,|/-]+", name) if len(part) >= PART)]
        for part in (part for part in parts if len(part) >= LEAST_NAME and re.search(r"\w", part)):
            found |= {part, part.title(), part.upper()}
            found |= {part.lower()} if len(part) > 4 or " " in part else set()
    found -= {"Parley", "parley", "PARLEY"}
    if not found:
        return None
    longest = sorted(found, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")
