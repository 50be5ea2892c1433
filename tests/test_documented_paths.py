"""A path that our pages name is there, and the map in CONTRIBUTING leaves nothing out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMED = re.compile(r"`((?:bot|adapters|tests|docs|migrations|\.ci)/[\w./-]*)`")
LINKED = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
EXAMPLES = {"bot/tools/builtin/throw_dice.py"}
"""What a reader is shown how to write."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = [ROOT / path for path in NAMED.findall(text) if path not in EXAMPLES]
    linked = [page.parent / path for path in LINKED.findall(text)]

    assert [path for path in (*named, *linked) if not path.exists()] == []


def test_the_map_shows_all_there_is() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rows = text.partition("```\nbot/")[2].partition("```")[0].splitlines()
    shown = {name.rstrip("/") for row in rows for name in row.strip().partition("  ")[0].split()}
    there = [*(ROOT / "bot").iterdir(), *(ROOT / "adapters").iterdir()]
    folders = [path for path in (ROOT / "bot/conversation").iterdir() if path.is_dir()]

    names = {path.stem for path in (*there, *folders)} - {"__init__", "__pycache__"}
    assert names - shown == set()
