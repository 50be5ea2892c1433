"""Arithmetic is exact where it can be, says where it is not, and never takes long."""

import math
import re
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadOption
from bot.tools.builtin.arithmetic import written
from bot.tools.builtin.calculate import CALCULATE
from bot.tools.builtin.formulas import worked_out


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("1+1", "2"),
        ("0.1 + 0.2", "0.3"),
        ("1/3", "1/3 ≈ 0.333333333333333"),
        ("-7/2", "-3.5"),
        ("1/3 * 3", "1"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 2", "5"),
        ("-2 ** 2", "-4"),
        ("2 ** -1", "0.5"),
        ("2 ** 3 ** 2", "512"),
        ("2^10", "1024"),
        ("2 * -3 + 1", "-5"),
        ("--3", "3"),
        ("7 // 2", "3"),
        ("-7 // 2", "-4"),
        ("7 % 3", "1"),
        ("-7 % 3", "2"),
        ("15%", "0.15"),
        ("15% of 80", "12"),
        ("200 * (1 + 19%)", "238"),
        ("200 + 10%", "200.1"),
        ("50% * 3", "1.5"),
        ("6 × 7 ÷ 2 − 1 · 1", "20"),
        (".5 + 5.", "5.5"),
        ("1.5e3", "1500"),
        ("1e-3", "0.001"),
        ("2 ** 200", str(2**200)),
        ("factorial(20)", "2432902008176640000"),
        ("sqrt(16)", "4"),
        ("sqrt(2.25)", "1.5"),
        ("sqrt(2)", "≈ 1.4142135623731"),
        ("8 ** (1/3)", "≈ 2"),
        ("pi ** 2", "≈ 9.86960440108936"),
        ("2 ** pi", "≈ 8.82497782707629"),
        ("sin(pi / 2)", "≈ 1"),
        ("cos(0)", "≈ 1"),
        ("log(1000)", "≈ 3"),
        ("log(8, 2)", "≈ 3"),
        ("ln(e)", "≈ 1"),
        ("log2(8)", "≈ 3"),
        ("hypot(3, 4)", "≈ 5"),
        ("degrees(pi)", "≈ 180"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(2.675, 2)", "2.68"),
        ("round(12345, -2)", "12300"),
        ("floor(-1.5)", "-2"),
        ("ceil(1.2)", "2"),
        ("abs(-3)", "3"),
        ("min(3, 1, 2) + max(3, 1, 2)", "4"),
        ("mean(1, 2, 4)", "7/3 ≈ 2.33333333333333"),
        ("sum(1, 2, 3)", "6"),
        ("gcd(12, 18) + lcm(4, 6)", "18"),
        ("comb(5, 2) + perm(5, 2)", "30"),
        ("0 * 5", "0"),
        ("-0.05", "-0.05"),
        ("1.0000001 ** 10000000", "≈ 2.71828169254497"),
        ("1 ** 99999999999", "1"),
        ("(-1) ** 99999999999", "-1"),
        ("0 ** 99999999999", "0"),
        ("2 ** -1000", "≈ 9.33263618503219E-302"),
        ("1/7000001", "≈ 0.000000142857122448983"),
        ("+".join(["(1)"] * 99), "99"),
        ("1/7001", "1/7001 ≈ 0.000142836737608913"),
        ("10**20 + 0.5", "100000000000000000000.5"),
    ],
)
def test_a_formula_has_the_value_that_a_person_expects(formula: str, result: str) -> None:
    assert written(worked_out(formula)) == result


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("", "A number should stand where there is the end"),
        ("1 +", "where there is the end"),
        ("1 2", "There should be the end where there is '2'"),
        ("(1", "There should be ')' where there is the end"),
        ("1)", "where there is ')'"),
        ("1,000", "where there is ','"),
        ("sqrt 2", "There should be '('"),
        ("sqrt()", "A number should stand"),
        ("sqrt(1, 2)", "another number of values"),
        ("min(1)", "another number of values"),
        ("1.2.3", "cannot be read from here: '1.2.3'"),
        ("1e9999", "cannot be read from here"),
        ("x + 1", "Known are sqrt"),
        ("1 / 0", "divided by zero"),
        ("1 % 0", "divided by zero"),
        ("1.5 // 0", "divided by zero"),
        ("0 ** -1", "divided by zero"),
        ("0 ** -0.5", "divided by zero"),
        ("sqrt(-1)", "no value there"),
        ("ln(0)", "no value there"),
        ("asin(2)", "no value there"),
        ("(-8) ** (1/3)", "no real number"),
        ("factorial(1.5)", "1.5 is no whole number"),
        ("factorial(-1)", "no value there"),
        ("gcd(1.5, 2)", "no whole number"),
        ("1" * 501, "at most 500 characters"),
        ("(" * 100, "too many brackets"),
        ("-" * 100 + "1", "too many brackets"),
    ],
)
def test_what_cannot_be_worked_out_says_why(formula: str, said: str) -> None:
    with pytest.raises(BadOption) as caught:
        worked_out(formula)

    assert said in caught.value.reply


@pytest.mark.parametrize(
    "formula",
    [
        "9**9**9",
        "9**9**9**9**9",
        "2 ** 99999999999999999999",
        "1e999 ** 999",
        "(1/3) ** -99999999",
        "factorial(1001)",
        "factorial(factorial(9))",
        "comb(99999, 50000)",
        "perm(10000, 9999)",
        "perm(10**15, 10**9)",
        "*".join(["1e999"] * 20),
        "exp(1000)",
        "round(1, 1e9)",
        "round(1/3, 101)",
        "1e999 * sin(1)",
        "lcm(" + ",".join(f"{10**40 + n}" for n in range(11)) + ") ** 99",
        "1e300 * pi * 1e300",
    ],
)
def test_what_would_take_long_or_fill_the_memory_is_refused_before(formula: str) -> None:
    with pytest.raises(BadOption):
        worked_out(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "().__class__.__mro__",
        "'a' * 9",
        "[1 for x in range(9)]",
        "lambda: 1",
        "1 if 1 else 2",
        "open('/etc/passwd')",
        "1; 2",
        "x := 1",
        "f'{1}'",
        "1 << 99",
        "~1",
        "0x10",
        "1_000",
        "1 and 2",
        "1 < 2",
    ],
)
def test_no_program_is_a_formula(formula: str) -> None:
    with pytest.raises(BadOption):
        worked_out(formula)


leaves = st.integers(0, 999).map(str) | st.decimals(0, 999, places=2).map(str)
formulas = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda left, sign, right: f"({left} {sign} {right})", inner, st.sampled_from("+-*/"), inner
    ) | inner.map(lambda one: f"(-{one})"),
    max_leaves=12,
)  # fmt: skip


@given(formulas)
def test_every_formula_of_fractions_is_exact(formula: str) -> None:
    """Held against Python's own reading of the same text, in fractions."""
    exact = re.sub(r"[\d.]+", lambda number: f"F('{number[0]}')", formula)
    try:
        expected = eval(exact, {"F": Fraction})  # noqa: S307  # of our own making
    except ZeroDivisionError:
        with pytest.raises(BadOption, match="zero"):
            worked_out(formula)
        return
    assert worked_out(formula) == expected


@given(st.fractions(max_denominator=10**9))
def test_what_is_written_can_be_read_again(value: Fraction) -> None:
    text = written(value)

    if "≈" not in text or "/" in text:
        assert worked_out(text.partition(" ≈")[0]) == value
    else:
        assert math.isclose(worked_out(text.removeprefix("≈ ")), value, rel_tol=1e-14)


@given(st.text(alphabet="0123456789.+-*/%^(),eπ sqrtin", max_size=60))
def test_nonsense_has_a_value_or_a_reason(text: str) -> None:
    with suppress(BadOption):
        assert written(worked_out(text))


def test_the_tool_is_harmless_and_told_in_full() -> None:
    assert (CALCULATE.name, CALCULATE.asks, CALCULATE.foreign, CALCULATE.reaches_out) == (
        "calculate", False, False, False,
    )  # fmt: skip
    assert "thousands separators" in CALCULATE.spec.schema["properties"]["formula"]["description"]
