"""Installs the peers from their locks into `bench/.peers`, once for each state of the locks."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.servers import NotRun

LOCKS = Path(__file__).parent
HOME = LOCKS.parent / ".peers"
NPMRC = LOCKS.parents[1] / ".npmrc"
INSTALL_SECONDS_MAX = 300
SHOWN_CHARACTERS = 500
PIP_OPTIONS = ("--quiet", "--no-build-isolation", "--require-hashes", "--requirement")


def node_modules() -> Path:
    """The folder of the peers that run on Node.js. Raises NotRun."""
    folder = HOME / "npm"
    sources = [LOCKS / "package.json", LOCKS / "package-lock.json", NPMRC]
    if _is_old(folder, sources):
        _empty(folder)
        for source in sources:
            shutil.copy(source, folder)
        _run(["npm", "ci", "--ignore-scripts", "--silent"], folder)
        _stamp(folder, sources)
    return folder / "node_modules"


def localstripe_python() -> Path:
    """The interpreter of a virtual environment with localstripe. Raises NotRun."""
    folder = HOME / "localstripe"
    python = folder / "bin" / "python"
    locks = [LOCKS / "build.lock", LOCKS / "localstripe.lock"]
    if _is_old(folder, locks):
        _empty(folder)
        _run([sys.executable, "-m", "venv", str(folder)], folder)
        for lock in locks:  # what builds, then what is built with it: nothing unhashed is fetched
            _run([str(python), "-m", "pip", "install", *PIP_OPTIONS, str(lock)], folder)
        _stamp(folder, locks)
    return python


def _is_old(folder: Path, sources: Sequence[Path]) -> bool:
    stamp = folder / ".ready"
    return not stamp.exists() or stamp.read_text(encoding="ascii") != _digest(sources)


def _stamp(folder: Path, sources: Sequence[Path]) -> None:
    (folder / ".ready").write_text(_digest(sources), encoding="ascii")


def _digest(sources: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _empty(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            list(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS_MAX,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotRun(f"not installed: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-SHOWN_CHARACTERS:]
        raise NotRun(f"not installed: {command[0]} ended with {done.returncode}: {said}")
