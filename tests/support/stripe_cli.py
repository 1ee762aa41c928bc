"""The `stripe` CLI as npm has it, run against a server of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20

FOLDERS = {
    "newest": ROOT / "node_modules" / "stripe-cli",
    "1.50": ROOT / "node_modules" / "stripe-cli-old",
}
"""Where npm puts each release of the CLI, on machines that it has a binary for."""

EVERYTHING = {"newest": ("--all-snapshot",), "1.50": ()}
"""What `stripe listen` has to be told to tell everything: from 1.51 on it insists on a choice."""


def find_stripe_cli(release: str) -> Path | None:
    """The binary, or None where npm has none for this machine."""
    binary = FOLDERS[release] / "bin" / "stripe"
    return binary if binary.exists() else None


class StripeCli:
    """A merchant's terminal. `socket` is the server's Unix socket; without it, `url` is dialled."""

    def __init__(
        self, release: str, home: Path, *, key: str, url: str = "", socket: Path | None = None
    ) -> None:
        self.release = release
        self._socket = socket
        binary = find_stripe_cli(release)
        assert binary is not None, "a test that asks for the CLI carries the marker `stripe_cli`"
        self._binary = binary
        self._url = url
        self._environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "STRIPE_API_KEY": key,
            "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
            "NO_COLOR": "1",
        }
        if socket is None:
            # What it asks of the Internet fails at once, not after a time-out.
            self._environment["HTTPS_PROXY"] = "http://127.0.0.1:9"
        else:
            self._environment["STRIPE_CLI_UNIX_SOCKET"] = str(socket)

    def run(self, *arguments: str) -> str:
        """What a command prints, which has to succeed."""
        ended = subprocess.run(
            self._command(arguments),
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            env=self._environment,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    @contextmanager
    def started(self, *arguments: str) -> Iterator[Running]:
        """A command that goes on until the end of the block."""
        running = Running(self._command(arguments), self._environment)
        try:
            yield running
        finally:
            running.end(signal.SIGINT)

    @contextmanager
    def listening(self, forward_to: str, *options: str) -> Iterator[Running]:
        """`stripe listen` to everything, ready."""
        choice = EVERYTHING[self.release]
        with self.started("listen", "-s", *choice, "--forward-to", forward_to, *options) as cli:
            cli.wait_for("Ready!")
            yield cli

    def _command(self, arguments: Sequence[str]) -> list[str]:
        address = [] if self._socket else ["--api-base", self._url]
        return [str(self._binary), *arguments, *address]


class Running:
    """A command in the background, and what it has printed so far."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self._changed = Condition()
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """Everything it has printed."""
        return "".join(self.lines)

    def wait_for(self, *words: str) -> None:
        """Wait until it has printed all these words."""
        self.wait_until(lambda: all(word in self.text for word in words))

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Wait until it has printed what the test waits for."""
        with self._changed:
            came = self._changed.wait_for(happened, PATIENCE_SECONDS)
        assert came, self.text

    def end(self, number: signal.Signals) -> None:
        """Send it a signal and wait until it has ended. May be called again."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait(PATIENCE_SECONDS)
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                with self._changed:
                    self.lines.append(line)
                    self._changed.notify_all()
