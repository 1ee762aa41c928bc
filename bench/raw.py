"""The raw ceiling: an ASGI application without a framework or a database that gives bytes back."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from bench import exchanges
from bench.exchanges import Exchange
from bench.serving import options, serve


class Raw:
    """The body of a request is read, and the answer is what Paydesk once said."""

    def __init__(self, taken: Sequence[Exchange]) -> None:
        self._answers = {
            one.path: (
                [(name.encode(), value.encode()) for name, value in one.headers],
                one.body.encode(),
            )
            for one in taken
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        while (await receive()).get("more_body", False):
            continue
        headers, body = self._answers[scope["path"]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    for stage in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{stage}.complete"})


def main() -> None:
    """Serve until told to stop."""
    given = options()
    serve(Raw(exchanges.load(given.exchanges)), given.port)


if __name__ == "__main__":
    main()
