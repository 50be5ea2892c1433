"""Arithmetic, which models guess at."""

from bot.tools.builtin.arithmetic import written
from bot.tools.builtin.formulas import worked_out
from bot.tools.here import Here
from bot.tools.tool import tool


async def calculate(here: Here, formula: str) -> str:
    """Work out a formula exactly. Use it for every calculation that is not trivial.

    formula: Numbers with + - * / // % ** and brackets; 15% is 0.15, and 15% of 80 is 12. Functions: sqrt,
        abs, round(x, places), floor, ceil, min, max, sum, mean, factorial, gcd, lcm, comb, perm, exp, ln,
        log(x, base), log2, log10, sin and the like in radians, degrees, radians, atan2, hypot. Constants: pi,
        e, tau. No thousands separators, no variables, no units.
    """
    return written(worked_out(formula))


CALCULATE = tool(calculate, deadline=2, at_most=5000, says=lambda given: f"calculating {given['formula']}")
