"""A webhook handler in a thread of its own, which takes everything."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Thread

PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class Letter:
    """One request: its path, its body, and its headers by their names in lower case."""

    headers: dict[str, str]
    body: bytes
    path: str


class Inbox:
    """What has come so far. While `answers` is clear, what comes waits for its answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers = Event()
        self.answers.set()
        self.letters: list[Letter] = []
        self._changed = Condition()

    def put(self, letter: Letter) -> None:
        """One more."""
        with self._changed:
            self.letters.append(letter)
            self._changed.notify_all()

    def received(self, count: int) -> list[Letter]:
        """Wait until there were so many."""
        with self._changed:
            came = self._changed.wait_for(lambda: len(self.letters) >= count, PATIENCE_SECONDS)
        assert came, f"{len(self.letters)} came instead of {count}"
        return self.letters


@contextmanager
def open_inbox(certificate: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """An inbox on a port that the system chose; by https when there is a certificate to show."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): text for name, text in self.headers.items()}
            inbox.put(Letter(headers, body, self.path))
            inbox.answers.wait(PATIENCE_SECONDS)
            with suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(200)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    inbox = Inbox(f"{scheme}://127.0.0.1:{server.server_port}/webhook")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield inbox
    finally:
        inbox.answers.set()
        server.shutdown()
        server.server_close()
        thread.join()
