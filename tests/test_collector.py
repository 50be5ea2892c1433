"""How often Python looks for garbage."""

import subprocess
import sys


def test_the_collector_leaves_alone_what_was_there_at_the_start() -> None:
    code = (
        "import gc; from bot.collector import calm; calm(); "
        "print(gc.get_freeze_count() > 1000, gc.get_threshold(), gc.isenabled())"
    )

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own

    assert said.strip() == "True (2000, 10, 25) True"


def test_the_program_is_loaded_without_looking() -> None:
    code = "import gc; import bot.__main__; print(gc.get_threshold())"

    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own

    assert said.strip() == "(50000, 20, 50)"
