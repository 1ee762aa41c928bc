"""A server for tests: `paydesk serve` in a process of its own, on a port that the system chose."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Timer

START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 25.0

READY = re.compile(r"ready at (http://\S+)")
COLOURS = {"FORCE_COLOR", "TTY_COMPATIBLE"}
LAST_LINE = "Stop with Ctrl-C"


class Server:
    """Start it, use `url`, stop it. The database is a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def log(self) -> Path:
        """What the server says besides its greeting."""
        return self._folder / "paydesk.log"

    def start(self) -> Server:
        """Come back when it answers. Raises RuntimeError, with its log, when it does not start."""
        with self.log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=_environment(os.environ),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.url = self._listen(self._process)
        return self

    def stop(self) -> None:
        """End it in good order, or else at once."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None

    def _command(self) -> list[str]:
        database = f"sqlite:///{self._folder / 'paydesk.db'}"
        return [
            *(sys.executable, "-m", "paydesk", "serve", "--port", "0"),
            *("--database", database, "--log-level", "warning"),
        ]

    def _listen(self, process: subprocess.Popen[str]) -> str:
        """The address in its greeting."""
        url = ""
        watchdog = Timer(START_SECONDS_MAX, process.kill)
        watchdog.start()
        try:
            for line in process.stdout or ():
                found = READY.search(line)
                url = found[1] if found else url
                if LAST_LINE in line:
                    return url
        finally:
            watchdog.cancel()
        process.wait()
        raise RuntimeError(
            f"Paydesk did not start:\n{self.log.read_text(encoding='utf-8', errors='replace')}"
        )


def _environment(outer: Mapping[str, str]) -> dict[str, str]:
    """Without settings that were meant for another Paydesk, or what would colour the greeting."""
    kept = {
        name: text
        for name, text in outer.items()
        if not name.startswith("PAYDESK_") and name not in COLOURS
    }
    return {**kept, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
