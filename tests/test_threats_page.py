"""`docs/threats.md` names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMED = re.compile(r"`(test_\w+)::(test_\w+)`")
ROWS = [*(f"S{number}" for number in range(1, 9)), *(f"S{number}" for number in range(16, 21)), "S24", "S34"]


def test_every_promise_is_held_by_tests_that_exist() -> None:
    there = {
        (file.stem, name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)\(", file.read_text("utf-8"), re.MULTILINE)
    }
    rows = [line for line in (ROOT / "docs" / "threats.md").read_text("utf-8").splitlines() if "(S" in line]
    assert [re.findall(r"\((S\d+)\)", row)[0] for row in rows] == ROWS
    assert all(NAMED.search(row) for row in rows)
    assert [named for row in rows for named in NAMED.findall(row) if named not in there] == []
