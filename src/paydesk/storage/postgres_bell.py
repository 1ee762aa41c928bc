"""The bell: word of a commit to every process on the database, by LISTEN and NOTIFY.

It rings after the commit, on a connection of its own: a NOTIFY inside the transaction would make
PostgreSQL commit such transactions one after the other. However many stories commit while it
rings, it rings once more. A ring may be lost; the queue in the database is the truth.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
import structlog

from paydesk.storage.database import Row
from paydesk.storage.postgres_connections import connect
from paydesk.storage.waiting import Listeners

log = structlog.get_logger("paydesk.storage")

LISTEN = "LISTEN paydesk"
NOTIFY = "NOTIFY paydesk"
RECONNECT_SECONDS = 1.0


class Bell:
    """Rings in every process that listens on the same database; this one's own hear it at once."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._listeners = Listeners()
        self._wanted = False
        self._closing = threading.Event()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="postgres-bell", daemon=True)
        self._thread.start()

    def listen(self, heard: Callable[[], None]) -> None:
        """Call `heard` on the running loop at every ring."""
        self._listeners.add(heard)

    def ring(self) -> None:
        """Tell everyone, soon."""
        self._listeners.call()
        self._wanted = True
        self._wake()

    def close(self) -> None:
        """Fall silent. May be called again."""
        self._closing.set()
        self._wake()
        self._thread.join()

    def _wake(self) -> None:
        with suppress(OSError):  # woken so often that it must be awake, or closed
            self._waker.send(b".")

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with connect(self._conninfo) as connection:
                    self._attend(connection)
            except psycopg.Error as error:
                log.warning("not listening to the database", error=str(error))
                self._wanted = True
                self._closing.wait(RECONNECT_SECONDS)
        self._woken.close()
        self._waker.close()

    def _attend(self, connection: psycopg.Connection[Row]) -> None:
        connection.execute(LISTEN)
        self._listeners.call()  # for what was rung before
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ, data=self._woken)
            while not self._closing.is_set():
                self._pass_on(connection)
                for key, _ in selector.select():
                    if key.data is self._woken:
                        self._woken.recv(4096)

    def _pass_on(self, connection: psycopg.Connection[Row]) -> None:
        if self._wanted:
            self._wanted = False
            connection.execute(NOTIFY)
        ringers = {note.pid for note in connection.notifies(timeout=0)}
        if ringers - {connection.info.backend_pid}:
            self._listeners.call()
