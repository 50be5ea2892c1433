"""Prints the table: `python -m tests.bench [measure…] [--times N]`."""

import argparse
from datetime import UTC, datetime

from tests.bench.figures import machine, printed
from tests.bench.measures import MEASURES, table


def main() -> None:
    """Measure and print."""
    known = [measure.__name__ for measure in MEASURES]
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "measures", nargs="*", metavar="measure", help=f"of {', '.join(known)}; all unless named"
    )
    parser.add_argument("--times", type=int, default=1, help="print the medians of so many runs")
    given = parser.parse_args()
    if unknown := set(given.measures) - set(known):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    print(f"{datetime.now(UTC):%d %B %Y}: {machine()}\n", flush=True)
    print(printed(table(given.measures or known, given.times)))


if __name__ == "__main__":
    main()
