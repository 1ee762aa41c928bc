"""Who takes part: our server, the ceilings above it, an earlier commit of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.exchanges import Exchange
from bench.load import Requests
from bench.servers import Server, free_port, start
from bench.shop import Shop
from bench.works import Work, same

ROOT = Path(__file__).parents[1]
OURS = "paydesk"
BARE = "bare"
RAW = "raw"
GIT_SECONDS_MAX = 60
STATIC = Path("src/paydesk/pages/static")


@dataclass(frozen=True, slots=True)
class Contender:
    """A server to measure: how it is started in an empty folder, and asked for a work."""

    name: str
    start: Callable[[Path], Server]
    requests: Callable[[Work, Server, int], Requests]
    optional: bool = False
    """Whether what it can't do is reported, and not an error."""


def through_the_api(work: Work, server: Server, connections: int) -> Requests:
    """The requests of a work for a server that speaks Stripe's API."""
    return work.prepare(Shop(server.port), connections)


def snapshot(folder: Path) -> Path:
    """Copy our sources as they are now, so that nobody's edit changes what a long run measures.

    Gives back the folder that holds `src`.
    """
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    return folder


def ours(core: int, source: Path, name: str = OURS, *, optional: bool = False) -> Contender:
    """Paydesk as `paydesk serve` starts it, from the sources in a folder."""

    def begin(folder: Path) -> Server:
        return start_paydesk(folder, core, source)

    return Contender(name, begin, through_the_api, optional)


def start_paydesk(folder: Path, core: int, source: Path) -> Server:
    """Start it with the settings that it has by itself, and its database in `folder`."""
    port = free_port()
    options = ["--port", str(port), "--database", f"sqlite:///{database_of(folder)}"]
    return start(
        [sys.executable, "-m", "paydesk", "serve", *options],
        folder,
        port,
        core=core,
        environment=python_path(source / "src"),
    )


def database_of(folder: Path) -> Path:
    """Where a server that was started in the folder keeps its data."""
    return folder / "bench.db"


def ceilings(core: int, source: Path, saved: Path, taken: Sequence[Exchange]) -> list[Contender]:
    """The two servers that give back what ours said; `saved` is the file of the exchanges."""
    asks = {one.name: one.ask for one in taken}

    def requests(work: Work, server: Server, connections: int) -> Requests:
        return same(asks[work.name])

    def begin(module: str) -> Callable[[Path], Server]:
        return lambda folder: _start_ceiling(module, saved, folder, core, source)

    return [Contender(name, begin(f"bench.{name}"), requests) for name in (BARE, RAW)]


def _start_ceiling(module: str, saved: Path, folder: Path, core: int, source: Path) -> Server:
    port = free_port()
    return start(
        [sys.executable, "-m", module, str(saved), str(port), str(database_of(folder))],
        folder,
        port,
        core=core,
        environment=python_path(source / "src", ROOT),
    )


def python_path(*folders: Path) -> Mapping[str, str]:
    """An environment in which Python finds what is in these folders first."""
    return {"PYTHONPATH": ":".join(map(str, folders))}


@contextmanager
def earlier(core: int, revision: str, folder: Path) -> Iterator[Contender]:
    """Our server as it was at a revision of git: checked out beside, run with today's packages.

    The page's scripts are today's, because building them is not what is measured. Raises
    RuntimeError when git does not know the revision.
    """
    commit = git("rev-parse", "--short", f"{revision}^{{commit}}")
    tree = folder / "tree"
    git("worktree", "add", "--quiet", "--detach", str(tree), commit)
    try:
        if not (tree / STATIC).exists():
            shutil.copytree(ROOT / STATIC, tree / STATIC)
        yield ours(core, tree, f"{OURS}@{commit}", optional=True)
    finally:
        git("worktree", "remove", "--force", str(tree))


def git(*arguments: str) -> str:
    """What git says. Raises RuntimeError with its complaint."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments],
        capture_output=True,
        text=True,
        timeout=GIT_SECONDS_MAX,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()
