"""A tax service that a merchant might run, over real HTTP, which can be slow, down or mad."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]

TOKEN = "the-office-knows-us"


def taxes_of(percentage: str) -> Json:
    """One line with one tax."""
    return {
        "taxes": [{
            "percentage": percentage, "display_name": "Toll", "tax_type": "sales_tax",
            "taxability_reason": "standard_rated",
            "jurisdiction": {"name": "Ruritania", "level": "country", "country": "ZZ"},
        }]
    }  # fmt: skip


def flat(percentage: str) -> Callable[[Json], bytes]:
    """The same rate for every line."""

    def answer(question: Json) -> bytes:
        lines = [taxes_of(percentage) for _ in question["lines"]]
        return json.dumps({"status": "complete", "lines": lines}).encode()

    return answer


class Office:
    """What the service answers, which tests change, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[Json], bytes] = flat("10")
        self.status = 200
        self.closed = threading.Event()
        self.hangs = False
        self.questions: list[Json] = []
        self.tokens: list[str | None] = []
        self.before: Callable[[], None] = lambda: None
        self.url = ""

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        length = int(handler.headers["Content-Length"])
        self.questions.append(json.loads(handler.rfile.read(length)))
        self.tokens.append(handler.headers["Authorization"])
        if self.hangs:
            self.closed.wait()
            return
        self.before()
        body = self.answer(self.questions[-1])
        handler.send_response(self.status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def open_office() -> Iterator[Office]:
    """The service, on a port that the system chooses."""
    office = Office()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            office.respond(self)

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    office.url = f"http://127.0.0.1:{server.server_port}/taxes"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield office
    finally:
        office.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()
