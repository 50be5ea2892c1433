"""What moderators are told exists: commands, options, pictures; and README leads there."""

import re
from pathlib import Path

from bot.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "moderators.md").read_text("utf-8")
TABLE = {command.path.replace("/", " "): command for command in COMMANDS}
GROUPS = {path.partition(" ")[0] for path in TABLE}
GIVEN = re.compile(r"`/([a-z][^`]*)`")
OPTION = re.compile(r"\b([a-z]+): ")
LONGEST = 60_000
"""Bytes of a picture."""


def meant(line: str) -> str:
    """The command that a line begins with; nothing: none."""
    words = line.replace("_", " ", 1).replace("\n", " ").split()
    return next((path for path in (" ".join(words[:2]), words[0]) if path in TABLE), "")


def test_every_command_on_the_page_exists_with_its_options() -> None:
    given = [line for line in GIVEN.findall(PAGE) if line not in GROUPS or line in TABLE]
    assert len(given) > 50
    assert [line for line in given if not meant(line)] == []
    for line in given:
        command = TABLE[meant(line)]
        assert {name for name in OPTION.findall(line)} <= {param.name for param in command.params}, line


def test_every_group_of_commands_is_on_the_page() -> None:
    named = {line.split()[0].partition("_")[0] for line in GIVEN.findall(PAGE)}
    assert named >= GROUPS


def test_every_picture_is_there_is_small_and_is_shown() -> None:
    shown = set(re.findall(r"\]\((pictures/[^)]+)\)", PAGE))
    assert shown == {f"pictures/{file.name}" for file in (ROOT / "docs" / "pictures").iterdir()}
    assert all((ROOT / "docs" / one).stat().st_size <= LONGEST for one in shown)


def test_readme_leads_to_the_page() -> None:
    assert "[For moderators](docs/moderators.md)" in (ROOT / "README.md").read_text("utf-8")
