"""Several processes that serve one socket, under a parent that replaces the ones that die."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import wait
from threading import Thread

from uvicorn.supervisors import Multiprocess

from paydesk.app import Application
from paydesk.cli.opening import open_application
from paydesk.cli.server import config, settle_memory
from paydesk.settings import Settings

START_SECONDS_MAX = 30.0


class Processes(Multiprocess):
    """`settings.workers` of them, all alike. Says `hello` once each is ready."""

    def __init__(
        self, settings: Settings, listeners: list[socket.socket], hello: Callable[[], None]
    ) -> None:
        application = partial(_child, settings)
        super().__init__(config(application, workers=settings.workers), listeners)
        self._hello = hello

    def init_processes(self) -> None:
        """Start them, and tell when all serve."""
        super().init_processes()
        if all(process.wait_until_ready(START_SECONDS_MAX) for process in self.processes):
            self._hello()


def _child(settings: Settings) -> Application:
    Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    application = open_application(settings)
    settle_memory()
    return application


def _end_with_parent() -> None:
    """Stop in good order when the parent is gone: nobody would stop or replace this process."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
