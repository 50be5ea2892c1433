"""Reads a formula and works it out as it goes. Its grammar is arithmetic and nothing else. Pure."""

import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from bot.errors import BadOption
from bot.tools.builtin.arithmetic import CONSTANTS, FUNCTIONS, Number, checked, power

LONGEST: Final = 500
"""Characters of a formula."""

DEEPEST: Final = 50
"""Brackets in brackets."""

TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)(?![\w.])"
    r"|(?P<name>[^\W\d_]\w*)|(?P<sign>\*\*|//|[-+*/%^(),×÷·−]))",
)
SAME: Final = {"^": "**", "×": "*", "·": "*", "÷": "/", "−": "-", "of": "*"}
"""Other ways to write an operator."""

BINARY: Final[Mapping[str, tuple[int, Callable[[Number, Number], Number]]]] = {
    "+": (1, operator.add),
    "-": (1, operator.sub),
    "*": (2, operator.mul),
    "/": (2, operator.truediv),
    "//": (2, lambda left, right: Fraction(left // right)),
    "%": (2, operator.mod),
    "**": (4, power),
}
"""How strongly each one binds, and what it does. A sign binds with 3."""

SIGN: Final = 3
END: Final = ""


def worked_out(formula: str) -> Number:
    """The value of a formula. Raises BadOption, which says where it cannot be read or worked out."""
    if len(formula) > LONGEST:
        raise BadOption(f"A formula has at most {LONGEST} characters.")
    reading = _Reading(_tokens(formula))
    try:
        value = reading.expression(0)
    except ZeroDivisionError:
        raise BadOption("Something is divided by zero.") from None
    except OverflowError:
        raise BadOption("A number on the way is too large.") from None
    except ValueError:
        raise BadOption("A function has no value there.") from None
    reading.expect(END)
    return value


def _tokens(formula: str) -> list[str]:
    """The words of a formula. Raises BadOption."""
    found, place = [], 0
    text = formula.rstrip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise BadOption(f"The formula cannot be read from here: {text[place : place + 20].strip()!r}.")
        word = match[0].strip()
        found.append(SAME.get(word, word))
        place = match.end()
    return [*found, END]


class _Reading:
    """One reading, from the left, by how strongly operators bind."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def expression(self, binding: int) -> Number:
        """A value and every operator after it that binds more strongly than `binding`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadOption("There are too many brackets or signs in one another.")
        left = self._value()
        while (found := BINARY.get(self._next)) and found[0] > binding:
            sign = self._take()
            if sign == "%" and not self._starts():
                left = checked(left / 100)
                continue
            strength, work = found
            right = self.expression(SIGN if sign == "**" else strength)
            left = checked(work(left, right))
        self._depth -= 1
        return left

    def expect(self, token: str) -> None:
        """Take this very token. Raises BadOption."""
        if self._next != token:
            raise BadOption(f"There should be {_shown(token)} where there is {_shown(self._next)}.")
        self._take()

    @property
    def _next(self) -> str:
        return self._tokens[self._place]

    def _take(self) -> str:
        token = self._next
        self._place += token != END
        return token

    def _starts(self) -> bool:
        """Whether a value follows, without a sign: then `%` is the remainder, else it is per cent."""
        return self._next == "(" or self._next[:1].isalnum() or self._next[:1] == "."

    def _value(self) -> Number:
        token = self._take()
        match token:
            case "+":
                return self.expression(SIGN)
            case "-":
                return -self.expression(SIGN)
            case "(":
                value = self.expression(0)
                self.expect(")")
                return value
        if token[:1].isdigit() or token[:1] == ".":
            return checked(Fraction(token))
        if token in FUNCTIONS:
            return self._called(token)
        if token in CONSTANTS:
            return CONSTANTS[token]
        known = f" Known are {', '.join((*FUNCTIONS, *CONSTANTS))}." if token[:1].isalpha() else ""
        raise BadOption(f"A number should stand where there is {_shown(token)}.{known}")

    def _called(self, name: str) -> Number:
        """A function and its values in brackets."""
        function, fewest, most = FUNCTIONS[name]
        self.expect("(")
        values = [self.expression(0)]
        while self._next == ",":
            self._take()
            values.append(self.expression(0))
        self.expect(")")
        if not fewest <= len(values) <= most:
            raise BadOption(f"{name} takes another number of values.")
        return checked(function(*values))


def _shown(token: str) -> str:
    return repr(token[:20]) if token else "the end"
