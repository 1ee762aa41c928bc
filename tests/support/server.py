"""A real `paydesk serve` in a process of its own, on a port that the system chose."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Thread

from tests.engines import database_url

READY = re.compile(r"ready at (http://\S+)")
SECRET = re.compile(r"Webhook secret +(whsec_\w+)")
START_SECONDS_MAX = 20
STOP_SECONDS_MAX = 20

COMMAND = (sys.executable, "-m", "paydesk", "serve")


class Server:
    """Start it, use `url`, stop or kill it, start it again on the same database.

    `engine` is one of `tests.engines.ENGINES`. `output` is what it has said on standard output,
    `errors` on standard error.
    """

    def __init__(
        self,
        database: Path,
        *,
        engine: str = "sqlite",
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.database = database
        self.engine = engine
        self.options = tuple(options)
        self.environment = dict(environment or {})
        self.command = tuple(command)
        self.url = ""
        self.webhook_secret = ""
        self.port = 0
        self.output: list[str] = []
        self.errors: list[str] = []
        self._process: subprocess.Popen[str] | None = None
        self._readers: list[Thread] = []

    def start(self) -> Server:
        """Start and wait until it says that it is ready. A restart keeps its port."""
        self._process = subprocess.Popen(
            [
                *self.command, "--port", str(self.port),
                "--database", database_url(self.engine, self.database), *self.options,
            ],
            env={**os.environ, **self.environment, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._collect(self._process.stderr, self.errors)
        for line in self._process.stdout:
            self.output.append(line)
            self._hear(line)
            if "Stop with Ctrl-C" in line:
                self._collect(self._process.stdout, self.output)
                return self
        self._process.wait(START_SECONDS_MAX)
        raise RuntimeError("the server did not start:\n" + "".join(self.output + self.errors))

    def stop(self) -> int:
        """Ask it to stop, as an operator does; gives back its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """End it at once, as a crash does."""
        return self._end(signal.SIGKILL)

    def wait(self, seconds: float = STOP_SECONDS_MAX) -> int:
        """Wait until it has ended by itself."""
        assert self._process is not None
        code = self._process.wait(seconds)
        for reader in self._readers:
            reader.join()
        self._readers.clear()
        self._process.stdout.close() if self._process.stdout else None
        self._process.stderr.close() if self._process.stderr else None
        self._process = None
        return code

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self.running:
            self._process.send_signal(number)
        return self.wait()

    def _hear(self, line: str) -> None:
        if found := READY.search(line):
            self.url = found[1]
            self.port = int(self.url.rpartition(":")[2])
        if found := SECRET.search(line):
            self.webhook_secret = found[1]

    def _collect(self, stream: Iterable[str], lines: list[str]) -> None:
        reader = Thread(target=lines.extend, args=(stream,), daemon=True)
        reader.start()
        self._readers.append(reader)


def new_key() -> str:
    """A secret key that nobody has used: an account with nothing in it."""
    return f"sk_test_{secrets.token_hex(12)}"
