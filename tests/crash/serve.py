"""The real server in a process that ends itself at a point.

Each is forked from a process that has imported everything, so that starting one takes no time.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from unittest.mock import patch

from paydesk.cli import serve as command
from paydesk.settings import Settings
from tests.crash.points import arm
from tests.engines import database_url

PATIENCE_SECONDS = 20
MODULES = ["pytest", "tests.crash.serve"]
"""What is imported once: this module, and the program that a forked process imports again."""


def run(database: str, point: str | None, times: int, log: Path, ready: Connection) -> None:
    """`paydesk serve` on a free port, which it tells through `ready`."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    if point is not None:
        arm(point, times)

    def say_hello(settings: Settings, *_: object) -> None:
        ready.send(settings.public_url)

    with patch.object(command, "_say_hello", say_hello):
        command.serve(Settings().model_copy(update={"port": 0, "database": database}))


class Server:
    """A server that will die; `url` is None if it did before it was ready."""

    def __init__(self, process: ForkServerProcess, url: str | None) -> None:
        self._process = process
        self.url = url

    async def died(self) -> None:
        """Wait until it has, by its own hand or by `kill`."""
        if self._process.exitcode is None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._end()
        assert self._process.exitcode == -signal.SIGKILL

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    async def _end(self) -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()


async def start(
    database: Path, point: str | None = None, times: int = 1, *, engine: str = "sqlite"
) -> Server:
    """Start a server that dies when it passes `point` for the `times`-th time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(MODULES)
    reader, writer = context.Pipe(duplex=False)
    log = database.with_suffix(".log")
    url = database_url(engine, database)
    process = context.Process(target=run, args=(url, point, times, log, writer))
    process.start()
    writer.close()
    try:
        return Server(process, await asyncio.to_thread(reader.recv))
    except EOFError:
        return Server(process, None)
    finally:
        reader.close()
