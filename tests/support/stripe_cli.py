"""The `stripe` CLI as npm has it, run against a server of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.terminal import Running

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
