"""The house's own rules, counted: what nobody counts grows."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
OURS = sorted(path for folder in ("bot", "adapters") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EVERYTHING = [*OURS, *sorted((ROOT / "migrations").rglob("*.py")), *TESTS]

LONGEST_FILE = 300
LONGEST_TEST_FILE = 450
"""A file of tests is read by its names; only a source file has to fit into a head."""
LONGEST_FUNCTION = 40
LONGEST_LIST = 60
"""Lines of a test or a migration: one that is long enumerates."""
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

UNNAMED = {"python-multipart", "uvloop"}
"""Needed by what imports them by a name of its own."""
BESIDE = {"anyio", "h11", "httpx2", "yarl"}
"""Part of another dependency's interface: uvicorn's connections, aiohttp's addresses, ways to MCP servers."""


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, its docstring and decorators not counted."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(path: Path) -> Iterator[str]:
    """The top names of what a file imports, at its head or inside."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    limits = {name(path): LONGEST_TEST_FILE if path in TESTS else LONGEST_FILE for path in EVERYTHING}
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in EVERYTHING}

    assert {path: count for path, count in lines.items() if count > limits[path]} == {}


def test_no_function_is_too_long_to_be_understood_at_once() -> None:
    found = {
        f"{name(path)}: {node.name}": length(node) - (0 if path in OURS else LONGEST_LIST - LONGEST_FUNCTION)
        for path in EVERYTHING
        for node in functions(path)
    }

    assert {where: lines for where, lines in found.items() if lines > LONGEST_FUNCTION} == {}


def test_the_unknown_is_caught_in_one_place() -> None:
    """`except Exception` hides what nobody thought of: one place turns it into a log entry and a sentence."""
    found = [
        name(path)
        for path in OURS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]

    assert len(found) == 1, found


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether a handler takes what it cannot know, and does not raise it again."""
    caught = {ast.unparse(one) for one in ast.walk(handler.type)} if handler.type else {"Exception"}
    raises = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
    return bool(caught & {"Exception", "BaseException"}) and not raises


def test_no_module_is_called_after_nothing() -> None:
    assert [name(path) for path in EVERYTHING if {path.stem, path.parent.name} & VAGUE] == []


def test_imports_go_one_way() -> None:
    done = subprocess.run(  # noqa: S603  # our own program
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout


def test_importing_everything_needs_no_variable_and_opens_nothing(tmp_path: Path) -> None:
    """In a process of its own that may write nothing, listen nowhere and ask for no variable."""
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in OURS]
    names = [module.removesuffix(".__init__") for module in modules]
    program = f"""
import sys
def forbid(event, args):
    if event in ("socket.bind", "socket.connect", "subprocess.Popen", "sqlite3.connect", "os.mkdir"):
        raise RuntimeError(f"importing caused {{event}} {{args}}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise RuntimeError(f"importing wrote {{args[0]}}")
sys.addaudithook(forbid)
import importlib
for name in {names!r}:
    importlib.import_module(name)
"""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-B", "-W", "error", "-c", program],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_depended_on_is_imported_and_the_reverse() -> None:
    wanted = {
        re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", one)[0]).lower()  # type: ignore[index]  # a requirement has a name
        for one in PROJECT["project"]["dependencies"]
    }
    homes = packages_distributions()
    used = {
        re.sub(r"[-_.]+", "-", home).lower()
        for path in [*OURS, *(ROOT / "migrations").rglob("*.py")]
        for top in imported(path)
        for home in homes.get(top, ())
    }

    assert wanted - used - UNNAMED == set()
    assert used - wanted == BESIDE


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_what_is_skipped_says_why(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".skip", ".skipif", ".xfail")):
            keywords = {keyword.arg for keyword in node.keywords}
            assert node.args or "reason" in keywords, f"line {node.lineno}"


def test_no_file_names_a_machine_or_leaves_something_undone() -> None:
    undone = re.compile(
        r"\b(?:TO" r"DO|FIX" r"ME|X{3}|raise NotImplemented" r"Error)\b|/(?:home|Users)/[a-z]"
    )
    texts = [
        *EVERYTHING,
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("*.toml"),
        ROOT / "Makefile",
    ]

    assert [name(path) for path in texts if undone.search(path.read_text("utf-8"))] == []
