"""Servers in processes of their own, on a core of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bench.load import HOST

START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 10.0
SETTLE_SECONDS_MAX = 2.0
POLL_SECONDS = 0.05
LOG_SHOWN_CHARACTERS = 1_500
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class NotRun(Exception):
    """A server can't take part, and the message says why."""


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core the servers share, and which one the load generator has."""

    server: int
    load: int


def choose_cores() -> Cores:
    """The first and the last core that we may use. Raises RuntimeError when there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise RuntimeError("The bench needs two cores: one for the server, one for the load.")
    return Cores(server=usable[0], load=usable[-1])


def busy_seconds() -> float:
    """Processor time that was used on all cores so far, by anybody for anything."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    user, nice, system, _, _, irq, softirq, steal = map(int, first.split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this process and the ones that it starts on `core`, until the block ends."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def cpu_seconds(self) -> float:
        """Processor time of the process and its threads so far, user and system."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def peak_mebibytes(self) -> float:
        """The most memory that it held at once."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024

    def settle(self) -> None:
        """Wait until it has nothing left to do (a checkpoint, say), so that others have the core.

        Gives up after `SETTLE_SECONDS_MAX`.
        """
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        used = self.cpu_seconds()
        while time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            before, used = used, self.cpu_seconds()
            if used == before:
                return

    def stop(self) -> None:
        """Ask it to end, and make it if it does not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The end of what it said."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-LOG_SHOWN_CHARACTERS:]


def start(
    command: Sequence[str],
    folder: Path,
    port: int,
    *,
    core: int | None,
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Start a server that will listen on `port`; comes back once it does.

    What it says goes to a file in `folder`, where it also works. Raises NotRun when it can't be
    started, ends, or does not listen within `START_SECONDS_MAX`.
    """
    server = spawn(command, folder, port, core=core, environment=environment)
    try:
        _wait_until_listening(server)
    except BaseException:
        server.stop()
        raise
    return server


def spawn(
    command: Sequence[str],
    folder: Path,
    port: int,
    *,
    core: int | None,
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Start a program on `core`, or on any, and don't wait. Raises NotRun when it can't be."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    try:
        with nullcontext() if core is None else on_core(core), log.open("wb") as output:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=_environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    except OSError as error:
        raise NotRun(str(error)) from error
    return Server(port, process, log)


def _wait_until_listening(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise NotRun(f"it ended with {server.process.returncode}: {server.last_words()}")
        try:
            socket.create_connection((HOST, server.port), timeout=1).close()
        except OSError:
            time.sleep(POLL_SECONDS)
        else:
            return
    raise NotRun(f"it did not listen within {START_SECONDS_MAX:g} s: {server.last_words()}")


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Ours without the settings of a Paydesk, which would change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYDESK_")}
    return {**kept, **more}
