"""A command that goes on in a terminal of its own, and what it has printed so far."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Condition, Thread

PATIENCE_SECONDS = 20
PAYDESK = (sys.executable, "-m", "paydesk")


class Running:
    """A command in the background; what it prints and complains of is one text."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
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

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self._process.poll() is None:
            self._process.send_signal(number)

    def wait(self) -> int:
        """Wait until it has ended; its exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        self._reader.join()
        return code

    def end(self, number: signal.Signals) -> int:
        """Both. May be called again."""
        self.send(number)
        return self.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                with self._changed:
                    self.lines.append(line)
                    self._changed.notify_all()


@contextmanager
def started(*arguments: str, key: str, url: str) -> Iterator[Running]:
    """A command of Paydesk's own that goes on until the end of the block."""
    running = Running([*PAYDESK, *arguments], _environment(key, url))
    try:
        yield running
    finally:
        running.end(signal.SIGINT)


@contextmanager
def listening(*options: str, key: str, url: str) -> Iterator[Running]:
    """`paydesk listen`, ready."""
    with started("listen", *options, key=key, url=url) as running:
        running.wait_for("Ready!")
        yield running


def ran(*arguments: str, key: str, url: str) -> subprocess.CompletedProcess[str]:
    """A command of Paydesk's own that has ended."""
    return subprocess.run(
        [*PAYDESK, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        env=_environment(key, url),
    )


def _environment(key: str, url: str) -> dict[str, str]:
    return {**os.environ, "STRIPE_API_KEY": key, "PAYDESK_URL": url}
