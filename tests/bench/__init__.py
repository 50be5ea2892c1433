"""How fast Parley is, measured on the real thing: real sockets, real files, an AI service in another process.

`python -m tests.bench` (`make bench`) prints one table: each figure beside its bound, and beside a bare loop
that does only what cannot be left out. `python -m tests.bench turns history` prints some of it, `--times 3`
the medians of three runs. PARLEY_BENCH_ROWS=10000000 makes the long history ten times as long.

Every measure runs in a process of its own. No test asserts a time; `tests/test_bench.py` holds that the
measures work.
"""
