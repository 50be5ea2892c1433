"""Numbers, exact as long as they can be, and never so large that anybody waits for one. Pure."""

import math
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from typing import Final, TypeAlias

from bot.errors import BadOption

Number: TypeAlias = "Fraction | float"
"""Exact, or close."""

LARGEST: Final = 13_000
"""Bits of an exact number's two parts: four thousand digits, as many as Python writes out."""

FACTORIAL: Final = 1000
CHOICES: Final = 3000
PLACES: Final = 100
SHOWN: Final = Context(prec=15)
"""Digits of what is only close: a float has no more."""

LONG: Final = Context(prec=60, traps=[InvalidOperation])

LONGEST: Final = 50
"""Digits behind the point that are written out."""

TOO_LARGE: Final = "A number on the way is too large."


def checked(value: Number) -> Number:
    """The number, when it is one that we go on with. Raises BadOption."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadOption(TOO_LARGE)
    elif max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST:
        raise BadOption(TOO_LARGE)
    return value


def power(base: Number, exponent: Number) -> Number:
    """`base ** exponent`: exact for a whole exponent that keeps it small, else close. Raises BadOption,
    ZeroDivisionError."""
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) <= LARGEST:
            return Fraction(base**exponent.numerator)
        if abs(base) in (0, 1) and exponent > 0:
            return Fraction(base ** (2 - exponent.numerator % 2))
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    try:
        return float(LONG.power(_decimal(base), _decimal(exponent)))
    except InvalidOperation:
        raise BadOption("The root of a negative number is no real number.") from None


def _decimal(value: Number) -> Decimal:
    """More digits than a float has: a large power would multiply what it rounds away."""
    exact = Fraction(value)
    return LONG.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def square_root(value: Number) -> Number:
    """Exact for squares, else close."""
    if isinstance(value, Fraction) and value >= 0:
        root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
        if root * root == value:
            return root
    return math.sqrt(value)


def rounded(value: Number, places: Number = Fraction(0)) -> Number:
    """Half away from zero, as people round."""
    unit = Fraction(10) ** whole(places, PLACES)
    size = math.floor(abs(Fraction(value)) * unit + Fraction(1, 2))
    return (Fraction(size) if value >= 0 else Fraction(-size)) / unit


def whole(value: Number, at_most: int | None = None) -> int:
    """The number as a whole one. Raises BadOption when it is none, or larger than it may be."""
    if value != int(value):
        raise BadOption(f"{written(value)} is no whole number.")
    if at_most is not None and abs(int(value)) > at_most:
        raise BadOption(f"{written(value)} is more than {at_most}.")
    return int(value)


def _close(function: Callable[..., float]) -> Callable[..., Number]:
    """A function that knows floats only."""
    return lambda *values: function(*map(float, values))


def _whole(function: Callable[..., int], at_most: int | None = None) -> Callable[..., Number]:
    """A function that knows whole numbers only."""
    return lambda *values: Fraction(function(*(whole(value, at_most) for value in values)))


FUNCTIONS: Final[Mapping[str, tuple[Callable[..., Number], int, int]]] = {
    "sqrt": (square_root, 1, 1),
    "abs": (abs, 1, 1),
    "round": (rounded, 1, 2),
    "floor": (lambda value: Fraction(math.floor(value)), 1, 1),
    "ceil": (lambda value: Fraction(math.ceil(value)), 1, 1),
    "min": (min, 2, 99),
    "max": (max, 2, 99),
    "sum": (lambda *values: sum(values, Fraction(0)), 1, 99),
    "mean": (lambda *values: sum(values, Fraction(0)) / len(values), 1, 99),
    "factorial": (_whole(math.factorial, FACTORIAL), 1, 1),
    "gcd": (_whole(math.gcd), 2, 99),
    "lcm": (_whole(math.lcm), 2, 99),
    "comb": (_whole(math.comb, CHOICES), 2, 2),
    "perm": (_whole(math.perm, CHOICES), 2, 2),
    "exp": (_close(math.exp), 1, 1),
    "ln": (_close(math.log), 1, 1),
    "log": (
        _close(lambda value, base=10.0: math.log10(value) if base == 10 else math.log(value, base)),
        1,
        2,
    ),
    "log2": (_close(math.log2), 1, 1),
    "log10": (_close(math.log10), 1, 1),
    **{
        name: (_close(getattr(math, name)), 1, 1)
        for name in (
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "degrees",
            "radians",
        )
    },
    "atan2": (_close(math.atan2), 2, 2),
    "hypot": (_close(math.hypot), 2, 99),
}
"""What can be called, with the fewest and the most values it takes. `log` is to base 10 unless told."""

CONSTANTS: Final[Mapping[str, Number]] = {"pi": math.pi, "π": math.pi, "e": math.e, "tau": math.tau}


def written(value: Number) -> str:
    """A number as it is read: all its digits when it has an end, else the fraction and what it is about."""
    if isinstance(value, float):
        return f"≈ {_about(Fraction(value))}"
    if value.denominator == 1:
        return str(value.numerator)
    if decimals := _decimals(value):
        return decimals
    about = _about(value)
    return f"≈ {about}" if value.denominator > 10**6 else f"{value} ≈ {about}"


def _decimals(value: Fraction) -> str:
    """Every digit of a fraction that has an end not far behind the point. Empty: of any other."""
    twos = (value.denominator & -value.denominator).bit_length() - 1
    rest, fives = value.denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > LONGEST:
        return ""
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _about(value: Fraction) -> str:
    """Fifteen digits."""
    about = SHOWN.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(SHOWN)
    return f"{about:f}" if -10 < about.adjusted() < 15 else str(about)
