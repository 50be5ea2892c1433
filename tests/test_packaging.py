"""What a stranger gets: the locks, the image's steps, and the documents' examples."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest
import yaml

from tests.process import free_port

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def start(
    command: list[str],
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: int | None = None,
    *,
    nobody: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program; with `nobody` as a user who may read everything and write what is theirs."""
    words = [*as_nobody(), *command] if nobody else command
    return subprocess.Popen(words, env=environment, cwd=cwd, stdout=stdout)  # noqa: S603  # our own words


def locked(name: str) -> dict[str, str]:
    """A lock's packages and their versions."""
    found = re.findall(
        r"^([a-z0-9.-]+)(?:\[[^]]*\])?==([^ ;]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
    )
    return dict(found)


def normal(requirement: str) -> str:
    """A requirement's name as locks spell it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_address(name: str) -> None:
    for entry in re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip()):
        assert re.fullmatch(
            r"[a-z0-9.-]+==[\w.!+]+( ; [^\\\n/:]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+", entry
        ), entry.splitlines()[0]


def test_the_locks_hold_what_the_project_asks_for() -> None:
    runtime, development = (locked(name) for name in LOCKS)

    assert {normal(one) for one in PROJECT["project"]["dependencies"]} <= set(runtime)
    assert {normal(one) for one in PROJECT["dependency-groups"]["dev"]} <= set(development)
    assert runtime.items() <= development.items()


def blocks(language: str) -> list[tuple[str, str]]:
    """The examples in this language in all documents."""
    return [
        (document.name, block)
        for document in DOCUMENTS
        for block in re.findall(
            rf"^```{language}\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
    ]


def test_what_the_documents_link_to_is_there() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`make ([a-z]+)", document.read_text("utf-8"))) <= targets, document.name


def test_the_wheel_holds_everything_that_is_needed(tmp_path: Path) -> None:
    """The page and the migrations too: `pip install` of it is all it takes."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    assert start(build, cwd=ROOT, stdout=subprocess.DEVNULL).wait() == 0
    (wheel,) = tmp_path.glob("*.whl")

    held = set(zipfile.ZipFile(wheel).namelist())

    ours = [
        path
        for part in ("bot", "adapters", "migrations")
        for path in (ROOT / part).rglob("*")
        if path.is_file()
    ]
    assert {path.relative_to(ROOT).as_posix() for path in ours if "__pycache__" not in path.parts} <= held


def test_compose_leaves_the_container_nothing_to_misuse() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["parley"]

    assert compose["read_only"] is True
    assert compose["cap_drop"] == ["ALL"]
    assert compose["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in compose["ports"])


class Image:
    """What the Dockerfile says, done in a folder instead of in a container."""

    def __init__(self, root: Path) -> None:
        self.root = root
        text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
        lines = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
        self.steps = [(word, rest) for word, _, rest in lines]
        second = [number for number, (word, _) in enumerate(self.steps) if word == "FROM"][1]
        self.build, self.final = self.steps[:second], self.steps[second:]

    def inside(self, text: str) -> str:
        """Paths of the image as paths of the folder."""
        return re.sub(r"(?<![\w./])/(app|venv|data)\b", rf"{self.root}/\1", text)

    def copies(self) -> list[tuple[list[str], Path]]:
        """What is copied from the source, and where to."""
        words = [shlex.split(self.inside(rest)) for word, rest in self.build if word == "COPY"]
        return [(sources, Path(target)) for *sources, target in words]

    def runs(self) -> list[str]:
        """The build's commands."""
        return [self.inside(rest) for word, rest in self.build if word == "RUN"]

    def environment(self) -> dict[str, str]:
        """The variables of the final image."""
        pairs = chain.from_iterable(shlex.split(rest) for word, rest in self.final if word == "ENV")
        found = dict(pair.split("=", 1) for pair in pairs)
        return {
            name: self.inside(value).replace("$PATH", os.environ["PATH"]) for name, value in found.items()
        }

    def command(self, word: str) -> list[str]:
        """An exec-form instruction of the final image."""
        (rest,) = [rest for found, rest in self.final if found == word]
        command: list[str] = json.loads(rest[rest.index("[") :])
        return command


NOBODY = 65534


def as_nobody() -> list[str]:
    """What takes every right away but reading, in front of a command; nothing when we have none to lose."""
    if os.getuid() or not shutil.which("setpriv"):
        return []
    reads = "-all,+dac_read_search"
    caps = [f"--{kind}={reads}" for kind in ("inh-caps", "ambient-caps", "bounding-set")]
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *caps]


@pytest.fixture
def image() -> Iterator[Image]:
    """A folder that everybody may enter, with a read-only copy of the source in place."""
    root = Path(tempfile.mkdtemp(prefix="parley-image-"))
    root.chmod(0o777)
    image = Image(root)
    for sources, target in image.copies():
        target.mkdir(parents=True, exist_ok=True)
        for source in sources:
            _copy(ROOT / source, target)
    (root / "data").mkdir(mode=0o700)
    if as_nobody():
        os.chown(root / "data", NOBODY, NOBODY)
    yield image
    for path in (root, *root.rglob("*")):
        path.chmod(0o700, follow_symlinks=False) if path.is_dir() and not path.is_symlink() else None
    shutil.rmtree(root)


def _copy(source: Path, target: Path) -> None:
    """Copy as Docker does: a file into the folder, a folder's content into the folder of its own name."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.mark.timeout(300)
def test_the_images_steps_work_for_another_user_on_a_read_only_source(image: Image) -> None:
    """Install as the Dockerfile says, start its entry point, and let its health check decide."""
    app, port = image.root / "app", free_port()
    install(image)
    ours = {"PARLEY_WEB_PORT": str(port), "PARLEY_WEB_HOST": "127.0.0.1", "PARLEY_LOCAL_SERVERS": "off"}
    environment = image.environment() | ours
    before = snapshot(app)

    command = [*image.command("ENTRYPOINT"), *image.command("CMD")]
    parley = start(command, environment, image.root / "data", nobody=True)
    try:
        while start(image.command("HEALTHCHECK"), environment, nobody=True).wait():
            assert parley.poll() is None, "it ended at once"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/rooms")
    finally:
        parley.send_signal(signal.SIGTERM)
        assert parley.wait(20) == 0

    assert snapshot(app) == before
    assert list((image.root / "data").glob("*.db"))


def install(image: Image) -> None:
    """Do what the build stage does, as nobody; compiling the source is left to its owner."""
    path = f"{sys.base_prefix}/bin:{os.environ['PATH']}"
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment = {**pip, "HOME": str(image.root), "PATH": path}
    for step in image.runs():
        assert start(["sh", "-c", step], environment, nobody="compileall" not in step).wait() == 0, step
    for each in (image.root / "app").rglob("*"):
        each.chmod(0o555 if each.is_dir() else 0o444)


def snapshot(folder: Path) -> set[tuple[str, int]]:
    """What is in a folder, and when it was written."""
    return {(str(path), path.stat().st_mtime_ns) for path in folder.rglob("*")}
